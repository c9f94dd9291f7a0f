package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.read.Completeness;
import org.skep.bpf.read.ForEachReader;
import org.skep.bpf.run.EmptyProgram;
import org.skep.bpf.run.RunCounting;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.FakeCalls;

/** What reading, counting and listening do on a Linux that refuses a command of {@code bpf}. */
@Tag("privileged")
class SystemCallFallbacksIT {
  private static final String HASH =
      """
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 10000); __type(key, u32);
        __type(value, u64); } hash SEC(".maps");
      """;

  private static final String PROGRAM =
      """
      SEC("socket") int program(struct __sk_buff *c) { return 0; }
      """;

  private static Set<Integer> keys(BpfMap map, ForEachReader way) {
    Set<Integer> keys = new HashSet<>();
    Completeness said =
        Ways.read(
            map,
            way,
            (k, values, stride, count) -> {
              for (int i = 0; i < count; i++) {
                int key = k.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i);
                assertTrue(keys.add(key));
                assertEquals(key + 1, values.get(ValueLayout.JAVA_LONG_UNALIGNED, i * stride));
              }
            });
    assertEquals("complete", said.toString());
    return keys;
  }

  /** Neither the types, nor the program, nor the run, nor the memory are to be had for ever. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        BpfSyscall.BPF_BTF_LOAD,
        BpfSyscall.BPF_PROG_LOAD,
        BpfSyscall.BPF_PROG_TEST_RUN,
        BpfSyscall.BPF_MAP_CREATE
      })
  void aHashIsReadWhereTheProgramThatWalksItIsRejected(int command) {
    try (BpfObject object = Cell.load("walked", HASH)) {
      BpfMap map = object.map("hash");
      for (int i = 0; i < 9_000; i++) {
        map.put(i, i + 1);
      }
      Set<Integer> all = new HashSet<>(IntStream.range(0, 9_000).boxed().toList());
      ForEachReader way = Ways.program(map);
      try {
        for (Errno errno : List.of(Errno.EPERM, Errno.EINVAL, Errno.ENOMEM, Errno.E2BIG)) {
          FakeCalls calls = new FakeCalls().refuse(command, errno.number());
          assertEquals(all, calls.within(() -> keys(map, way)));
          assertEquals(all, calls.within(() -> keys(map, way)));
          assertTrue(calls.calls(command) <= 2, "a Linux that refuses is not asked each time");
          assertTrue(
              command == BpfSyscall.BPF_MAP_CREATE || way.walks() == 0,
              () -> errno + ": " + way.walks());
        }
      } finally {
        way.close();
      }
    }
  }

  /** The kernel's type of a hash may be known, and the pointers that fetch ahead not be allowed. */
  @Test
  void aWalkThatMayNotFetchAheadIsLoadedWithoutThat() {
    try (BpfObject object = Cell.load("large", HASH.replace("10000", "1000000"))) {
      BpfMap map = object.map("hash");
      map.put(1, 2);
      ForEachReader way = Ways.program(map);
      assertEquals(Set.of(1), keys(map, way));
      boolean fetches = way.fetches();
      way.close();
      FakeCalls calls = new FakeCalls();
      calls.answer(
          BpfSyscall.BPF_PROG_LOAD,
          attributes -> calls.calls(BpfSyscall.BPF_PROG_LOAD) == 1 ? -13 : FakeCalls.LINUX);
      assertEquals(Set.of(1), calls.within(() -> keys(map, way)));
      assertEquals(fetches ? 2 : 1, calls.calls(BpfSyscall.BPF_PROG_LOAD));
      assertEquals(fetches ? 2 : 1, way.walks());
      assertFalse(way.fetches());
      way.close();
    }
  }

  @Test
  void countingRunsSaysWhichLinuxDoes() {
    var old =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> new FakeCalls().refuse(BpfSyscall.BPF_ENABLE_STATS, 22).within(RunCounting::new));
    assertEquals(
        "count the runs of programs: this Linux counts only by its sysctl (Linux 5.8 or later)",
        old.getMessage());
    var forbidden =
        assertThrows(
            SyscallException.class,
            () -> new FakeCalls().refuse(BpfSyscall.BPF_ENABLE_STATS, 1).within(RunCounting::new));
    assertEquals(
        "count the runs of programs: not permitted (EPERM; needs CAP_SYS_ADMIN)",
        forbidden.getMessage());
    var full =
        assertThrows(
            SyscallException.class,
            () -> new FakeCalls().refuse(BpfSyscall.BPF_ENABLE_STATS, 24).within(RunCounting::new));
    assertEquals("count the runs of programs: too many open files (EMFILE)", full.getMessage());
  }

  @Test
  void whatMeasuringCostsIsUnknownWhereItCannotBeTried() {
    for (FakeCalls calls :
        List.of(
            new FakeCalls().refuse(BpfSyscall.BPF_PROG_LOAD, 1),
            new FakeCalls().refuseTestRun(524),
            new FakeCalls().refuseInfo(1),
            new FakeCalls())) { // nobody counts
      assertEquals(OptionalDouble.empty(), calls.within(EmptyProgram::countedNanos));
    }
    try (var _ = new RunCounting()) {
      double nanos = EmptyProgram.countedNanos().orElseThrow();
      assertTrue(nanos > 0 && nanos < 100_000, () -> "" + nanos);
    }
  }

  /** What a stream gives to each reading, in turn. */
  private static FakeCalls printed(byte[]... parts) {
    Deque<byte[]> left = new ArrayDeque<>(List.of(parts));
    return new FakeCalls()
        .answer(
            BpfSyscall.BPF_PROG_STREAM_READ_BY_FD,
            attributes -> {
              int room = attributes.getInt("stream_buf_len");
              if (room == 0 || attributes.getInt("stream_id") != 1 || left.isEmpty()) {
                return 0;
              }
              byte[] part = left.remove();
              assertTrue(part.length <= room);
              attributes.getPointer("stream_buf", room).copyFrom(MemorySegment.ofArray(part));
              return part.length;
            });
  }

  private static List<String> lines(BpfObject object, FakeCalls calls, int readings) {
    List<String> lines = new ArrayList<>();
    return calls.within(
        () -> {
          try (var streams = ProgramStreams.open(object.programs())) {
            for (int i = 0; i < readings; i++) {
              streams.read(line -> lines.add(line.text()));
            }
            streams.readRest(line -> lines.add("rest:" + line.text()));
          }
          return lines;
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void linesOfAStreamThatAreCutAnywhereAreWhole() {
    String text = "one\nzwei und süß €\n\nthree";
    byte[] all = bytes(text);
    List<String> expected = List.of("one", "zwei und süß €", "", "rest:three");
    try (BpfObject object = Cell.load("streams", PROGRAM)) {
      assertEquals(expected, lines(object, printed(all), 1));
      for (int cut = 1; cut < all.length; cut++) {
        FakeCalls calls =
            printed(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length));
        assertEquals(expected, lines(object, calls, 2), "cut at " + cut);
      }
    }
  }

  /** Another process reads on, or the program prints faster than it is read. */
  @Test
  void aStreamThatIsAlwaysFullDoesNotHoldTheReader() {
    byte[] full = bytes("123456789012345\n".repeat(1 << 10));
    byte[][] parts = new byte[1_000][];
    Arrays.fill(parts, full);
    try (BpfObject object = Cell.load("streams", PROGRAM)) {
      List<String> got = lines(object, printed(parts), 1);
      assertEquals(16 << 10, got.size());
      assertEquals(Set.of("123456789012345"), Set.copyOf(got));
    }
  }

  @Test
  void aLinuxWithoutStreamsSaysWhichHasThem() {
    try (BpfObject object = Cell.load("streams", PROGRAM)) {
      FakeCalls old =
          new FakeCalls().refuse(BpfSyscall.BPF_PROG_STREAM_READ_BY_FD, Errno.EINVAL.number());
      var refused = assertThrows(UnsupportedFeatureException.class, () -> lines(object, old, 1));
      assertEquals(
          "read what 'program' prints: this Linux has no streams of programs (they are in 6.17 and"
              + " later; bpf_printk works everywhere)",
          refused.getMessage());
      FakeCalls forbidden =
          new FakeCalls().refuse(BpfSyscall.BPF_PROG_STREAM_READ_BY_FD, Errno.EPERM.number());
      var no = assertThrows(SyscallException.class, () -> lines(object, forbidden, 1));
      assertEquals(Errno.EPERM.number(), no.errno());
    }
  }

  @Test
  void anErrorOfALaterReadingIsTold() {
    try (BpfObject object = Cell.load("streams", PROGRAM)) {
      FakeCalls calls =
          new FakeCalls()
              .answer(
                  BpfSyscall.BPF_PROG_STREAM_READ_BY_FD,
                  attributes -> attributes.getInt("stream_buf_len") == 0 ? 0 : -14);
      var refused = assertThrows(SyscallException.class, () -> lines(object, calls, 1));
      assertEquals(Errno.EFAULT.number(), refused.errno());
    }
  }
}
