package org.skep.bpf.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.Uapi;

/** How Linux runs programs of a type on given data. */
public sealed interface TestRunKind {
  /** The kernel hands it a packet, and repeats and times by itself. */
  record Packet() implements TestRunKind {}

  /** The kernel hands it a context alone, and repeats and times by itself. */
  @SuppressWarnings("ArrayRecordComponent") // for one run alone
  record Repeated(byte[] usual) implements TestRunKind {}

  /** The kernel hands it a context, runs it once, and may give the context back. */
  @SuppressWarnings("ArrayRecordComponent") // for one run alone
  record Single(byte[] usual, boolean givesBack) implements TestRunKind {}

  /** There is no such run. */
  record None(String reason, String remedy) implements TestRunKind {}

  /** Twelve arguments of 8 bytes, the most that a raw tracepoint has. */
  int ARGUMENTS = 12 * 8;

  /** An Ethernet frame with IPv4 and UDP from 127.0.0.1:1000 to 127.0.0.1:9, 64 bytes. */
  static byte[] usualPacket() {
    return HexFormat.of()
        .parseHex(
            "0200000000020200000000010800"
                + "450000320000400040113cb97f0000017f000001"
                + "03e80009001e0000"
                + "736b657020746573742072756e2064617461202d2d2d");
  }

  /** How programs of a type are run; a syscall program gets {@code argument} zeros. */
  static TestRunKind of(int type, int argument) {
    return switch (type) {
      case Uapi.BPF_PROG_TYPE_XDP,
          Uapi.BPF_PROG_TYPE_SOCKET_FILTER,
          Uapi.BPF_PROG_TYPE_SCHED_CLS,
          Uapi.BPF_PROG_TYPE_SCHED_ACT,
          Uapi.BPF_PROG_TYPE_CGROUP_SKB,
          Uapi.BPF_PROG_TYPE_LWT_IN,
          Uapi.BPF_PROG_TYPE_LWT_OUT,
          Uapi.BPF_PROG_TYPE_LWT_XMIT,
          Uapi.BPF_PROG_TYPE_LWT_SEG6LOCAL,
          Uapi.BPF_PROG_TYPE_FLOW_DISSECTOR,
          Uapi.BPF_PROG_TYPE_NETFILTER ->
          new Packet();
      case Uapi.BPF_PROG_TYPE_SK_LOOKUP -> new Repeated(usualLookup());
      case Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT, Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE ->
          new Single(new byte[ARGUMENTS], false);
      case Uapi.BPF_PROG_TYPE_SYSCALL -> new Single(new byte[argument], true);
      case Uapi.BPF_PROG_TYPE_TRACING ->
          new None(
              "Linux makes test runs of fentry, fexit and fmod_ret by calling functions of its own"
                  + " tests, and none of tp_btf and iterators",
              "attach it, make the event happen, and use %prog stats");
      default ->
          new None(
              "Linux has no test run for programs of type " + Libbpf.libbpf_bpf_prog_type_str(type),
              "attach it, make the event happen, and use %prog stats; or try the code as raw_tp or"
                  + " syscall");
    };
  }

  /** {@code struct bpf_sk_lookup}: TCP over IPv4. */
  private static byte[] usualLookup() {
    return ByteBuffer.allocate(72)
        .order(ByteOrder.nativeOrder())
        .putInt(8, 2)
        .putInt(12, 6)
        .array();
  }
}
