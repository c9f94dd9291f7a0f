package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;

/**
 * The {@code bpf} system call itself, for what is too new for the libbpf of the machine or needs no
 * object: programs of raw instructions, and links of them. Results are descriptors, or negative
 * error numbers.
 */
public final class BpfSyscall {
  public static final int BPF_MAP_CREATE = 0;
  public static final int BPF_PROG_LOAD = 5;
  public static final int BPF_PROG_TEST_RUN = 10;
  public static final int BPF_RAW_TRACEPOINT_OPEN = 17;
  public static final int BPF_BTF_LOAD = 18;
  public static final int BPF_LINK_CREATE = 28;
  public static final int BPF_ENABLE_STATS = 32;
  public static final int BPF_PROG_STREAM_READ_BY_FD = 37;

  private static final int BPF_MAP_TYPE_ARRAY = 2;

  /** The part of {@code union bpf_attr} that makes a map. */
  public static final StructLayout map_create =
      CStruct.layout(
          "map_create",
          INT.withName("map_type"),
          INT.withName("key_size"),
          INT.withName("value_size"),
          INT.withName("max_entries"),
          INT.withName("map_flags"),
          INT.withName("inner_map_fd"),
          INT.withName("numa_node"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("map_name"));

  /** The part of {@code union bpf_attr} that loads a program. */
  public static final StructLayout prog_load =
      CStruct.layout(
          "prog_load",
          INT.withName("prog_type"),
          INT.withName("insn_cnt"),
          LONG.withName("insns"),
          LONG.withName("license"),
          INT.withName("log_level"),
          INT.withName("log_size"),
          LONG.withName("log_buf"),
          INT.withName("kern_version"),
          INT.withName("prog_flags"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("prog_name"),
          INT.withName("prog_ifindex"),
          INT.withName("expected_attach_type"),
          INT.withName("prog_btf_fd"),
          INT.withName("func_info_rec_size"),
          LONG.withName("func_info"),
          INT.withName("func_info_cnt"),
          INT.withName("line_info_rec_size"),
          LONG.withName("line_info"),
          INT.withName("line_info_cnt"),
          INT.withName("attach_btf_id"),
          INT.withName("attach_prog_fd"));

  /** The part that loads types. */
  public static final StructLayout btf_load =
      CStruct.layout(
          "btf_load",
          LONG.withName("btf"),
          LONG.withName("btf_log_buf"),
          INT.withName("btf_size"),
          INT.withName("btf_log_size"),
          INT.withName("btf_log_level"));

  /** The part that makes a link; the words from {@code detail} on differ by kind. */
  public static final StructLayout link_create =
      CStruct.layout(
          "link_create",
          INT.withName("prog_fd"),
          INT.withName("target"),
          INT.withName("attach_type"),
          INT.withName("flags"),
          LONG.withName("detail"),
          LONG.withName("detail2"),
          LONG.withName("detail3"),
          LONG.withName("detail4"),
          LONG.withName("detail5"),
          LONG.withName("detail6"));

  /** The part that opens a raw tracepoint, or a trampoline where the name is null. */
  public static final StructLayout raw_tracepoint =
      CStruct.layout("raw_tracepoint", LONG.withName("name"), INT.withName("prog_fd"));

  /** The same with a cookie, Linux 6.10 or later; E2BIG before. */
  public static final StructLayout raw_tracepoint_cookie =
      CStruct.layout(
          "raw_tracepoint_cookie",
          LONG.withName("name"),
          INT.withName("prog_fd"),
          INT.withName("reserved"),
          LONG.withName("cookie"));

  /** The part that switches statistics on. */
  public static final StructLayout enable_stats =
      CStruct.layout("enable_stats", INT.withName("type"));

  /** The part that runs a program once or more on given data. */
  public static final StructLayout test_run =
      CStruct.layout(
          "test_run",
          INT.withName("prog_fd"),
          INT.withName("retval"),
          INT.withName("data_size_in"),
          INT.withName("data_size_out"),
          LONG.withName("data_in"),
          LONG.withName("data_out"),
          INT.withName("repeat"),
          INT.withName("duration"),
          INT.withName("ctx_size_in"),
          INT.withName("ctx_size_out"),
          LONG.withName("ctx_in"),
          LONG.withName("ctx_out"));

  /** The part that reads what a program has printed. */
  public static final StructLayout prog_stream_read =
      CStruct.layout(
          "prog_stream_read",
          LONG.withName("stream_buf"),
          INT.withName("stream_buf_len"),
          INT.withName("stream_id"),
          INT.withName("prog_fd"));

  private BpfSyscall() {}

  /** Calls {@code bpf(command, attributes, size)}. */
  public static int bpf(int command, CStruct attributes) {
    return SystemCalls.here().bpf(command, attributes);
  }

  /**
   * Loads a program of raw instructions under the GPL.
   *
   * @param attachType what it will be attached to; 0 where that is not asked
   * @param typeId the BTF type of the kernel that it is for; 0 for none
   */
  public static int load(int type, int attachType, int typeId, long... instructions) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct attributes =
          CStruct.allocate(arena, prog_load)
              .set("prog_type", type)
              .set("insn_cnt", instructions.length)
              .set("insns", arena.allocateFrom(ValueLayout.JAVA_LONG, instructions).address())
              .set("license", CText.allocate(arena, "GPL").address())
              .set("expected_attach_type", attachType)
              .set("attach_btf_id", typeId);
      return bpf(BPF_PROG_LOAD, attributes);
    }
  }

