package org.skep.bpf.load;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapShape;
import org.skep.host.LinuxVersion;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.Uapi;

/** Settings of maps that libbpf leaves as the source has them, and Linux or a reader would not. */
public final class MapDefaults {
  private MapDefaults() {}

  /**
   * Makes every section of globals such that it can be mapped: libbpf does so only where one of
   * them is not static.
   */
  public static void makeSectionsMappable(NativeObject object) {
    if (!LinuxVersion.running().isAtLeast(5, 5)) {
      return;
    }
    object
        .maps()
        .values()
        .forEach(
            map -> {
              if (LibbpfMap.bpf_map__is_internal(map)
                  && BpfMapType.of(LibbpfMap.bpf_map__type(map)) == BpfMapType.ARRAY) {
                int flags = LibbpfMap.bpf_map__map_flags(map) | Uapi.BPF_F_MMAPABLE;
                var _ = LibbpfMap.bpf_map__set_map_flags(map, flags);
              }
            });
  }

  /** Arrays below this are read as fast in any way. */
  private static final long LARGE = 64 << 10;

  /**
   * Makes large arrays such that they can be mapped into memory, which reads them for a hundredth
   * of what calls cost and changes nothing for programs. An array that others have a say in stays
   * what it is: one that is pinned or shared, and all where a map of maps compares them with its
   * inner one.
   */
  static void makeArraysMappable(NativeObject object) {
    if (!LinuxVersion.running().isAtLeast(5, 5)
        || object.maps().values().stream()
            .anyMatch(m -> BpfMapType.of(LibbpfMap.bpf_map__type(m)).holdsMaps())) {
      return;
    }
    for (MemorySegment map : object.maps().values()) {
      long stride = MapShape.roundUp(LibbpfMap.bpf_map__value_size(map));
      if (BpfMapType.of(LibbpfMap.bpf_map__type(map)) == BpfMapType.ARRAY
          && LibbpfMap.bpf_map__fd(map) < 0
          && LibbpfMap.bpf_map__pin_path(map).address() == 0
          && stride * Integer.toUnsignedLong(LibbpfMap.bpf_map__max_entries(map)) >= LARGE) {
        int flags = LibbpfMap.bpf_map__map_flags(map) | Uapi.BPF_F_MMAPABLE;
        var _ = LibbpfMap.bpf_map__set_map_flags(map, flags);
      }
    }
  }

  /** Where arenas are, one behind the other; nothing else of a process is there. */
  private static final long FIRST_ARENA = 1L << 44;

  /** An arena has 4 GiB at most, and must not cross a multiple of that. */
  private static final long ARENA_ROOM = 4L << 30;

  /**
   * Gives arenas the address by which programs and processes know them. libbpf 1.4 and later maps
   * them, which gives them one; with an earlier one the kernel would refuse their programs.
   */
  static void placeArenas(NativeObject object) {
    if (Libbpf.isAtLeast(1, 4)) {
      return;
    }
    long address = FIRST_ARENA;
    for (MemorySegment map : object.maps().values()) {
      if (BpfMapType.of(LibbpfMap.bpf_map__type(map)) == BpfMapType.ARENA
          && LibbpfMap.bpf_map__fd(map) < 0
          && LibbpfMap.bpf_map__map_extra(map) == 0) {
        var _ = LibbpfMap.bpf_map__set_map_extra(map, address);
        address += ARENA_ROOM;
      }
    }
  }

  /** Its keys and values are numbers of CPUs and descriptors, whoever leaves them out. */
  private static void completePerfBuffer(MemorySegment map) {
    if (BpfMapType.of(LibbpfMap.bpf_map__type(map)) != BpfMapType.PERF_EVENT_ARRAY) {
      return;
    }
    if (LibbpfMap.bpf_map__key_size(map) == 0) {
      var _ = LibbpfMap.bpf_map__set_key_size(map, Integer.BYTES);
    }
    if (LibbpfMap.bpf_map__value_size(map) == 0) {
      var _ = LibbpfMap.bpf_map__set_value_size(map, Integer.BYTES);
    }
  }

  /**
   * Takes the type of a value away again, where a ring or perf buffer says the type of its events
   * so: the kernel would refuse the map.
   *
   * @return what was done, a sentence for each map
   */
  public static List<String> takeValuesAsRecords(NativeObject object) {
    var notes = new ArrayList<String>();
    object
        .maps()
        .forEach(
            (name, map) -> {
              BpfMapType type = BpfMapType.of(LibbpfMap.bpf_map__type(map));
              int allowed =
                  switch (type) {
                    case RINGBUF, USER_RINGBUF -> 0;
                    case PERF_EVENT_ARRAY -> Integer.BYTES;
                    default -> -1;
                  };
              int said = LibbpfMap.bpf_map__value_size(map);
              completePerfBuffer(map);
              if (allowed >= 0
                  && said != allowed
                  && said > 0
                  && LibbpfMap.bpf_map__set_value_size(map, allowed) == 0) {
                notes.add(
                    "the value of '"
                        + name
                        + "' was taken as the type of its events: a "
                        + type.words()
                        + " has no values");
              }
            });
    return notes;
  }
}
