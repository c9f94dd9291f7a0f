package org.skep.bpf.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.LibbpfNet;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Rtnetlink;
import org.skep.internal.libbpf.TrafficActions;

/** What the kernel or libbpf gives for one attachment. */
public sealed interface NativeLink {
  /** A descriptor of the kernel's link, or of what stands for it; negative for none. */
  int fd();

  /** Whether the kernel no longer holds the program, although nobody destroyed this. */
  default boolean isLost() {
    return KernelLinks.isDetached(fd());
  }

  /** Detaches. Called once. */
  void destroy();

  /** A {@code bpf_link} of libbpf. */
  record OfLibbpf(MemorySegment pointer) implements NativeLink {
    @Override
    public int fd() {
      return LibbpfLink.bpf_link__fd(pointer);
    }

    @Override
    public void destroy() {
      Libbpf.captureLog(() -> LibbpfLink.bpf_link__destroy(pointer));
    }
  }

  /**
   * A {@code bpf_link} of libbpf for USDT, which uses what all of its object have in common, and
   * without a lock.
   *
   * @param lock the object's
   */
  record OfUsdt(MemorySegment pointer, ReentrantLock lock) implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    @Override
    public void destroy() {
      lock.lock();
      try {
        Libbpf.captureLog(() -> LibbpfLink.bpf_link__destroy(pointer));
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * A {@code bpf_link} of libbpf for a map of struct_ops, which libbpf before 1.2 makes without one
   * of the kernel.
   *
   * @param map a descriptor of the map, which the object owns
   * @param valueBytes the size of its value
   */
  record OfStructOps(MemorySegment pointer, int map, int valueBytes) implements NativeLink {
    private static final int STATE_AT = 4;
    private static final int IN_USE = 1;
    private static final int READY = 3;

    @Override
    public int fd() {
      return LibbpfLink.bpf_link__fd(pointer);
    }

    @Override
    public boolean isLost() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment value = arena.allocate(Math.max(valueBytes, 2 * STATE_AT), Long.BYTES);
        if (LibbpfSyscall.bpf_map_lookup_elem_flags(
                map, arena.allocateFrom(ValueLayout.JAVA_INT, 0), value, 0)
            < 0) {
          return false;
        }
        int state = value.get(ValueLayout.JAVA_INT, STATE_AT);
        return (state != IN_USE && state != READY) || KernelLinks.isDetached(fd());
      }
    }

    @Override
    public void destroy() {
      Libbpf.captureLog(() -> LibbpfLink.bpf_link__destroy(pointer));
    }
  }

  /** A descriptor of a packet socket, whose filter is the program. */
  record OfPacketSocket(int fd) implements NativeLink {
    @Override
    public boolean isLost() {
      return LibbpfNet.packet_socket_interface(fd) < 0;
    }

    @Override
    public void destroy() {
      Libc.close(fd);
    }
  }

  /** A descriptor of a link of the kernel. */
  record OfDescriptor(int fd) implements NativeLink {
    @Override
    public void destroy() {
      Libc.close(fd);
    }
  }

  /**
   * A classifier of clsact, which no descriptor holds.
   *
   * @param program the kernel's number of the program
   */
  record OfClsact(
      int ifindex, int direction, int handle, int priority, int program, boolean ownsDiscipline)
      implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    @Override
    public boolean isLost() {
      try (Arena arena = Arena.ofShared()) {
        CStruct options = options(arena);
        var found =
            Libbpf.captureLog(() -> LibbpfNet.bpf_tc_query(hook(arena), options.segment())).value();
        return Errno.ENOENT.is(found)
            || Errno.ENODEV.is(found)
            || Errno.EINVAL.is(found)
            || (found == 0 && options.getInt("prog_id") != program);
      }
    }

    private MemorySegment hook(Arena arena) {
      return CStruct.sized(arena, LibbpfNet.bpf_tc_hook)
          .set("ifindex", ifindex)
          .set("attach_point", direction)
          .segment();
    }

    private CStruct options(Arena arena) {
      return CStruct.sized(arena, LibbpfNet.bpf_tc_opts)
          .set("handle", handle)
          .set("priority", priority);
    }

    @Override
    public void destroy() {
      if (isLost()) {
        return; // what is there now is somebody else's
      }
      try (Arena arena = Arena.ofShared()) {
        var _ =
            Libbpf.captureLog(() -> LibbpfNet.bpf_tc_detach(hook(arena), options(arena).segment()));
      }
      if (ownsDiscipline) {
        TrafficActions.removeUnused(ifindex);
      }
    }
  }

  /**
   * What a request to routing or traffic control undoes.
   *
   * @param isThere whether what was made is there
   * @param then what is to be done afterwards
   */
  record OfRequest(Rtnetlink.Message undo, BooleanSupplier isThere, Runnable then)
      implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    @Override
    public boolean isLost() {
      return !isThere.getAsBoolean();
    }

    @Override
    public void destroy() {
      if (isLost()) {
        return; // what is there now is somebody else's
      }
      var _ = Rtnetlink.ask(undo); // somebody else may have removed it
      then.run();
    }
  }

  /**
   * A program at a socket of some process. No descriptor is kept: it would hold the socket, and its
   * port, beyond the process. A socket has one program of each kind, the latest, and the kernel
   * does not tell which.
   */
  final class OfSocket implements NativeLink {
    private static final Map<String, OfSocket> LATEST = new HashMap<>();

    private final SocketHandle socket;
    private final int detach;
    private final String place;

    private OfSocket(SocketHandle socket, int detach) {
      this.socket = socket;
      this.detach = detach;
      this.place = socket.inode() + " " + detach;
    }

    /**
     * Attaches.
     *
     * @param attach the attaching itself, which gives an error number where it is refused
     * @param detach the option of {@code setsockopt} that detaches
     * @param refused is given the error number, and throws
     */
    static OfSocket attach(
        SocketHandle socket, int detach, IntSupplier attach, IntConsumer refused) {
      synchronized (LATEST) {
        refused.accept(attach.getAsInt());
        OfSocket link = new OfSocket(socket, detach);
        LATEST.put(link.place, link);
        return link;
      }
    }

    @Override
    public int fd() {
      return -1;
    }

    @Override
    public boolean isLost() {
      synchronized (LATEST) {
        if (LATEST.get(place) != this) {
          return true;
        }
      }
      int own = socket.open();
      if (own >= 0) {
        Libc.close(own);
      }
      return own < 0;
    }

    @Override
    public void destroy() {
      synchronized (LATEST) {
        if (!LATEST.remove(place, this)) {
          return; // it would take away the program that came after
        }
        int own = socket.open();
        if (own >= 0) {
          int _ = LibbpfNet.remove_socket_program(own, detach);
          Libc.close(own);
        }
      }
    }
  }

  /**
   * A program at a place without links: a map of sockets, a device.
   *
   * @param place a descriptor of its own
   * @param program a descriptor of the program, which the object owns
   * @param id the kernel's number of the program
   */
  record OfPlace(int place, int program, int id, int attachType) implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    /**
     * A map of sockets has one program of each type, the latest; before Linux 5.18 it is silent.
     */
    @Override
    public boolean isLost() {
      return LibbpfNet.bpf_prog_query(place, attachType)
          .map(there -> Arrays.stream(there).noneMatch(p -> p == id))
          .orElse(false);
    }

    @Override
    public void destroy() {
      int _ = LibbpfNet.bpf_prog_detach2(program, place, attachType);
      Libc.close(place);
    }
  }
}
