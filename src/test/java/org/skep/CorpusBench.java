package org.skep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.skep.bpf.AttachOutcome;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.LoadOutcome;
import org.skep.bpf.OpenBpfObject;
import org.skep.compile.BpfCompiler;
import org.skep.compile.BpfSource;
import org.skep.compile.CompiledObject;

/**
 * How many of the BPF programs in a folder work in a cell: {@code CorpusBench [--list FILE] [-I
 * DIR] [--compile-only] [--details FILE] FOLDER}. Each text that names a section is compiled,
 * loaded and attached, one after the other, and released again.
 */
final class CorpusBench {
  /** What became of a file; the figures count programs. */
  private record Result(
      String file, boolean compiled, int programs, int loaded, int attached, String remark) {
    boolean works() {
      return compiled && attached == programs;
    }
  }

  private final Path folder;
  private final List<Path> includes;
  private final boolean compileOnly;
  private final BpfCompiler compiler;

  private CorpusBench(Path folder, List<Path> includes, boolean compileOnly)
      throws InterruptedException {
    this.folder = folder;
    this.includes = includes;
    this.compileOnly = compileOnly;
    this.compiler = BpfCompiler.ofThisMachine();
  }

  public static void main(String[] arguments) throws Exception {
    var includes = new ArrayList<Path>();
    Path list = null;
    Path details = null;
    Path folder = null;
    boolean compileOnly = false;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "-I" -> includes.add(Path.of(arguments[++i]));
        case "--list" -> list = Path.of(arguments[++i]);
        case "--details" -> details = Path.of(arguments[++i]);
        case "--compile-only" -> compileOnly = true;
        default -> folder = Path.of(arguments[i]);
      }
    }
    if (folder == null) {
      throw new IllegalArgumentException("name a folder of .c files");
    }
    var bench = new CorpusBench(folder, includes, compileOnly);
    var files = list == null ? bench.texts() : Files.readAllLines(list);
    var results = new ArrayList<Result>();
    var lines = new ArrayList<String>();
    for (String file : files) {
      var result = bench.run(file);
      results.add(result);
      lines.add(
          String.join(
              "\t",
              result.file(),
              result.works() ? "works" : result.compiled() ? "compiles" : "fails",
              result.programs() + "/" + result.loaded() + "/" + result.attached(),
              result.remark()));
      if (details != null) {
        Files.write(details, lines);
      }
    }
    print(results);
  }

  private static void print(List<Result> results) {
    var groups = new TreeMap<String, List<Result>>();
    for (Result result : results) {
      groups.computeIfAbsent(result.file().split("/")[0], g -> new ArrayList<>()).add(result);
    }
    System.out.printf(
        "%-24s %6s %9s %9s %9s %7s %9s%n",
        "", "files", "compile", "work", "programs", "load", "attach");
    groups.forEach(CorpusBench::print);
    print("all", results);
  }

  private static void print(String name, List<Result> results) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %6d %9d %9d %9d %7d %9d%n",
        name,
        results.size(),
        results.stream().filter(Result::compiled).count(),
        results.stream().filter(Result::works).count(),
        results.stream().mapToInt(Result::programs).sum(),
        results.stream().mapToInt(Result::loaded).sum(),
        results.stream().mapToInt(Result::attached).sum());
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

  private Result run(String file) throws IOException, InterruptedException {
    var source = BpfSource.ofFile(folder.resolve(file));
    var all = new ArrayList<>(source.includeDirectories());
    // Where projects keep the headers that their programs share.
    for (String name : List.of("..", "../headers", "../include")) {
      all.add(folder.resolve(file).resolveSibling(name).normalize());
    }
    all.addAll(includes);
    CompiledObject object;
    try {
      object = compiler.compile(source.withIncludeDirectories(all));
    } catch (BpfException e) {
      return new Result(file, false, 0, 0, 0, oneLine(e));
    }
    var notes = String.join("; ", object.notes());
    if (compileOnly) {
      return new Result(file, true, 0, 0, 0, notes);
    }
    try (var opened = OpenBpfObject.open("corpus", object.elf())) {
      int count = opened.programs().size();
      try (var loaded = opened.load()) {
        loaded.attachAll();
        return count(file, loaded.programs(), notes);
      } catch (BpfException | IllegalStateException e) {
        return new Result(file, true, count, 0, 0, oneLine(e));
      }
    } catch (BpfException e) {
      return new Result(file, true, 1, 0, 0, oneLine(e));
    }
  }

  private static Result count(String file, List<BpfProgram> programs, String notes) {
    int loaded = 0;
    int attached = 0;
    var remark = new StringBuilder(notes);
    for (BpfProgram program : programs) {
      if (program.loaded() instanceof LoadOutcome.Refused refused) {
        remark.append(" | ").append(oneLine(refused.why()));
        continue;
      }
      loaded++;
      switch (program.attachment().orElse(null)) {
        case AttachOutcome.Attached _, AttachOutcome.NeedsTarget _ -> attached++;
        case null -> remark.append(" | not attached ").append(program.name());
        case AttachOutcome other ->
            remark.append(" | ").append(other.toString().replace('\n', ' '));
      }
    }
    return new Result(file, true, programs.size(), loaded, attached, remark.toString());
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).replace('\n', ' ').replace('\t', ' ');
  }
}
