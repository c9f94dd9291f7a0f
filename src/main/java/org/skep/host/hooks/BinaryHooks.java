package org.skep.host.hooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.skep.host.Capability;
import org.skep.host.ProcFile;
import org.skep.text.Nearest;

/** The functions and probes of programs, libraries and processes. */
final class BinaryHooks {
  private BinaryHooks() {}

  /** Functions of a binary. */
  static List<Hook> functions(String binary, NamePattern name) {
    var hooks = new ArrayList<Hook>();
    for (Path file : files(binary)) {
      for (BinaryFunctions.Named named : BinaryFunctions.find(file, name)) {
        ElfFile.Function f = named.function();
        hooks.add(
            new Hook(
                Hook.Kind.UPROBE,
                file + ":" + f.name(),
                List.of(),
                (named.isMangled() ? named.signature() + ", " : "")
                    + "at 0x"
                    + Long.toHexString(f.offset())
                    + ", "
                    + f.byteSize()
                    + " bytes"));
      }
    }
    return hooks;
  }

  /** What was probably meant: names in the source, with the symbols of those that are mangled. */
  static String nearest(String binary, String typed) {
    Map<String, String> names = new TreeMap<>();
    for (Path file : files(binary)) {
      for (BinaryFunctions.Named f : BinaryFunctions.all(file)) {
        names.putIfAbsent(f.plain(), f.isMangled() ? "' (" + f.symbol() + ")" : "'");
      }
    }
    List<String> near =
        Nearest.to(typed, names.keySet().stream(), 3).stream()
            .map(n -> "'" + n + names.get(n))
            .toList();
    return near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
  }

  /** Probes of a binary. */
  static List<Hook> probes(String binary, NamePattern provider, NamePattern name) {
    var hooks = new ArrayList<Hook>();
    for (Path file : files(binary)) {
      for (ElfFile.Probe p : ElfFile.open(file).probes()) {
        if (provider.matches(p.provider()) && name.matches(p.name())) {
          hooks.add(
              new Hook(
                  Hook.Kind.USDT,
                  file + ":" + p.provider() + ":" + p.name(),
                  arguments(p.arguments()),
                  p.sites() == 1 ? "" : "at " + p.sites() + " places"));
        }
      }
    }
    return hooks;
  }

  /** {@code -4@%esi 8@%rdi}: the sizes, negative for signed numbers, and where they are. */
  static List<Hook.Argument> arguments(String text) {
    var arguments = new ArrayList<Hook.Argument>();
    for (String word : text.strip().split("\\s+")) {
      int sign = word.indexOf('@');
      if (sign > 0) {
        String size = word.substring(0, sign).replaceFirst("f$", "");
        boolean signed = size.startsWith("-");
        int bytes = Integer.parseInt(signed ? size.substring(1) : size);
        arguments.add(
            new Hook.Argument(
                "arg" + (arguments.size() + 1),
                (signed ? "s" : "u") + bytes * 8,
                OptionalInt.empty(),
                OptionalInt.of(bytes)));
      }
    }
    return arguments;
  }

  /**
   * The files that are meant: a path, a name on the PATH or among the libraries, or a process.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Set<Path> files(String binary) {
    if (binary.matches("\\d+")) {
      return filesOf(binary);
    }
    if (binary.indexOf('/') >= 0) {
      return Set.of(Path.of(binary));
    }
    return folders(binary.contains(".so"))
        .map(folder -> Path.of(folder, binary))
        .filter(Files::isReadable)
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "find binary '"
                        + binary
                        + "': no such program or library (give its path, the name of a library such"
                        + " as libc.so.6, or a PID)"));
  }

  private static Stream<String> folders(boolean library) {
    String machine = System.getProperty("os.arch").replace("amd64", "x86_64");
    String path =
        library
            ? String.join(
                ":",
                System.getenv().getOrDefault("LD_LIBRARY_PATH", ""),
                "/lib/" + machine + "-linux-gnu",
                "/usr/lib/" + machine + "-linux-gnu",
                "/lib64:/usr/lib64:/lib:/usr/lib")
            : System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/usr/sbin";
    return Stream.of(path.split(":")).filter(f -> f.startsWith("/"));
  }

  /** What a process has mapped as code. */
  private static Set<Path> filesOf(String process) {
    var files = new LinkedHashSet<Path>();
    try {
      ProcFile.lines(Path.of("/proc", process, "maps")).stream()
          .map(l -> l.split("\\s+", 6))
          .filter(w -> w.length == 6 && w[1].indexOf('x') > 0 && w[5].startsWith("/"))
          .map(w -> Path.of(w[5]))
          .filter(Files::isReadable)
          .forEach(files::add);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "find process "
              + process
              + ": "
              + (Files.exists(Path.of("/proc", process))
                  ? "it belongs to another user ("
                      + Capability.TO_LOOK_INTO_PROCESSES
                      + "; the path of its program or library needs no right)"
                  : "no such process"),
          e);
    }
    return files;
  }
}
