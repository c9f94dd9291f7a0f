package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.BpfObject;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

/** What can be set on the first line of a cell of C, and files in place of cells. */
@Tag("privileged")
class CellOptionsIT {
  private static final String BODY =
      """
      const volatile u32 step = 1;
      u64 seen;
      struct {
          __uint(type, BPF_MAP_TYPE_ARRAY);
          __uint(max_entries, 4);
          __type(key, u32);
          __type(value, u64);
      } slots SEC(".maps");

      SEC("tracepoint/syscalls/sys_enter_getpgid")
      int tick(void *ctx)
      {
          u32 first = 0;
          u64 *slot = bpf_map_lookup_elem(&slots, &first);
          __sync_fetch_and_add(&seen, step);
          if (slot)
              __sync_fetch_and_add(slot, step);
          return 0;
      }
      """;

  private final FakeNotebook notebook = new FakeNotebook();

  @TempDir Path folder;

  @AfterEach
  void letGo() {
    notebook.variables().forEach(v -> ((BpfObject) Objects.requireNonNull(v.value())).close());
  }

  private BpfObject object(String name) {
    return (BpfObject) notebook.variable(name).orElseThrow();
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  /** Arrays whose size is in the text keep it, as their indexes have a meaning. */
  @Test
  void oneSizeIsForAllMapsThatHaveNoneOfTheirOwn() throws Exception {
    String maps =
        """
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u32);
          __type(value, u32); } seen_once SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 4); __type(key, u32);
          __type(value, u32); } special SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, u32);
          __type(value, u32); } unsized SEC(".maps");
        """;
    for (String all : new String[] {"--size 5_00", "--size *=500"}) {
      notebook.run("%%bpf ticks --no-attach --size special=7 " + all + "\n" + maps + BODY);
      assertEquals(500, object("ticks").map("seen_once").maxEntries());
      assertEquals(500, object("ticks").map("unsized").maxEntries());
      assertEquals(7, object("ticks").map("special").maxEntries());
      assertEquals(4, object("ticks").map("slots").maxEntries());
    }
  }

  @Test
  void sizesAndConstantsAreSetBeforeLoading() throws Exception {
    notebook.run("%%bpf ticks --size slots=1_000 --set step=7\n" + BODY);
    assertEquals(1000, object("ticks").map("slots").maxEntries());
    assertEquals(7L, ((Number) object("ticks").global("step").get()).longValue());
  }

  @Test
  void variablesCanBeSetWhileTheProgramRuns() throws Exception {
    notebook.run("%%bpf ticks\n" + BODY);
    object("ticks").global("seen").set(42);
    assertTrue(((Number) object("ticks").global("seen").get()).longValue() >= 42);
  }

  @Test
  void mapsAreShared() throws Exception {
    notebook.run("%%bpf one --no-attach\n" + BODY);
    notebook.run("%%bpf two --no-attach --share slots=one.slots\n" + BODY);
    object("one").map("slots").put(3, 99);
    assertEquals(99L, object("two").map("slots").get(3).orElseThrow());
    assertEquals(object("one").map("slots").id(), object("two").map("slots").id());
  }

  @Test
  void headersOfOtherCellsAreIncluded() throws Exception {
    notebook.run("%%header numbers.h\n#define STEP 5\n");
    notebook.run(
        "%%bpf ticks\n#include <vmlinux.h>\n#include <bpf/bpf_helpers.h>\n#include \"numbers.h\"\n"
            + BODY.replace("step = 1", "step = STEP"));
    assertEquals(5L, ((Number) object("ticks").global("step").get()).longValue());
  }

  @Test
  void macrosAreDefinedForClang() throws Exception {
    notebook.run("%%bpf ticks --cflag=-DSTEP=6\n" + BODY.replace("step = 1", "step = STEP"));
    assertEquals(6L, ((Number) object("ticks").global("step").get()).longValue());
  }

  @Test
  void whatIsSavedCanBeLoaded() throws Exception {
    Path object = folder.resolve("ticks.o");
    notebook.run("%%bpf first --no-attach --save " + object + "\n" + BODY);
    notebook.run("%bpf load " + object + " --size slots=8");
    assertEquals(8, object("ticks").map("slots").maxEntries());
    assertEquals(1, object("ticks").links().size());
  }

  @Test
  void aFileOfCIsLoadedUnderItsName() throws Exception {
    Path file = Files.writeString(folder.resolve("my-ticks.bpf.c"), BODY);
    notebook.run("%bpf load " + file);
    assertEquals(1, object("my_ticks").links().size());
    notebook.run("%bpf load " + file + " --as other");
    assertEquals(1, object("other").links().size());
  }

  /** Linux adds a flag to such maps, so that a pinned one seems to differ from its definition. */
  @Test
  void aCellWithPinnedDevicesRunsTwice() throws Exception {
    Path pins = Path.of("/sys/fs/bpf/skep-ports-" + ProcessHandle.current().pid());
    String cell =
        "%%bpf ports --pin "
            + pins
            + """

            struct {
                __uint(type, BPF_MAP_TYPE_DEVMAP);
                __uint(max_entries, 4);
                __type(key, u32);
                __type(value, u32);
            } ports SEC(".maps");

            SEC("xdp") int redirect(struct xdp_md *ctx)
            {
                return bpf_redirect_map(&ports, 0, 0);
            }
            """;
    try {
      notebook.run(cell);
      int id = object("ports").map("ports").id();
      notebook.run(cell);
      assertEquals(id, object("ports").map("ports").id());
      String other = refused(cell.replace("max_entries, 4", "max_entries, 8"));
      assertTrue(other.contains("4 entries"), other);
      assertTrue(other.contains("rm " + pins.resolve("ports")), other);
    } finally {
      Files.deleteIfExists(pins.resolve("ports"));
      Files.delete(pins);
    }
    String nowhere = refused("%%bpf t --pin " + folder + "\n" + BODY);
    assertTrue(nowhere.contains("not on a BPF file system"), nowhere);
  }

  @Test
  void whatTheTextPinsIsSaid() throws Exception {
    String map = "skep_pin_" + ProcessHandle.current().pid();
    Path pin = Path.of("/sys/fs/bpf").resolve(map);
    try {
      var value =
          notebook.run(
              "%%bpf ticks --no-attach\n"
                  + BODY.replace("slots", map)
                      .replace("max_entries, 4)", "max_entries, 4); __uint(pinning, 1)"));
      assertTrue(
          String.valueOf(((Experiment) Objects.requireNonNull(value)).notes())
              .contains("pins map '" + map + "' at " + pin));
      assertTrue(Files.exists(pin));
    } finally {
      Files.deleteIfExists(pin);
    }
  }

  @Test
  void aCellWithPinnedMapsRunsTwice() throws Exception {
    Path pins = Path.of("/sys/fs/bpf/skep-test-" + ProcessHandle.current().pid());
    Files.createDirectory(pins);
    try {
      notebook.run("%%bpf ticks --pin " + pins + "\n" + BODY);
      object("ticks").map("slots").put(2, 5);
      notebook.run("%%bpf ticks --pin " + pins + "\n" + BODY);
      assertEquals(5L, object("ticks").map("slots").get(2).orElseThrow());
    } finally {
      Files.deleteIfExists(pins.resolve("slots"));
      Files.delete(pins);
    }
  }

  @Test
  void mistakesAreNamed() throws Exception {
    assertTrue(refused("%%bpf t --set stepp=1\n" + BODY).contains("step"));
    assertTrue(refused("%%bpf t --set step=many\n" + BODY).contains("many"));
    assertTrue(refused("%%bpf t --set step\n" + BODY).contains("VARIABLE=VALUE, such as"));
    assertTrue(refused("%%bpf t --on tick\n" + BODY).contains("PROGRAM=TARGET, such as"));
    assertTrue(
        refused("%%bpf t --size 5\nSEC(\"xdp\") int p(void *c) { return XDP_PASS; }")
            .contains("no map whose size can be chosen"));
    assertTrue(refused("%%bpf t --size slot=5\n" + BODY).contains("slots"));
    assertTrue(refused("%%bpf t --size slots=many\n" + BODY).contains("'many'"));
    assertTrue(refused("%%bpf t --share slots=one.slots\n" + BODY).contains("'one'"));
    assertTrue(refused("%bpf load " + folder.resolve("nothing.c")).contains("no such file"));
    assertTrue(refused("%%header ../x.h\n").contains("../x.h"));
    assertTrue(notebook.variables().isEmpty());
  }

  /** Whatever is mistyped, what runs goes on running. */
  @Test
  void aMistypedOptionLeavesTheEarlierObject() throws Exception {
    notebook.run("%%bpf ticks\n" + BODY);
    BpfObject earlier = object("ticks");
    Path file = Files.writeString(folder.resolve("a-file"), "");
    assertRefused("--size seen=4", "'seen'");
    assertRefused("--size .bss=4", "holds the global variables");
    assertRefused("--size slots=99999999999", "a number from 1 to 2147483647");
    assertRefused("--share slots=ticks..rodata", "they differ: array with keys of 4, values of 8");
    assertRefused("--include " + folder.resolve("nowhere"), "no such folder");
    assertRefused("--include " + file, "a file, and no folder");
    assertRefused("--pin relative/folder", "not on a BPF file system");
    assertRefused("--pin /sys/fs/bpf/with.dot", "have no dots");
    assertRefused("--type tick=tracepiont", "did you mean 'tracepoint'");
    assertRefused("--set step=-1", "set global variable 'step': ");
    assertRefused("--cflag=--nonsense", "--nonsense");
    assertRefused("--save " + folder, "a folder, not a file");
    assertEquals(1, earlier.links().size());
    assertEquals(earlier, object("ticks"));
  }

  private void assertRefused(String option, String why) {
    String message = refused("%%bpf ticks " + option + "\n" + BODY);
    assertTrue(message.contains(why), message);
    assertTrue(message.contains("'ticks' of the earlier run is still loaded"), message);
  }

  @Test
  void foldersForPinnedMapsAreMade() throws Exception {
    Path pins = Path.of("/sys/fs/bpf/skep-deep-" + ProcessHandle.current().pid());
    Path deep = pins.resolve("one/two");
    try {
      notebook.run("%%bpf ticks --pin " + deep + "\n" + BODY);
      assertTrue(Files.exists(deep.resolve("slots")));
    } finally {
      Files.deleteIfExists(deep.resolve("slots"));
      Files.deleteIfExists(deep);
      Files.deleteIfExists(deep.getParent());
      Files.deleteIfExists(pins);
    }
  }

  @Test
  void aTextWithoutAProgramIsToldSo() throws Exception {
    var value =
        notebook.run("%%bpf none\nint f(void *ctx) { return 0; }\nint g(void) { return 1; }\n");
    assertTrue(
        String.valueOf(((Experiment) Objects.requireNonNull(value)).notes())
            .contains("there is no program in it"));
  }
}
