package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.skep.NativeLibraryException;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** The library itself: which version it is, and what it prints. */
public final class Libbpf {
  private static final String REMEDY =
      "install libbpf 1.1 or later: Debian and Ubuntu: libbpf1, Fedora: libbpf";

  static final NativeLibrary LIBRARY =
      new NativeLibrary(List.of("libbpf.so.1", "libbpf.so"), REMEDY, Libbpf::prepare);

  private static final NativeFunction MAJOR =
      LIBRARY.function("libbpf_major_version", FunctionDescriptor.of(INT));
  private static final NativeFunction MINOR =
      LIBRARY.function("libbpf_minor_version", FunctionDescriptor.of(INT));
  private static final NativeFunction VERSION =
      LIBRARY.function("libbpf_version_string", FunctionDescriptor.of(POINTER));
  private static final NativeFunction SET_PRINT =
      LIBRARY.function("libbpf_set_print", FunctionDescriptor.of(POINTER, POINTER));
  private static final NativeFunction POSSIBLE_CPUS =
      LIBRARY.function("libbpf_num_possible_cpus", FunctionDescriptor.of(INT));
  private static final NativeFunction PROG_TYPE_STR =
      LIBRARY.function("libbpf_bpf_prog_type_str", FunctionDescriptor.of(POINTER, INT));

  private static final NativeFunction PROG_TYPE_BY_NAME =
      LIBRARY.function(
          "libbpf_prog_type_by_name", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));

  private Libbpf() {}

  /** Its version, such as {@code v1.1}. */
  public static String libbpf_version_string() {
    return CText.read(Native.to(() -> (MemorySegment) VERSION.handle().invokeExact()));
  }

  /** The number of CPUs that this Linux may ever have: the length of a per-CPU value. */
  public static int libbpf_num_possible_cpus() {
    return Native.toInt(() -> (int) POSSIBLE_CPUS.handle().invokeExact());
  }

  /** The name of a program type, such as {@code tracepoint}; empty where libbpf knows none. */
  public static String libbpf_bpf_prog_type_str(int type) {
    return CText.read(Native.to(() -> (MemorySegment) PROG_TYPE_STR.handle().invokeExact(type)));
  }

  /**
   * A type of program, and where it expects to be attached.
   *
   * @param type an {@code enum bpf_prog_type}
   * @param attachType an {@code enum bpf_attach_type}; 0 where the type has no choice
   */
  public record ProgramKind(int type, int attachType) {}

  /** The kind of program that a section name stands for; nothing where libbpf does not know it. */
  public static Optional<ProgramKind> libbpf_prog_type_by_name(String section) {
    return captureLog(
            () -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom(section);
                MemorySegment type = arena.allocate(ValueLayout.JAVA_INT);
                MemorySegment attachType = arena.allocate(ValueLayout.JAVA_INT);
                int result =
                    Native.toInt(
                        () -> (int) PROG_TYPE_BY_NAME.handle().invokeExact(name, type, attachType));
                return result < 0
                    ? Optional.<ProgramKind>empty()
                    : Optional.of(
                        new ProgramKind(
                            type.get(ValueLayout.JAVA_INT, 0),
                            attachType.get(ValueLayout.JAVA_INT, 0)));
              }
            })
        .value();
  }

  /**
   * What a piece of work gave, and what libbpf said meanwhile.
   *
   * @param value the result
   * @param messages libbpf's warnings and remarks, a line each, without its prefix
   * @param interrupted whether the waiting thread was interrupted, and the work therefore too
   */
  public record Captured<T>(T value, List<String> messages, boolean interrupted) {}

  /**
   * Does work that calls libbpf functions which may print, on a thread of its own: libbpf prints on
   * the thread that calls it, so every caller hears its own messages, and the Java method that
   * libbpf then calls always finds an almost empty stack, however deep the caller's recursion is.
   * Waits without regard to interrupts.
   */
  public static <T> Captured<T> captureLog(Supplier<T> work) {
    return PrintThread.run(work, () -> {}, false);
  }

  /**
   * Does the same with work that may take long: when the waiting thread is interrupted, the
   * verifier is made to give up. Returns when the work has ended in any case, with the interrupt
   * cleared and told in the result.
   *
   * @param whenSaid is run after each message, while libbpf is still at it, on its thread
   */
  public static <T> Captured<T> captureLogInterruptibly(Supplier<T> work, Runnable whenSaid) {
    return PrintThread.run(work, whenSaid, true);
  }

  /** Whether the library has this version or a later one. */
  public static boolean isAtLeast(int major, int minor) {
    int its = number(MAJOR);
    return its > major || (its == major && number(MINOR) >= minor);
  }

  private static void prepare(NativeLibrary library) {
    int major = number(MAJOR);
    if (major < 1 || (major == 1 && number(MINOR) < 1)) {
      throw new NativeLibraryException(
          "libbpf.so.1", "version " + major + "." + number(MINOR) + " is too old", REMEDY, null);
    }
    MethodHandle setPrint = SET_PRINT.handle();
    MemorySegment old =
        Native.to(() -> (MemorySegment) setPrint.invokeExact(PrintThread.callback()));
    assert old != null;
  }

  private static int number(NativeFunction function) {
    return Native.toInt(() -> (int) function.handle().invokeExact());
  }
}
