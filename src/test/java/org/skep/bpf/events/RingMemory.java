package org.skep.bpf.events;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The memory of a ring buffer without a kernel: records are written as programs would. */
final class RingMemory {
  static final int BUSY = 1 << 31;
  static final int DISCARDED = 1 << 30;

  final MemorySegment reader = Arena.ofAuto().allocate(8, 8);
  final MemorySegment writers = Arena.ofAuto().allocate(8, 8);
  final MemorySegment data;
  private final int byteSize;

  /** An empty ring whose positions begin somewhere, as those of a ring in use. */
  RingMemory(int byteSize, long position) {
    this.byteSize = byteSize;
    this.data = Arena.ofAuto().allocate(2L * byteSize, 8);
    reader.set(ValueLayout.JAVA_LONG, 0, position);
    writers.set(ValueLayout.JAVA_LONG, 0, position);
  }

  RingReader open(boolean skipsBuffered) {
    return new RingReader("ring", reader, writers, data, byteSize, skipsBuffered);
  }

  /** Writes a record; where its header is. */
  long write(int flags, byte... bytes) {
    long position = writers.get(ValueLayout.JAVA_LONG, 0);
    long at = position & byteSize - 1;
    word(at, bytes.length | flags);
    for (int i = 0; i < bytes.length; i++) {
      put((at + 8 + i) % byteSize, bytes[i]);
    }
    writers.set(ValueLayout.JAVA_LONG, 0, position + (bytes.length + 8 + 7L & -8L));
    return at;
  }

  /** Changes the word of a record's header. */
  void word(long at, int word) {
    data.set(ValueLayout.JAVA_INT, at, word);
    data.set(ValueLayout.JAVA_INT, at + byteSize, word);
  }

  private void put(long at, byte value) {
    data.set(ValueLayout.JAVA_BYTE, at, value);
    data.set(ValueLayout.JAVA_BYTE, at + byteSize, value);
  }

  /** How many bytes are not read yet. */
  long left() {
    return writers.get(ValueLayout.JAVA_LONG, 0) - reader.get(ValueLayout.JAVA_LONG, 0);
  }
}
