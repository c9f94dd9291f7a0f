package org.skep.bpf.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Uapi;

/**
 * The code of a loaded program as the kernel hands it out. Each list is empty where the kernel
 * keeps it to itself.
 *
 * @param translated BPF instructions after the verifier's changes
 * @param compiled instructions of the CPU, all functions one after the other
 * @param functions where each function begins, in the order of the code
 * @param lines where each line of the source begins, in the order of the code
 * @param compiledAddresses where each function lies in memory
 * @param compiledSizes the bytes of each compiled function
 * @param compiledLines where each of {@code lines} begins in memory
 */
@SuppressWarnings("ArrayRecordComponent") // read once and handed on
public record ProgramCode(
    long[] translated,
    byte[] compiled,
    List<Start> functions,
    List<Line> lines,
    long[] compiledAddresses,
    int[] compiledSizes,
    long[] compiledLines) {

  /** The first instruction of a function, and the number of its type. */
  record Start(int instruction, int type) {}

  /** The first instruction of a line, and where in the strings of the types its text is. */
  record Line(int instruction, int file, int text, int number) {}

  private static final int INSTRUCTION = 8;

  public static ProgramCode read(String program, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct sizes = CStruct.allocate(arena, Uapi.bpf_prog_info);
      ask(program, descriptor, sizes, arena);
      CStruct info = CStruct.allocate(arena, Uapi.bpf_prog_info);
      var translated = room(arena, info, "xlated_prog_insns", "xlated_prog_len", sizes, 1);
      var compiled = room(arena, info, "jited_prog_insns", "jited_prog_len", sizes, 1);
      var addresses = room(arena, info, "jited_ksyms", "nr_jited_ksyms", sizes, Long.BYTES);
      var lengths = room(arena, info, "jited_func_lens", "nr_jited_func_lens", sizes, 4);
      int functionBytes = records(info, "func_info_rec_size", sizes);
      var functions = room(arena, info, "func_info", "nr_func_info", sizes, functionBytes);
      int lineBytes = records(info, "line_info_rec_size", sizes);
      var lines = room(arena, info, "line_info", "nr_line_info", sizes, lineBytes);
      int placeBytes = records(info, "jited_line_info_rec_size", sizes);
      var places = room(arena, info, "jited_line_info", "nr_jited_line_info", sizes, placeBytes);
      ask(program, descriptor, info, arena);
      return new ProgramCode(
          given(info, "xlated_prog_insns")
              ? longs(translated, info.getInt("xlated_prog_len") / INSTRUCTION)
              : new long[0],
          given(info, "jited_prog_insns")
              ? compiled.asSlice(0, info.getInt("jited_prog_len")).toArray(ValueLayout.JAVA_BYTE)
              : new byte[0],
          starts(functions, functionBytes),
          lines(lines, lineBytes),
          longs(addresses, given(info, "jited_ksyms") ? info.getInt("nr_jited_ksyms") : 0),
          lengths.toArray(ValueLayout.JAVA_INT),
          longs(places, given(info, "jited_line_info") ? info.getInt("nr_jited_line_info") : 0));
    }
  }

  private static void ask(String program, int descriptor, CStruct info, Arena arena) {
    MemorySegment length =
        arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
    int result = LibbpfSyscall.bpf_obj_get_info_by_fd(descriptor, info.segment(), length);
    if (result < 0) {
      throw new SyscallException(
          "read the code of program '" + program + "'",
          -result,
          NativeObject.words(-result, List.of()));
    }
  }

  /** Reserves as much as the kernel said, and tells it where. */
  private static MemorySegment room(
      Arena arena, CStruct info, String pointer, String count, CStruct sizes, int each) {
    int wanted = sizes.getInt(count);
    MemorySegment room = arena.allocate((long) wanted * each, Long.BYTES);
    if (wanted > 0 && each > 0) {
      info.set(count, wanted).set(pointer, room.address());
    }
    return room;
  }

  private static int records(CStruct info, String size, CStruct sizes) {
    int bytes = sizes.getInt(size);
    info.set(size, bytes);
    return bytes;
  }

  /** The kernel clears the pointer to what it does not tell. */
  private static boolean given(CStruct info, String pointer) {
    return info.getLong(pointer) != 0;
  }

  private static long[] longs(MemorySegment memory, int count) {
    return memory.asSlice(0, (long) count * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
  }

  private static List<Start> starts(MemorySegment memory, int each) {
    return each == 0
        ? List.of()
        : LongStream.range(0, memory.byteSize() / each)
            .mapToObj(i -> new Start(integer(memory, i * each), integer(memory, i * each + 4)))
            .toList();
  }

  /** {@code line_col} holds the line above 10 bits of column. */
  private static List<Line> lines(MemorySegment memory, int each) {
    return each == 0
        ? List.of()
        : LongStream.range(0, memory.byteSize() / each)
            .mapToObj(
                i ->
                    new Line(
                        integer(memory, i * each),
                        integer(memory, i * each + 4),
                        integer(memory, i * each + 8),
                        integer(memory, i * each + 12) >>> 10))
            .toList();
  }

  private static int integer(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_INT, offset);
  }
}
