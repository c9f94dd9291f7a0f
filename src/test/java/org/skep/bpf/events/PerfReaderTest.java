package org.skep.bpf.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.bpf.decode.EventSink;

/** Records of perf buffers that are fed from arrays. */
class PerfReaderTest {
  private static final int SIZE = 4096;
  private static final int SAMPLE = 9;
  private static final int LOST = 2;

  /** The memory of one buffer. */
  private static final class Memory {
    final MemorySegment page = Arena.ofAuto().allocate(2048, 8);
    final MemorySegment data = Arena.ofAuto().allocate(SIZE, 8);
    final PerfReader reader = new PerfReader("perf", page, data, SIZE);

    Memory(long position) {
      page.set(ValueLayout.JAVA_LONG, 1024, position);
      page.set(ValueLayout.JAVA_LONG, 1032, position);
    }

    /** Writes a record of 8-byte words, which may go on at the start of the data. */
    void write(int type, int size, long... words) {
      long head = page.get(ValueLayout.JAVA_LONG, 1024);
      word(head, type | (long) size << 48);
      for (int i = 0; i < words.length; i++) {
        word(head + 8 + 8L * i, words[i]);
      }
      page.set(ValueLayout.JAVA_LONG, 1024, head + size);
    }

    private void word(long position, long word) {
      data.set(ValueLayout.JAVA_LONG, position % SIZE, word);
    }

    /** A sample of 12 bytes, as one of 5 to 12 becomes, whose first four are a number. */
    void sample(long time, int number) {
      write(SAMPLE, 32, time, 12L | (long) number << 32, 0);
    }

    long left() {
      return page.get(ValueLayout.JAVA_LONG, 1024) - page.get(ValueLayout.JAVA_LONG, 1032);
    }
  }

  private final List<Integer> seen = new ArrayList<>();

  private final EventSink sink =
      (bytes, offset, stride, length, count) -> {
        assertEquals(12, length);
        seen.add(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset));
      };

  @Test
  void recordsAreReadAroundTheEndOfTheMemory() {
    var memory = new Memory(5L * SIZE - 16);
    memory.sample(1, 11);
    memory.sample(2, 22);
    var merge = new PerfMerge(List.of(memory.reader), SIZE);
    assertEquals(2, merge.drain(sink, 10, 0, true));
    assertEquals(List.of(11, 22), seen);
    assertEquals(0, memory.left());
  }

  @Test
  void lossRecordsAreAddedUpAndCountedOnce() {
    var memory = new Memory(0);
    memory.sample(1, 1);
    memory.write(LOST, 24, 77, 5);
    memory.sample(2, 2);
    memory.write(LOST, 24, 77, 7);
    var merge = new PerfMerge(List.of(memory.reader), SIZE);
    assertEquals(1, merge.drain(sink, 1, 0, true), "one is left for the next look");
    assertEquals(1, merge.drain(sink, 10, 0, true));
    assertEquals(List.of(1, 2), seen);
    assertEquals(12, memory.reader.lost());
    assertEquals(0, memory.left());
  }

  @Test
  void samplesOfSeveralBuffersComeInTheOrderOfTheirTimes() {
    var first = new Memory(0);
    var second = new Memory(SIZE - 8);
    first.sample(10, 1);
    first.sample(30, 3);
    second.sample(20, 2);
    second.sample(3_000_000, 4);
    var merge = new PerfMerge(List.of(first.reader, second.reader), SIZE);
    assertEquals(3, merge.drain(sink, 10, 4_000_000, false));
    assertEquals(List.of(1, 2, 3), seen);
    first.sample(2_900_000, 9);
    assertEquals(2, merge.drain(sink, 10, 4_000_000, true));
    assertEquals(List.of(1, 2, 3, 9, 4), seen, "the latest waited for an earlier one");
    assertEquals(0, merge.disordered());
    first.sample(1, 5);
    assertEquals(1, merge.drain(sink, 10, 0, true));
    assertEquals(1, merge.disordered());
  }

  @Test
  void aHalfFullBufferIsReadAtOnce() {
    var memory = new Memory(0);
    for (int i = 0; i < SIZE / 32; i++) {
      memory.sample(1_000_000_000L + i, i);
    }
    var merge = new PerfMerge(List.of(memory.reader), SIZE);
    assertEquals(SIZE / 32, merge.drain(sink, Long.MAX_VALUE, 0, false));
    assertEquals(1.0, merge.fill());
    assertEquals(0, memory.left());
  }

  @Test
  void aSampleWhoseTakerFailsStays() {
    var memory = new Memory(0);
    memory.sample(1, 1);
    memory.sample(2, 2);
    var merge = new PerfMerge(List.of(memory.reader), SIZE);
    EventSink failing =
        (bytes, offset, stride, length, count) -> {
          if (bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset) == 2) {
            throw new IllegalStateException("full");
          }
          sink.take(bytes, offset, stride, length, count);
        };
    assertThrows(IllegalStateException.class, () -> merge.drain(failing, 10, 0, true));
    assertEquals(1, merge.drain(sink, 10, 0, true));
    assertEquals(List.of(1, 2), seen);
  }

  @Test
  void tornRecordsAreRefused() {
    var head = new Memory(0);
    head.write(SAMPLE, 16, 1);
    head.data.set(ValueLayout.JAVA_SHORT, 6, (short) 64);
    head.reader.look();
    var why = assertThrows(IllegalStateException.class, head.reader::next);
    assertEquals(
        "read perf buffer 'perf': expected a record of up to 16 bytes but was 64",
        why.getMessage());
    var none = new Memory(0);
    none.write(SAMPLE, 16, 1);
    none.data.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
    none.reader.look();
    assertThrows(IllegalStateException.class, none.reader::next);
    var sample = new Memory(0);
    sample.write(SAMPLE, 32, 1, 100, 0);
    sample.reader.look();
    assertThrows(IllegalStateException.class, sample.reader::next);
    var empty = new Memory(0);
    assertEquals(0, empty.reader.look());
    assertFalse(empty.reader.next());
    assertTrue(empty.left() == 0);
  }
}
