package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import org.skep.internal.ffi.CStruct;

/** Structs and numbers of linux/bpf.h, under their names there. */
public final class Uapi {
  public static final int BPF_F_MMAPABLE = 1 << 10;
  public static final int BPF_F_RDONLY_PROG = 1 << 7;

  /** Of program loading. */
  public static final int BPF_F_SLEEPABLE = 1 << 4;

  public static final int BPF_PROG_TYPE_UNSPEC = 0;
  public static final int BPF_PROG_TYPE_SOCKET_FILTER = 1;
  public static final int BPF_PROG_TYPE_KPROBE = 2;
  public static final int BPF_PROG_TYPE_SCHED_CLS = 3;
  public static final int BPF_PROG_TYPE_SCHED_ACT = 4;
  public static final int BPF_PROG_TYPE_TRACEPOINT = 5;
  public static final int BPF_PROG_TYPE_XDP = 6;
  public static final int BPF_PROG_TYPE_PERF_EVENT = 7;
  public static final int BPF_PROG_TYPE_CGROUP_SKB = 8;
  public static final int BPF_PROG_TYPE_CGROUP_SOCK = 9;
  public static final int BPF_PROG_TYPE_LWT_IN = 10;
  public static final int BPF_PROG_TYPE_LWT_OUT = 11;
  public static final int BPF_PROG_TYPE_LWT_XMIT = 12;
  public static final int BPF_PROG_TYPE_SOCK_OPS = 13;
  public static final int BPF_PROG_TYPE_SK_SKB = 14;
  public static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
  public static final int BPF_PROG_TYPE_SK_MSG = 16;
  public static final int BPF_PROG_TYPE_RAW_TRACEPOINT = 17;
  public static final int BPF_PROG_TYPE_CGROUP_SOCK_ADDR = 18;
  public static final int BPF_PROG_TYPE_LWT_SEG6LOCAL = 19;
  public static final int BPF_PROG_TYPE_LIRC_MODE2 = 20;
  public static final int BPF_PROG_TYPE_SK_REUSEPORT = 21;
  public static final int BPF_PROG_TYPE_FLOW_DISSECTOR = 22;
  public static final int BPF_PROG_TYPE_CGROUP_SYSCTL = 23;
  public static final int BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE = 24;
  public static final int BPF_PROG_TYPE_CGROUP_SOCKOPT = 25;
  public static final int BPF_PROG_TYPE_TRACING = 26;
  public static final int BPF_PROG_TYPE_STRUCT_OPS = 27;
  public static final int BPF_PROG_TYPE_EXT = 28;
  public static final int BPF_PROG_TYPE_LSM = 29;
  public static final int BPF_PROG_TYPE_SK_LOOKUP = 30;
  public static final int BPF_PROG_TYPE_SYSCALL = 31;
  public static final int BPF_PROG_TYPE_NETFILTER = 32;

  public static final int BPF_SK_SKB_STREAM_VERDICT = 5;
  public static final int BPF_TRACE_RAW_TP = 23;
  public static final int BPF_LSM_MAC = 27;
  public static final int BPF_TRACE_ITER = 28;
  public static final int BPF_LSM_CGROUP = 43;
  public static final int BPF_XDP = 37;
  public static final int BPF_TCX_INGRESS = 46;
  public static final int BPF_TCX_EGRESS = 47;
  public static final int BPF_TRACE_KPROBE_MULTI = 42;
  public static final int BPF_NETFILTER = 45;
  public static final int BPF_TRACE_UPROBE_MULTI = 48;
  public static final int BPF_NETKIT_PRIMARY = 54;
  public static final int BPF_NETKIT_PEER = 55;
  public static final int BPF_TRACE_KPROBE_SESSION = 56;
  public static final int BPF_TRACE_UPROBE_SESSION = 57;
  public static final int BPF_LIRC_MODE2 = 17;
  public static final int BPF_SK_SKB_VERDICT = 38;
  public static final int BPF_CGROUP_UNIX_CONNECT = 49;
  public static final int BPF_CGROUP_UNIX_SENDMSG = 50;
  public static final int BPF_CGROUP_UNIX_RECVMSG = 51;
  public static final int BPF_CGROUP_UNIX_GETPEERNAME = 52;
  public static final int BPF_CGROUP_UNIX_GETSOCKNAME = 53;

