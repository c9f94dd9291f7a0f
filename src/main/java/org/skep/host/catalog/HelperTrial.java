package org.skep.host.catalog;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.regex.Pattern;
import org.skep.btf.TypeId;
import org.skep.host.hooks.RunningTypes;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/**
 * Whether programs of a type may call a helper, by the verifier's words. libbpf has such a trial
 * too, but before 1.5 it takes the words of Linux 6.10 and later for leave.
 */
enum HelperTrial {
  ALLOWED,
  REFUSED,
  UNKNOWN;

  private static final int LOG_BYTES = 1 << 16;
  private static final int BPF_F_SLEEPABLE = 1 << 4;
  private static final int BPF_CGROUP_INET4_CONNECT = 10;
  private static final int BPF_CGROUP_GETSOCKOPT = 21;
  private static final int BPF_SK_LOOKUP = 36;
  private static final int BPF_LSM_MAC = 27;
  private static final String REACHED = "(85) call";
  private static final long EXIT = 0x95;
  private static final long CALL = 0x85;

  /** In the order of the versions of Linux. */
  private static final Pattern REFUSAL =
      Pattern.compile("unknown func|invalid func|program of this type cannot use helper");

  static HelperTrial of(int type, int helper) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment log = arena.allocate(LOG_BYTES);
      MemorySegment code =
          arena.allocateFrom(ValueLayout.JAVA_LONG, (long) helper << 32 | CALL, EXIT);
      CStruct load =
          CStruct.allocate(arena, BpfSyscall.prog_load)
              .set("prog_type", type)
              .set("insn_cnt", 2)
              .set("insns", code.address())
              .set("license", CText.allocate(arena, "GPL").address())
              .set("log_level", 1)
              .set("log_size", LOG_BYTES)
              .set("log_buf", log.address())
              .set("prog_flags", type == Uapi.BPF_PROG_TYPE_SYSCALL ? BPF_F_SLEEPABLE : 0)
              .set("expected_attach_type", attachType(type))
              .set("attach_btf_id", target(type));
      int result = BpfSyscall.bpf(BpfSyscall.BPF_PROG_LOAD, load);
      if (result >= 0) {
        Libc.close(result);
        return ALLOWED;
      }
      String words = CText.readBuffer(log);
      return REFUSAL.matcher(words).find() ? REFUSED : words.contains(REACHED) ? ALLOWED : UNKNOWN;
    }
  }

  private static int attachType(int type) {
    return switch (type) {
      case Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR -> BPF_CGROUP_INET4_CONNECT;
      case Uapi.BPF_PROG_TYPE_CGROUP_SOCKOPT -> BPF_CGROUP_GETSOCKOPT;
      case Uapi.BPF_PROG_TYPE_SK_LOOKUP -> BPF_SK_LOOKUP;
      case Uapi.BPF_PROG_TYPE_NETFILTER -> Uapi.BPF_NETFILTER;
      case Uapi.BPF_PROG_TYPE_TRACING -> Uapi.BPF_TRACE_RAW_TP;
      case Uapi.BPF_PROG_TYPE_LSM -> BPF_LSM_MAC;
      default -> 0;
    };
  }

  /** Some types need one: tracing a tracepoint here, as fentry's programs get the same helpers. */
  private static int target(int type) {
    String name =
        switch (type) {
          case Uapi.BPF_PROG_TYPE_TRACING -> "btf_trace_sched_switch";
          case Uapi.BPF_PROG_TYPE_LSM -> "bpf_lsm_file_open";
          default -> "";
        };
    return name.isEmpty()
        ? 0
        : RunningTypes.find().flatMap(btf -> btf.find(name)).map(TypeId::value).orElse(0);
  }
}
