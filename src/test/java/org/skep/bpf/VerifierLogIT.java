package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.VerifierException;
import org.skep.bpf.base.VerifierLogBuffer;
import org.skep.internal.ffi.Errno;

@Tag("privileged")
@Timeout(120)
class VerifierLogIT {
  private static String looping(int rounds, String last) {
    return """
    SEC("raw_tp/sys_enter") int looping(void *ctx) {
      u64 x = 0;
      for (int i = 0; i < %d; i++) x += bpf_ktime_get_ns();
      return %s;
    }
    """
        .formatted(rounds, last);
  }

  @Test
  void aLogOfMegabytesIsKeptWhole() {
    var why =
        assertThrows(
            VerifierException.class, () -> Cell.load("huge", looping(20_000, "*(int *)x")));
    assertTrue(why.log().length() > 4 << 20, () -> "only " + why.log().length());
    assertTrue(why.log().substring(0, 200).contains("0: "), () -> why.log().substring(0, 200));
    assertEquals(
        "load program 'looping': R0 invalid mem access 'scalar'",
        String.valueOf(why.getMessage()).replaceAll("R\\d+", "R0"));
    assertTrue(
        why.log().stripTrailing().lines().toList().getLast().startsWith("peak_states")
            || why.log().contains("\nprocessed "),
        "the statistics at its end are missing");
  }

  /** However many programs are refused, their logs together stay within an eighth of the heap. */
  @Test
  void theRoomForLogsIsBounded() {
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(64L << 20, VerifierLogBuffer.reserve(arena, 0, 512L << 20).byteSize());
      assertEquals(24L << 20, VerifierLogBuffer.reserve(arena, 40L << 20, 512L << 20).byteSize());
      assertEquals(1L << 20, VerifierLogBuffer.reserve(arena, 1L << 30, 512L << 20).byteSize());
      assertTrue(VerifierLogBuffer.reserve(arena, 0, 1L << 40).byteSize() <= 0x3fff_ffff);
      MemorySegment room = arena.allocate(2 << 20);
      assertEquals("end", VerifierLogBuffer.marked("end", room, Errno.EACCES.number()));
      assertTrue(
          VerifierLogBuffer.marked("end", room, Errno.ENOSPC.number())
              .startsWith("(the log was longer than the 2 MiB that there was room for"));
    }
  }

  /** Five programs, each of which keeps the verifier busy up to its limit of instructions. */
  @Test
  void anInterruptEndsALongVerification() throws InterruptedException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      text.append(looping(150_000, "x").replace("int looping", "int looping" + i));
    }
    byte[] elf = Cell.compile(text.toString());
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread loading =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (OpenBpfObject open = OpenBpfObject.open("long", elf)) {
                    open.load().close();
                  } catch (Throwable e) {
                    outcome.set(e);
                  }
                });
    Thread.sleep(100);
    long start = System.nanoTime();
    loading.interrupt();
    loading.join();
    assertInstanceOf(InterruptedException.class, outcome.get());
    assertTrue(
        System.nanoTime() - start < 1_000_000_000L, () -> "it took " + (System.nanoTime() - start));
  }
}
