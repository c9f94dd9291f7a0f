package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.Libc;

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
}
