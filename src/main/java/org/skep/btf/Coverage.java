package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import org.skep.btf.BtfType.Member;

/** Which bits of a value mean something: all but padding, holes and bit fields without a name. */
final class Coverage {
  private final ResolvedTypes types;
  private final byte[] bits;
  private final MemorySegment segment;
  private final ByteOrder order;

  private Coverage(ResolvedTypes types, long byteSize) {
    this.types = types;
    this.bits = new byte[Math.toIntExact(byteSize)];
    this.segment = MemorySegment.ofArray(bits);
    this.order = types.btf().byteOrder();
  }

  /** A mask of the bytes from the start of a struct or union to the end of this member of it. */
  static byte[] of(ResolvedTypes types, Member member) {
    long end =
        member.isBitField()
            ? (member.bitOffset() + member.bitFieldSize() + 7) / 8
            : member.bitOffset() / 8 + types.byteSize(member.type());
    var coverage = new Coverage(types, end);
    coverage.add(member, 0);
    return coverage.bits;
  }

  /** A mask of all bytes of a type. */
  static byte[] of(ResolvedTypes types, TypeId type) {
    var coverage = new Coverage(types, types.byteSize(type));
    coverage.add(type, 0);
    return coverage.bits;
  }

  private void add(Member member, long offset) {
    if (!member.isBitField()) {
      add(member.type(), offset + member.bitOffset() / 8);
    } else if (!member.name().isEmpty()) {
      int size = member.bitFieldSize();
      long at = offset * 8 + member.bitOffset();
      for (int done = 0; done < size; done += Long.SIZE) {
        Bits.writeBits(segment, at + done, Math.min(Long.SIZE, size - done), -1, order);
      }
    }
  }

  private void add(TypeId id, long offset) {
    switch (types.of(id)) {
      case BtfType.Struct t -> add(t.members(), offset);
      case BtfType.Union t -> add(t.members(), offset);
      case BtfType.Array t -> {
        long size = types.byteSize(t.element());
        for (long i = 0; size > 0 && i < t.count(); i++) {
          add(t.element(), offset + i * size);
        }
      }
      case BtfType.Float t -> fill(offset, WideFloat.significantBytes(t.byteSize()));
      default -> fill(offset, types.byteSize(id));
    }
  }

  private void add(List<Member> members, long offset) {
    members.forEach(m -> add(m, offset));
  }

  private void fill(long offset, long byteSize) {
    segment.asSlice(offset, byteSize).fill((byte) -1);
  }
}
