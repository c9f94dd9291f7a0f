package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.LibbpfNet;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Rtnetlink;
import org.skep.internal.libbpf.TrafficActions;

/** What the kernel or libbpf gives for one attachment. */
sealed interface NativeLink {
  /** A descriptor of the kernel's link, or of what stands for it; negative for none. */
  int fd();

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
      Libbpf.listen(() -> LibbpfLink.bpf_link__destroy(pointer));
    }
  }

  /** A descriptor of a link of the kernel. */
  record OfDescriptor(int fd) implements NativeLink {
    @Override
    public void destroy() {
      Libc.close(fd);
    }
  }

  /** A classifier of clsact, which no descriptor holds. */
  record OfClsact(int ifindex, int direction, int handle, int priority, boolean ownsDiscipline)
      implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    @Override
    public void destroy() {
      Libbpf.listen(
          () -> {
            try (Arena arena = Arena.ofConfined()) {
              CStruct hook =
                  CStruct.sized(arena, LibbpfNet.bpf_tc_hook)
                      .set("ifindex", ifindex)
                      .set("attach_point", direction);
              CStruct options =
                  CStruct.sized(arena, LibbpfNet.bpf_tc_opts)
                      .set("handle", handle)
                      .set("priority", priority);
              return LibbpfNet.bpf_tc_detach(hook.segment(), options.segment());
            }
          });
      if (ownsDiscipline) {
        TrafficActions.removeUnused(ifindex);
      }
    }
  }

  /**
   * What a request to routing or traffic control undoes.
   *
   * @param then what is to be done afterwards
   */
  record OfRequest(Rtnetlink.Message undo, Runnable then) implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    @Override
    public void destroy() {
      var _ = Rtnetlink.ask(undo); // somebody else may have removed it
      then.run();
    }
  }

  /**
   * A program at a place without links: a map of sockets, a socket, a device.
   *
   * @param place a descriptor of its own
   */
  record OfPlace(int place, IntConsumer detach) implements NativeLink {
    @Override
    public int fd() {
      return -1;
    }

    @Override
    public void destroy() {
      detach.accept(place);
      Libc.close(place);
    }
  }
}
