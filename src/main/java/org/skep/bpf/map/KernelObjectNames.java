package org.skep.bpf.map;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import org.skep.host.KernelSymbols;
import org.skep.host.Mounts;
import org.skep.host.Syscalls;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;
import org.skep.table.BootClock;
import org.skep.table.build.TablePlan;

/**
 * Names what maps hold by number. What is gone, or hidden from this process, has no name.
 *
 * @param owner whose own programs and maps keep the names of the source, which the kernel cuts
 */
public record KernelObjectNames(Optional<? extends ObjectNames> owner) {
  private static final long SYMBOLS_LAST_NANOS = 60_000_000_000L;

  private static final int ENOMEM = 12;
  private static final int EFAULT = 14;
  private static final int EEXIST = 17;

  private record Symbols(KernelSymbols all, long readAt) {}

  private static volatile @Nullable Symbols symbols;

  private static final class Calls {
    static final Syscalls ALL = Syscalls.ofThisMachine();
  }

  /** A plan in which numbers that mean something of the running Linux have its names. */
  public TablePlan in(TablePlan plan) {
    TablePlan named = plan;
    for (var names : ofNumbers().entrySet()) {
      named = named.names(names.getKey(), names.getValue());
    }
    return named;
  }

  /** How the numbers of each format are called, times too, for values that are no tables. */
  public Map<Format, LongFunction<String>> byFormat() {
    Map<Format, LongFunction<String>> all = new EnumMap<>(ofNumbers());
    all.put(Format.TIME, KernelObjectNames::time);
    return all;
  }

  private Map<Format, LongFunction<String>> ofNumbers() {
    return Map.of(
        Format.PROGRAM, id -> id == 0 ? "" : nameOr(id, program(id).name()),
        Format.MAP, id -> nameOr(id, map(id).name()),
        Format.IFINDEX, index -> nameOr(index, networkInterface(index).name()),
        Format.KSYM, this::symbol,
        Format.SYSCALL, this::syscall,
        Format.CGROUP, this::cgroup,
        Format.KSTACK, this::stack,
        Format.USTACK, this::stack);
  }

  /** What has no name, or is gone, keeps its number. */
  private static String nameOr(long number, String name) {
    return name.isEmpty() ? Long.toString(number) : name;
  }

  /** Whether a number is one that the kernel gives: a wider one must not be cut to another. */
  private static boolean isOfKernel(long number) {
    return number > 0 && number <= 0xffff_ffffL;
  }

  /** Nanoseconds of the clock that programs read, which Java's own are too; 0 is no time. */
  private static String time(long nanos) {
    return nanos == 0 ? "0" : BootClock.now().apply(nanos).toString();
  }

  /** A program by its number. */
  Reference program(long id) {
    return new Reference(
        Reference.Kind.PROGRAM,
        id,
        owner
            .flatMap(o -> o.programName(id))
            .orElseGet(
                () ->
                    isOfKernel(id)
                        ? nameOf(LibbpfSyscall.bpf_prog_get_fd_by_id((int) id), Uapi.bpf_prog_info)
                        : ""));
  }

  /** A map by its number. */
  Reference map(long id) {
    return new Reference(
        Reference.Kind.MAP,
        id,
        owner
            .flatMap(o -> o.mapName(id))
            .orElseGet(
                () ->
                    isOfKernel(id)
                        ? nameOf(LibbpfSyscall.bpf_map_get_fd_by_id((int) id), Uapi.bpf_map_info)
                        : ""));
  }

  private static String nameOf(int fd, java.lang.foreign.StructLayout layout) {
    if (fd < 0) {
      return "";
    }
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, layout);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      int result = LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length);
      return result < 0 ? "" : info.getText("name");
    } finally {
      Libc.close(fd);
    }
  }

  /** A network interface of this network namespace by its number. */
  Reference networkInterface(long index) {
    return new Reference(
        Reference.Kind.INTERFACE, index, isOfKernel(index) ? Libc.if_indextoname((int) index) : "");
  }

  /** An address of the kernel as {@code name+0x1c}; another as a number. */
  String symbol(long address) {
    return address < 0 ? symbols().describe(address) : "0x" + Long.toHexString(address);
  }

  /**
   * A stack by its number in the object's map of stack traces, frames from the innermost on; where
   * there is none, why.
   */
  String stack(long number) {
    int id = (int) number;
    if (id != number && number >>> Integer.SIZE != 0) {
      return Long.toString(number);
    }
    if (id < 0) {
      return switch (-id) {
        case EFAULT -> "no kernel or user part (" + id + ")";
        case EEXIST -> "stack ID collision (" + id + ")";
        case ENOMEM -> "dropped, the map is full (" + id + ")";
        default -> Integer.toString(id);
      };
    }
    return owner
        .flatMap(o -> o.stack(id))
        .map(KernelObjectNames::text)
        .orElse(Integer.toString(id));
  }

  /** The frames in a line, the innermost first. */
  static String text(List<?> frames) {
    return frames.stream().map(Object::toString).collect(Collectors.joining(" < "));
  }

  /** A system call by its number. */
  String syscall(long number) {
    return Calls.ALL.name(number).orElse(Long.toString(number));
  }

  /** A control group by its number: its path below the mount; the number where there is none. */
  String cgroup(long id) {
    return Cgroups.path(id).map(Path::toString).orElse(Long.toUnsignedString(id));
  }

  /** Read again after a while, as programs and modules come and go. */
  private static KernelSymbols symbols() {
    Symbols known = symbols;
    if (known == null || System.nanoTime() - known.readAt() > SYMBOLS_LAST_NANOS) {
      known = new Symbols(KernelSymbols.ofRunningLinux(), System.nanoTime());
      symbols = known;
    }
    return known.all();
  }

  /** Finds control groups by their numbers, which are those of their directories. */
  private static final class Cgroups {
    private static Optional<Path> path(long id) {
      Optional<Path> root = Mounts.cgroup2();
      if (root.isEmpty()) {
        return Optional.empty();
      }
      try (Stream<Path> all = Files.walk(root.get())) {
        return all.filter(Files::isDirectory)
            .filter(p -> inode(p) == id)
            .findFirst()
            .map(p -> Path.of("/").resolve(root.get().relativize(p)));
      } catch (IOException | UncheckedIOException e) {
        return Optional.empty(); // one that vanished while it was walked
      }
    }

    private static long inode(Path path) {
      try {
        return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
      } catch (IOException e) {
        return -1;
      }
    }
  }
}
