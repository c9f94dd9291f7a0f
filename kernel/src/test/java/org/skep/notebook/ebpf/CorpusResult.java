package org.skep.notebook.ebpf;

import java.util.List;
import java.util.Objects;
import org.skep.CompileException;
import org.skep.notebook.magic.MagicException;

/**
 * What became of a file.
 *
 * @param reached the last stage that it passed as a whole
 * @param cause why it does not work; empty where it does
 * @param notes what was done on the user's behalf
 */
record CorpusResult(
    String file,
    Stage reached,
    Verdict verdict,
    List<CorpusProgram> programs,
    String cause,
    List<String> notes) {
  /** How far a file came. */
  enum Stage {
    NONE,
    COMPILED,
    OPENED,
    LOADED,
    ATTACHED
  }

  /** What a file or a program does. */
  enum Verdict {
    WORKS("W"),
    LACKING("K"),
    LEFT_OPEN("U"),
    FAILS("F"),
    NO_PROGRAM("-");

    final String letter;

    Verdict(String letter) {
      this.letter = letter;
    }
  }

  CorpusResult {
    programs = List.copyOf(programs);
    notes = List.copyOf(notes);
  }

  /** A file whose programs were judged one by one. */
  static CorpusResult of(String file, List<CorpusProgram> programs, List<String> notes) {
    var worst =
        programs.stream().map(CorpusProgram::verdict).reduce(Verdict.WORKS, CorpusResult::worse);
    var cause =
        programs.stream()
            .filter(p -> p.verdict() == worst)
            .map(CorpusProgram::cause)
            .findFirst()
            .orElse("");
    var reached =
        worst == Verdict.WORKS
            ? Stage.ATTACHED
            : programs.stream().anyMatch(p -> !p.loaded() && p.verdict() != Verdict.WORKS)
                ? Stage.OPENED
                : Stage.LOADED;
    return new CorpusResult(file, reached, worst, programs, cause, notes);
  }

  private static Verdict worse(Verdict a, Verdict b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /** A file of which nothing was loaded. */
  static CorpusResult refused(String file, Exception why) {
    var message = String.valueOf(why.getMessage());
    Throwable root = why instanceof MagicException && why.getCause() != null ? why.getCause() : why;
    if (root instanceof CompileException e) {
      var error =
          e.diagnostics().stream()
              .filter(d -> d.severity() == CompileException.Severity.ERROR)
              .findFirst();
      var cause = error.map(d -> d.message()).orElse(message);
      var verdict = CorpusProgram.isLacking(cause) ? Verdict.LACKING : Verdict.FAILS;
      return new CorpusResult(file, Stage.NONE, verdict, List.of(), cause, List.of());
    }
    if (message.startsWith("open object")) {
      return failed(file, Stage.COMPILED, message);
    }
    var verdict =
        CorpusProgram.isLeftOpen(message)
            ? Verdict.LEFT_OPEN
            : allLacking(root) ? Verdict.LACKING : Verdict.FAILS;
    return new CorpusResult(file, Stage.OPENED, verdict, List.of(), message, List.of());
  }

  /** Where all programs were refused, the others' reasons are suppressed in the first one's. */
  private static boolean allLacking(Throwable why) {
    return CorpusProgram.isLacking(String.valueOf(why.getMessage()))
        && List.of(why.getSuppressed()).stream()
            .allMatch(s -> CorpusProgram.isLacking(String.valueOf(s.getMessage())));
  }

  static CorpusResult failed(String file, Stage reached, String cause) {
    return new CorpusResult(file, reached, Verdict.FAILS, List.of(), cause, List.of());
  }

  long loaded() {
    return programs.stream().filter(CorpusProgram::loaded).count();
  }

  long attached() {
    return programs.stream().filter(CorpusProgram::attached).count();
  }

  /** Whether every single program of it was attached. */
  boolean whole() {
    return verdict == Verdict.WORKS && attached() == programs.size();
  }

  /** The cause without what differs from file to file. */
  String kind() {
    return cause
        .lines()
        .findFirst()
        .orElse("")
        .replaceAll(
            "^(load program|attach|load object|create map|open object) '[^']*'(?: to [^':]*(?:'[^']*'[^':]*)?)?:",
            "$1:")
        .replaceAll(
            "^.*(program of this type cannot use helper|unknown func) (bpf_\\w+).*", "no $2()")
        .replaceAll("^.*: (bpf_\\w+\\(\\)) is not for programs of this type.*", "no $1")
        .replaceAll(" \\(it was built without.*| \\(EPERM, and no verifier output.*", "")
        .replaceAll("#\\d+", "")
        .replaceAll("\\b0x[0-9a-f]+|\\[\\d+]|\\b\\d{2,}\\b", "N");
  }

  /** Everything in a line, for other programs to read. */
  String line() {
    return String.join(
        "\t",
        file,
        verdict.letter,
        reached.name(),
        programs.size() + "/" + loaded() + "/" + attached(),
        Objects.requireNonNull(cause).replaceAll("\\s+", " "),
        String.join(" | ", notes));
  }
}
