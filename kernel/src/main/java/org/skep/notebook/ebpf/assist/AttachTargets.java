package org.skep.notebook.ebpf.assist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.skep.BpfException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.host.KernelSymbols;
import org.skep.host.ListeningSockets;
import org.skep.host.Mounts;
import org.skep.host.ProcFile;
import org.skep.host.Syscalls;
import org.skep.host.hooks.Hooks;
import org.skep.host.hooks.Tracepoints;
import org.skep.notebook.magic.ArgumentCompletions.Item;

/** The places of this machine where programs can be attached, to complete. */
final class AttachTargets {
  private static final Path PROCESSES = Path.of("/proc");
  private static final int MOST = 500;

  private AttachTargets() {}

  static List<Item> interfaces() {
    return items(names(Path.of("/sys/class/net")), "interface");
  }

  static List<Item> namespaces() {
    return items(names(Path.of("/run/netns")), "network namespace");
  }

  static List<Item> sockets() {
    return items(ListeningSockets.ports(), "socket");
  }

  /** After a prefix, the device that leads there. */
  static List<Item> routes(String typed) {
    int comma = typed.indexOf(',');
    return comma <= 0
        ? List.of()
        : names(Path.of("/sys/class/net")).stream()
            .map(n -> new Item(typed.substring(0, comma) + ",dev=" + n, "interface", ""))
            .toList();
  }

  static List<Item> systemCalls() {
    return items(Syscalls.ofThisMachine().names().sorted().toList(), "system call");
  }

  /** The names of hooks whose pattern begins with what is typed, without their kind. */
  static List<Item> hooks(String typed) {
    return items(
        Hooks.complete(typed, MOST).stream().map(h -> h.substring(h.indexOf(':') + 1)).toList(),
        "hook");
  }

  static List<Item> firewall() {
    return items(
        Stream.of("ipv4", "ipv6")
            .flatMap(
                family ->
                    Arrays.stream(AttachPoint.Netfilter.Hook.values())
                        .map(h -> family + ":" + h.name().toLowerCase(Locale.ROOT) + ":0"))
            .toList(),
        "netfilter hook");
  }

  static List<Item> perfEvents() {
    return items(
        List.of(
            "cpu-clock:99hz",
            "task-clock:99hz",
            "page-faults:1",
            "context-switches:1",
            "cpu-migrations:1",
            "cycles:1000000",
            "instructions:1000000",
            "cache-misses:10000",
            "branch-misses:10000"),
        "perf event");
  }

  /** The folders below what is typed, from the root of the cgroups on. */
  static List<Item> cgroups(String typed) {
    var root = Mounts.cgroup2();
    if (root.isEmpty()) {
      return List.of();
    }
    int slash = typed.lastIndexOf('/');
    var folder = Path.of(typed.substring(0, slash + 1));
    return folder.startsWith(root.get())
        ? items(
            names(folder).stream()
                .filter(n -> Files.isDirectory(folder.resolve(n)))
                .map(n -> typed.substring(0, slash + 1) + n + "/")
                .toList(),
            "cgroup")
        : List.of(new Item(root.get() + "/", "cgroup", ""));
  }

  static List<Item> tracepoints(String typed) {
    try {
      var known = Tracepoints.ofRunningLinux();
      int colon = typed.indexOf(':');
      return colon < 0
          ? items(known.categories().stream().map(c -> c + ":").toList(), "tracepoints")
          : items(
              known.names(typed.substring(0, colon)).stream()
                  .map(n -> typed.substring(0, colon + 1) + n)
                  .toList(),
              "tracepoint");
    } catch (BpfException e) {
      return List.of(); // tracefs is not mounted
    }
  }

  static List<Item> tracepointNames() {
    try {
      return items(
          Tracepoints.ofRunningLinux().all().stream()
              .map(n -> n.substring(n.indexOf('/') + 1))
              .distinct()
              .toList(),
          "tracepoint");
    } catch (BpfException e) {
      return List.of();
    }
  }

  /** Functions of the kernel; a tenth of a million is too many to show before anything is typed. */
  static List<Item> functions(String typed) {
    return typed.isEmpty()
        ? List.of()
        : items(
            KernelSymbols.ofRunningLinux()
                .all()
                .map(KernelSymbols.Symbol::name)
                .filter(n -> n.startsWith(typed))
                .distinct()
                .limit(MOST)
                .toList(),
            "kernel function");
  }

  static List<Item> processes() {
    return names(PROCESSES).stream()
        .filter(name -> Character.isDigit(name.charAt(0)))
        .map(pid -> new Item(pid, "process", command(pid)))
        .toList();
  }

  private static String command(String pid) {
    try {
      return ProcFile.read(PROCESSES.resolve(pid).resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  private static List<Item> items(List<String> names, String kind) {
    return names.stream().map(n -> new Item(n, kind, "")).toList();
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> String.valueOf(p.getFileName())).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
