package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skep.btf.ValueWriter.Misplaced;

/**
 * Lets several views of a union be given, as a reader returns them, as long as they mean the same
 * bytes. Outside a union it only passes on.
 */
final class UnionViews {
  private final MemorySegment bytes;
  private final long offset;
  private final String path;
  private final boolean union;
  private @Nullable String widestName;
  private long widest;

  UnionViews(MemorySegment bytes, long offset, String path, boolean union) {
    this.bytes = bytes;
    this.offset = offset;
    this.path = path;
    this.union = union;
  }

  /**
   * @param byteSize the bytes of this view; 0 for a bit field, which is not compared
   */
  void write(String name, long byteSize, Consumer<MemorySegment> writer) {
    if (!union || widestName == null) {
      writer.accept(bytes);
      widestName = name;
      widest = byteSize;
      return;
    }
    byte[] before = bytes.toArray(ValueLayout.JAVA_BYTE);
    writer.accept(bytes);
    long common = Math.min(widest, byteSize);
    boolean same =
        MemorySegment.ofArray(before)
                .asSlice(offset, common)
                .mismatch(bytes.asSlice(offset, common))
            < 0;
    if (!same) {
      throw new Misplaced(
          (path.isEmpty() ? "" : "'" + path + "' ")
              + "is a union: its views '"
              + widestName
              + "' and '"
              + name
              + "' contradict each other, give one of them");
    }
    if (byteSize <= widest) {
      MemorySegment.copy(MemorySegment.ofArray(before), 0, bytes, 0, before.length);
    } else {
      widestName = name;
      widest = byteSize;
    }
  }
}
