package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.host.Mounts;
import org.skep.internal.ffi.CText;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/** Maps that are pinned when their object is loaded, or taken from where they are pinned. */
final class Pins {
  private Pins() {}

  private static Optional<String> pathOf(MemorySegment map) {
    MemorySegment path = LibbpfMap.bpf_map__pin_path(map);
    return path.address() == 0 ? Optional.empty() : Optional.of(CText.read(path));
  }

  /** What the text itself pins, a sentence for each map. */
  static List<String> notes(NativeObject object) {
    var notes = new ArrayList<String>();
    object
        .maps()
        .forEach(
            (name, map) ->
                pathOf(map)
                    .ifPresent(
                        path ->
                            notes.add(
                                "the text pins map '"
                                    + name
                                    + "' at "
                                    + path
                                    + ", where it outlives the notebook (rm lets it go)")));
    return notes;
  }

  /**
   * Makes ready what pinning needs: the file system, and the flag that Linux itself adds to maps of
   * devices, without which libbpf takes the pinned map for another one.
   */
  static void prepare(NativeObject object) {
    for (MemorySegment map : object.maps().values()) {
      Optional<String> path = pathOf(map);
      if (path.isEmpty()) {
        continue;
      }
      mountAbove(path.get());
      BpfMapType type = BpfMapType.of(LibbpfMap.bpf_map__type(map));
      if (type == BpfMapType.DEVMAP || type == BpfMapType.DEVMAP_HASH) {
        pinnedAt(path.get())
            .filter(pinned -> pinned.type() == type)
            .ifPresent(
                pinned -> {
                  int flags = LibbpfMap.bpf_map__map_flags(map) | Uapi.BPF_F_RDONLY_PROG;
                  if (flags == pinned.flags()) {
                    var _ = LibbpfMap.bpf_map__set_map_flags(map, flags);
                  }
                });
      }
    }
  }

  private static void mountAbove(String path) {
    if (path.startsWith("/sys/fs/bpf/")) {
      try {
        var _ = Mounts.bpffs();
      } catch (BpfException e) {
        return; // libbpf says what is wrong with the path
      }
    }
  }

  /** Why a map could not be pinned or taken; nothing where that is not what failed. */
  static Optional<BpfException> refusal(NativeObject object, int errno, List<String> messages) {
    String all = String.join("; ", messages);
    for (var each : object.maps().entrySet()) {
      Optional<String> path = pathOf(each.getValue());
      if (path.isEmpty() || !all.contains("'" + each.getKey() + "'")) {
        continue;
      }
      if (all.contains("parameter mismatch")) {
        Optional<MapShape> pinned = pinnedAt(path.get());
        if (pinned.isPresent()) {
          return Optional.of(
              new SyscallException(
                  "take map '" + each.getKey() + "' from " + path.get(),
                  errno,
                  "the map that is pinned there is another: "
                      + words(pinned.get())
                      + ", and the text has "
                      + words(shapeOf(each.getValue()))
                      + " (change the text, or remove what is pinned: rm "
                      + path.get()
                      + ")"));
        }
      }
      if (all.contains("is not on BPF FS")) {
        return Optional.of(
            new SyscallException(
                "pin map '" + each.getKey() + "' at " + path.get(),
                errno,
                "not on a BPF file system (choose a folder below "
                    + Mounts.find("bpf").orElse(Path.of("/sys/fs/bpf"))
                    + ")"));
      }
    }
    return Optional.empty();
  }

  private static String words(MapShape shape) {
    return shape.type().words()
        + " with keys of "
        + shape.keyBytes()
        + ", values of "
        + shape.valueBytes()
        + " bytes, "
        + shape.maxEntries()
        + " entries, flags "
        + shape.flags();
  }

  private static MapShape shapeOf(MemorySegment map) {
    return new MapShape(
        BpfMapType.of(LibbpfMap.bpf_map__type(map)),
        0,
        LibbpfMap.bpf_map__key_size(map),
        LibbpfMap.bpf_map__value_size(map),
        Integer.toUnsignedLong(LibbpfMap.bpf_map__max_entries(map)),
        LibbpfMap.bpf_map__map_flags(map),
        1);
  }

  private static Optional<MapShape> pinnedAt(String path) {
    int fd = LibbpfSyscall.bpf_obj_get(path);
    if (fd < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(MapInfo.of(path, fd).shape());
    } catch (BpfException e) {
      return Optional.empty(); // no map, but a program or link
    } finally {
      Libc.close(fd);
    }
  }
}
