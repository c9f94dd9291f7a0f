package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.code.Disassembly;
import org.skep.bpf.code.Disassembly.Instruction;
import org.skep.bpf.code.Disassembly.Line;

/** The code of loaded programs, compared with what bpftool makes of it. */
@Tag("privileged")
class DisassemblyIT {
  private static final String PROGRAM =
      """
      struct {
        __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 10);
        __type(key, u32); __type(value, u64);
      } counts SEC(".maps");
      struct {
        __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4);
        __type(key, u32); __type(value, u32);
      } next SEC(".maps");
      u64 seen;
      const volatile int limit = 5;
      static __attribute__((noinline)) int step(u32 key)
      {
        u64 *value = bpf_map_lookup_elem(&counts, &key);
        if (!value) {
          bpf_printk("no %d", key);
          return 0;
        }
        __sync_fetch_and_add(value, 1);
        return *value;
      }
      static long turn(u32 i, void *context) { seen += i; return 0; }

      SEC("xdp") int work(struct xdp_md *c)
      {
        u8 *at = (void *)(long)c->data;
        if (at + 14 > (u8 *)(long)c->data_end)
          return XDP_ABORTED;
        at[0] ^= 0xff;
        __sync_val_compare_and_swap(&seen, 1, 2);
        seen = __sync_fetch_and_add(&seen, 5);
        if ((int)seen > limit)
          bpf_tail_call(c, &next, 1);
        if ((s32)*(signed char *)&at[3] < -5)
          seen = __builtin_bswap32(seen) / 3 - seen % 7;
        bpf_loop(5, turn, 0, 0);
        return step(at[1]);
      }
      """;

  private static final Pattern HEX = Pattern.compile("0x[0-9a-f]+");

  @Test
  void instructionsAreThoseOfBpftool() {
    try (BpfObject object = Cell.load("dis", PROGRAM)) {
      BpfProgram program = object.program("work");
      String listing =
          Cell.command("bpftool", "prog", "dump", "xlated", "id", String.valueOf(program.id()));
      List<String> expected =
          listing
              .lines()
              .filter(l -> l.matches("\\s*\\d+: \\(..\\) .*"))
              .map(l -> plain(l, object))
              .toList();
      List<String> actual =
          program.disassembly().instructions().stream().map(i -> i.at() + " " + i.text()).toList();
      assertEquals(String.join("\n", expected), String.join("\n", actual));
    }
  }

  /** bpftool's words in ours: names of maps and functions, signed decimal numbers. */
  private static String plain(String line, BpfObject object) {
    String text = line.strip().replaceFirst(": \\(..\\)", "");
    for (BpfMap map : object.maps()) {
      text = text.replace("map[id:" + map.id() + "]", "map " + map.name());
    }
    text = text.replaceFirst("call pc[+-]\\d+#bpf_prog_[0-9a-f]+_", "call ");
    text = text.replaceFirst("subprog\\[\\+\\d+\\]", "function turn");
    text = text.replaceFirst("(call \\w+)#-?\\d+", "$1");
    return HEX.matcher(text)
        .replaceAll(m -> String.valueOf(Integer.parseUnsignedInt(m.group().substring(2), 16)));
  }

  @Test
  void linesOfTheSourceAreSaidWhereTheyBegin() {
    try (BpfObject object = Cell.load("dis", PROGRAM)) {
      Disassembly code = object.program("work").disassembly();
      List<String> functions =
          code.instructions().stream().map(Instruction::function).distinct().toList();
      assertEquals("work", functions.getFirst());
      assertTrue(functions.containsAll(List.of("step", "turn")), functions::toString);
      Line line =
          code.instructions().stream()
              .flatMap(i -> i.line().stream())
              .filter(l -> l.text().equals("at[0] ^= 0xff;"))
              .findFirst()
              .orElseThrow();
      assertTrue(line.number() > 10 && line.file().endsWith(".c"), line::toString);
      assertTrue(code.toString().contains(": at[0] ^= 0xff;\n"), code::toString);
      assertEquals(code.instructions().size(), code.table().rowCount());
    }
  }

  @Test
  void theProcessorsInstructionsHaveTheSameLines() throws Exception {
    try (BpfObject object = Cell.load("dis", PROGRAM)) {
      Disassembly code = object.program("work").machineCode();
      assertTrue(
          Stream.of("work", "step", "turn")
              .allMatch(f -> code.instructions().stream().anyMatch(i -> i.function().equals(f))),
          code::toString);
      assertTrue(code.toString().contains(": at[0] ^= 0xff;\n"), code::toString);
      assertEquals(0, code.instructions().getFirst().at());
      assertTrue(code.toString().contains("__htab_map_lookup_elem"), code::toString);
    }
  }
}
