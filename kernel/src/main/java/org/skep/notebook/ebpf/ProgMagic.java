package org.skep.notebook.ebpf;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.Iteration;
import org.skep.bpf.RunStatistics;
import org.skep.bpf.run.TestRun;
import org.skep.notebook.display.LongText;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.ebpf.view.ProgramList;
import org.skep.notebook.magic.ArgumentCompleter;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.UserFile;
import org.skep.text.Nearest;

/** {@code %prog}: measures a program, runs it on given data, shows what the kernel made of it. */
final class ProgMagic implements LineMagic {
  private static final String TARGET = "NAME[.PROGRAM]";

  /** The actions, and the options that mean something to each. */
  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          "stats", List.of("for"),
          "run", List.of("data", "context", "repeat"),
          "log", List.of(),
          "iter", List.of("as", "table"),
          "dis", List.of("jited"));

  private static final Duration USUAL_TIME = Duration.ofSeconds(1);

  /** In bytes: more than any program takes. */
  private static final int LARGEST_DATA = 16 << 20;

  private final MagicSpec spec;
  private final Experiments experiments;

  ProgMagic(Experiments experiments) {
    this.experiments = experiments;
    this.spec =
        MagicSpec.named("prog", "Measures programs, runs them on given data, shows their code")
            .optional(
                "ACTION",
                "stats (runs, ns per run), run (on given data), iter (what an iterator writes), log (of"
                    + " the verifier) or dis (the code); without it, the programs are listed",
                ArgumentCompleter.of("stats", "run", "iter", "log", "dis"))
            .optional(
                TARGET,
                "an object or one of its programs; for stats, all without it",
                this::targets)
            .option("for", "TIME", "stats: how long to count, 1s unless told")
            .option("data", "HEX|@FILE", "run: the packet, from its Ethernet header on")
            .option("context", "HEX|@FILE", "run: the context, such as the arguments of a raw_tp")
            .option("repeat", "N", "run: measure too, by 11 batches of N runs after a warm-up")
            .option("as", "TYPE", "iter: a table of such structs, such as 'struct row'")
            .flag("table", "iter: a table of the lines and their words")
            .flag("jited", "dis: JITed code instead of BPF instructions")
            .details(
                """
                Counting is switched on for the whole machine while 'stats' counts, and off again.
                The same from Java: NAME.statistics(Duration.ofSeconds(5)),
                NAME.program("PROGRAM").run(TestRun.of(bytes).repeat(10_000)), .log(), .disassembly(),
                .machineCode(), .iterate().
                """)
            .example("%prog stats opens --for 5s")
            .example("%prog run filter.drop --data @packet.bin --repeat 100000")
            .example("TestRunResult r = %prog run filter.drop --repeat 100000")
            .example("%prog iter tasks.dump --table")
            .example("%prog log opens.count")
            .example("%prog dis opens.count --jited")
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
      return ProgramList.table("programs", all());
    }
    refuseOptionsOfOthers(action, arguments);
    try {
      return switch (action) {
        case "stats" -> stats(arguments, context);
        case "run", "iter", "log", "dis" -> {
          List<BpfProgram> programs = targets(arguments, context);
          yield programs.size() == 1
              ? of(action, programs.getFirst(), arguments)
              : ProgramList.table("programs", programs, action);
        }
        default ->
            throw new MagicException(
                "%prog "
                    + action
                    + ": no such action"
                    + Nearest.hint(action, OPTIONS.keySet().stream())
                    + " (actions: stats, run, iter, log, dis)");
      };
    } catch (BpfException | IllegalArgumentException | IllegalStateException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static @Nullable Object of(String action, BpfProgram program, Arguments arguments)
      throws InterruptedException {
    return switch (action) {
      case "run" -> program.run(how(arguments));
      case "iter" -> iteration(Stoppable.call(program::iterate), arguments);
      case "log" -> log(program);
      default -> code(program, arguments.flag("jited"));
    };
  }

  private static void refuseOptionsOfOthers(String action, Arguments arguments) {
    OPTIONS.forEach(
        (owner, options) ->
            options.stream()
                .filter(o -> arguments.flag(o) && OPTIONS.containsKey(action))
                .filter(o -> !owner.equals(action))
                .findFirst()
                .ifPresent(
                    o -> {
                      throw new MagicException(
                          "%prog " + action + ": option '--" + o + "' belongs to '" + owner + "'");
                    }));
  }

  private Object stats(Arguments arguments, MagicContext context) throws InterruptedException {
    Duration time = arguments.duration("for").orElse(USUAL_TIME);
    List<BpfProgram> programs =
        arguments.find(TARGET).isPresent() ? programs(arguments.get(TARGET), context) : all();
    if (programs.isEmpty()) {
      throw new MagicException("%prog stats: no programs (" + experiments.loaded() + ")");
    }
    return RunStatistics.collect(programs, time).table();
  }

  private static TestRun how(Arguments arguments) {
    TestRun how = TestRun.once();
    if (arguments.option("data").isPresent()) {
      how = how.data(bytes(arguments.option("data").get()));
    }
    if (arguments.option("context").isPresent()) {
      how = how.context(bytes(arguments.option("context").get()));
    }
    return arguments.integer("repeat").isPresent()
        ? how.repeat(arguments.integer("repeat").getAsInt())
        : how;
  }

  /** {@code @file} or hexadecimal digits, with blanks, colons or {@code 0x} between them. */
  static byte[] bytes(String text) {
    if (text.startsWith("@")) {
      return UserFile.read(text.substring(1), LARGEST_DATA);
    }
    try {
      var bytes = new ByteArrayOutputStream();
      for (String group : text.strip().split("[\\s:,_-]+")) {
        bytes.writeBytes(HexFormat.of().parseHex(group.replaceFirst("^0[xX]", "")));
      }
      return bytes.toByteArray();
    } catch (IllegalArgumentException e) {
      throw new MagicException(
          "read the bytes '"
              + text
              + "': expected two hexadecimal digits for each byte, or @FILE (such as"
              + " 'ff ff ff ff ff ff' or @packet.bin)",
          e);
    }
  }

  private static Object code(BpfProgram program, boolean compiled) throws InterruptedException {
    return compiled ? program.machineCode() : program.disassembly();
  }

  private static Object iteration(Iteration iteration, Arguments arguments) {
    var type = arguments.option("as");
    if (type.isPresent()) {
      return iteration.table(type.get());
    }
    return arguments.flag("table")
        ? iteration.table()
        : pre(LongText.bounded(iteration.text().stripTrailing(), "iterate().text()"));
  }

  private static MimeBundle pre(String text) {
    return MimeBundle.html(Markup.pre(Markup.escape(text)), text);
  }

  private static MimeBundle log(BpfProgram program) {
    String log = program.log().strip();
    String text =
        log.isEmpty()
            ? "No verifier log for '" + program.name() + "': it was accepted without output."
            : log;
    return pre(LongText.bounded(text, "program(\"" + program.name() + "\").log()"));
  }

  private List<BpfProgram> all() {
    return experiments.all().stream().flatMap(e -> e.object().programs().stream()).toList();
  }

  /** The program that is named, or the programs that could be meant. */
  private List<BpfProgram> targets(Arguments arguments, MagicContext context) {
    Optional<String> target = arguments.find(TARGET);
    List<BpfProgram> found = target.isPresent() ? programs(target.get(), context) : all();
    if (found.isEmpty()) {
      throw new MagicException(
          "%prog " + arguments.get("ACTION") + ": no programs (" + experiments.loaded() + ")");
    }
    return found;
  }

  private List<BpfProgram> programs(String path, MagicContext context) {
    int dot = path.indexOf('.');
    BpfObject object = experiments.object(dot < 0 ? path : path.substring(0, dot), context);
    return dot < 0 ? object.programs() : List.of(object.program(path.substring(dot + 1)));
  }

  private List<ArgumentCompletions.Item> targets(String typed, MagicContext context) {
    return experiments.programItems();
  }
}
