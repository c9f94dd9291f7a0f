package org.skep.bpf;

import java.util.ArrayList;
import java.util.List;
import org.skep.host.LinuxVersion;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.Uapi;

/** Settings of maps that libbpf leaves as the source has them, and Linux or a reader would not. */
final class MapDefaults {
  private MapDefaults() {}

  /**
   * Makes every section of globals such that it can be mapped: libbpf does so only where one of
   * them is not static.
   */
  static void makeSectionsMappable(NativeObject object) {
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

  /**
   * Takes the type of a value away again, where a ring or perf buffer says the type of its events
   * so: the kernel would refuse the map.
   *
   * @return what was done, a sentence for each map
   */
  static List<String> takeValuesAsRecords(NativeObject object) {
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
