package org.skep.bpf.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.Libc;

/**
 * The templates of maps that hold perf buffers: libbpf 1.1 gives a perf buffer its number of CPUs,
 * but not the one that stands for those in another map, and setting it there crashes.
 */
final class InnerBuffers implements AutoCloseable {
  private static final int PERF_EVENT_ARRAY = 4;

  private final List<Integer> templates = new ArrayList<>();

  private InnerBuffers() {}

  /** Makes the templates that an object needs and does not describe; to be closed once loaded. */
  static InnerBuffers of(NativeObject object) {
    var buffers = new InnerBuffers();
    for (MemorySegment outer : object.maps().values()) {
      if (BpfMapType.of(LibbpfMap.bpf_map__type(outer)).holdsMaps()
          && LibbpfMap.bpf_map__fd(outer) < 0) {
        buffers.complete(outer, LibbpfMap.bpf_map__inner_map(outer));
      }
    }
    return buffers;
  }

  private void complete(MemorySegment outer, MemorySegment inner) {
    if (inner.address() == 0
        || BpfMapType.of(LibbpfMap.bpf_map__type(inner)) != BpfMapType.PERF_EVENT_ARRAY
        || LibbpfMap.bpf_map__max_entries(inner) != 0) {
      return;
    }
    int template = make(Libbpf.libbpf_num_possible_cpus());
    // Where Linux makes none, it says so of the outer one.
    if (template >= 0) {
      templates.add(template);
      var _ = LibbpfMap.bpf_map__set_inner_map_fd(outer, template);
    }
  }

  private static int make(int cpus) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct options = CStruct.allocate(arena, BpfSyscall.map_create);
      options.set("map_type", PERF_EVENT_ARRAY);
      options.set("key_size", Integer.BYTES);
      options.set("value_size", Integer.BYTES);
      options.set("max_entries", cpus);
      return BpfSyscall.bpf(BpfSyscall.BPF_MAP_CREATE, options);
    }
  }

  @Override
  public void close() {
    templates.forEach(Libc::close);
    templates.clear();
  }
}
