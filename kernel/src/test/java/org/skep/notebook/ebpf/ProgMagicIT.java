package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.BpfObject;
import org.skep.bpf.run.TestRunResult;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/** Measuring, running and explaining the programs of a cell. */
@Tag("privileged")
class ProgMagicIT {
  private final FakeNotebook notebook = new FakeNotebook();

  @TempDir Path folder;

  @BeforeEach
  void load() throws Exception {
    notebook.run(
        """
        %%bpf f
        SEC("xdp") int flip(struct xdp_md *c)
        {
            u8 *at = (void *)(long)c->data;
            if (at + 14 > (u8 *)(long)c->data_end)
                return XDP_ABORTED;
            at[1] ^= 0xff;
            return XDP_DROP;
        }
        SEC("raw_tp/sys_enter") int enter(void *c) { return 0; }
        """);
  }

  @AfterEach
  void letGo() {
    ((BpfObject) notebook.variable("f").orElseThrow()).close();
  }

  private Object run(String cell) throws Exception {
    return Objects.requireNonNull(notebook.run(cell));
  }

  private String shown(String cell) throws Exception {
    return notebook.displays().render(run(cell)).string(MimeBundle.TEXT).orElseThrow();
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  @Test
  void statisticsHaveARowForEachProgram() throws Exception {
    NotedTable table = assertInstanceOf(NotedTable.class, run("%prog stats f --for 50ms"));
    assertEquals(2, table.rowCount());
    assertEquals("f.enter", table.stringColumn("program").get(0));
    assertEquals(1, ((NotedTable) run("%prog stats f.flip --for 1ms")).rowCount());
    assertEquals(2, ((NotedTable) run("%prog stats --for 1ms")).rowCount());
  }

  @Test
  void aRunShowsWhatItMadeOfThePacket() throws Exception {
    String text = shown("%prog run f.flip --data '00:11:22:33:44:55 0x66778899aabb 0800'");
    assertTrue(text.contains("returned 1 (XDP_DROP)"), text);
    assertTrue(text.contains("14 bytes, 1 of them changed"), text);
    assertTrue(text.contains("0000  00 [ee] 22  33"), text);
    assertTrue(!text.contains("ns a run"), text);
  }

  @Test
  void aRepeatedRunShowsMedianAndSpread() throws Exception {
    String text = shown("%prog run f.flip --repeat 1_000");
    assertTrue(text.contains("ns a run: the median of 11 batches of 1,000 runs"), text);
    assertTrue(text.contains("  * "), text);
  }

  @Test
  void thePacketMayComeFromAFile() throws Exception {
    byte[] packet = new byte[20];
    packet[5] = 9;
    Path file = Files.write(folder.resolve("packet.bin"), packet);
    var result = (TestRunResult) run("%prog run f.flip --data @" + file);
    assertArrayEquals(packet, result.input());
  }

  @Test
  void theVerifiersWordsAreShown() throws Exception {
    assertTrue(shown("%prog log f.flip").contains("processed"));
  }

  @Test
  void theCodeHasTheLinesOfTheCell() throws Exception {
    String code = shown("%prog dis f.flip");
    assertTrue(code.contains(";    7: at[1] ^= 0xff;"), code);
    assertTrue(code.contains("exit"), code);
    String compiled = shown("%prog dis f.flip --jited");
    assertTrue(compiled.contains(";    7: at[1] ^= 0xff;"), compiled);
  }

  @Test
  void whereNoneIsNamedTheProgramsAreListed() throws Exception {
    for (String cell : List.of("%prog", "%prog run f", "%prog run", "%prog log f", "%prog dis")) {
      NotedTable table = assertInstanceOf(NotedTable.class, run(cell), cell);
      assertEquals(
          List.of("f.flip", "f.enter"), table.stringColumn("program").asList(), table::print);
      assertTrue(table.notes().getFirst().endsWith("f.flip"), table::toString);
    }
    assertEquals(
        List.of("name one of them: %prog run f.flip"), ((NotedTable) run("%prog run f")).notes());
  }

  @Test
  void mistakesAreNamed() {
    assertTrue(refused("%prog stat f").contains("did you mean 'stats'"));
    assertTrue(refused("%prog run f.flop").contains("flip"));
    assertTrue(refused("%prog run f.flip --data 123").contains("two hexadecimal digits"));
    for (String halves : List.of("'1 2 3 4'", "'0x1 0x2'", "0xa0xb", "1:22:33:4")) {
      String why = refused("%prog run f.flip --data " + halves);
      assertTrue(why.contains("two hexadecimal digits"), why);
    }
    assertTrue(refused("%prog run f.flip --data @/no/file").contains("no such file"));
    assertTrue(refused("%prog run f.flip --for 5s").contains("belongs to 'stats'"));
  }

  @Test
  void whatAnIteratorWritesIsShownAsTextAndAsATable() throws Exception {
    notebook.run(
        """
        %%bpf tasks
        struct row { u32 pid; char comm[16]; };
        struct row *unused;
        SEC("iter/task") int names(struct bpf_iter__task *c)
        {
            struct task_struct *t = c->task;
            if (t)
                BPF_SEQ_PRINTF(c->meta->seq, "%d %s\\n", t->tgid, t->comm);
            return 0;
        }
        SEC("iter/task") int rows(struct bpf_iter__task *c)
        {
            struct task_struct *t = c->task;
            struct row row = {};
            if (!t)
                return 0;
            row.pid = t->tgid;
            bpf_probe_read_kernel_str(row.comm, sizeof(row.comm), t->comm);
            bpf_seq_write(c->meta->seq, &row, sizeof(row));
            return 0;
        }
        """);
    try (var tasks = (BpfObject) notebook.variable("tasks").orElseThrow()) {
      assertTrue(shown("%prog iter tasks.names").contains("kthreadd"));
      var words = (Table) run("%prog iter tasks.names --table");
      assertEquals(List.of("c1", "c2"), words.columnNames());
      var rows = (Table) run("%prog iter tasks.rows --as 'struct row'");
      assertEquals(List.of("pid", "comm"), rows.columnNames());
      assertTrue(rows.rowCount() > 10);
      assertEquals(2, tasks.links().size());
      assertTrue(refused("%prog iter f.flip").contains("does not say where"));
      assertTrue(refused("%prog log f.flip --table").contains("belongs to 'iter'"));
    }
  }
}
