package org.skep.bpf.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.BpfProgram;

/**
 * What to run a program on, and how often, for {@link BpfProgram#run}. Never changes; each method
 * gives another one.
 *
 * <p>Usually: {@code opens.program("count").run(TestRun.of(packet).repeat(100_000))}.
 */
public final class TestRun {
  /** Batches of a measurement: enough for a median and quartiles. */
  public static final int BATCHES = 11;

  private final byte @Nullable [] data;
  private final byte @Nullable [] context;
  private final int repeat;

  private TestRun(byte @Nullable [] data, byte @Nullable [] context, int repeat) {
    this.data = data;
    this.context = context;
    this.repeat = repeat;
  }

  /** One run on what the program's type usually gets: a small packet, or a context of zeros. */
  public static TestRun once() {
    return new TestRun(null, null, 0);
  }

  /** One run on a packet, from its Ethernet header on; at least 14 bytes. */
  public static TestRun of(byte[] data) {
    return once().data(data);
  }

  /** The same on another packet. */
  public TestRun data(byte[] bytes) {
    return new TestRun(bytes.clone(), context, repeat);
  }

  /**
   * The same with another context: the struct that the program's type reads and writes ({@code
   * struct __sk_buff}, {@code struct xdp_md}), the arguments of a raw tracepoint, 8 bytes each, or
   * the argument of a {@code syscall} program.
   */
  public TestRun context(byte[] bytes) {
    return new TestRun(data, bytes.clone(), repeat);
  }

  /**
   * The same, measured too: after the first run and a warm-up, {@value #BATCHES} batches of so many
   * runs.
   *
   * @throws IllegalArgumentException for a number below 1
   */
  public TestRun repeat(int runs) {
    if (runs < 1) {
      throw new IllegalArgumentException("repeat a test run: " + runs + " runs (1 or more)");
    }
    return new TestRun(data, context, runs);
  }

  Optional<byte[]> data() {
    return Optional.ofNullable(data).map(byte[]::clone);
  }

  Optional<byte[]> context() {
    return Optional.ofNullable(context).map(byte[]::clone);
  }

  /** Runs of a batch; 0 where nothing is to be measured. */
  public int repeat() {
    return repeat;
  }
}
