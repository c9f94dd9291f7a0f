package org.skep.notebook.ebpf.cell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skep.Note;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.OpenBpfObject;
import org.skep.bpf.OpenMap;
import org.skep.bpf.OpenProgram;
import org.skep.bpf.attach.AttachPoint;
import org.skep.compile.BpfSource;
import org.skep.compile.BpfSource.Header;
import org.skep.notebook.ebpf.assist.AttachTargetCompleter;
import org.skep.notebook.ebpf.assist.NameCompleter;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.magic.ArgumentCompletions.Item;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.UserFile;
import org.skep.text.WholeNumber;

/** What {@code %%bpf} and {@code %bpf load} set between compiling and attaching, and where to. */
public final class CellOptions {
  private static final String REPLACEMENT = "ext";
  private static final String ALL = "*";
  private static final Pattern INDEXED = Pattern.compile("(\\w+)\\[(\\w+)]");

  private final Arguments arguments;
  private final Experiments experiments;

  public CellOptions(Arguments arguments, Experiments experiments) {
    this.arguments = arguments;
    this.experiments = experiments;
  }

  /** Declares the options. */
  public static MagicSpec.Builder declare(MagicSpec.Builder spec, Experiments experiments) {
    return spec.flag(
            "no-attach", "load the programs, and leave attaching to NAME.program(...).attach()")
        .flag("keep", "leave a program attached that cuts the notebook's own connections")
        .option(
            "on",
            "PROGRAM=TARGET",
            "where to attach it: an interface, a cgroup, sched:sched_switch, libc.so.6:malloc ...",
            new AttachTargetCompleter(experiments))
        .option(
            "type",
            "PROGRAM=TYPE",
            "the type of a program whose section does not say it",
            new NameCompleter(
                cell -> cell.programItems("="),
                (cell, context) -> OpenProgram.types().stream().map(Item::new).toList()))
        .option(
            "tail",
            "MAP[INDEX]=PROGRAM",
            "put a program into an array of programs, for those that call it",
            new NameCompleter(
                cell -> cell.mapItems("[0]="), (cell, context) -> cell.programItems("")))
        .option("set", "VARIABLE=VALUE", "a global variable, const ones too, before loading")
        .option(
            "size",
            "[MAP=]ENTRIES",
            "how many entries a map can hold; without a name, each map whose size is a choice",
            new NameCompleter(cell -> cell.mapItems("="), (cell, context) -> List.of()))
        .option(
            "share",
            "MAP=NAME.MAP",
            "take the map of another object in place of a new one",
            new NameCompleter(
                cell -> cell.mapItems("="), (cell, context) -> experiments.mapItems()))
        .option("pin", "FOLDER", "pin the maps below a BPF file system", Completers.PATHS)
        .option("include", "FOLDER", "where else to look for #include", Completers.PATHS)
        .option("cflag", "FLAG", "a further flag for clang, such as --cflag=-DLIMIT=5")
        .option("save", "FILE", "write the compiled object to a file", Completers.PATHS);
  }

  /** The source as it is to be compiled. */
  BpfSource source(BpfSource plain, List<Header> headers) {
    var folders = new ArrayList<>(plain.includeDirectories());
    for (String typed : arguments.options("include")) {
      var folder = Path.of(typed);
      if (!Files.isDirectory(folder)) {
        throw new MagicException(
            "read option '--include "
                + typed
                + "': "
                + (Files.exists(folder) ? "a file, and no folder" : "no such folder")
                + " (searched from "
                + Path.of("").toAbsolutePath()
                + ")");
      }
      folders.add(folder);
    }
    var flags = new ArrayList<>(plain.flags());
    flags.addAll(arguments.options("cflag"));
    return plain.withHeaders(headers).withIncludeDirectories(folders).withFlags(flags);
  }

  /** Where to write the compiled object; empty for nowhere. */
  List<Path> saveTo() {
    return arguments.options("save").stream().map(UserFile::toWrite).toList();
  }

