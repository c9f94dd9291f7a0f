package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import zmq.Msg;

class FrameMemoryTest {
  private static final int MIB = 1 << 20;

  private final List<String> reports = new ArrayList<>();
  private final FrameMemory memory = new FrameMemory((what, _) -> reports.add(what), 10 * MIB);

  @Test
  void givesWhatIsAnnouncedWhileThereIsRoom() {
    Msg first = memory.allocate(6 * MIB);
    Msg small = memory.allocate(100);
    Msg second = memory.allocate(6 * MIB);
    assertEquals(List.of(6 * MIB, 100, 0), List.of(first.size(), small.size(), second.size()));
    assertEquals(
        List.of(
            "rejected a message of 6291456 bytes: more than the kernel has room for (further ones"
                + " are not reported)"),
        reports);
  }

  @Test
  void framesOfAMessageWithoutEndAreCountedAndItsEndIsMade() {
    var message = new ArrayList<Msg>();
    do {
      Msg frame = memory.allocate(1_000);
      frame.setFlags(Msg.MORE);
      message.add(frame);
    } while (message.getLast().hasMore() && message.size() < 100_000);
    assertEquals(10 * MIB / 1_200 + 1, message.size());
    assertFalse(message.getLast().hasMore());
  }

  @Test
  void whatIsNoLongerNeededMakesRoom() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      int size = memory.allocate(2 * MIB).size();
      for (int wait = 0; size == 0 && wait < 200; wait++) {
        Thread.sleep(50); // garbage is not collected at once, to keep peers from asking for it
        size = memory.allocate(2 * MIB).size();
      }
      assertEquals(2 * MIB, size, "frame " + i);
    }
  }

  @Test
  void emptyFramesTakeRoomToo() {
    var frames = new ArrayList<Msg>();
    for (int i = 0; i < 100_000; i++) {
      Msg frame = memory.allocate(0);
      frame.setFlags(Msg.MORE);
      frames.add(frame);
    }
    assertEquals(10 * MIB / 200, frames.stream().filter(Msg::hasMore).count());
  }

  @Test
  void anImpossibleSizeIsAnEmptyFrame() {
    for (int size : List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 10 * MIB + 1)) {
      assertEquals(0, memory.allocate(size).size(), "of " + size);
    }
  }
}
