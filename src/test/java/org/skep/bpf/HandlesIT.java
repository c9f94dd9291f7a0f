package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.base.MapHandle;
import org.skep.bpf.base.ProgramHandle;
import org.skep.bpf.base.ProgramInfo;

/** What an object is before and after loading, as bpftool and {@code /proc} have it. */
@Tag("privileged")
class HandlesIT {
  private static final String COUNT =
      """
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, u32); __type(value, u64); } hits SEC(".maps");
      SEC("raw_tp/sys_enter") int count(void *ctx) {
        u32 key = 1; u64 one = 1; bpf_map_update_elem(&hits, &key, &one, 0); return 0;
      }
      """;

  private static String of(int fd, String what) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd))) {
        if (line.startsWith(what + ":")) {
          return line.substring(what.length() + 1).strip();
        }
      }
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    return "";
  }

  @Test
  void aDescriptorIsThatOfTheMapOrProgramAndOpenMeanwhile() {
    BpfObject object = Cell.load("handles", COUNT);
    MapHandle map = object.map("hits");
    ProgramHandle program = object.program("count");
    try (object) {
      assertEquals("" + object.map("hits").id(), map.withDescriptor(fd -> of(fd, "map_id")));
      assertEquals(
          "" + object.program("count").id(), program.withDescriptor(fd -> of(fd, "prog_id")));
      assertEquals("hits", map.name());
      assertEquals("raw_tracepoint", program.type());
    }
    assertThrows(IllegalStateException.class, () -> map.withDescriptor(fd -> fd));
    assertThrows(IllegalStateException.class, () -> program.withDescriptor(fd -> fd));
  }

  @Test
  void theInfoOfAProgramIsWhatBpftoolShows() {
    try (BpfObject object = Cell.load("handles", COUNT)) {
      ProgramInfo info = object.program("count").info();
      String shown = Cell.command("bpftool", "-j", "prog", "show", "id", "" + info.id());
      assertEquals(number(shown, "bytes_xlated"), info.translatedBytes());
      assertEquals(number(shown, "bytes_jited"), info.compiledBytes());
      assertTrue(info.verifiedInstructions() > 0, info::toString);
      assertEquals(0, info.runs());
      assertEquals(0, info.misses());
    }
  }

  private static long number(String json, String key) {
    Matcher found = Pattern.compile("\"" + key + "\":(\\d+)").matcher(json);
    assertTrue(found.find(), json);
    return Long.parseLong(found.group(1));
  }

  @Test
  void whatIsSetBeforeLoadingIsInTheKernel() throws Exception {
    try (OpenBpfObject open = OpenBpfObject.open("handles", Cell.compile(COUNT))) {
      OpenMap hits = open.map("hits").maxEntries(7);
      OpenProgram count = open.program("count");
      assertEquals(7, hits.maxEntries());
      assertEquals("raw_tp/sys_enter", count.section());
      try (BpfObject object = open.load()) {
        ReadableMap loaded = object.map("hits");
        assertEquals("7", object.map("hits").withDescriptor(fd -> of(fd, "max_entries")));
        assertEquals(0, loaded.table().rowCount());
        object.map("hits").put(1, 2);
        assertEquals(1, loaded.snapshot().entries());
      }
    }
  }

  @Test
  void listenersAreToldOfEachProgramThatIsAttached() {
    List<BpfLink> told = new ArrayList<>();
    AttachListeners.add(
        link -> {
          if (link.program().equals("told")) {
            told.add(link);
          }
        });
    try (BpfObject object = Cell.load("handles", COUNT.replace("count(", "told("))) {
      BpfLink link = object.program("told").attach();
      assertEquals(List.of(link), told);
    }
    assertEquals(1, told.size());
  }
}
