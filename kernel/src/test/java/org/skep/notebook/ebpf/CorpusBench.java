package org.skep.notebook.ebpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.Note;
import org.skep.notebook.ebpf.CorpusResult.Stage;
import org.skep.notebook.ebpf.CorpusResult.Verdict;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.magic.FakeNotebook;

/**
 * How many of the programs of others work in a cell: {@code CorpusBench [--include FOLDER]...
 * [--list FILE] [--details FILE] FOLDER}.
 *
 * <p>Each file of C that names a section is given to {@code %bpf load}, which is the way of a cell,
 * and what it leaves open is attached to a place that such programs have everywhere. The script
 * {@code kernel/bench/corpus} runs it where that disturbs nothing.
 */
final class CorpusBench {
  /** How much CPU time a file may take: verifying a large loop may take a minute. */
  private static final Duration MOST_CPU = Duration.ofSeconds(90);

  /** How long it may take where it waits; others may keep the machine busy. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** Where {@code utime} is in {@code /proc/PID/stat} behind the name; three more follow it. */
  private static final int UTIME = 11;

  /** {@code USER_HZ}, which is 100 on each architecture that Java runs on. */
  private static final long TICKS = 100;

  private final Path folder;
  private final List<Path> includes;

  private CorpusBench(Path folder, List<Path> includes) {
    this.folder = folder;
    this.includes = includes;
  }

  public static void main(String[] arguments) throws Exception {
    var includes = new ArrayList<Path>();
    Path list = null;
    Path details = null;
    Path folder = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--include" -> includes.add(Path.of(arguments[++i]).toAbsolutePath());
        case "--list" -> list = Path.of(arguments[++i]);
        case "--details" -> details = Path.of(arguments[++i]);
        default -> folder = Path.of(arguments[i]).toAbsolutePath();
      }
    }
    if (folder == null || !Files.isDirectory(folder)) {
      System.err.println("name a folder of .c files");
      System.exit(2);
      return;
    }
    var bench = new CorpusBench(folder, includes);
    var results = new ArrayList<CorpusResult>();
    for (String file : list == null ? bench.texts() : Files.readAllLines(list)) {
      results.add(bench.run(file));
      if (details != null) {
        Files.write(details, results.stream().map(CorpusResult::line).toList());
      }
    }
    System.out.print(CorpusReport.of(results));
    System.exit(0); // whatever a file that took too long still does
  }

  private List<String> texts() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(f -> f.toString().endsWith(".c") && namesSection(f))
          .map(f -> folder.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  private static boolean namesSection(Path file) {
    try {
      var text = Files.readString(file);
      return text.contains("SEC(\"") || text.contains("section(\"");
    } catch (IOException e) {
      return false;
    }
  }

  private CorpusResult run(String file) throws InterruptedException {
    var result = new CompletableFuture<CorpusResult>();
    var thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    result.complete(load(file));
                  } catch (Throwable e) {
                    result.completeExceptionally(e);
                  }
                });
    long start = System.nanoTime();
    Duration before = cpu();
    try {
      while (true) {
        try {
          return result.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          Duration used = cpu().minus(before);
          boolean waits = System.nanoTime() - start > PATIENCE.toNanos();
          if (used.compareTo(MOST_CPU) > 0 || waits) {
            thread.interrupt();
            thread.join(PATIENCE);
            return CorpusResult.failed(
                file,
                Stage.OPENED,
                waits
                    ? "it did not end within " + PATIENCE.toMinutes() + " minutes"
                    : "it took more than " + MOST_CPU.toSeconds() + " s of CPU time");
          }
        }
      }
    } catch (ExecutionException e) {
      return CorpusResult.failed(file, Stage.NONE, "Skep's own fault: " + e.getCause());
    }
  }

  /** The CPU time of this process and of those that it started and that have ended. */
  private static Duration cpu() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int i = UTIME; i < UTIME + 4; i++) {
        ticks += Long.parseLong(behindName[i]);
      }
      return Duration.ofMillis(1000 * ticks / TICKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CorpusResult load(String file) throws Exception {
    var notebook = new FakeNotebook();
    var line =
        new StringBuilder()
            .append('%')
            .append("bpf load ")
            .append(quoted(folder.resolve(file).toString()));
    line.append(" --as corpus");
    for (Path include : neighbours(file)) {
      line.append(" --include ").append(quoted(include.toString()));
    }
    Experiment experiment;
    try {
      experiment = (Experiment) notebook.run(line.toString());
    } catch (Exception e) {
      if (Thread.interrupted()) {
        throw e;
      }
      return CorpusResult.refused(file, e);
    }
    return experiment == null
        ? CorpusResult.failed(file, Stage.NONE, "no summary")
        : judge(file, experiment);
  }

  private static CorpusResult judge(String file, Experiment experiment) {
    try (var object = experiment.object()) {
      var programs = object.programs().stream().map(CorpusProgram::judge).toList();
      var notes = experiment.notes().stream().map(Note::text).toList();
      return programs.isEmpty()
          ? new CorpusResult(file, Stage.LOADED, Verdict.NO_PROGRAM, List.of(), "", notes)
          : CorpusResult.of(file, programs, notes);
    }
  }

  /** Where projects keep the headers that their programs share. */
  private List<Path> neighbours(String file) {
    var all = new ArrayList<Path>();
    @Nullable Path home = folder.resolve(file).getParent();
    if (home != null) {
      for (String name : List.of("..", "../headers", "../include", "../common")) {
        var neighbour = home.resolve(name).normalize();
        if (Files.isDirectory(neighbour) && neighbour.startsWith(folder)) {
          all.add(neighbour);
        }
      }
    }
    all.addAll(includes);
    return all;
  }

  private static String quoted(String word) {
    return "'" + word + "'";
  }
}
