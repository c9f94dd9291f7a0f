package org.skep.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Makes native calls. Bindings pass a call as a lambda around {@code invokeExact}, so that what a
 * method handle may throw is caught here and nowhere else.
 */
public final class Native {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  /**
   * Where a call leaves its errno. One for each thread is enough: a call reads it before the thread
   * can make another.
   */
  private static final ThreadLocal<MemorySegment> STATES =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Native() {}

  /** A call that returns an {@code int}. */
  @FunctionalInterface
  public interface IntCall {
    int call() throws Throwable;
  }

  /** A call that returns nothing. */
  @FunctionalInterface
  public interface VoidCall {
    void call() throws Throwable;
  }

  /** A call that returns a 64-bit number or a pointer that needs no errno. */
  @FunctionalInterface
  public interface Call<T> {
    T call() throws Throwable;
  }

  /** A call that returns an {@code int}, with the segment that takes its errno. */
  @FunctionalInterface
  public interface IntErrnoCall {
    int call(MemorySegment state) throws Throwable;
  }

  /** A call that returns a pointer, with the segment that takes its errno. */
  @FunctionalInterface
  public interface PointerCall {
    MemorySegment call(MemorySegment state) throws Throwable;
  }

  /**
   * A returned pointer.
   *
   * @param segment the pointer, of size zero
   * @param errno the positive error number that the call left; says nothing unless the pointer is
   *     null
   */
  public record Pointer(MemorySegment segment, int errno) {
    /** Whether the call returned NULL, that is, was refused. */
    public boolean isNull() {
      return segment.address() == 0;
    }
  }

  /** Makes a call that returns an {@code int}. */
  public static int toInt(IntCall call) {
    try {
      return call.call();
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Makes a call that returns nothing. */
  public static void toVoid(VoidCall call) {
    try {
      call.call();
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Makes a call that returns a number or a pointer. */
  public static <T> T to(Call<T> call) {
    try {
      return call.call();
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Makes a call of the C library: its result, or the negative errno where that is -1. */
  public static int toIntOrErrno(IntErrnoCall call) {
    MemorySegment state = STATES.get();
    try {
      int result = call.call(state);
      return result == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO) : result;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Calls one of {@link NativeLibrary#ofWords}: its result, or the negative errno. */
  public static int words(NativeFunction function, long first, long second, long third) {
    return words(function, first, second, third, 0);
  }

  /** Calls one of {@link NativeLibrary#ofWords}: its result, or the negative errno. */
  public static int words(
      NativeFunction function, long first, long second, long third, long fourth) {
    return toIntOrErrno(
        state -> (int) (long) function.handle().invokeExact(state, first, second, third, fourth));
  }

  /** Makes a call that returns a pointer, and keeps its errno beside it. */
  public static Pointer toPointer(PointerCall call) {
    MemorySegment state = STATES.get();
    try {
      MemorySegment segment = call.call(state);
      return new Pointer(segment, state.get(ValueLayout.JAVA_INT, ERRNO));
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static RuntimeException unchecked(Throwable t) {
    return switch (t) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> throw new AssertionError("a native call threw a checked exception", t);
    };
  }
}
