package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.skep.btf.BtfType;
import org.skep.table.ValueType;
import org.skep.text.Addresses;
import org.skep.text.Prefix;

/**
 * The key of a longest-prefix trie that is an address: the length of the prefix in the machine's
 * order, then the address in the network's. {@code 10.0.0.0/8} in and out; an address alone is a
 * prefix of all its bits; what the struct's members are is taken too.
 *
 * @param struct the key as its source has it
 */
public record PrefixCodec(BtfCodec struct) implements ValueCodec {
  private static final int HEAD = Integer.BYTES;

  /** Whether a key is a prefix and an address, and nothing more. */
  static boolean fits(ValueType key) {
    int address = key.byteSize() - HEAD;
    if (address != 4 && address != 16) {
      return false;
    }
    if (key.btf() == null || key.type() == null) {
      return true;
    }
    if (!(key.btf().resolved(key.type()) instanceof BtfType.Struct s)) {
      return false;
    }
    List<BtfType.Member> members =
        s.members().stream().filter(m -> key.btf().byteSize(m.type()) > 0).toList();
    return members.size() == 2
        && members.get(1).bitOffset() == HEAD * Byte.SIZE
        && key.btf().byteSize(members.get(1).type()) == address;
  }

  @Override
  public ValueType type() {
    return struct.type();
  }

  @Override
  public Object read(MemorySegment bytes, long offset) {
    return describe(bytes.asSlice(offset, type().byteSize()).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void write(Object value, MemorySegment bytes, long offset) {
    int size = type().byteSize() - HEAD;
    if (!(value instanceof InetAddress)
        && !(value instanceof String text && !text.stripLeading().startsWith("{"))) {
      struct.write(value, bytes, offset);
      return;
    }
    Prefix prefix = prefix(value, size);
    bytes.set(ValueLayout.JAVA_INT_UNALIGNED, offset, prefix.bits());
    MemorySegment.copy(prefix.address(), 0, bytes, ValueLayout.JAVA_BYTE, offset + HEAD, size);
  }

  private static Prefix prefix(Object value, int size) {
    try {
      return value instanceof InetAddress a
          ? Prefix.parse(Addresses.text(a.getAddress()), size)
          : Prefix.parse(value.toString(), size);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "write prefix: expected "
              + (size == 4
                  ? "an IPv4 prefix such as '10.0.0.0/8'"
                  : "an IPv6 prefix such as 'fd00::/8'")
              + " but was "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public Function<byte[], String> text() {
    return PrefixCodec::describe;
  }

  private static String describe(byte[] key) {
    int bits = MemorySegment.ofArray(key).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    byte[] address = Arrays.copyOfRange(key, HEAD, key.length);
    int shared = Math.clamp(bits & 0xffffffffL, 0, address.length * Byte.SIZE);
    return Addresses.text(Prefix.masked(address, shared)) + "/" + Integer.toUnsignedString(bits);
  }
}