  /** {@code struct bpf_prog_info}, up to {@code verified_insns}. */
  public static final StructLayout bpf_prog_info =
      CStruct.layout(
          "bpf_prog_info",
          INT.withName("type"),
          INT.withName("id"),
          MemoryLayout.sequenceLayout(8, ValueLayout.JAVA_BYTE).withName("tag"),
          INT.withName("jited_prog_len"),
          INT.withName("xlated_prog_len"),
          LONG.withName("jited_prog_insns"),
          LONG.withName("xlated_prog_insns"),
          LONG.withName("load_time"),
          INT.withName("created_by_uid"),
          INT.withName("nr_map_ids"),
          LONG.withName("map_ids"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("name"),
          INT.withName("ifindex"),
          INT.withName("gpl_compatible"),
          LONG.withName("netns_dev"),
          LONG.withName("netns_ino"),
          INT.withName("nr_jited_ksyms"),
          INT.withName("nr_jited_func_lens"),
          LONG.withName("jited_ksyms"),
          LONG.withName("jited_func_lens"),
          INT.withName("btf_id"),
          INT.withName("func_info_rec_size"),
          LONG.withName("func_info"),
          INT.withName("nr_func_info"),
          INT.withName("nr_line_info"),
          LONG.withName("line_info"),
          LONG.withName("jited_line_info"),
          INT.withName("nr_jited_line_info"),
          INT.withName("line_info_rec_size"),
          INT.withName("jited_line_info_rec_size"),
          INT.withName("nr_prog_tags"),
          LONG.withName("prog_tags"),
          LONG.withName("run_time_ns"),
          LONG.withName("run_cnt"),
          LONG.withName("recursion_misses"),
          INT.withName("verified_insns"),
          INT.withName("attach_btf_obj_id"),
          INT.withName("attach_btf_id"));

  /** {@code struct bpf_map_info}, up to {@code map_extra}. */
  public static final StructLayout bpf_map_info =
      CStruct.layout(
          "bpf_map_info",
          INT.withName("type"),
          INT.withName("id"),
          INT.withName("key_size"),
          INT.withName("value_size"),
          INT.withName("max_entries"),
          INT.withName("map_flags"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("name"),
          INT.withName("ifindex"),
          INT.withName("btf_vmlinux_value_type_id"),
          LONG.withName("netns_dev"),
          LONG.withName("netns_ino"),
          INT.withName("btf_id"),
          INT.withName("btf_key_type_id"),
          INT.withName("btf_value_type_id"),
          INT.withName("btf_vmlinux_id"),
          LONG.withName("map_extra"));

  /** The head of {@code struct bpf_btf_info}. */
  public static final StructLayout bpf_btf_info =
      CStruct.layout(
          "bpf_btf_info", LONG.withName("btf"), INT.withName("btf_size"), INT.withName("id"));

  /**
   * The head of {@code struct bpf_link_info}. The target is a number of 8 bytes for cgroups, and of
   * 4 for the others: an interface, an inode, a map.
   */
  public static final StructLayout bpf_link_info =
      CStruct.layout(
          "bpf_link_info",
          INT.withName("type"),
          INT.withName("id"),
          INT.withName("prog_id"),
          LONG.withName("target"));

  // enum bpf_link_type, of those whose target may go
  public static final int BPF_LINK_TYPE_CGROUP = 3;
  public static final int BPF_LINK_TYPE_NETNS = 5;
  public static final int BPF_LINK_TYPE_XDP = 6;
  public static final int BPF_LINK_TYPE_STRUCT_OPS = 9;
  public static final int BPF_LINK_TYPE_TCX = 11;
  public static final int BPF_LINK_TYPE_NETKIT = 13;

  private Uapi() {}
}
