package org.skep.bpf.load;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.Errno;

/** Says which map Linux refused to make, and what would help. */
final class MapCreationErrors {
  private static final Pattern REFUSED =
      Pattern.compile("map '([^']+)': failed to create: .*\\(-(\\d+)\\)");

  private MapCreationErrors() {}

  /** Why a map could not be made; nothing where that is not what failed. */
  static Optional<BpfException> refusal(NativeObject object, List<String> messages) {
    for (String message : messages.reversed()) {
      var found = REFUSED.matcher(message);
      if (found.find() && object.maps().containsKey(found.group(1))) {
        String name = found.group(1);
        int errno = Integer.parseInt(found.group(2));
        MapShape shape = MapShape.of(object.map(name));
        return Optional.of(
            new SyscallException("create map '" + name + "'", errno, cause(shape, errno)));
      }
    }
    return Optional.empty();
  }

  private static String cause(MapShape shape, int errno) {
    String words = Errno.wordsOf(errno) + " (" + Errno.nameOf(errno) + "; ";
    if (Errno.E2BIG.is(-errno) || Errno.ENOMEM.is(-errno)) {
      return words + shape.words() + "; make it smaller: max_entries in the source, or --size)";
    }
    if (Errno.EPERM.is(-errno)) {
      return words + "needs root or CAP_BPF; some types also CAP_NET_ADMIN or CAP_SYS_ADMIN)";
    }
    return words
        + "the kernel rejects this definition: "
        + shape.words()
        + hint(shape.type())
        + "; %doctor map tells which types it has)";
  }

  /** What the kernel asks of a type and says nobody. */
  private static String hint(BpfMapType type) {
    return switch (type) {
      case ARRAY, PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, PERCPU_ARRAY ->
          ": its keys are of 4 bytes";
      case DEVMAP, DEVMAP_HASH, CPUMAP -> ": its values are of 4 or 8 bytes, its keys of 4";
      case XSKMAP, SOCKMAP, REUSEPORT_SOCKARRAY -> ": its values are of 4 or 8 bytes";
      case QUEUE, STACK, BLOOM_FILTER -> ": it has no keys";
      case RINGBUF, USER_RINGBUF ->
          ": it has neither keys nor values, and its size is a power of two and whole pages";
      case STACK_TRACE -> ": its values are of 8 bytes for each frame";
      case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE ->
          ": its keys are int, and its types must be in the BTF";
      case LPM_TRIE -> ": its keys begin with a u32 of the length";
      default -> "";
    };
  }
}
