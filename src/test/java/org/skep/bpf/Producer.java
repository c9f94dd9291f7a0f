package org.skep.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.skep.bpf.run.TestRun;

/** A program that sends as many events as it is told, when it is told. */
final class Producer {
  private static final String HEAD =
      """
      #include <skep_records.h>
      #include <skep.h>
      struct event { u64 seq; u32 pid; char comm[16]; };
      struct other { u32 kind; u32 more; u64 seq; };
      struct batch { u64 from; u64 lost; void *ctx; };
      static void fill(struct event *e, u64 seq) {
        e->seq = seq;
        e->pid = 7;
        bpf_get_current_comm(e->comm, sizeof(e->comm));
      }
      """;

  private static final String TAIL =
      """
      SEC("raw_tp/sys_enter") int send(struct bpf_raw_tracepoint_args *ctx) {
        struct batch b = { ctx->args[1], 0, ctx };
        if (ctx->args[2] != 4711)
          return 0;
        bpf_loop(ctx->args[0], one, &b, 0);
        return b.lost;
      }
      """;

  static final String RESERVE =
      """
      static long one(u32 i, struct batch *b) {
        struct event *e = skep_reserve(&sent, struct event);
        if (!e) { b->lost++; return 0; }
        fill(e, b->from + i);
        skep_submit(e);
        return 0;
      }
      """;

  private Producer() {}

  static String ring(int bytes) {
    return "struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, "
        + bytes
        + "); } sent SEC(\".maps\");\n";
  }

  static final String PERF =
      """
      struct {
        __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
        __uint(key_size, 4); __uint(value_size, 4);
      } sent SEC(".maps");
      static long one(u32 i, struct batch *b) {
        struct event e = {};
        fill(&e, b->from + i);
        if (bpf_perf_event_output(b->ctx, &sent, BPF_F_CURRENT_CPU, &e, sizeof(e)))
          b->lost++;
        return 0;
      }
      """;

  /**
   * Loads it.
   *
   * @param sending the map {@code sent}, and a function {@code one} that sends an event
   */
  static BpfObject load(String sending) {
    return Cell.load("producer", HEAD + sending + TAIL);
  }

  /** Sends events; how many the program saw lost. */
  static int send(BpfObject object, int count, long from) {
    try {
      byte[] arguments =
          ByteBuffer.allocate(24)
              .order(ByteOrder.nativeOrder())
              .putLong(count)
              .putLong(from)
              .putLong(4711)
              .array();
      return object.program("send").run(TestRun.once().context(arguments)).returned();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
