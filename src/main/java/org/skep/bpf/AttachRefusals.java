package org.skep.bpf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.internal.ffi.Errno;

/** Says why Linux refused to attach a program, and what would help. */
final class AttachRefusals {
  private static final Path TRACEFS = Path.of("/sys/kernel/tracing/events");

  private AttachRefusals() {}

  static BpfException of(
      String program, int attachType, AttachPoint point, int errno, List<String> messages) {
    String operation = "attach '" + program + "' to " + point.describe();
    return new SyscallException(operation, errno, cause(point, errno, messages));
  }

  private static String cause(AttachPoint point, int errno, List<String> messages) {
    boolean absent = Errno.ENOENT.is(-errno) || Errno.ENODEV.is(-errno);
    return switch (point) {
      case AttachPoint.Tracepoint(String category, String name) when absent -> {
        if (!Files.isDirectory(TRACEFS)) {
          yield "tracefs is not mounted (mount -t tracefs nodev /sys/kernel/tracing)";
        }
        yield "no such tracepoint" + hint(nearestTracepoint(category, name));
      }
      case AttachPoint.RawTracepoint r when absent ->
          "no such tracepoint" + hint(nearest(r.name(), allTracepoints()));
      case AttachPoint.Xdp x when absent -> noInterface(x.networkInterface());
      case AttachPoint.Tcx t when absent -> noInterface(t.networkInterface());
      case AttachPoint.Cgroup c when absent -> "no such directory (mkdir makes a cgroup)";
      case AttachPoint.Kprobe k when absent ->
          "no such kernel function, or it is inlined, or this Linux has no kprobes";
      default -> NativeObject.words(errno, messages);
    };
  }

  private static String noInterface(String name) {
    return "no such network interface" + hint(nearest(name, children(Path.of("/sys/class/net"))));
  }

  private static String nearestTracepoint(String category, String name) {
    if (Files.isDirectory(TRACEFS.resolve(category))) {
      return nearest(name, children(TRACEFS.resolve(category)));
    }
    return nearest(category, children(TRACEFS));
  }

  private static List<String> allTracepoints() {
    List<String> all = new ArrayList<>();
    for (String category : children(TRACEFS)) {
      all.addAll(children(TRACEFS.resolve(category)));
    }
    return all;
  }

  private static List<String> children(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (IOException e) {
      return List.of();
    }
    return names;
  }

  private static String hint(String nearest) {
    return nearest.isEmpty() ? "" : " (did you mean '" + nearest + "'?)";
  }

  /** The name that differs least; empty where none is near. */
  static String nearest(String wanted, List<String> names) {
    String best = "";
    int bestDistance = Math.max(2, wanted.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(wanted, name);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = name;
      }
    }
    return best;
  }

  /** How many letters have to be changed, added or left out. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
