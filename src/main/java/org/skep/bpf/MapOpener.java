package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.skep.SyscallException;
import org.skep.bpf.base.DeclaredTypes;
import org.skep.bpf.base.KernelBtf;
import org.skep.bpf.base.Lifetime;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.MapContext;
import org.skep.bpf.map.MapInfo;
import org.skep.bpf.map.MapOwner;
import org.skep.bpf.map.Mappings;
import org.skep.bpf.read.KernelMap;
import org.skep.btf.Btf;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;

/** Takes maps into hand: those of a loaded object, and any of the running Linux by ID or path. */
final class MapOpener {
  /** So many descriptors that nobody uses any more may wait for the garbage collector. */
  private static final int COLLECT = 512;

  private static final AtomicInteger OPENED = new AtomicInteger();

  /** The maps that were opened by their IDs and are still in use: each has one descriptor. */
  private static final Map<Integer, WeakReference<BpfMap>> BY_ID = new ConcurrentHashMap<>();

  private MapOpener() {}

  /** A map of a loaded object. */
  static BpfMap inObject(BpfObject object, MapOwner owner, String name, MemorySegment pointer) {
    int fd = LibbpfMap.bpf_map__fd(pointer);
    MapInfo asked = MapInfo.of(name, fd);
    MapInfo info =
        new MapInfo(
            asked.shape(),
            asked.name(),
            asked.btf(),
            typeOf(object.types(), name, "key", LibbpfMap.bpf_map__btf_key_type_id(pointer)),
            typeOf(object.types(), name, "value", LibbpfMap.bpf_map__btf_value_type_id(pointer)),
            asked.linuxValueType());
    boolean globals = LibbpfMap.bpf_map__is_internal(pointer);
    MapContext context =
        new MapContext(
            globals ? object.name() : object.name() + ".",
            object.lifetime(),
            object.mappings(),
            object.types(),
            Optional.of(owner),
            pointer);
    return new BpfMap(new KernelMap(context, name, fd, info, globals), Optional.of(object));
  }

  private static int typeOf(Optional<Btf> types, String map, String member, int known) {
    return known != 0 ? known : DeclaredTypes.of(types, map, member).value();
  }

  /** The map that a descriptor stands for, which it takes over. */
  private static BpfMap own(int fd, String called, String prefix) {
    boolean kept = false;
    if (OPENED.incrementAndGet() % COLLECT == 0) {
      System.gc();
    }
    try {
      MapInfo info = MapInfo.of(called, fd);
      Mappings mappings = new Mappings();
      Lifetime lifetime =
          new Lifetime(
              "map '" + called + "'",
              "open it again",
              () -> {
                mappings.close();
                Libc.close(fd);
              });
      MapContext context =
          new MapContext(
              prefix, lifetime, mappings, KernelBtf.ofId(info.btf()), Optional.empty(), null);
      String name = info.name().isEmpty() ? called : info.name();
      BpfMap map = new BpfMap(new KernelMap(context, name, fd, info, false), Optional.empty());
      lifetime.closeWhenUnreachable(() -> {});
      kept = true;
      return map;
    } finally {
      if (!kept) {
        Libc.close(fd);
      }
    }
  }

  static BpfMap byId(int id) {
    WeakReference<BpfMap> known = BY_ID.get(id);
    BpfMap map = known == null ? null : known.get();
    if (map != null) {
      return map;
    }
    int fd = LibbpfSyscall.bpf_map_get_fd_by_id(id);
    if (Errno.EPERM.is(fd)) {
      throw new SyscallException(
          "open map " + id,
          -fd,
          "not permitted (EPERM; needs root or CAP_SYS_ADMIN; a map that is pinned opens by its path"
              + " with CAP_BPF)");
    }
    BpfMap opened = own(opened(fd, "open map " + id), "" + id, "");
    BY_ID.values().removeIf(other -> other.refersTo(null));
    BY_ID.put(id, new WeakReference<>(opened));
    return opened;
  }

  static BpfMap pinned(Path path) {
    String operation = "open map '" + path + "'";
    return own(
        opened(LibbpfSyscall.bpf_obj_get(path.toString()), operation),
        path.toString(),
        path.getParent() == null ? "" : path.getParent() + "/");
  }

  private static int opened(int fd, String operation) {
    if (fd < 0) {
      throw new SyscallException(operation, -fd, NativeObject.words(-fd, List.of()));
    }
    return fd;
  }
}
