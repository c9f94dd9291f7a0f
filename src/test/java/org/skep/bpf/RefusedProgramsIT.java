package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.Note;
import org.skep.VerifierException;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.run.TestRun;

/** Objects of many programs, some of which the verifier refuses. */
@Tag("privileged")
class RefusedProgramsIT {
  private static final String MAPS =
      """
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64);
        __type(key, u32); __type(value, u64); } counts SEC(".maps");
      const volatile u32 step = 1;
      u64 total;
      struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
        __type(key, u32); __type(value, u64); } in SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, u32);
        __array(values, struct inner); } out SEC(".maps") = { .values = { [1] = &in } };
      """;

  private static String program(int number, boolean isSound) {
    return """
    SEC("syscall") int p%d(void *ctx) {
      u32 k = %d; u64 *n;
      n = bpf_map_lookup_elem(&counts, &k);
      %s
      *n += step; total += step;
      return 0;
    }
    """
        .formatted(
            number,
            number,
            isSound
                ? "if (!n) { u64 z = 0; bpf_map_update_elem(&counts, &k, &z, 0);"
                    + " n = bpf_map_lookup_elem(&counts, &k); } if (!n) return 1;"
                : "");
  }

  private static String programs(int count, List<Integer> refused) {
    return MAPS
        + IntStream.range(0, count)
            .mapToObj(i -> program(i, !refused.contains(i)))
            .collect(Collectors.joining());
  }

  /** All share the maps of the one object that stays, with their first contents. */
  @Test
  void whatIsAcceptedWorksOnOneSetOfMaps() throws InterruptedException {
    var refused = List.of(0, 3, 4, 9, 17);
    try (OpenBpfObject open = OpenBpfObject.open("many", Cell.compile(programs(18, refused)))) {
      open.global("step").set(5);
      try (BpfObject object = open.load()) {
        for (int i = 0; i < 18; i++) {
          BpfProgram program = object.program("p" + i);
          if (refused.contains(i)) {
            var outcome = assertInstanceOf(LoadOutcome.Refused.class, program.loaded());
            var why = assertInstanceOf(VerifierException.class, outcome.why());
            assertEquals("p" + i, why.program());
            assertTrue(why.log().contains("map_value_or_null"), why::log);
          } else {
            assertInstanceOf(LoadOutcome.Loaded.class, program.loaded());
            assertEquals(0, program.run(TestRun.once()).returned());
          }
        }
        assertEquals("65", String.valueOf(object.global("total").get()));
        assertEquals("5", String.valueOf(object.global("step").get()));
        assertEquals(13, object.map("counts").table().rowCount());
        assertEquals(5L, object.map("counts").table().longColumn("value").get(0));
        assertEquals(1, object.map("out").table().rowCount());
        assertEquals(List.of(), object.notes());
      }
    }
  }

  @Test
  void everyRefusalIsToldWhereNothingLoads() {
    var why =
        assertThrows(
            VerifierException.class, () -> Cell.load("none", programs(4, List.of(0, 1, 2, 3))));
    assertEquals("p0", why.program());
    assertEquals(3, why.getSuppressed().length);
  }

  /** A program that is refused, or not to be loaded, leaves its slot of an array empty. */
  @Test
  void anArrayOfProgramsLoadsWithoutWhatIsRefused() throws InterruptedException {
    String text =
        MAPS
            + """
            int good(void *ctx); int p7(void *ctx); int off(void *ctx);
            struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4);
              __uint(key_size, 4); __array(values, int(void *)); } jumps SEC(".maps") =
              { .values = { [0] = (void *)&off, [1] = (void *)&p7, [2] = (void *)&good } };
            SEC("tc") int entry(void *ctx) { bpf_tail_call(ctx, &jumps, 2); return 1; }
            SEC("tc") int lost(void *ctx) { bpf_tail_call(ctx, &jumps, 1); return 2; }
            SEC("?tc") int off(void *ctx) { return 3; }
            SEC("tc") int good(void *ctx) { return 42; }
            """
            + program(7, false).replace("syscall", "tc");
    try (BpfObject object = Cell.load("jumping", text)) {
      var outcome = assertInstanceOf(LoadOutcome.Refused.class, object.program("p7").loaded());
      assertInstanceOf(VerifierException.class, outcome.why());
      assertInstanceOf(LoadOutcome.Skipped.class, object.program("off").loaded());
      assertEquals(42, object.program("entry").run(TestRun.once()).returned());
      assertEquals(2, object.program("lost").run(TestRun.once()).returned());
      assertEquals(1, object.map("jumps").table().rowCount());
      assertEquals(
          List.of(
              "array 'jumps' has no 'off', which is not loaded: a tail call to its slot does"
                  + " nothing",
              "array 'jumps' has no 'p7', which is not loaded: a tail call to its slot does"
                  + " nothing"),
          object.notes().stream().map(Note::text).toList());
    }
  }
}
