package org.skep.notebook.shell;

import static jdk.jshell.SourceCodeAnalysis.Completeness.DEFINITELY_INCOMPLETE;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import jdk.jshell.Diag;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/**
 * Runs one cell: snippet by snippet, with later declarations drawn forward where an earlier snippet
 * needs them. Of one cell; not for reuse.
 */
final class CellRunner {
  private final Supplier<ShellSession> session;
  private final CellRun run;
  private final CellSource cell;

  /** What of the cell has been evaluated. */
  private final Set<Piece> done = new HashSet<>();

  /** Declarations of the cell that wait for others. */
  private final List<Waiting> waiting = new ArrayList<>();

  /** Expressions' variables, of which cells know nothing. */
  private final List<Waiting> temporary = new ArrayList<>();

  private final LostDeclarations lost = new LostDeclarations();

  /** All of the cell. */
  private List<Piece> pieces = List.of();

  private Evaluation result = new Evaluation.Nothing();

  private record Waiting(ShellSession session, Snippet snippet, Piece piece) {
    boolean isUnresolved() {
      return CellRunner.isUnresolved(session.shell.status(snippet));
    }
  }

  /**
   * @param session the session, asked anew for each snippet, as the code of a cell may reset it
   */
  CellRunner(Supplier<ShellSession> session, CellRun run, CellSource cell) {
    this.session = session;
    this.run = run;
    this.cell = cell;
  }

  /** Runs the cell; an interrupt shows in the run only. */
  Evaluation run() {
    pieces = Piece.cut(cell.code(), session.get().analysis);
    Evaluation failure = checkSyntax();
    if (failure != null) {
      return failure;
    }
    try {
      for (int i = 0; i < pieces.size(); i++) {
        failure = runPiece(i);
        if (failure != null) {
          return failure;
        }
      }
      failure = unresolved();
      return failure == null ? result : failure;
    } finally {
      dropTemporary();
      lost.tell();
    }
  }

  /** Before anything runs: one part with a syntax error, and none of the cell is run. */
  private @Nullable Evaluation checkSyntax() {
    ShellSession now = session.get();
    List<Piece> suspects =
        pieces.size() > 1
            ? SyntaxCheck.suspects(pieces)
            : pieces.stream().filter(p -> !p.isComplete()).toList();
    var problems = new ArrayList<Problem>();
    for (Piece piece : suspects) {
      int before = problems.size();
      for (Snippet snippet : now.analysis.sourceToSnippets(piece.source())) {
        List<Diag> diagnostics = now.shell.diagnostics(snippet).toList();
        if (!piece.isComplete() || diagnostics.stream().anyMatch(SyntaxCheck::isSyntax)) {
          problems.addAll(Problems.of(cell, piece, diagnostics.stream()));
        }
      }
      if (problems.size() == before && piece.completeness() == DEFINITELY_INCOMPLETE) {
        int end = cell.code().stripTrailing().length();
        problems.add(Problems.at(cell, end, end, "reached end of file while parsing"));
      }
    }
    return problems.isEmpty() ? null : new Evaluation.CompileFailure(problems);
  }

  private @Nullable Evaluation runPiece(int index) {
    Piece piece = pieces.get(index);
    if (run.stopRequested()) {
      return new Evaluation.Nothing();
    }
    if (!done.add(piece)) {
      return null;
    }
    List<Piece> later = pieces.subList(index + 1, pieces.size());
    if (!later.isEmpty() && isStillWaiting() && !isDeclaration(piece)) {
      drawForward(later);
    }
    Step step = evaluate(piece);
    if (step.namesUnknown() ? drawForward(later) : drawForward(named(step, piece, later))) {
      step = evaluate(piece);
    }
    return step.end() instanceof Evaluation.CompileFailure failure
        ? withLaterErrors(failure, piece, later)
        : step.end();
  }

  /** Of a rejected piece: what it names, and what is declared anew behind it. */
  private List<Piece> named(Step step, Piece piece, List<Piece> later) {
    if (!(step.end() instanceof Evaluation.CompileFailure)) {
      return List.of();
    }
    return later.stream()
        .filter(
            p ->
                session.get().analysis.sourceToSnippets(p.source()).stream()
                    .anyMatch(
                        s ->
                            s instanceof PersistentSnippet declared
                                && LaterErrors.mentions(piece.source(), declared.name())))
        .toList();
  }

  private Evaluation withLaterErrors(
      Evaluation.CompileFailure failure, Piece rejected, List<Piece> later) {
    var problems = new ArrayList<Problem>(failure.problems());
    List<Piece> notRun = later.stream().filter(p -> !done.contains(p)).toList();
    problems.addAll(new LaterErrors(session.get(), cell).of(rejected, notRun));
    return new Evaluation.CompileFailure(problems);
  }

  /**
   * What came of a piece.
   *
   * @param end how the cell ends here, or null where it goes on
   * @param namesUnknown whether the piece was rejected as it names what is not declared
   */
  private record Step(@Nullable Evaluation end, boolean namesUnknown) {
    static final Step ON = new Step(null, false);
  }

  private boolean isStillWaiting() {
    return waiting.stream().anyMatch(Waiting::isUnresolved);
  }

  private boolean isDeclaration(Piece piece) {
    List<Snippet> snippets = session.get().analysis.sourceToSnippets(piece.source());
    return !snippets.isEmpty()
        && switch (snippets.getFirst().kind()) {
          case IMPORT, METHOD, TYPE_DECL -> true;
          default -> false;
        };
  }

  /** Evaluates the imports, methods and types among the pieces; whether there were any. */
  private boolean drawForward(List<Piece> later) {
    boolean drawn = false;
    for (Piece piece : later) {
      if (!done.contains(piece) && isDeclaration(piece) && evaluate(piece).end() == null) {
        done.add(piece);
        drawn = true;
      }
    }
    return drawn;
  }

