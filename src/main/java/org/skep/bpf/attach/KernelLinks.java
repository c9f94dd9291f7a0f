package org.skep.bpf.attach;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Uapi;

/** Asks the kernel about its links, the objects of {@code BPF_LINK_CREATE}. */
public final class KernelLinks {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final String LINK = "anon_inode:bpf_link";

  private KernelLinks() {}

  /** What {@code bpf_link_info} says; empty where a descriptor is none of a link. */
  public static Optional<CStruct> info(int fd, Arena arena) {
    // A number of Linux stands for a map or program as well, and its numbers would be taken for the
    // link's.
    if (fd < 0 || !isLink(fd)) {
      return Optional.empty();
    }
    CStruct info = CStruct.allocate(arena, Uapi.bpf_link_info);
    MemorySegment length =
        arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
    return LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length) == 0
        ? Optional.of(info)
        : Optional.empty();
  }

  /**
   * Whether the kernel detached it: where a device, cgroup or namespace is removed, or somebody
   * else detached it, the kernel keeps the link and clears what it points to.
   */
  static boolean isDetached(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      return info(fd, arena)
          .filter(
              info ->
                  switch (info.getInt("type")) {
                    case Uapi.BPF_LINK_TYPE_CGROUP -> info.getLong("target") == 0;
                    case Uapi.BPF_LINK_TYPE_NETNS,
                        Uapi.BPF_LINK_TYPE_XDP,
                        Uapi.BPF_LINK_TYPE_STRUCT_OPS,
                        Uapi.BPF_LINK_TYPE_TCX,
                        Uapi.BPF_LINK_TYPE_NETKIT ->
                        (int) info.getLong("target") == 0;
                    default -> false; // it holds what it is attached to
                  })
          .isPresent();
    }
  }

  private static boolean isLink(int fd) {
    try {
      String what = Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(fd))).toString();
      return what.equals(LINK);
    } catch (IOException e) {
      return false;
    }
  }
}
