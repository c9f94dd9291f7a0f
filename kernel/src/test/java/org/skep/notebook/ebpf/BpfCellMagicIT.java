package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.BpfObject;
import org.skep.bpf.load.LoadOutcome;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import tech.tablesaw.api.Table;

/** Cells of C on the running Linux, as a notebook runs them. */
@Tag("privileged")
class BpfCellMagicIT {
  private static final String OPENS =
      """
      %%bpf opens
      struct who { u32 pid; char comm[16]; };
      struct {
          __uint(type, BPF_MAP_TYPE_HASH);
          __uint(max_entries, 10240);
          __type(key, struct who);
          __type(value, u64);
      } counts SEC(".maps");

      SEC("tracepoint/syscalls/sys_enter_openat")
      int count(void *ctx)
      {
          struct who who = { .pid = bpf_get_current_pid_tgid() >> 32 };
          bpf_get_current_comm(&who.comm, sizeof(who.comm));
          u64 one = 1, *n = bpf_map_lookup_elem(&counts, &who);
          if (n)
              __sync_fetch_and_add(n, 1);
          else
              bpf_map_update_elem(&counts, &who, &one, BPF_ANY);
          return 0;
      }
      """;

  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void letGo() {
    notebook.variables().forEach(v -> ((BpfObject) Objects.requireNonNull(v.value())).close());
  }

  private BpfObject object(String name) {
    return (BpfObject) notebook.variable(name).orElseThrow();
  }

  private static void openFiles(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      Files.readString(Path.of("/proc/self/comm"));
    }
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  @Test
  void aCellOfCBecomesATable() throws Exception {
    notebook.run(OPENS);
    openFiles(50);
    long pid = ProcessHandle.current().pid();
    var table =
        assertInstanceOf(
            Table.class,
            notebook.run("%map opens.counts --where \"pid == " + pid + "\" --sort -value --top 1"));
    assertEquals(java.util.List.of("pid", "comm", "value"), table.columnNames());
    assertEquals(1, table.rowCount());
    assertTrue(table.longColumn("value").getLong(0) >= 50, table::print);
  }

  @Test
  void theSummaryTellsWhatWasDone() throws Exception {
    var text =
        notebook.displays().render(notebook.run(OPENS)).string(MimeBundle.TEXT).orElseThrow();
    assertTrue(text.contains("1 program attached"), text);
    assertTrue(text.contains("tracepoint/syscalls/sys_enter_openat"), text);
    assertTrue(text.contains("struct who"), text);
    assertTrue(text.contains("u64"), text);
    assertTrue(text.contains("10,240"), text);
    assertTrue(text.contains("vmlinux.h"), text);
    assertTrue(text.contains("GPL"), text);
  }

  @Test
  void aSecondRunReplacesTheFirst() throws Exception {
    notebook.run(OPENS);
    var first = object("opens");
    notebook.run(OPENS);
    assertNotSame(first, object("opens"));
    assertTrue(first.isClosed());
    assertEquals(1, object("opens").links().size());
  }

  @Test
  void aCellThatFailsLeavesTheOldObjectAsItWas() throws Exception {
    notebook.run(OPENS);
    var first = object("opens");
    for (String broken :
        new String[] {
          OPENS.replace("return 0;", "return nothing;"), OPENS.replace("if (n)", "if (one)")
        }) {
      var message = refused(broken);
      assertTrue(message.contains("still loaded"), message);
      assertSame(first, object("opens"));
      assertEquals(1, first.links().size());
    }
  }

  @Test
  void anErrorOfClangPointsAtTheLineOfTheCell() {
    var message =
        refused("%%bpf wrong\nSEC(\"xdp\")\nint f(void *ctx)\n{\n    return nothing;\n}\n");
    assertTrue(message.contains("line 5"), message);
    assertTrue(message.contains("nothing"), message);
    var shown = notebook.recorded.displays.getFirst();
    var text = shown.string(MimeBundle.TEXT).orElseThrow();
    assertTrue(text.contains("        return nothing;\n               ^"), text);
    assertTrue(shown.string(MimeBundle.HTML).isPresent());
  }

  @Test
  void aRefusalOfTheVerifierPointsAtTheLineOfTheCell() {
    var message = refused(OPENS.replace("if (n)", "if (one)"));
    assertTrue(message.contains("line 17"), message);
    var html = notebook.recorded.displays.getFirst().string(MimeBundle.HTML).orElseThrow();
    assertTrue(html.contains("map_value_or_null"), html);
    assertTrue(html.contains("<details>"), html);
  }

  @Test
  void badInputSaysWhatIsWrong() {
    assertTrue(refused("%%bpf\nint x;").contains("NAME"));
    assertTrue(refused("%%bpf 1x\nint x;").contains("'1x'"));
    assertTrue(refused("%%bpf class\nint x;").contains("'class'"));
    assertTrue(refused("%%bpf empty\n\n").contains("no C"));
    assertTrue(refused("%%bpf x --no-atach\nint x;").contains("--no-attach"));
    assertTrue(refused("%map opens.counts").contains("nothing is loaded"));
    assertTrue(refused("%bpf close opens").contains("no such object"));
  }

  @Test
  void theMapMagicNamesWhatThereIs() throws Exception {
    notebook.run(OPENS);
    assertTrue(refused("%map open.counts").contains("opens"));
    assertTrue(refused("%map opens.count").contains("counts"));
    assertTrue(refused("%map opens.counts --sort valu").contains("value"));
    assertTrue(refused("%map opens.counts --top many").contains("whole number"));
    assertTrue(refused("%map opens.counts --where \"value >\"").contains("value >"));
  }

  @Test
  void whatIsHeldIsShownAndLetGo() throws Exception {
    notebook.run(OPENS);
    var bundle = (MimeBundle) Objects.requireNonNull(notebook.run("%bpf"));
    var text = bundle.string(MimeBundle.TEXT).orElseThrow();
    assertTrue(text.contains("sys_enter_openat"));
    assertTrue(text.contains("in the kernel: 1 program, 1 link, 1 map, "), text);
    assertTrue(text.matches("(?s).*program +count .* 4[.]0 KiB .* ago\n.*"), text);
    notebook.run("%bpf detach opens.count");
    assertEquals(0, object("opens").links().size());
    notebook.run("%bpf attach opens");
    assertEquals(1, object("opens").links().size());
    notebook.run("%bpf close opens");
    assertTrue(object("opens").isClosed());
  }

  @Test
  void notAttachingIsLeftToJava() throws Exception {
    notebook.run(OPENS.replace("%%bpf opens", "%%bpf opens --no-attach"));
    assertEquals(0, object("opens").links().size());
    object("opens").program("count").attach();
    assertEquals(1, object("opens").links().size());
  }

  /** clang would share the address of the two members, which the verifier refuses. */
  @Test
  void membersOfAContextAreReachedAtConstantOffsets() throws Exception {
    String program =
        """
        SEC("tc") int mark(struct __sk_buff *skb)
        {
            if (bpf_get_prandom_u32() & 1)
                skb->mark = 7;
            else
                skb->priority = 7;
            return 0;
        }
        """;
    for (String included : List.of("", "#include <linux/bpf.h>\n", "#include <vmlinux.h>\n")) {
      String head = included.isEmpty() ? "" : included + "#include <bpf/bpf_helpers.h>\n";
      var value = notebook.run("%%bpf marks --no-attach\n" + head + program);
      var object = ((Experiment) Objects.requireNonNull(value)).object();
      assertInstanceOf(LoadOutcome.Loaded.class, object.program("mark").loaded());
    }
  }
}
