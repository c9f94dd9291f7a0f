package org.skep.bpf.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.SyscallException;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;

/** Room for what the verifier says, and what can be read from it. */
public final class VerifierLogBuffer {
  /** The kernel's own limit. */
  private static final long LARGEST = 0x3fff_ffff;

  private static final long SMALLEST = 64 << 10;

  /** Room for the reason and the way to it, however much is kept already. */
  private static final long LEAST_LOG = 1 << 20;

  private static final Pattern TIME = Pattern.compile("verification time (\\d+) usec");
  private static final Pattern STATISTICS =
      Pattern.compile(
          "(verification time|stack depth|processed|insns processed|mark_precise|subprog \\d+) .*|\\s*");

  /** Recent kernels, such as 7.3, explain a refusal once more, in a report below its words. */
  private static final String REPORT = "Verification failed: ";

  private VerifierLogBuffer() {}

  /**
   * Reserves room for a whole log. It is address space, of which the kernel takes what it writes:
   * nothing has to grow, and no load is refused because its log did not fit. The logs of an object
   * become strings, and an eighth of the heap is the bound of all together.
   *
   * @param kept the characters of the logs that are kept already
   */
  public static MemorySegment reserve(Arena arena, long kept, long heapBytes) {
    long room = Math.max(heapBytes / 8 - kept, LEAST_LOG);
    return reserve(arena, Math.min(room, LARGEST));
  }

  /** Says so where a log was longer than its room: Linux keeps the end from 6.4 on. */
  public static String marked(String log, MemorySegment buffer, int errno) {
    return Errno.ENOSPC.is(-errno)
        ? "(the log was longer than the "
            + (buffer.byteSize() >> 20)
            + " MiB that there was room for: Linux left out its beginning, before 6.4 its end)\n"
            + log
        : log;
  }

  /** Reserves up to {@code size} bytes, less where the machine promises no more. */
  public static MemorySegment reserve(Arena arena, long size) {
    int flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
    for (long bytes = size; ; bytes /= 2) {
      Native.Pointer memory =
          Libc.mmap(arena, bytes, Libc.PROT_READ | Libc.PROT_WRITE, flags, -1, 0);
      if (!memory.isNull()) {
        return memory.segment();
      }
      if (bytes <= SMALLEST) {
        throw new SyscallException(
            "reserve memory for the verifier's log",
            memory.errno(),
            NativeObject.words(memory.errno(), List.of()));
      }
    }
  }

  public static String read(MemorySegment buffer) {
    return CText.readBuffer(buffer);
  }

  /** How long the verifier took, by a log with statistics; zero where it does not say. */
  public static Duration verification(String log) {
    Matcher m = TIME.matcher(log);
    return m.find() ? Duration.ofNanos(Long.parseLong(m.group(1)) * 1_000) : Duration.ZERO;
  }

  /** The line that says why: the last that is not a statistic. */
  public static String summary(String log, int errno) {
    List<String> lines = log.lines().takeWhile(l -> !l.startsWith(REPORT)).toList();
    for (String line : lines.reversed()) {
      if (!STATISTICS.matcher(line).matches()) {
        return line.strip();
      }
    }
    return Errno.wordsOf(errno) + " (" + Errno.nameOf(errno) + ")";
  }
}
