package org.skep.bpf.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.base.ProgramHandle;
import org.skep.bpf.base.ProgramInfo;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;

/** Runs one program on given data, for its result and for the time that it takes. */
public final class TestRunner {
  /** A longer call could not be interrupted. */
  private static final double CALL_NANOS = 100e6;

  /** Enough for the CPU to have learnt the program. */
  private static final double WARM_NANOS = 20e6;

  private static final int FIRST_WARM_UP = 100;
  private static final int GROWTH = 4096;

  /** Of the machine code that a descriptor stands for. */
  interface Descriptor {
    <T> T with(IntFunction<T> work);
  }

  private final ProgramHandle program;
  private final TestRunKind kind;
  private final byte[] data;
  private final byte[] context;
  private final boolean usual;

  public TestRunner(ProgramHandle program, TestRunKind kind, TestRun how) {
    this.program = program;
    this.kind = kind;
    byte[] usualData = kind instanceof TestRunKind.Packet ? TestRunKind.usualPacket() : new byte[0];
    byte[] usualContext =
        switch (kind) {
          case TestRunKind.Packet p -> new byte[0];
          case TestRunKind.None n -> new byte[0];
          case TestRunKind.Repeated r -> r.usual();
          case TestRunKind.Single s -> s.usual();
        };
    this.data = how.data().orElse(usualData);
    this.context = how.context().orElse(usualContext);
    this.usual = how.data().isEmpty() && how.context().isEmpty();
  }

  public TestRunResult run(int repeat, int type, int attachType) throws InterruptedException {
    if (kind instanceof TestRunKind.None(String reason, String remedy)) {
      throw new UnsupportedFeatureException("run '" + program.name() + "'", reason, remedy);
    }
    try (Arena arena = Arena.ofShared()) {
      TestRunResult.Outcome first = first(arena);
      List<TestRunResult.Batch> batches = new ArrayList<>();
      OptionalDouble empty = OptionalDouble.empty();
      if (repeat > 0) {
        if (kind instanceof TestRunKind.Single) {
          try (var _ = new RunCounting()) {
            batches = counted(arena, repeat);
            empty = EmptyProgram.countedNanos();
          }
        } else {
          batches = timed(arena, program::withDescriptor, repeat);
          empty = empty(arena, type, attachType, repeat);
        }
      }
      return new TestRunResult(
          program.name(),
          program.type(),
          first,
          data,
          batches,
          empty,
          notes(repeat, batches, empty));
    }
  }

  /** The options of a call, whose memory lives as long as the arena. */
  private CStruct options(Arena arena, int repeat) {
    CStruct options = CStruct.sized(arena, LibbpfSyscall.bpf_test_run_opts).set("repeat", repeat);
    if (data.length > 0) {
      options.set("data_in", arena.allocateFrom(ValueLayout.JAVA_BYTE, data));
      options.set("data_size_in", data.length);
    }
    if (context.length > 0) {
      options.set("ctx_in", arena.allocateFrom(ValueLayout.JAVA_BYTE, context));
      options.set("ctx_size_in", context.length);
    }
    return options;
  }

  /** One run, with what it left of packet and context. */
  private TestRunResult.Outcome first(Arena arena) throws InterruptedException {
    boolean single = kind instanceof TestRunKind.Single;
    CStruct options = options(arena, single ? 0 : 1);
    MemorySegment dataOut = arena.allocate(data.length + GROWTH);
    MemorySegment contextOut = arena.allocate(Math.max(1, context.length));
    boolean packet = kind instanceof TestRunKind.Packet;
    if (packet) {
      options.set("data_out", dataOut).set("data_size_out", (int) dataOut.byteSize());
      if (context.length > 0) {
        options.set("ctx_out", contextOut).set("ctx_size_out", context.length);
      }
    }
    call(program::withDescriptor, options);
    byte[] left =
        packet
            ? dataOut.asSlice(0, options.getInt("data_size_out")).toArray(ValueLayout.JAVA_BYTE)
            : new byte[0];
    return new TestRunResult.Outcome(options.getInt("retval"), left, context(options, contextOut));
  }

  /** The kernel writes a syscall program's argument back to where it came from. */
  private byte[] context(CStruct options, MemorySegment out) {
    return switch (kind) {
      case TestRunKind.Packet p ->
          out.asSlice(0, Math.min(context.length, options.getInt("ctx_size_out")))
              .toArray(ValueLayout.JAVA_BYTE);
      case TestRunKind.Single s when s.givesBack() && context.length > 0 ->
          options.getPointer("ctx_in", context.length).toArray(ValueLayout.JAVA_BYTE);
      case TestRunKind.Single s -> new byte[0];
      case TestRunKind.Repeated r -> new byte[0];
      case TestRunKind.None n -> new byte[0];
    };
  }

  private List<TestRunResult.Batch> timed(Arena arena, Descriptor of, int repeat)
      throws InterruptedException {
    CStruct options = options(arena, 1);
    double nanos = 0;
    long runs = 0;
    for (int next = Math.min(FIRST_WARM_UP, repeat); nanos < WARM_NANOS && runs < repeat; ) {
      nanos += stretch(of, options.set("repeat", next)) * next;
      runs += next;
      next = Math.min(next * 2, Integer.MAX_VALUE / 4);
    }
    int most = (int) Math.clamp(CALL_NANOS / Math.max(1, nanos / runs), 1, repeat);
    List<TestRunResult.Batch> batches = new ArrayList<>();
    for (int batch = 0; batch < TestRun.BATCHES; batch++) {
      double inside = 0;
      long start = System.nanoTime();
      for (int left = repeat; left > 0; left -= Math.min(left, most)) {
        int now = Math.min(left, most);
        inside += stretch(of, options.set("repeat", now)) * now;
      }
      double outside = System.nanoTime() - start;
      batches.add(new TestRunResult.Batch(repeat, inside / repeat, outside / repeat));
    }
    return batches;
  }

