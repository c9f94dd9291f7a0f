package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.doctor.Doctor;
import org.skep.host.catalog.Helpers;
import org.skep.host.catalog.Kfuncs;
import org.skep.host.catalog.TypeCatalog;
import org.skep.host.hooks.Hooks;
import org.skep.host.trace.TraceLog;

/** No look at the running Linux leaves a descriptor, a mapping or a thread behind. */
@Tag("privileged")
@Timeout(240)
class CatalogLeaksIT {
  @Test
  void noLookAtTheRunningLinuxLeavesAnything() throws Throwable {
    Leaks calls = new Leaks();
    calls.put("hooks", () -> Hooks.table("tracepoint:sched:*"));
    calls.put("functions of a binary", () -> Hooks.find("uprobe:libc.so.6:get*id"));
    calls.put("no hook", () -> Hooks.missing("tracepoint:sched:no_such"));
    calls.put("hooks that begin so", () -> Hooks.complete("tracepoint:sched:sched_", 10));
    calls.put("helper", () -> Helpers.find("bpf_get_current_comm"));
    calls.put("helpers", () -> Helpers.table("*map*"));
    calls.put("kfuncs", () -> Kfuncs.table("*iter*"));
    TypeCatalog types = TypeCatalog.ofRunningLinux();
    calls.put("layout", () -> types.layout("struct task_struct"));
    calls.put("members", () -> types.members("task_struct", "pid"));
    calls.put("enumerators", () -> types.enumerators("bpf_map_type"));
    calls.put(
        "log",
        () -> {
          try (TraceLog log = TraceLog.open()) {
            log.readNow(line -> {});
          }
        });
    assertEquals(List.of(), calls.find());
  }

  /** It takes long; it tries everything, and leaves nothing of it. */
  @Test
  void theDoctorLeavesNothing() throws Throwable {
    Doctor.examine();
    long before = Leaks.descriptors();
    for (int i = 0; i < 3; i++) {
      assertTrue(Doctor.examine().size() > 30);
    }
    assertTrue(Leaks.descriptors() <= before + 1, () -> before + " before");
  }

  @Test
  void whatIsLeftBehindIsFound() throws Throwable {
    List<FileChannel> kept = new ArrayList<>();
    Leaks calls = new Leaks();
    calls.put("nothing", () -> {});
    calls.put(
        "left",
        () -> {
          kept.add(FileChannel.open(Path.of("/proc/self/status")));
          Thread.sleep(1); // else a fast machine reaches the limit of open files
        });
    List<String> found;
    try {
      found = calls.find();
    } finally {
      for (FileChannel channel : kept) {
        channel.close();
      }
    }
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().startsWith("left, "), found::toString);
  }
}
