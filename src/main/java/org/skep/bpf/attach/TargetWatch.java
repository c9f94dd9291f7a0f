package org.skep.bpf.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.skep.host.ProcFile;
import org.skep.host.hooks.FunctionPlaces;

/**
 * The process and the files of a probe as they were when it was attached. The kernel holds a probe
 * whose process has exited or whose file was replaced, and does not tell.
 *
 * @param pid the process to watch; 0 or less for none
 * @param started when it started, in clock ticks since boot
 * @param files what tells a file from another that takes its path later
 */
public record TargetWatch(int pid, long started, Map<Path, Object> files) {
  private static final TargetWatch NOTHING = new TargetWatch(-1, 0, Map.of());
  private static final int STARTED = 19;

  /** As it is now. */
  public static TargetWatch of(AttachPoint point) {
    return switch (point) {
      case AttachPoint.WithCookie p -> of(p.point());
      case AttachPoint.Uprobe p -> of(p.pid(), p.binary());
      case AttachPoint.UprobeMulti p -> of(p.pid(), p.binary());
      case AttachPoint.Usdt p -> of(p.pid(), p.binary());
      case AttachPoint.PerfEvent p -> new TargetWatch(p.pid(), started(p.pid()), Map.of());
      case AttachPoint.Network _,
          AttachPoint.Declared _,
          AttachPoint.Tracepoint _,
          AttachPoint.RawTracepoint _,
          AttachPoint.Kprobe _,
          AttachPoint.KprobeMulti _,
          AttachPoint.Ksyscall _,
          AttachPoint.StructOps _,
          AttachPoint.MapElements _,
          AttachPoint.Replacement _,
          AttachPoint.Infrared _ ->
          NOTHING;
    };
  }

  private static TargetWatch of(int pid, String binary) {
    var files = new LinkedHashMap<Path, Object>();
    try {
      for (Path file : FunctionPlaces.files(binary)) {
        identity(file).ifPresent(id -> files.put(file, id));
      }
    } catch (IllegalArgumentException e) {
      // libbpf found it elsewhere
    }
    return new TargetWatch(pid, started(pid), files);
  }

  /** That the process has ended; empty while it runs. */
  public String gone() {
    return pid > 0 && started != 0 && started(pid) != started
        ? "process " + pid + " has exited (attach it to another)"
        : "";
  }

  /** That a file is another by now; empty while all are the same. */
  public String remark() {
    return files.entrySet().stream()
        .filter(f -> !identity(f.getKey()).equals(Optional.of(f.getValue())))
        .map(
            f ->
                "'"
                    + f.getKey()
                    + (Files.exists(f.getKey())
                        ? "' was replaced since: processes that run the new file are not traced"
                            + " (attach it again)"
                        : "' was deleted since: only processes that run the deleted file are"
                            + " traced"))
        .findFirst()
        .orElse("");
  }

  private static Optional<Object> identity(Path file) {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** 0 where there is no such process, or one that has exited and was not waited for. */
  private static long started(int pid) {
    if (pid <= 0) {
      return 0;
    }
    try {
      String stat = ProcFile.read(Path.of("/proc", Integer.toString(pid), "stat"));
      String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return words[0].matches("[ZX]") ? 0 : Long.parseLong(words[STARTED]);
    } catch (IOException e) {
      return 0;
    }
  }
}
