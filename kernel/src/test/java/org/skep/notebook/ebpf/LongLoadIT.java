package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.bpf.BpfObject;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.FakeNotebook;

/** Cells that keep the verifier busy for seconds. */
@Tag("privileged")
@Timeout(300)
class LongLoadIT {
  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void letGo() {
    notebook.variable("busy").ifPresent(o -> ((BpfObject) o).close());
  }

  /** Programs whose loop the verifier walks turn by turn: about 900,000 instructions each. */
  private static String cell(int programs) {
    return "%%bpf busy --no-attach\n"
        + IntStream.range(0, programs)
            .mapToObj(
                i ->
                    """
                    SEC("raw_tp/sys_enter")
                    int turn%d(void *ctx)
                    {
                        volatile u64 sum = 0;
                        for (u32 i = 0; i < 130000; i++)
                            sum += i;
                        return 0;
                    }
                    """
                        .formatted(i))
            .collect(Collectors.joining());
  }

  @Test
  void theCellTellsHowLongItHasTaken() throws Exception {
    notebook.run(cell(40));
    assertEquals(40, ((BpfObject) notebook.variable("busy").orElseThrow()).programs().size());
    assertTrue(
        notebook.recorded.displays.stream()
            .anyMatch(b -> b.string(MimeBundle.TEXT).orElse("").contains("loading 'busy'")),
        () -> notebook.recorded.displays.toString());
    var last = notebook.recorded.updates.getLast().string(MimeBundle.TEXT).orElseThrow();
    assertTrue(last.contains("took"), last);
  }

  @Test
  void anInterruptEndsTheLoad() throws Exception {
    Thread cell = Thread.currentThread();
    long start = System.nanoTime();
    CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(cell::interrupt);
    assertThrows(InterruptedException.class, () -> notebook.run(cell(300)));
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
    assertTrue(notebook.variable("busy").isEmpty());
  }
}
