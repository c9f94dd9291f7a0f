package org.skep.bpf.load;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapInfo;
import org.skep.bpf.map.MapShape;
import org.skep.host.Mounts;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/** Maps that are pinned when their object is loaded, or taken from where they are pinned. */
public final class Pins {
  private Pins() {}

  private static Optional<String> pathOf(MemorySegment map) {
    MemorySegment path = LibbpfMap.bpf_map__pin_path(map);
    return path.address() == 0 ? Optional.empty() : Optional.of(CText.read(path));
  }

  /** What the text itself pins, a sentence for each map. */
  public static List<String> notes(NativeObject object) {
    var notes = new ArrayList<String>();
    object
        .maps()
        .forEach(
            (name, map) ->
                pathOf(map)
                    .ifPresent(
                        path ->
                            notes.add(
                                "the source pins map '"
                                    + name
                                    + "' at "
                                    + path
                                    + ", where it outlives the notebook (rm removes it)")));
    return notes;
  }

  /**
   * Makes ready what pinning needs: the file system, and the flag that Linux itself adds to maps of
   * devices, without which libbpf takes the pinned map for another one.
   */
  static void prepare(NativeObject object) {
    for (var each : object.maps().entrySet()) {
      MemorySegment map = each.getValue();
      Optional<String> path = pathOf(map);
      if (path.isEmpty()) {
        continue;
      }
      mountAbove(path.get());
      makeFolder(each.getKey(), Path.of(path.get()).toAbsolutePath());
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

  /** libbpf makes the last folder alone, and anywhere, before it looks where it is. */
  private static void makeFolder(String map, Path path) {
    var operation = "pin map '" + map + "' at " + path;
    Path folder = path.getParent();
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      if (folder == null || there == null || !Files.getFileStore(there).type().equals("bpf")) {
        throw new SyscallException(
            operation,
            Errno.EINVAL.number(),
            "not on a BPF file system (choose a folder below "
                + Mounts.find("bpf").orElse(Path.of("/sys/fs/bpf"))
                + ")");
      }
      for (Path name : there.relativize(path)) {
        if (name.toString().contains(".")) {
          throw new SyscallException(
              operation,
              Errno.EPERM.number(),
              "names on a BPF file system have no dots (EPERM; rename '" + name + "')");
        }
      }
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new SyscallException(
          operation, Errno.EINVAL.number(), "its folder cannot be made: " + e.getMessage());
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
                      + pinned.get().words()
                      + ", and the source has "
                      + MapShape.of(each.getValue()).words()
                      + " (change the source, or remove what is pinned: rm "
                      + path.get()
                      + ")"));
        }
      }
    }
    return Optional.empty();
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
