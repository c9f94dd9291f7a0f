package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.skep.btf.BtfType;
import org.skep.table.ValueType;

/**
 * The key of a longest-prefix trie that is an address: the length of the prefix in the machine's
 * order, then the address in the network's. {@code 10.0.0.0/8} in and out; an address alone is a
 * prefix of all its bits; what the struct's members are is taken too.
 *
 * @param struct the key as its source has it
 */
record PrefixForm(Codec struct) implements Form {
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
    String text = value instanceof InetAddress a ? a.getHostAddress() : value.toString().strip();
    int slash = text.indexOf('/');
    byte[] address = address(slash < 0 ? text : text.substring(0, slash), size, text);
    int bits = slash < 0 ? size * Byte.SIZE : bits(text.substring(slash + 1), size, text);
    mask(address, bits);
    bytes.set(ValueLayout.JAVA_INT_UNALIGNED, offset, bits);
    MemorySegment.copy(address, 0, bytes, ValueLayout.JAVA_BYTE, offset + HEAD, size);
  }

  @Override
  public Function<byte[], String> text() {
    return PrefixForm::describe;
  }

  private static String describe(byte[] key) {
    int bits = MemorySegment.ofArray(key).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    byte[] address = java.util.Arrays.copyOfRange(key, HEAD, key.length);
    mask(address, Math.clamp(bits, 0, address.length * Byte.SIZE));
    return org.skep.table.NumberTexts.address(address) + "/" + Integer.toUnsignedString(bits);
  }

  /** Bits behind the prefix do not count for the trie. */
  private static void mask(byte[] address, int bits) {
    for (int i = 0; i < address.length; i++) {
      int keep = Math.clamp(bits - i * Byte.SIZE, 0, Byte.SIZE);
      address[i] &= (byte) (0xff00 >> keep);
    }
  }

  private static byte[] address(String text, int size, String whole) {
    try {
      byte[] address = InetAddress.ofLiteral(text).getAddress();
      if (address.length == size) {
        return address;
      }
      if (size == 16 && text.indexOf(':') >= 0) { // Java takes ::ffff:1.2.3.4 for IPv4
        byte[] six = new byte[16];
        six[10] = -1;
        six[11] = -1;
        System.arraycopy(address, 0, six, 12, 4);
        return six;
      }
      throw wrong(size, whole);
    } catch (IllegalArgumentException e) {
      throw wrong(size, whole);
    }
  }

  private static int bits(String text, int size, String whole) {
    try {
      int bits = Integer.parseInt(text);
      if (bits >= 0 && bits <= size * Byte.SIZE) {
        return bits;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(size, whole);
  }

  private static IllegalArgumentException wrong(int size, String whole) {
    return new IllegalArgumentException(
        "write prefix: expected "
            + (size == 4
                ? "an IPv4 prefix such as '10.0.0.0/8'"
                : "an IPv6 prefix such as 'fd00::/8'")
            + " but was '"
            + whole
            + "'");
  }
}