  /**
   * Loads a program that may sleep, of raw instructions under the GPL and of two functions.
   *
   * @param types describes the functions, as BTF
   * @param main the type of the first function
   * @param callback the type of the second
   * @param start the instruction that the second begins with
   */
  public static int loadWithCallback(
      int type, byte[] types, int main, int callback, int start, long... instructions) {
    try (Arena arena = Arena.ofConfined()) {
      int btf =
          bpf(
              BPF_BTF_LOAD,
              CStruct.allocate(arena, btf_load)
                  .set("btf", arena.allocateFrom(ValueLayout.JAVA_BYTE, types).address())
                  .set("btf_size", types.length));
      if (btf < 0) {
        return btf;
      }
      int fd =
          bpf(
              BPF_PROG_LOAD,
              CStruct.allocate(arena, prog_load)
                  .set("prog_type", type)
                  .set("insn_cnt", instructions.length)
                  .set("insns", arena.allocateFrom(ValueLayout.JAVA_LONG, instructions).address())
                  .set("license", CText.allocate(arena, "GPL").address())
                  .set("prog_flags", Uapi.BPF_F_SLEEPABLE)
                  .set("prog_btf_fd", btf)
                  .set("func_info_rec_size", 2 * Integer.BYTES)
                  .set(
                      "func_info",
                      arena.allocateFrom(ValueLayout.JAVA_INT, 0, main, start, callback).address())
                  .set("func_info_cnt", 2));
      Libc.close(btf);
      return fd;
    }
  }

  /**
   * Makes an array of one value that neither programs nor this process can change any more: what is
   * in it the verifier knows.
   *
   * @return its descriptor, or a negative error number
   */
  public static int createConstants(MemorySegment value) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          bpf(
              BPF_MAP_CREATE,
              CStruct.allocate(arena, map_create)
                  .set("map_type", BPF_MAP_TYPE_ARRAY)
                  .set("key_size", Integer.BYTES)
                  .set("value_size", (int) value.byteSize())
                  .set("max_entries", 1)
                  .set("map_flags", Uapi.BPF_F_RDONLY_PROG));
      if (fd < 0) {
        return fd;
      }
      int error =
          LibbpfSyscall.bpf_map_update_elem(fd, arena.allocate(ValueLayout.JAVA_INT), value, 0);
      error = error < 0 ? error : LibbpfSyscall.bpf_map_freeze(fd);
      if (error < 0) {
        Libc.close(fd);
        return error;
      }
      return fd;
    }
  }

  /** Switches run-time statistics on for as long as the descriptor is open. Linux 5.8 or later. */
  public static int enableStats() {
    try (Arena arena = Arena.ofConfined()) {
      return bpf(BPF_ENABLE_STATS, CStruct.allocate(arena, enable_stats));
    }
  }

  /**
   * Takes what a program has printed into one of its streams, and does not wait for more. Linux
   * 6.17 or later; {@code EINVAL} before.
   *
   * @return how many bytes
   */
  public static int readStream(int program, int stream, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      return bpf(
          BPF_PROG_STREAM_READ_BY_FD,
          CStruct.allocate(arena, prog_stream_read)
              .set("stream_buf", into.address())
              .set("stream_buf_len", (int) into.byteSize())
              .set("stream_id", stream)
              .set("prog_fd", program));
    }
  }
}
