package org.skep.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;

/**
 * One run of clang on an attempt, in a folder that holds the text and the headers given with it.
 */
final class ClangJob implements AutoCloseable {
  private static final Pattern ODD_CHARACTER = Pattern.compile("[^\\w.+-]|^[.-]");
  private static final Pattern PRECOMPILED_REFUSED =
      Pattern.compile(
          "(?i)precompiled|\\bPCH file\\b|\\bAST file\\b|malformed or corrupted|unable to read .*pch");

  private static final String CONSTANTS = "constants.h";

  /** An argument with a comma of its own is two for a macro; the functions would have taken it. */
  private static final Pattern MACRO_MISREAD =
      Pattern.compile("function-like macro|skep_records\\.h|skep_sends|skep_length|skep_uncounted");

  /**
   * What clang made of it.
   *
   * @param object nothing where it did not compile
   * @param included the files that were read
   * @param precompiledRefused whether the precompiled header is to blame
   */
  record Result(
      Optional<byte[]> object,
      List<Diagnostic> diagnostics,
      List<Path> included,
      boolean timedOut,
      boolean precompiledRefused) {}

  private final JobFolder folder = new JobFolder();
  private final Clang clang;
  private final Attempt attempt;
  private final String fileName;

  ClangJob(Clang clang, Attempt attempt) {
    this.clang = clang;
    this.attempt = attempt;
    this.fileName = ODD_CHARACTER.matcher(attempt.source().name()).replaceAll("_");
    folder.write("cell/" + fileName, attempt.source().text());
    for (BpfSource.Header header : attempt.source().headers()) {
      folder.write("include/" + header.name(), header.text());
    }
  }

  /** Compiles, against the precompiled header where one is given. */
  Result compile(Headers headers, @Nullable Path precompiled) throws InterruptedException {
    Command.Outcome outcome = compile(headers, precompiled, true);
    if (!outcome.succeeded() && MACRO_MISREAD.matcher(outcome.errors()).find()) {
      outcome = compile(headers, precompiled, false);
    }
    return result(outcome, precompiled);
  }

  /**
   * @param noteRecords whether the object notes the types of the events that it sends
   */
  private Command.Outcome compile(Headers headers, @Nullable Path precompiled, boolean noteRecords)
      throws InterruptedException {
    var command = command(headers, precompiled);
    if (noteRecords) {
      command.addAll(List.of("-include", headers.own().resolve("skep_records.h").toString()));
    }
    command.addAll(
        List.of(
            "-fno-color-diagnostics",
            "-fdiagnostics-parseable-fixits",
            "-ferror-limit=100",
            "-fdebug-compilation-dir=.",
            "-c",
            "-MD",
            "-MF",
            "../depends",
            "-o",
            "../object",
            "-x",
            "c",
            fileName));
    return Command.run(command, folder.path().resolve("cell"), Command.LIMIT);
  }

  private Result result(Command.Outcome outcome, @Nullable Path precompiled) {
    var diagnostics = diagnostics(outcome.errors());
    boolean refused =
        precompiled != null
            && !outcome.succeeded()
            && (outcome.exitCode() > 128 || PRECOMPILED_REFUSED.matcher(outcome.errors()).find());
    if (!outcome.succeeded()) {
      return new Result(
          Optional.empty(),
          withCrash(diagnostics, outcome),
          List.of(),
          outcome.timedOut(),
          refused);
    }
    try {
      var object = Files.readAllBytes(folder.path().resolve("object"));
      return new Result(Optional.of(object), diagnostics, included(), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What may stand at a place of the text, in clang's own words. */
  String completions(Headers headers, @Nullable Path precompiled, int line, int byteColumn)
      throws InterruptedException {
    var command = command(headers, precompiled);
    command.addAll(
        List.of(
            "-fsyntax-only",
            "-w",
            "-Xclang",
            "-code-completion-macros",
            "-Xclang",
            "-code-completion-at=" + fileName + ":" + line + ":" + byteColumn,
            "-x",
            "c",
            fileName));
    return Command.run(command, folder.path().resolve("cell"), Command.LIMIT).output();
  }

  private List<String> command(Headers headers, @Nullable Path precompiled)
      throws InterruptedException {
    var own = headers.own();
    var command = new ArrayList<String>();
    command.add(clang.program().toString());
    if (precompiled == null) {
      // Its marks count before the definitions of the structs, wherever those come from.
      command.addAll(List.of("-include", own.resolve("skep_context.h").toString()));
    }
    if (!attempt.shim().isNone()) {
      command.addAll(new ShimFolder(folder, attempt.shim()).flags(headers));
    }
    command.addAll(headers.flags(attempt.shim().renamedTypes()));
    command.addAll(attempt.flags());
    var given = folder.path().resolve("include").toString();
    command.addAll(List.of("-I", given));
    // What __FILE__ and the object say of a header is the name that it was given.
    command.add("-ffile-prefix-map=" + given + "/=");
    for (Path directory : attempt.source().includeDirectories()) {
      command.addAll(List.of("-I", directory.toString()));
    }
    command.addAll(attempt.source().flags());
    if (precompiled != null) {
      command.addAll(List.of("-include-pch", precompiled.toString()));
    } else if (attempt.defaultHeaders()) {
      command.addAll(List.of("-include", own.resolve("skep_default.h").toString()));
    }
    if (!attempt.constants().isEmpty()) {
      folder.write(CONSTANTS, headers.constants().define(attempt.constants()));
      command.addAll(List.of("-include", folder.path().resolve(CONSTANTS).toString()));
    }
    if (attempt.defaultLicence()) {
      command.addAll(List.of("-include", own.resolve("skep_gpl.h").toString()));
    }
    return command;
  }

  private List<Diagnostic> diagnostics(String text) {
    var names = new HashMap<String, String>();
    for (BpfSource.Header header : attempt.source().headers()) {
      names.put(folder.path().resolve("include/" + header.name()).toString(), header.name());
    }
    names.put(folder.path().resolve(CONSTANTS).toString(), "the constants of the kernel's headers");
    var source = attempt.source();
    return new DiagnosticParser(fileName, source.name(), source.text(), names).parse(text);
  }

  /** A failure without an error is a crash, or a flag that clang does not know. */
  private List<Diagnostic> withCrash(List<Diagnostic> diagnostics, Command.Outcome outcome) {
    if (outcome.timedOut() || diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR)) {
      return diagnostics;
    }
    var all = new ArrayList<>(diagnostics);
    var words = outcome.errors().strip();
    all.add(
        new Diagnostic(
            attempt.source().name(),
            0,
            0,
            Severity.ERROR,
            "clang ended with status "
                + outcome.exitCode()
                + (words.isEmpty() ? "" : ": " + words)));
    return all;
  }

  /** Reads the rule that {@code -MD} writes; the job's own files are part of the source. */
  private List<Path> included() throws IOException {
    var rule = Files.readString(folder.path().resolve("depends"));
    var files = rule.substring(rule.indexOf(':') + 1).replace("\\\n", " ").strip();
    var included = new ArrayList<Path>();
    for (String name : files.split("(?<!\\\\)\\s+")) {
      var file = Path.of(name.replace("\\ ", " ").replace("$$", "$").replace("\\#", "#"));
      if (file.isAbsolute() && !file.startsWith(folder.path())) {
        included.add(file);
      }
    }
    return included;
  }

  @Override
  public void close() {
    folder.close();
  }
}
