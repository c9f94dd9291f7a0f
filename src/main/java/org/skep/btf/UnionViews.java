package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skep.btf.BtfType.Member;
import org.skep.btf.ValueWriter.Misplaced;

/**
 * Lets several views of a union be given, as a reader returns them, as long as they mean the same
 * bits; bits that one view leaves out are those of another. Outside a union it only passes on.
 */
final class UnionViews {
  private final ResolvedTypes types;
  private final MemorySegment bytes;
  private final long offset;
  private final String path;
  private final boolean union;
  private @Nullable String first;
  private byte[] covered = {};

  UnionViews(ResolvedTypes types, MemorySegment bytes, long offset, String path, boolean union) {
    this.types = types;
    this.bytes = bytes;
    this.offset = offset;
    this.path = path;
    this.union = union;
  }

  /**
   * @param name what the view is called in a message
   * @param view the member
   */
  void write(String name, Member view, Consumer<MemorySegment> writer) {
    if (!union) {
      writer.accept(bytes);
      return;
    }
    byte[] cover = Coverage.of(types, view);
    byte[] before = slice(cover.length).toArray(ValueLayout.JAVA_BYTE);
    slice(cover.length).fill((byte) 0);
    writer.accept(bytes);
    byte[] now = slice(cover.length).toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < cover.length; i++) {
      int both = i < covered.length ? cover[i] & covered[i] : 0;
      if (((before[i] ^ now[i]) & both) != 0) {
        throw new Misplaced(
            (path.isEmpty() ? "" : "'" + path + "' ")
                + "is a union: its views '"
                + first
                + "' and '"
                + name
                + "' contradict each other, give one of them");
      }
      now[i] |= before[i];
    }
    MemorySegment.copy(now, 0, slice(cover.length), ValueLayout.JAVA_BYTE, 0, now.length);
    first = first == null ? name : first;
    byte[] all = java.util.Arrays.copyOf(covered, Math.max(covered.length, cover.length));
    for (int i = 0; i < cover.length; i++) {
      all[i] |= cover[i];
    }
    covered = all;
  }

  private MemorySegment slice(int length) {
    return bytes.asSlice(offset, length);
  }
}
