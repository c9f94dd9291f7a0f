package org.skep.notebook.ebpf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.skep.bpf.BpfMap;
import org.skep.bpf.OpenBpfObject;
import org.skep.bpf.OpenMap;
import org.skep.compile.BpfSource;
import org.skep.compile.BpfSource.Header;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;

/** What {@code %%bpf} and {@code %bpf load} set between compiling and attaching. */
final class CellOptions {
  /** A setting as typed: {@code NAME=VALUE}. */
  record Setting(String name, String value) {}

  private final Arguments arguments;
  private final Experiments experiments;

  CellOptions(Arguments arguments, Experiments experiments) {
    this.arguments = arguments;
    this.experiments = experiments;
  }

  /** Declares the options. */
  static MagicSpec.Builder declare(MagicSpec.Builder spec, Experiments experiments) {
    return spec.flag(
            "no-attach", "load the programs, and leave attaching to NAME.program(...).attach()")
        .option("set", "VARIABLE=VALUE", "a global variable, const ones too, before loading")
        .option("size", "MAP=ENTRIES", "how many entries a map can hold")
        .option(
            "share",
            "MAP=NAME.MAP",
            "take the map of another object in place of a new one",
            (typed, context) -> experiments.mapItems())
        .option("pin", "FOLDER", "pin the maps below a BPF file system", Completers.PATHS)
        .option("include", "FOLDER", "where else to look for #include", Completers.PATHS)
        .option("cflag", "FLAG", "a further flag for clang, such as --cflag=-DLIMIT=5")
        .option("save", "FILE", "write the compiled object to a file", Completers.PATHS);
  }

  boolean attach() {
    return !arguments.flag("no-attach");
  }

  /** The source as it is to be compiled. */
  BpfSource source(BpfSource plain, List<Header> headers) {
    var folders = new ArrayList<>(plain.includeDirectories());
    arguments.options("include").forEach(f -> folders.add(Path.of(f)));
    return plain
        .withHeaders(headers)
        .withIncludeDirectories(folders)
        .withFlags(arguments.options("cflag"));
  }

  /** Where to write the compiled object; empty for nowhere. */
  List<Path> saveTo() {
    return arguments.options("save").stream().map(Path::of).toList();
  }

  /** Sets what cannot be set once the object is loaded. */
  void apply(OpenBpfObject open, MagicContext context) {
    for (Setting setting : settings("set")) {
      open.global(setting.name()).set(setting.value());
    }
    for (Setting setting : settings("size")) {
      open.map(setting.name()).maxEntries(entries(setting));
    }
    for (Setting setting : settings("share")) {
      BpfMap other = experiments.map(setting.value(), context);
      open.map(setting.name()).share(other);
    }
    arguments
        .option("pin")
        .ifPresent(
            folder ->
                open.maps().stream()
                    .filter(m -> !m.name().startsWith("."))
                    .forEach((OpenMap m) -> m.pin(Path.of(folder, m.name()))));
  }

  private List<Setting> settings(String option) {
    return arguments.options(option).stream().map(typed -> setting(option, typed)).toList();
  }

  private static Setting setting(String option, String typed) {
    int equals = typed.indexOf('=');
    if (equals <= 0) {
      throw new MagicException(
          "read option '--" + option + " " + typed + "': expected a name, '=' and a value");
    }
    return new Setting(typed.substring(0, equals), typed.substring(equals + 1));
  }

  private static int entries(Setting size) {
    try {
      return Integer.parseInt(size.value().replace("_", ""));
    } catch (NumberFormatException e) {
      throw new MagicException(
          "size map '" + size.name() + "': expected a whole number but got '" + size.value() + "'",
          e);
    }
  }
}
