package org.skep.notebook.ebpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.skep.BpfException;
import org.skep.host.Mounts;
import org.skep.host.Tracepoints;
import org.skep.notebook.magic.Completer;
import org.skep.notebook.magic.Completions.Item;
import org.skep.notebook.magic.MagicContext;

/**
 * Completes {@code PROGRAM=PLACE}: programs of loaded objects, interfaces, cgroups and files,
 * tracepoints, network namespaces, and the processes of {@code pid=}.
 */
final class PlaceCompleter implements Completer {
  private static final Path INTERFACES = Path.of("/sys/class/net");
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path PROCESSES = Path.of("/proc");
  private static final String PID = ",pid=";

  private final Experiments experiments;

  PlaceCompleter(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public List<Item> values(String typed, MagicContext context) {
    int equals = typed.indexOf('=');
    if (equals < 0) {
      return experiments.all().stream()
          .flatMap(e -> e.object().programs().stream())
          .map(p -> new Item(p.name() + "=", "program", p.section()))
          .distinct()
          .toList();
    }
    var program = typed.substring(0, equals + 1);
    var place = typed.substring(equals + 1);
    int pid = place.lastIndexOf(PID);
    if (pid >= 0) {
      return under(program + place.substring(0, pid + PID.length()), processes());
    }
    return under(program, place.startsWith("/") ? paths(place) : named(place));
  }

  private static List<Item> under(String before, List<Item> items) {
    UnaryOperator<Item> whole = i -> new Item(before + i.text(), i.kind(), i.summary());
    return items.stream().map(whole).toList();
  }

  private static List<Item> named(String typed) {
    var items = new ArrayList<Item>();
    names(INTERFACES).forEach(name -> items.add(new Item(name, "interface", "")));
    names(NAMESPACES).forEach(name -> items.add(new Item(name, "network namespace", "")));
    Mounts.cgroup2().ifPresent(root -> items.add(new Item(root + "/", "cgroup", "")));
    items.addAll(tracepoints(typed));
    return items;
  }

  /** Folders are those of cgroups, below their root; else files, which uprobes are in. */
  private static List<Item> paths(String typed) {
    int slash = typed.lastIndexOf('/');
    var folder = typed.substring(0, slash + 1);
    boolean ofCgroups = Mounts.cgroup2().filter(Path.of(folder)::startsWith).isPresent();
    var items = new ArrayList<Item>();
    Mounts.cgroup2().ifPresent(root -> items.add(new Item(root + "/", "cgroup", "")));
    for (String name : names(Path.of(folder))) {
      boolean directory = Files.isDirectory(Path.of(folder, name));
      if (directory || !ofCgroups) {
        items.add(
            new Item(
                folder + name + (directory ? "/" : ":"),
                ofCgroups ? "cgroup" : directory ? "folder" : "file",
                ""));
      }
    }
    return items.stream().distinct().toList();
  }

  private static List<Item> tracepoints(String typed) {
    try {
      var known = Tracepoints.ofRunningLinux();
      int colon = typed.indexOf(':');
      return colon < 0
          ? known.categories().stream().map(c -> new Item(c + ":", "tracepoints", "")).toList()
          : known.names(typed.substring(0, colon)).stream()
              .map(n -> new Item(typed.substring(0, colon + 1) + n, "tracepoint", ""))
              .toList();
    } catch (BpfException e) {
      return List.of(); // tracefs is not mounted
    }
  }

  private static List<Item> processes() {
    return names(PROCESSES).stream()
        .filter(name -> Character.isDigit(name.charAt(0)))
        .map(pid -> new Item(pid, "process", command(pid)))
        .toList();
  }

  private static String command(String pid) {
    try {
      return Files.readString(PROCESSES.resolve(pid).resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> String.valueOf(p.getFileName())).sorted().limit(2000).toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
