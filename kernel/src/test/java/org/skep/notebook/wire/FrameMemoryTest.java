package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  void anImpossibleSizeIsAnEmptyFrame() {
    for (int size : List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 10 * MIB + 1)) {
      assertEquals(0, memory.allocate(size).size(), "of " + size);
    }
  }
}