  /** The kernel's average for one call, in whole nanoseconds. */
  private double stretch(Descriptor of, CStruct options) throws InterruptedException {
    call(of, options);
    return Integer.toUnsignedLong(options.getInt("duration"));
  }

  /** Where the kernel does not repeat, its statistics tell the time of each run. */
  private List<TestRunResult.Batch> counted(Arena arena, int repeat) throws InterruptedException {
    CStruct options = options(arena, 0);
    List<TestRunResult.Batch> batches = new ArrayList<>();
    long warmUntil = System.nanoTime() + (long) WARM_NANOS;
    for (int i = 0; i < repeat && System.nanoTime() < warmUntil; i++) {
      call(program::withDescriptor, options);
    }
    for (int batch = 0; batch < TestRun.BATCHES; batch++) {
      ProgramInfo before = info();
      long start = System.nanoTime();
      for (int i = 0; i < repeat; i++) {
        call(program::withDescriptor, options);
      }
      double outside = System.nanoTime() - start;
      ProgramInfo after = info();
      long runs = after.runs() - before.runs();
      batches.add(
          new TestRunResult.Batch(
              runs,
              (double) (after.runNanos() - before.runNanos()) / Math.max(1, runs),
              outside / repeat));
    }
    return batches;
  }

  private ProgramInfo info() {
    return program.withDescriptor(fd -> ProgramInfo.of(program.name(), fd));
  }

  private OptionalDouble empty(Arena arena, int type, int attachType, int repeat)
      throws InterruptedException {
    try (EmptyProgram empty = EmptyProgram.load(type, attachType)) {
      if (empty.descriptor() < 0) {
        return OptionalDouble.empty();
      }
      Descriptor descriptor =
          new Descriptor() {
            @Override
            public <T> T with(IntFunction<T> work) {
              return work.apply(empty.descriptor());
            }
          };
      double[] sorted =
          timed(arena, descriptor, repeat).stream()
              .mapToDouble(TestRunResult.Batch::nanosPerRun)
              .sorted()
              .toArray();
      return OptionalDouble.of(sorted[sorted.length / 2]);
    } catch (SyscallException e) {
      return OptionalDouble.empty();
    }
  }

  /** One call; a signal that the JVM sends itself does not end it. */
  private void call(Descriptor of, CStruct options) throws InterruptedException {
    int result;
    do {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      result = of.with(fd -> LibbpfSyscall.bpf_prog_test_run_opts(fd, options.segment()));
    } while (Errno.EINTR.is(result) || Errno.EAGAIN.is(result));
    if (result < 0) {
      throw refusal(-result);
    }
  }

  private SyscallException refusal(int errno) {
    String cause =
        switch (Errno.nameOf(errno)) {
          case "EINVAL", "E2BIG", "ERANGE" ->
              kind instanceof TestRunKind.Packet
                  ? "Linux rejects this packet of "
                      + data.length
                      + " bytes"
                      + (context.length > 0
                          ? " or this context of " + context.length + " bytes"
                          : "")
                      + " ("
                      + Errno.nameOf(errno)
                      + "; a packet begins with its Ethernet header, and has 14 bytes or more and"
                      + " less than a page)"
                  : "Linux rejects a context of "
                      + context.length
                      + " bytes ("
                      + Errno.nameOf(errno)
                      + "; it must have what the program reads, "
                      + "at most 96 bytes for a raw tracepoint)";
          case "EPERM" -> "not permitted (EPERM; needs root, or CAP_BPF and CAP_PERFMON)";
          case "ENOTSUPP", "EOPNOTSUPP" ->
              "this Linux has no test run for programs of type " + program.type();
          default -> NativeObject.words(errno, List.of());
        };
    return new SyscallException("run '" + program.name() + "'", errno, cause);
  }

  private List<String> notes(int repeat, List<TestRunResult.Batch> batches, OptionalDouble empty) {
    var notes = new ArrayList<String>();
    boolean packet = kind instanceof TestRunKind.Packet;
    if (usual) {
      notes.add(
          packet
              ? "No data was given: it ran on a UDP packet of " + data.length + " bytes."
              : context.length > 0
                  ? "No context was given: it ran on " + context.length + " bytes, mostly zeros."
                  : "It ran without a context.");
    }
    if (repeat == 0) {
      return notes;
    }
    notes.add(
        "The runs follow each other with warm caches and nothing in between: the real cost will be"
            + " higher.");
    empty.ifPresent(
        nanos ->
            notes.add(
                String.format(
                    Locale.ROOT,
                    "Empty program: %.0f ns (not subtracted).%s",
                    nanos,
                    kind instanceof TestRunKind.Single
                        ? ""
                        : " The kernel counts in whole nanoseconds.")));
    if (packet) {
      notes.add(
          "Result and output are those of the first run. Within a call a run finds the packet as"
              + " the run before left it.");
    }
    if (kind instanceof TestRunKind.Single) {
      notes.add(
          "Linux does not repeat this type by itself: each run is a system call, timed by the"
              + " kernel's statistics, whose clock is part of the time.");
      if (batches.stream().anyMatch(b -> b.runs() != repeat)) {
        notes.add("It ran at its hook meanwhile too, and those runs are in the numbers.");
      }
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "Maps and globals hold what more than %,d runs did to them.",
            (long) repeat * TestRun.BATCHES));
    return notes;
  }
}
