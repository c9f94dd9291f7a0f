package org.skep.bpf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.skep.SyscallException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.DetachReason;
import org.skep.bpf.attach.KernelLinks;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.attach.NativeLink;
import org.skep.bpf.attach.TargetWatch;
import org.skep.bpf.base.Lifetime;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.base.Parallel;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;

/**
 * Holds a program at its hook until it is closed. Its object owns it and closes it too, and so does
 * the end of the process.
 */
public final class BpfLink implements AutoCloseable {
  private static final int MOST_BYTES = 256 << 20;

  private final String program;
  private final AttachPoint point;
  private final List<NativeLink> links;
  private final TargetWatch watch;
  private final Instant since = Instant.now();
  private final Lifetime lifetime;

  BpfLink(String program, AttachPoint point, List<NativeLink> links) {
    this.program = program;
    this.point = point;
    this.links = List.copyOf(links);
    this.watch = TargetWatch.of(point);
    this.lifetime =
        new Lifetime(
            "link of '" + program + "'",
            "attach the program again",
            () -> Parallel.run(this.links, NativeLink::destroy));
  }

  /** The name of the program that it holds. */
  public String program() {
    return program;
  }

  /** Where the program is attached. */
  public AttachPoint point() {
    return point;
  }

  /** Where the program is attached, in words: {@code tracepoint 'sched/sched_switch'}. */
  public String describe() {
    return point.describe();
  }

  /** When it was made. */
  public Instant since() {
    return since;
  }

  /** Whether it was closed; {@link #state()} says whether it holds its program otherwise. */
  public boolean isClosed() {
    return lifetime.isClosed();
  }

  /** Whether closing it has ended. */
  boolean isReleased() {
    return lifetime.isReleased();
  }

  /**
   * Whether it holds its program, asked of the kernel each time. A link that holds it in several
   * parts, such as one for each CPU, is gone when all of them are.
   */
  public LinkState state() {
    try {
      return lifetime.use(
          () -> {
            String ended = watch.gone();
            if (!ended.isEmpty()) {
              return new LinkState.Gone(ended);
            }
            return links.stream().allMatch(NativeLink::isLost)
                ? new LinkState.Gone(DetachReason.reason(point))
                : new LinkState.Attached(watch.remark());
          });
    } catch (IllegalStateException e) {
      return new LinkState.Closed();
    }
  }

  /** The kernel's number of the link; empty where the kind of hook has no link in the kernel. */
  public OptionalInt id() {
    return lifetime.use(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            return KernelLinks.info(links.getFirst().fd(), arena)
                .map(info -> OptionalInt.of(info.getInt("id")))
                .orElse(OptionalInt.empty());
          }
        });
  }

  /**
   * Runs an iterator program over all it iterates on, and gives what it wrote. Each call runs it
   * again.
   *
   * @throws SyscallException if its program is not an iterator
   * @throws IllegalStateException if it writes more than 256 MiB
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public byte[] read() throws InterruptedException {
    byte[] all = lifetime.use(this::readAll);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return all;
  }

  private byte[] readAll() {
    int fd = LibbpfSyscall.bpf_iter_create(links.getFirst().fd());
    if (fd < 0) {
      throw refused(fd);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(64 << 10);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (!Thread.currentThread().isInterrupted()) {
        int read = Libc.read(fd, buffer);
        if (read == 0) {
          break;
        }
        // EAGAIN: the kernel has passed a million of its objects and none was written
        if (read < 0 && !Errno.EAGAIN.is(read) && !Errno.EINTR.is(read)) {
          throw refused(read);
        }
        if (all.size() + read > MOST_BYTES) {
          throw new IllegalStateException(
              "read from '"
                  + program
                  + "': it wrote more than 256 MiB (write less: test within the program what is"
                  + " needed)");
        }
        if (read > 0) {
          all.writeBytes(buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
        }
      }
      return all.toByteArray();
    } finally {
      Libc.close(fd);
    }
  }

  private SyscallException refused(int result) {
    return new SyscallException(
        "read from '" + program + "'", -result, NativeObject.words(-result, List.of()));
  }

  /** Detaches the program; it has when this returns. Closing again does nothing. */
  @Override
  public void close() {
    lifetime.close();
  }

  @Override
  public String toString() {
    return program + " on " + describe() + (isClosed() ? " (closed)" : "");
  }
}
