package org.skep.notebook.shell;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import jdk.jshell.Diag;

/**
 * Looks for syntax errors with javac's parser alone, in a fraction of the time that JShell's
 * analysis takes. What it suspects may be right; what it does not suspect has no syntax error.
 */
final class SyntaxCheck {
  /**
   * javac's names of errors of spelling and grammar. Any other may go away when what stands before,
   * or in other cells, has been run.
   */
  private static final Pattern SYNTAX =
      Pattern.compile(
          "compiler\\.err\\.("
              + "expected\\d*|.*\\.expected|illegal\\.(start|char|esc|text|line|unicode|dot|underscore"
              + "|nonascii).*|not\\.stmt|premature\\.eof|unclosed\\..*|orphaned|.*\\.without\\..*"
              + "|empty\\.char\\.lit|malformed\\..*|int\\.number\\.too\\.large|repeated\\.modifier"
              + "|.*not\\.allowed.*)");

  private static final Pattern IMPORT = Pattern.compile("\\s*import\\b.*", Pattern.DOTALL);

  private SyntaxCheck() {}

  /** Whether it is an error of spelling or grammar. */
  static boolean isSyntax(Diag diagnostic) {
    return diagnostic.isError() && SYNTAX.matcher(diagnostic.getCode()).matches();
  }

  /** The pieces that are neither a statement or expression nor a member of a class. */
  static List<Piece> suspects(List<Piece> pieces) {
    Set<Piece> left = new HashSet<>(pieces);
    left.removeIf(piece -> IMPORT.matcher(piece.source()).matches());
    left = wrong(left, text -> "class C { void m() throws Throwable {\n" + text + "\n;}}");
    left = wrong(left, text -> "class C {\n" + text + "\n}");
    return pieces.stream().filter(left::contains).toList();
  }

  private static Set<Piece> wrong(Set<Piece> pieces, UnaryOperator<String> wrap) {
    if (pieces.isEmpty()) {
      return pieces;
    }
    Map<JavaFileObject, Piece> sources = new HashMap<>();
    for (Piece piece : pieces) {
      sources.put(new Text("p" + sources.size(), wrap.apply(piece.source())), piece);
    }
    var found = new DiagnosticCollector<JavaFileObject>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var task =
        (JavacTask)
            compiler.getTask(null, null, found, List.of("-proc:none"), null, sources.keySet());
    try {
      var _ = task.parse();
    } catch (IOException e) {
      return pieces; // cannot be, as the sources are in memory: JShell will tell
    }
    Set<Piece> wrong = new HashSet<>();
    for (var diagnostic : found.getDiagnostics()) {
      Piece piece = sources.get(diagnostic.getSource());
      if (piece != null
          && diagnostic.getKind() == Diagnostic.Kind.ERROR
          && !"compiler.err.not.stmt".equals(diagnostic.getCode())) {
        wrong.add(piece);
      }
    }
    return wrong;
  }

  /** A source in memory. */
  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
