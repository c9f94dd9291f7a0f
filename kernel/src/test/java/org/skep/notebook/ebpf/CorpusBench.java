package org.skep.notebook.ebpf;

import java.io.IOException;
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
  /** How long a file may take: verifying a large loop may take a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

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
    try {
      return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      thread.join(PATIENCE);
      return CorpusResult.failed(
          file, Stage.OPENED, "it took longer than " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      return CorpusResult.failed(file, Stage.NONE, "Skep's own fault: " + e.getCause());
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
