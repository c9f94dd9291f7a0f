package org.skep.bpf.attach;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapShape;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;

/**
 * Hands the functions of a struct_ops map to the kernel.
 *
 * @param pointer libbpf's map; null for one that is not part of an object
 */
public record StructOpsAttacher(String map, MapShape shape, @Nullable MemorySegment pointer) {
  public StructOpsAttacher {
    if (shape.type() != BpfMapType.STRUCT_OPS) {
      throw new UnsupportedFeatureException(
          "attach map '" + map + "'",
          "a map of type " + shape.type().words() + " is not attached",
          "maps of struct_ops are; programs are attached each on its own");
    }
  }

  public List<NativeLink> attach(int fd) {
    MemorySegment known = pointer;
    if (known == null) {
      throw new IllegalStateException("map '" + map + "' is not part of an object");
    }
    var told = Libbpf.captureLog(() -> LibbpfMap.bpf_map__attach_struct_ops(known));
    if (told.value().isNull()) {
      throw AttachErrors.of(
          map, new AttachPoint.StructOps(map), told.value().errno(), told.messages());
    }
    return List.of(new NativeLink.OfStructOps(told.value().segment(), fd, shape.valueBytes()));
  }
}
