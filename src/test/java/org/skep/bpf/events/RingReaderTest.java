package org.skep.bpf.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.skep.bpf.base.ResourceStack;
import org.skep.bpf.decode.EventSink;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.recording.EventFile;
import org.skep.bpf.recording.EventFiles;

/** Records of a ring that is fed from an array, and files that fail meanwhile. */
class RingReaderTest {
  private static final int SIZE = 4096;

  /** Takes the first byte of each record. */
  private static final class FirstBytes implements EventSink {
    final List<Integer> seen = new ArrayList<>();
    int lengths;

    @Override
    public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
      for (int i = 0; i < count; i++) {
        seen.add((int) bytes.get(ValueLayout.JAVA_BYTE, offset + i * stride));
      }
      lengths += length * count;
    }
  }

  private final FirstBytes sink = new FirstBytes();

  private static byte[] record(int first, int length) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) first;
    return bytes;
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void recordsAreReadAroundTheEndOfTheMemory() {
    var memory = new RingMemory(SIZE, 10L * SIZE - 24);
    RingReader ring = memory.open(false);
    for (int i = 0; i < 5; i++) {
      memory.write(0, record(i, 1 + 3 * i));
    }
    assertEquals(5, ring.drain(sink, 100));
    assertEquals(numbers(0, 5), sink.seen);
    assertEquals(1 + 4 + 7 + 10 + 13, sink.lengths);
    assertEquals(0, memory.left());
  }

  @Test
  void aRecordThatIsBeingWrittenEndsTheLook() {
    var memory = new RingMemory(SIZE, 0);
    RingReader ring = memory.open(false);
    memory.write(0, record(1, 8));
    long busy = memory.write(RingMemory.BUSY, record(2, 8));
    memory.write(0, record(3, 8));
    assertEquals(1, ring.drain(sink, 100));
    memory.word(busy, 8);
    assertEquals(2, ring.drain(sink, 100));
    assertEquals(numbers(1, 4), sink.seen);
  }

  @Test
  void discardedRecordsAreNoEvents() {
    var memory = new RingMemory(SIZE, 0);
    memory.write(RingMemory.DISCARDED, record(1, 8));
    RingReader ring = memory.open(false);
    memory.write(0, record(2, 8));
    memory.write(RingMemory.DISCARDED, record(3, 8));
    assertEquals(1, ring.drain(sink, 100));
    assertEquals(List.of(2), sink.seen);
    assertEquals(0, ring.buffered(), "a record that was given up before is no event");
    assertEquals(0, memory.left());
  }

  @Test
  void whatWasThereBeforeIsSkippedAndCounted() {
    var memory = new RingMemory(SIZE, SIZE - 16);
    memory.write(0, record(1, 8));
    long busy = memory.write(RingMemory.BUSY, record(2, 8));
    memory.write(0, record(3, 8));
    RingReader ring = memory.open(true);
    memory.write(0, record(4, 8));
    assertEquals(0, ring.drain(sink, 100), "one from before is still being written");
    memory.word(busy, 8);
    assertEquals(1, ring.drain(sink, 100));
    assertEquals(List.of(4), sink.seen);
    assertEquals(3, ring.buffered());
    assertEquals(0, memory.left());
  }

  @Test
  void whatWasThereBeforeIsHandedOverAndCountedOnRequest() {
    var memory = new RingMemory(SIZE, 0);
    numbers(0, 5).forEach(i -> memory.write(0, record(i, 8)));
    RingReader ring = memory.open(false);
    numbers(5, 8).forEach(i -> memory.write(0, record(i, 8)));
    assertEquals(3, ring.drain(sink, 3));
    assertEquals(3, ring.buffered());
    assertEquals(4, ring.drain(sink, 4));
    assertEquals(5, ring.buffered(), "a run of equal records is counted apart where it began");
    assertEquals(numbers(0, 7), sink.seen);
  }

  @Test
  void aTornRecordIsRefusedWithItsBytes() {
    var memory = new RingMemory(SIZE, 0);
    RingReader ring = memory.open(false);
    memory.word(memory.write(0, record(1, 8)), 100);
    var why = assertThrows(IllegalStateException.class, () -> ring.drain(sink, 9));
    assertEquals(
        "read ring 'ring': expected a record of 112 bytes but only 16 bytes were written",
        why.getMessage());
  }

  @Test
  void aSinkThatFailsFindsTheSameRecordsInTheRing() {
    var memory = new RingMemory(SIZE, 0);
    RingReader ring = memory.open(false);
    numbers(0, 30).forEach(i -> memory.write(0, record(i, 8)));
    EventSink failing =
        (bytes, offset, stride, length, count) -> {
          throw new IllegalStateException("full");
        };
    assertThrows(IllegalStateException.class, () -> ring.drain(failing, 100));
    assertEquals(30, ring.drain(sink, 100));
    assertEquals(numbers(0, 30), sink.seen);
  }

  /** A file that takes records until it is full. */
  private static final class SmallFile implements EventFile {
    final FirstBytes inner = new FirstBytes();
    final int room;
    final RuntimeException full;
    boolean closed;

    SmallFile(int room, RuntimeException full) {
      this.room = room;
      this.full = full;
    }

    @Override
    public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
      if (inner.seen.size() + count > room) {
        throw full;
      }
      inner.take(bytes, offset, stride, length, count);
    }

    @Override
    public void flushIfDue() {}

    @Override
    public void end(EventStatus status) {
      if (inner.seen.size() < room) {
        throw full;
      }
    }

    @Override
    public String note() {
      return "a file of " + inner.seen.size();
    }

    @Override
    public void close() {
      closed = true;
      if (room == 0) {
        throw new NullPointerException("closed twice");
      }
    }
  }

  @Test
  void noEventIsLostOrGivenTwiceWhenAFileFails() {
    var memory = new RingMemory(SIZE, 0);
    RingReader ring = memory.open(false);
    var broken = new SmallFile(0, new UncheckedIOException(new java.io.IOException("disk full")));
    var sound = new SmallFile(40, new IllegalStateException("sound"));
    var files = new EventFiles(sink, List.of(broken, sound));
    numbers(0, 20).forEach(i -> memory.write(0, record(i, 8)));
    assertEquals(20, ring.drain(files, 100));
    numbers(20, 40).forEach(i -> memory.write(0, record(i, 24)));
    assertEquals(20, ring.drain(files, 100));
    assertEquals(numbers(0, 40), sink.seen);
    assertEquals(numbers(0, 40), sound.inner.seen);
    assertEquals(List.of(), broken.inner.seen);
    files.end(STATUS);
    assertTrue(broken.closed && sound.closed);
    assertEquals(
        List.of("a file of 40", "the reading ended early: java.io.IOException: disk full"),
        files.notes());
  }

  @Test
  void aFileThatFailsInAnyWayAtItsEndLetsTheOthersEnd() {
    var first = new SmallFile(0, new NullPointerException("x")); // fails when it is closed
    var second = new SmallFile(2, new IllegalArgumentException("two are missing"));
    var third = new SmallFile(1, new IllegalStateException("one is missing"));
    var files = new EventFiles(sink, List.of(first, second, third));
    files.end(STATUS);
    assertTrue(first.closed && second.closed && third.closed);
    assertEquals(
        "closed twice", String.valueOf(Objects.requireNonNull(files.failure()).getMessage()));
  }

  @Test
  void anOpeningReleasesTheLastFirstWhateverFails() {
    List<String> released = new ArrayList<>();
    var why =
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (var opening = new ResourceStack()) {
                opening.add(() -> released.add("first"));
                opening.add(
                    () -> {
                      throw new NullPointerException("second");
                    });
                opening.add(() -> released.add("third"));
                throw new IllegalStateException("the fourth is not to be had");
              }
            });
    assertEquals(List.of("third", "first"), released);
    assertEquals("second", why.getSuppressed()[0].getMessage());
    try (var opening = new ResourceStack()) {
      opening.add(() -> released.add("kept"));
      opening.done();
    }
    assertEquals(2, released.size());
  }

  private static final EventStatus STATUS =
      new EventStatus(
          "ring",
          false,
          9,
          0,
          0,
          java.util.OptionalLong.of(0),
          false,
          0.5,
          4096,
          4096,
          0,
          java.time.Duration.ofSeconds(1));
}