  private Step evaluate(Piece written) {
    return evaluate(written, new CompilerCrash(session.get(), lost));
  }

  private Step evaluate(Piece written, CompilerCrash crash) {
    ShellSession now = session.get();
    Piece piece = Amendments.of(now, written, pieces);
    var _ = now.engine.takeOutcome();
    Snippet doomed = Redeclaration.rejected(now, piece);
    if (doomed != null) {
      return rejected(now, piece, doomed);
    }
    CompilerErrors.Heard<List<SnippetEvent>> heard;
    CellClasses.Origin outer = now.classes.running(new CellClasses.Origin(cell, piece));
    try {
      heard = CompilerErrors.hear(() -> now.shell.eval(piece.source()));
    } catch (IllegalStateException | AssertionError | StackOverflowError e) {
      return fail(piece, "the compiler cannot cope with this: " + e);
    } finally {
      now.classes.running(outer);
    }
    CellEngine.Outcome outcome = now.engine.takeOutcome();
    if (heard.crash().isPresent()) {
      return crash.makeWay(piece)
          ? evaluate(written, crash)
          : fail(piece, crash.giveUp(piece, heard.crash().get()));
    }
    crash.restoreOthers();
    List<SnippetEvent> events = heard.value();
    for (SnippetEvent event : events) {
      if (event.causeSnippet() != null) {
        noteUpdate(now, event);
        lost.note(now.shell, event);
        continue;
      }
      Snippet snippet = event.snippet();
      lost.forget(snippet);
      if (event.status() == Status.REJECTED) {
        return rejected(now, piece, snippet);
      }
      now.classes.add(snippet, cell, piece);
      if (isUnresolved(event.status())) {
        waiting.add(new Waiting(now, snippet, piece));
      }
      if (snippet.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
        temporary.add(new Waiting(now, snippet, piece));
      }
      result = valueOf(now, snippet, outcome);
      if (event.exception() instanceof UnresolvedReferenceException unresolved) {
        return new Step(notYet(now, unresolved), false);
      }
    }
    if (outcome != null && outcome.thrown() != null && !outcome.stopped()) {
      return new Step(thrown(now, outcome.thrown()), false);
    }
    return Step.ON;
  }

  /** A snippet was compiled anew, or replaced, as another one was declared. */
  private static void noteUpdate(ShellSession now, SnippetEvent event) {
    if (event.status().isActive()) {
      now.classes.refresh(event.snippet());
    } else if (!event.snippet().id().equals(event.causeSnippet().id())) {
      now.classes.forget(
          event.snippet()); // its successor has the same id, unless it is an overload
    }
  }

  private static Evaluation valueOf(
      ShellSession now, Snippet snippet, CellEngine.@Nullable Outcome outcome) {
    if (outcome == null) {
      return new Evaluation.Nothing();
    }
    return switch (snippet) {
      case VarSnippet v when v.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND ->
          new Evaluation.Value(outcome.value(), now.imported.spell(v.typeName()));
      case ExpressionSnippet e when e.subKind() == SubKind.VAR_VALUE_SUBKIND ->
          new Evaluation.Value(outcome.value(), now.imported.spell(e.typeName()));
      default -> new Evaluation.Nothing();
    };
  }

  private Evaluation thrown(ShellSession now, Throwable error) {
    return new Evaluation.Thrown(error, new Traceback(now.classes).of(error));
  }

  private Step rejected(ShellSession now, Piece piece, Snippet snippet) {
    List<Diag> diagnostics = now.shell.diagnostics(snippet).toList();
    List<Problem> problems = Problems.of(cell, piece, diagnostics.stream());
    if (problems.isEmpty()) {
      return fail(piece, "JShell rejects this and does not say why");
    }
    boolean namesUnknown = diagnostics.stream().anyMatch(LaterErrors::isAboutAnUnknownName);
    return new Step(new Evaluation.CompileFailure(problems), namesUnknown);
  }

  private Step fail(Piece piece, String message) {
    int from = piece.start() + Problems.firstText(piece);
    Problem problem = Problems.at(cell, from, from + piece.source().length(), message);
    return new Step(new Evaluation.CompileFailure(List.of(problem)), false);
  }

  /** The cell ran into a declaration that refers to what nobody declared yet. */
  private Evaluation notYet(ShellSession now, UnresolvedReferenceException error) {
    var own = unresolved();
    if (own != null) {
      return own;
    }
    var snippet = error.getSnippet();
    String why = LostDeclarations.misfit(now.shell, snippet);
    var plain = new IllegalStateException("'" + snippet.name() + "' cannot run: " + why);
    plain.setStackTrace(new StackTraceElement[0]); // of the kernel alone
    return thrown(now, plain);
  }

  /** What is wrong with the cell's declarations that still refer to what nobody declared. */
  private @Nullable Evaluation unresolved() {
    var problems = new ArrayList<Problem>();
    for (Waiting w : waiting) {
      if (w.isUnresolved()) {
        ShellSession in = w.session();
        for (Snippet snippet : in.analysis.sourceToSnippets(w.piece().source())) {
          problems.addAll(Problems.of(cell, w.piece(), in.shell.diagnostics(snippet)));
        }
      }
    }
    return problems.isEmpty() ? null : new Evaluation.CompileFailure(problems);
  }

  private void dropTemporary() {
    for (Waiting t : temporary) {
      if (t.session() == session.get()) {
        var _ = t.session().shell.drop(t.snippet());
        t.session().classes.forget(t.snippet());
      }
    }
  }

  private static boolean isUnresolved(Status status) {
    return status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED;
  }
}
