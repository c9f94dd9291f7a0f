package org.skep.notebook.ebpf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.load.LoadOutcome;
import org.skep.compile.BpfSource;
import org.skep.notebook.ebpf.cell.BpfCellRunner;
import org.skep.notebook.ebpf.cell.CellOptions;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.HeaderMagic;
import org.skep.notebook.ebpf.view.Overview;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.UserFile;

/** {@code %bpf}: what this notebook holds in the kernel, letting go of it, and loading files. */
final class BpfMagic implements LineMagic {
  private static final String TARGET = "NAME[.PROGRAM]";
  private static final List<String> ACTIONS = List.of("attach", "detach", "close", "load");

  private final MagicSpec spec;
  private final BpfCellRunner runner;
  private final Experiments experiments;
  private final HeaderMagic headers;

  BpfMagic(BpfCellRunner runner, Experiments experiments, HeaderMagic headers) {
    this.runner = runner;
    this.experiments = experiments;
    this.headers = headers;
    this.spec =
        CellOptions.declare(
                MagicSpec.named("bpf", "Lists, loads, attaches and closes programs and maps")
                    .optional(
                        "ACTION",
                        "attach, detach, close or load; an object alone is shown, nothing shows all",
                        this::actions)
                    .optional(
                        TARGET, "an object, one of its programs, or a file to load", this::targets)
                    .option("as", "NAME", "the object that a file becomes; else the file's name"),
                experiments)
            .example("%bpf")
            .example("%bpf detach opens.count")
            .example("%bpf attach filter.drop --on drop=eth0")
            .example("%bpf close opens")
            .example("%bpf load opensnoop.bpf.c --as opens")
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException {
    String action = arguments.find("ACTION").orElse("");
    if (action.isEmpty()) {
      return Overview.of(experiments.all());
    }
    if (!ACTIONS.contains(action)) {
      if (arguments.find(TARGET).isEmpty() && experiments.find(action).isPresent()) {
        return Overview.of(experiments.find(action).stream().toList());
      }
      throw new MagicException(
          "%bpf "
              + action
              + ": no such action or object (actions: "
              + String.join(", ", ACTIONS)
              + "; "
              + experiments.loaded()
              + ")");
    }
    String target =
        arguments
            .find(TARGET)
            .orElseThrow(
                () ->
                    new MagicException(
                        "%bpf "
                            + action
                            + ": name "
                            + (action.equals("load")
                                ? "a file of C or an object file"
                                : "an object or one of its programs ("
                                    + experiments.loaded()
                                    + ")")));
    if (action.equals("load")) {
      return load(target, arguments, context);
    }
    try {
      switch (action) {
        case "attach" -> attach(target, new CellOptions(arguments, experiments), context);
        case "detach" -> links(target, context).forEach(BpfLink::close);
        default -> close(target, context);
      }
    } catch (BpfException | IllegalArgumentException | IllegalStateException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
    return Overview.of(experiments.all());
  }

  private Experiment load(String file, Arguments arguments, MagicContext context)
      throws InterruptedException {
    var path = Path.of(file);
    String name = arguments.option("as").orElseGet(() -> variableName(path));
    var options = new CellOptions(arguments, experiments);
    UserFile.toRead(file);
    if (file.endsWith(".o")) {
      return runner.run(name, path, options, context);
    }
    try {
      BpfSource source = BpfSource.ofFile(path);
      var named =
          new BpfSource(
              name,
              source.text(),
              source.headers(),
              source.includeDirectories(),
              // so that __FILE__ and __FILE_NAME__ are the file's name
              List.of("-fmacro-prefix-map=" + name + "=" + path.getFileName()));
      return runner.run(named, headers.all(), options, context);
    } catch (IOException e) {
      throw new MagicException("read '" + file + "': " + BpfCellRunner.reason(e), e);
    }
  }

  /** {@code open-snoop.bpf.c} becomes {@code open_snoop}. */
  private static String variableName(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("(\\.bpf)?\\.[^.]*$", "");
    String word = name.replaceAll("[^A-Za-z0-9_]", "_");
    return word.isEmpty() || Character.isDigit(word.charAt(0)) ? "_" + word : word;
  }

  /** To the places that are given; else as the sections say, what is not attached yet. */
  private void attach(String target, CellOptions options, MagicContext context) {
    List<BpfProgram> programs = programs(target, context);
    if (programs.isEmpty()) {
      return;
    }
    var given = options.given(programs.getFirst().owner(), context);
    boolean named = target.indexOf('.') >= 0;
    var refusals = new ArrayList<String>();
    options
        .guarded(given, () -> programs.forEach(p -> attach(p, given, named, target, refusals)))
        .forEach(note -> context.output().stream(true, note.text() + "\n"));
    if (!refusals.isEmpty()) {
      throw new MagicException(String.join("\n", refusals));
    }
  }

  private static void attach(
      BpfProgram program,
      Map<String, List<AttachPoint>> given,
      boolean named,
      String target,
      List<String> refusals) {
    links(program).filter(l -> l.state() instanceof LinkState.Gone).forEach(BpfLink::close);
    for (AttachPoint point : given.getOrDefault(program.name(), List.of())) {
      try {
        program.attach(point);
      } catch (BpfException | IllegalStateException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    if (given.isEmpty()) {
      try {
        if (links(program).findAny().isEmpty()) {
          if (named || program.loaded() instanceof LoadOutcome.Loaded) {
            program.attach();
          }
        } else if (named) {
          refusals.add(
              "attach '"
                  + program.name()
                  + "': it is attached already (%bpf detach "
                  + target
                  + " first, or add a target with --on)");
        }
      } catch (BpfException | IllegalStateException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
  }

  private static Stream<BpfLink> links(BpfProgram program) {
    return program.owner().links().stream().filter(l -> l.program().equals(program.name()));
  }

  private void close(String name, MagicContext context) {
    BpfObject object = experiments.object(name, context);
    object.close();
    experiments.close(name);
  }

  private List<BpfProgram> programs(String path, MagicContext context) {
    int dot = path.indexOf('.');
    BpfObject object = experiments.object(dot < 0 ? path : path.substring(0, dot), context);
    return dot < 0 ? object.programs() : List.of(object.program(path.substring(dot + 1)));
  }

  private List<BpfLink> links(String path, MagicContext context) {
    return programs(path, context).stream().flatMap(BpfMagic::links).toList();
  }

  private List<ArgumentCompletions.Item> actions(String typed, MagicContext context) {
    return Stream.concat(
            ACTIONS.stream().map(a -> new ArgumentCompletions.Item(a, "keyword", "")),
            experiments.names().stream().map(n -> new ArgumentCompletions.Item(n, "object", "")))
        .toList();
  }

  private List<ArgumentCompletions.Item> targets(String typed, MagicContext context) {
    var items = new ArrayList<>(experiments.programItems());
    items.addAll(Completers.PATHS.values(typed, context));
    return items;
  }
}