  /** Sets what cannot be set once the object is loaded. */
  void apply(OpenBpfObject open, MagicContext context) {
    for (Setting setting : settings("type")) {
      open.program(setting.name()).type(setting.value());
    }
    for (Setting setting : settings("on")) {
      OpenProgram program = open.program(setting.name());
      if (program.needsTargetToLoad()) {
        program.target(setting.value());
      } else if (program.type().equals(REPLACEMENT)) {
        var replaced = replaced(setting, context);
        program.target(replaced.program(), replaced.function());
      }
    }
    for (Tail tail : tails()) {
      open.map(tail.map());
      open.program(tail.program());
    }
    for (Setting setting : settings("set")) {
      open.global(setting.name()).set(setting.value());
    }
    sizes(open);
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

  /** The size of all maps first, so that one with a size of its own keeps it. */
  private void sizes(OpenBpfObject open) {
    var given = arguments.options("size").stream().map(CellOptions::size).toList();
    for (Setting all : given.stream().filter(s -> s.name().equals(ALL)).toList()) {
      List<OpenMap> sized = open.maps().stream().filter(OpenMap::isSized).toList();
      if (sized.isEmpty()) {
        throw new MagicException(
            "set '--size " + all.value() + "': the object has no map whose size can be chosen");
      }
      sized.forEach(m -> m.maxEntries(entries(all)));
    }
    given.stream()
        .filter(s -> !s.name().equals(ALL))
        .forEach(s -> open.map(s.name()).maxEntries(entries(s)));
  }

  /** {@code N} stands for {@code *=N}. */
  private static Setting size(String typed) {
    return typed.matches("[0-9_]+") ? new Setting(ALL, typed) : Setting.of("size", typed);
  }

  /**
   * Fills the arrays of programs, and attaches the programs.
   *
   * @return what is to be said of it
   */
  List<Note> attach(BpfObject object, MagicContext context) {
    Map<String, List<AttachPoint>> places = new LinkedHashMap<>();
    for (Tail tail : tails()) {
      BpfProgram program = object.program(tail.program());
      object.map(tail.map()).put(tail.index(), program);
      places.put(program.name(), List.of());
    }
    var given = given(object, context);
    places.putAll(given);
    return arguments.flag("no-attach") ? List.of() : guarded(given, () -> object.attachAll(places));
  }

  /**
   * Attaches, and has a program detached again that cuts the notebook off, unless told to keep it.
   *
   * @return what is to be said of it
   */
  public List<Note> guarded(Map<String, List<AttachPoint>> given, Runnable attaching) {
    if (arguments.flag("keep")) {
      GuardedAttaching.by(new ConnectionGuard(Map.of()), attaching);
      return List.of();
    }
    var risky =
        given.values().stream().flatMap(List::stream).filter(ConnectionGuard::mayCut).toList();
    if (risky.isEmpty()) {
      attaching.run();
      return List.of();
    }
    var guard = new ConnectionGuard(NotebookConnections.now());
    var notes =
        risky.stream().map(guard::warning).flatMap(Optional::stream).map(Note::warning).toList();
    GuardedAttaching.by(guard, attaching);
    return notes;
  }

  /** The places that were typed, by program. */
  public Map<String, List<AttachPoint>> given(BpfObject object, MagicContext context) {
    Map<String, List<AttachPoint>> given = new LinkedHashMap<>();
    for (Setting setting : settings("on")) {
      BpfProgram program = object.program(setting.name());
      given
          .computeIfAbsent(program.name(), p -> new ArrayList<>())
          .add(
              program.type().equals(REPLACEMENT)
                  ? replaced(setting, context)
                  : program.pointAt(setting.value()));
    }
    return given;
  }

  /** {@code NAME.PROGRAM:FUNCTION}: what an {@code freplace} program replaces. */
  private AttachPoint.Replacement replaced(Setting setting, MagicContext context) {
    int dot = setting.value().indexOf('.');
    int colon = setting.value().indexOf(':', dot + 1);
    if (dot <= 0 || colon < 0) {
      throw new MagicException(
          "attach '"
              + setting.name()
              + "' to '"
              + setting.value()
              + "': expected NAME.PROGRAM:FUNCTION, such as filter.main:is_allowed");
    }
    BpfProgram other =
        experiments
            .object(setting.value().substring(0, dot), context)
            .program(setting.value().substring(dot + 1, colon));
    return new AttachPoint.Replacement(other, setting.value().substring(colon + 1));
  }

  /** A program for an array of programs. */
  private record Tail(String map, int index, String program) {}

  private List<Tail> tails() {
    return settings("tail").stream()
        .map(
            setting -> {
              var place = INDEXED.matcher(setting.name());
              if (!place.matches()) {
                throw new MagicException(
                    "read option '--tail "
                        + setting.name()
                        + "="
                        + setting.value()
                        + "': expected MAP[INDEX]=PROGRAM, such as jumps[0]=parse_ip");
              }
              return new Tail(
                  place.group(1),
                  number("index map '" + place.group(1) + "'", place.group(2), 0),
                  setting.value());
            })
        .toList();
  }

  private List<Setting> settings(String option) {
    return arguments.options(option).stream().map(typed -> Setting.of(option, typed)).toList();
  }

  private static int entries(Setting size) {
    return number("size map '" + size.name() + "'", size.value().replace("_", ""), 1);
  }

  private static int number(String operation, String text, int least) {
    try {
      return (int) WholeNumber.parse(text, least, Integer.MAX_VALUE);
    } catch (IllegalArgumentException e) {
      throw new MagicException(operation + ": " + e.getMessage(), e);
    }
  }
}
