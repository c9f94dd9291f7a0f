package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.BpfObject;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/** {@code %map} on the maps of one object. */
@Tag("privileged")
class MapMagicIT {
  private final FakeNotebook notebook = new FakeNotebook();

  @TempDir Path folder;

  @BeforeEach
  void load() throws Exception {
    notebook.run(
        """
        %%bpf maps --no-attach
        struct st { u32 rx; u32 RX; };
        struct {
            __uint(type, BPF_MAP_TYPE_ARRAY);
            __uint(max_entries, 2);
            __type(key, u32);
            __type(value, struct st);
        } cases SEC(".maps");
        struct who { u32 pid; char comm[4]; };
        struct took { u64 total skep_ns; u64 max skep_ns; };
        struct {
            __uint(type, BPF_MAP_TYPE_HASH);
            __uint(max_entries, 100);
            __type(key, struct who);
            __type(value, struct took);
        } hits SEC(".maps");
        struct {
            __uint(type, BPF_MAP_TYPE_RINGBUF);
            __uint(max_entries, 65536);
        } log SEC(".maps");
        SEC("tc") int fill(struct __sk_buff *s)
        {
            u32 one = 1;
            struct st v = { 10, 20 };
            bpf_map_update_elem(&cases, &one, &v, 0);
            u64 *e = skep_reserve(&log, u64);
            if (!e)
                return 0;
            *e = 7;
            skep_submit(e);
            return 0;
        }
        """);
  }

  @AfterEach
  void close() {
    object().close();
  }

  private BpfObject object() {
    return (BpfObject) notebook.variable("maps").orElseThrow();
  }

  private Table table(String cell) throws Exception {
    return assertInstanceOf(Table.class, notebook.run(cell), cell);
  }

  private String chart(String cell) throws Exception {
    notebook.recorded.displays.clear();
    table(cell);
    return notebook.recorded.displays.getLast().string(MimeBundle.HTML).orElseThrow();
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  @Test
  void membersThatDifferByCaseAreEachFoundByItsName() throws Exception {
    notebook.run("%prog run maps.fill");
    assertEquals(Map.of("rx", 10L, "RX", 20L), object().map("cases").get(1).orElseThrow());
    assertEquals(1, table("%map maps.cases --where \"RX == 20\"").longColumn("key").get(0));
    assertEquals(0, table("%map maps.cases --where \"RX == 10\"").rowCount());
    assertEquals(1, table("%map maps.cases --where \"rx == 10\"").rowCount());
    assertEquals(1, table("%map maps.cases --sort -RX").longColumn("key").get(0));
    assertEquals(20L, table("%map maps.cases").column("RX").get(1));
    assertTrue(chart("%map maps.cases --bar key RX").contains("20.0"));
    assertTrue(chart("%map maps.cases --bar key rx").contains("10.0"));
    assertTrue(
        NotedTable.notesOf(table("%map maps.cases"))
            .contains("column 'RX_2' is the member 'RX': columns cannot differ in capitals alone"));
    table("%map maps.cases --record " + folder.resolve("cases.parquet"));
    String replay = "%replay " + folder.resolve("cases.parquet");
    assertEquals(1, table(replay + " --where \"RX_2 == 20\"").rowCount());
    assertTrue(refused(replay + " --where \"RX == 20\"").contains("rx, RX_2"));
  }

  private String text(Object value) {
    return notebook.displays().render(value).string(MimeBundle.TEXT).orElseThrow();
  }

  /** A cell whose last expression is a Java value shows it as a table does. */
  @Test
  void javaValuesAreShownAsWhatTheyMean() throws Exception {
    var hits = object().map("hits");
    hits.put(Map.of("pid", 7, "comm", "a"), Map.of("total", 1_500, "max", 2_000_000));
    Object took = hits.get(Map.of("pid", 7, "comm", "a"));
    assertEquals("Optional[{total=1.50 µs, max=2.00 ms}]", text(took));
    assertEquals(
        "{{pid=7, comm=a}={total=1.50 µs, max=2.00 ms}}", text(hits.entries()).replace("\n", ""));
    assertEquals("{rx=0, RX=0}", text(object().map("cases").get(0).orElseThrow()));
    assertEquals("1.50 µs", table("%map maps.hits").getString(0, "total"));
  }

  @Test
  void chartsAreOfAllRowsAndInUnits() throws Exception {
    for (int pid = 1; pid <= 60; pid++) {
      object()
          .map("hits")
          .put(
              Map.of("pid", pid, "comm", "grp"),
              Map.of("total", 1_000_000L * pid, "max", 1_000L * pid));
    }
    object()
        .map("hits")
        .put(Map.of("pid", 99, "comm", "cat"), Map.of("total", 3_000_000_000L, "max", 5L));
    Table top = table("%map maps.hits --sort -total --top 10");
    assertEquals(10, top.rowCount());
    assertEquals("3.00 s", top.getString(0, "total"));
    String sums = chart("%map maps.hits --sort -total --top 10 --bar comm total");
    assertTrue(sums.contains("[3.0, 1.83]"), sums); // 1 + 2 + ... + 60 ms
    assertTrue(sums.contains("sum of total (s)"), sums);
    String maxima = chart("%map maps.hits --sort -total --top 10 --bar comm max");
    assertTrue(maxima.contains("[0.005, 60.0]"), maxima);
    assertTrue(maxima.contains("max of max (µs)"), maxima);
    assertTrue(chart("%map maps.hits --bar comm count").contains("[60.0, 1.0]"));
    assertTrue(chart("%map maps.hits --bar comm max(total)").contains("max of total (s)"));
    assertTrue(chart("%map maps.hits --top 1 --hist max").contains("'max (µs)'"));
    assertTrue(refused("%map maps.hits --bar comm pid").contains("count)"));
    table("%map maps.hits --record " + folder.resolve("hits.parquet"));
    String replayed =
        chart(
            "%replay "
                + folder.resolve("hits.parquet")
                + " --sort -total --top 10 --bar comm total");
    assertTrue(replayed.contains("[3.0, 1.83]"), replayed);
  }

  @Test
  void whereNoMapIsNamedTheMapsAreListed() throws Exception {
    for (String cell : List.of("%map", "%map maps")) {
      NotedTable list = (NotedTable) table(cell);
      assertEquals(
          List.of("maps.cases", "maps.log", "maps.hits"), list.stringColumn("map").asList());
      assertEquals(
          List.of("2 entries", "64 KiB", "100 entries"), list.stringColumn("size").asList());
    }
    assertEquals("maps.cases", table("%map cases").name());
    assertTrue(refused("%map case").contains("did you mean 'cases'"));
    assertTrue(refused("%map mapps").contains("did you mean 'maps'"));
    assertTrue(refused("%map mapps.cases").contains("did you mean 'maps'"));
    notebook.run("%prog run maps.fill");
    assertEquals(7L, table("%events maps").column("value").get(0));
    assertEquals(0, table("%events log").rowCount());
  }

  @Test
  void whatSkepCountsIsNotAmongTheMapsOfTheNotebook() throws Exception {
    var displays = notebook.displays();
    for (Object shown : new Object[] {object(), notebook.run("%bpf")}) {
      String text = displays.render(shown).string(MimeBundle.TEXT).orElseThrow();
      assertFalse(text.contains(".data.skep"), text);
      assertTrue(text.contains("64 KiB"), text);
    }
    assertTrue(object().maps().stream().anyMatch(m -> m.name().equals(".data.skep")));
  }
}
