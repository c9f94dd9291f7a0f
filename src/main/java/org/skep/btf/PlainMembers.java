package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skep.btf.BtfType.Member;
import org.skep.btf.MemberValues.Shown;

/**
 * A struct of nothing but whole integers, as most values of maps are: what its members are is found
 * out once, so that reading one costs little beside the system call that fetched it.
 */
final class PlainMembers {
  private record Plain(String name, long offset, int byteSize, boolean signed, ByteOrder order) {}

  /** Finds how a member is shown. */
  @FunctionalInterface
  interface Showing {
    Shown of(TypeId type, int bitFieldSize, Meaning meaning);
  }

  private static final PlainMembers NONE = new PlainMembers(List.of(), List.of());

  private final Plain[] members;
  private final String[] names;
  private final Shown[] shown;

  private PlainMembers(List<Plain> members, List<Shown> shown) {
    this.members = members.toArray(Plain[]::new);
    boolean plain = shown.stream().allMatch(s -> s.equals(Shown.PLAIN));
    this.shown = plain ? new Shown[0] : shown.toArray(Shown[]::new);
    this.names = members.stream().map(Plain::name).toArray(String[]::new);
  }

  /** The members of a type; none where it is no such struct. */
  static PlainMembers of(ResolvedTypes types, TypeId type, Showing showing) {
    var whole = types.at(type);
    if (!(whole.type() instanceof BtfType.Struct struct)
        || struct.members().isEmpty()
        || whole.meaning().format() != Format.NONE) {
      return NONE;
    }
    var plain = new ArrayList<Plain>();
    var shown = new ArrayList<Shown>();
    for (int i = 0; i < struct.members().size(); i++) {
      Member m = struct.members().get(i);
      Meaning meaning = whole.members().get(i);
      var resolved = types.at(m.type());
      if (m.isBitField()
          || m.name().isEmpty()
          || !(resolved.type() instanceof BtfType.Int t)
          || t.byteSize() > Long.BYTES
          || t.bitSize() != t.byteSize() * Byte.SIZE
          || t.encoding() == BtfType.Encoding.BOOL
          || t.isChar()
          || meaning.format() == Format.PORT) {
        return NONE;
      }
      long offset = m.bitOffset() / Byte.SIZE;
      plain.add(new Plain(m.name(), offset, t.byteSize(), t.signed(), resolved.order()));
      shown.add(showing.of(m.type(), 0, meaning));
    }
    return new PlainMembers(plain, shown);
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
    return MemberValues.of(names, values, shown, null);
  }
}
