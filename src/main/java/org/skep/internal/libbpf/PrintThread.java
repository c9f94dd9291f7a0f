package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;
import org.skep.internal.libbpf.Libbpf.Captured;

/**
 * A thread that libbpf may print on. This is the one place where C calls Java, and an error that
 * left {@link #print} would end the JVM: it catches everything, and it only ever runs at the bottom
 * of a stack of its own.
 */
final class PrintThread extends Thread {
  private static final NativeFunction VSNPRINTF =
      NativeLibrary.ofC()
          .function("vsnprintf", FunctionDescriptor.of(INT, POINTER, LONG, POINTER, POINTER));

  /** libbpf's messages are a line each; verifier logs never come this way. */
  private static final long LONGEST = 64 << 10;

  private static final int DEBUG = 2;
  private static final int NUDGE_MILLIS = 5;
  private static final String PREFIX = "libbpf: ";

  /** Where objects note what they send. */
  private static final String OWN_SECTION = ".skep.records";

  private static final ExecutorService THREADS = Executors.newCachedThreadPool(PrintThread::new);

  /** Lives as long as the process, because libbpf may call it that long. */
  private static final class Callback {
    static final MemorySegment STUB = stub();
  }

  private final MemorySegment buffer = Arena.ofAuto().allocate(LONGEST);
  private List<String> messages = new ArrayList<>();
  private Runnable whenSaid = () -> {};
  private volatile int id;

  private PrintThread(Runnable work) {
    super(null, work, "skep-libbpf", 2 << 20);
    setDaemon(true);
  }

  static MemorySegment callback() {
    return Callback.STUB;
  }

  static <T> Captured<T> run(Supplier<T> work, Runnable whenSaid, boolean interruptible) {
    if (Thread.currentThread() instanceof PrintThread here) {
      return here.captureLog(work, whenSaid);
    }
    Supplier<T> carried = SystemCalls.carried(work);
    CompletableFuture<PrintThread> worker = new CompletableFuture<>();
    Future<Captured<T>> future =
        THREADS.submit(
            () -> {
              PrintThread here = (PrintThread) Thread.currentThread();
              here.id = Libc.gettid();
              worker.complete(here);
              return here.captureLog(carried, whenSaid);
            });
    boolean interrupted = false;
    while (true) {
      try {
        Captured<T> told =
            interrupted && interruptible ? nudge(worker.join(), future) : future.get();
        if (interrupted && !interruptible) {
          Thread.currentThread().interrupt();
        }
        return new Captured<>(told.value(), told.messages(), interrupted && interruptible);
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        switch (e.getCause()) {
          case RuntimeException r -> throw r;
          case Error r -> throw r;
          case null, default -> throw new AssertionError(e);
        }
      }
    }
  }

  /**
   * Signals a thread until its work is done. The verifier gives up when a signal is pending, and
   * libbpf tries a few times more; the JVM ignores this signal, and a thread that has other work by
   * now at most tries once more.
   */
  private static <T> Captured<T> nudge(PrintThread worker, Future<Captured<T>> future)
      throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return future.get(NUDGE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Libc.signalIgnored(worker.id);
      }
    }
  }

  private <T> Captured<T> captureLog(Supplier<T> work, Runnable onMessage) {
    List<String> outer = messages;
    Runnable outerOnMessage = whenSaid;
    List<String> mine = new ArrayList<>();
    messages = mine;
    whenSaid = onMessage;
    try {
      T value = work.get();
      return new Captured<>(value, List.copyOf(mine), false);
    } finally {
      messages = outer;
      whenSaid = outerOnMessage;
    }
  }

  /**
   * libbpf_print_fn_t. The {@code va_list} is passed on as it came: a pointer on every 64-bit ABI.
   */
  @SuppressWarnings("unused") // called by libbpf
  private static int print(int level, MemorySegment format, MemorySegment arguments) {
    try {
      if (level < DEBUG && Thread.currentThread() instanceof PrintThread here) {
        here.take(format, arguments);
      }
    } catch (Throwable t) {
      return 0; // the message is lost; the process is not
    }
    return 0;
  }

  private void take(MemorySegment format, MemorySegment arguments) {
    int length =
        Native.toInt(
            () -> (int) VSNPRINTF.handle().invokeExact(buffer, LONGEST, format, arguments));
    if (length > 0) {
      String line = CText.readBuffer(buffer).strip();
      if (line.contains(OWN_SECTION) && line.contains("skipping")) {
        return; // what Skep has put there for itself, and libbpf need not know
      }
      messages.add(line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line);
      whenSaid.run();
    }
  }

  // SAFETY: the stub is never freed, and print() lets nothing escape.
  @SuppressWarnings("restricted")
  private static MemorySegment stub() {
    try {
      MethodHandle print =
          MethodHandles.lookup()
              .findStatic(
                  PrintThread.class,
                  "print",
                  MethodType.methodType(
                      int.class, int.class, MemorySegment.class, MemorySegment.class));
      return Linker.nativeLinker()
          .upcallStub(print, FunctionDescriptor.of(INT, INT, POINTER, POINTER), Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("print", e);
    }
  }
}
