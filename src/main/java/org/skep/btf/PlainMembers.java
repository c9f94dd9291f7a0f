package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skep.btf.BtfType.Member;

/**
 * A struct of nothing but whole integers, as most values of maps are: what its members are is found
 * out once, so that reading one costs little beside the system call that fetched it.
 */
final class PlainMembers {
  private record Plain(String name, long offset, int byteSize, boolean signed, ByteOrder order) {}

  private static final PlainMembers NONE = new PlainMembers(List.of());

  private final Plain[] members;
  private final String[] names;

  private PlainMembers(List<Plain> members) {
    this.members = members.toArray(Plain[]::new);
    this.names = members.stream().map(Plain::name).toArray(String[]::new);
  }

  /** The members of a type; none where it is no such struct. */
  static PlainMembers of(ResolvedTypes types, TypeId type) {
    if (!(types.of(type) instanceof BtfType.Struct struct) || struct.members().isEmpty()) {
      return NONE;
    }
    var plain = new ArrayList<Plain>();
    for (Member m : struct.members()) {
      var resolved = types.at(m.type());
      if (m.isBitField()
          || m.name().isEmpty()
          || !(resolved.type() instanceof BtfType.Int t)
          || t.byteSize() > Long.BYTES
          || t.bitSize() != t.byteSize() * Byte.SIZE
          || t.encoding() == BtfType.Encoding.BOOL
          || t.isChar()) {
        return NONE;
      }
      long offset = m.bitOffset() / Byte.SIZE;
      plain.add(new Plain(m.name(), offset, t.byteSize(), t.signed(), resolved.order()));
    }
    return new PlainMembers(plain);
  }

  /** Whether the type is of such members, and nothing else. */
  boolean areAll() {
    return members.length > 0;
  }

  /** Reads the struct at an offset; the caller has seen that all of it is there. */
  Map<String, Object> read(MemorySegment bytes, long offset) {
    Object[] values = new Object[members.length];
    for (int i = 0; i < values.length; i++) {
      Plain m = members[i];
      long raw = Bits.read(bytes, offset + m.offset, m.byteSize, m.order);
      values[i] = Bits.number(raw, m.byteSize * Byte.SIZE, m.signed);
    }
    return new MemberValues(names, values);
  }
}
