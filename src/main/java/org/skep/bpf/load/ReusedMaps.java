package org.skep.bpf.load;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.Libc;

/**
 * The maps of an attempt to load: libbpf closes them when a program is refused, and the next
 * attempt takes them again from here instead of creating them once more, which costs as much as all
 * else where they are large.
 *
 * <p>They are kept as soon as libbpf says something, which it does before it closes them; libbpf
 * 1.4 and 1.5 do not tell the descriptors by then, and the next attempt creates its own.
 */
final class ReusedMaps implements AutoCloseable {
  private final Map<String, Integer> descriptors = new LinkedHashMap<>();

  /** Keeps the maps that were created since; called on libbpf's thread, while it loads. */
  void keep(NativeObject object) {
    object
        .maps()
        .forEach(
            (name, map) -> {
              int fd = LibbpfMap.bpf_map__fd(map);
              if (fd >= 0 && !descriptors.containsKey(name)) {
                int own = Libc.duplicate(fd);
                if (own >= 0) {
                  descriptors.put(name, own);
                }
              }
            });
  }

  /** Gives the kept maps to a fresh copy of the object. */
  void giveTo(NativeObject object) {
    descriptors.forEach(
        (name, fd) -> {
          MemorySegment map = object.map(name);
          if (LibbpfMap.bpf_map__fd(map) < 0) {
            // Where libbpf refuses it, it creates the map when it loads.
            var _ = Libbpf.captureLog(() -> LibbpfMap.bpf_map__reuse_fd(map, fd));
          }
        });
  }

  @Override
  public void close() {
    descriptors.values().forEach(Libc::close);
    descriptors.clear();
  }
}
