package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.Note;
import org.skep.bpf.BpfObject;
import org.skep.bpf.LoadOutcome;
import org.skep.bpf.TestRun;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

/** What clang is told for cells, shown by what the verifier and the maps make of it. */
@Tag("privileged")
class CompiledCellsIT {
  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void closeObjects() {
    notebook.variables().forEach(v -> ((BpfObject) Objects.requireNonNull(v.value())).close());
  }

  private Experiment run(String cell) throws Exception {
    return (Experiment) Objects.requireNonNull(notebook.run(cell));
  }

  private static boolean loaded(Experiment experiment, String program) {
    return experiment.object().program(program).loaded() instanceof LoadOutcome.Loaded;
  }

  /** A 32-bit length that was compared keeps its bounds only with the instructions of v3. */
  @Test
  void aComparedLengthOf32BitsIsBounded() throws Exception {
    String body =
        """
        char text[256];
        int bytes;
        SEC("raw_tp/sys_enter") int take(void *ctx) {
            char *to = text + 16;
            int n = bpf_probe_read_kernel_str(to, 64, (void *)bpf_get_current_task());
            if (n >= 0) {
                to += n;
                bytes = n;
            }
            n = bpf_probe_read_kernel_str(to, 64, (void *)bpf_get_current_task());
            if (n >= 0)
                bytes += n;
            return 0;
        }
        """;
    var cell = run("%%bpf bounded --no-attach\n" + body);
    assertTrue(loaded(cell, "take"));
    assertTrue(cell.notes().toString().contains("compiled with -mcpu=v3"), cell.notes()::toString);
    var refused =
        assertThrows(
            MagicException.class, () -> run("%%bpf old --no-attach --cflag -mcpu=v1\n" + body));
    assertTrue(String.valueOf(refused.getMessage()).contains("'n' may be"), refused::toString);
  }

  /** The result of an atomic addition of 32 bits is the earlier value. */
  @Test
  void anAtomicOperationGivesTheEarlierValue() throws Exception {
    var cell =
        run(
            """
            %%bpf atomics --no-attach
            u32 counter = 40, earlier;
            SEC("syscall") int add(void *ctx) {
                earlier = __sync_fetch_and_add(&counter, 2);
                return 0;
            }
            """);
    var object = cell.object();
    object.program("add").run(TestRun.once());
    assertEquals(40L, ((Number) object.global("earlier").get()).longValue());
    assertEquals(42L, ((Number) object.global("counter").get()).longValue());
  }

  @Test
  void routineNotesAreSaidOnceInASession() throws Exception {
    var first = run("%%bpf one --no-attach\nint a;");
    var second = run("%%bpf two --no-attach\nint b;");
    assertEquals(3, first.notes().stream().filter(n -> n.level() == Note.Level.ROUTINE).count());
    assertEquals(0, second.notes().stream().filter(n -> n.level() == Note.Level.ROUTINE).count());
  }
}
