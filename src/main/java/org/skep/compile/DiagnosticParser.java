package org.skep.compile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Fix;
import org.skep.CompileException.Severity;

/**
 * Reads what clang prints: {@code file:line:column: error: message}, fix-its with {@code
 * -fdiagnostics-parseable-fixits}, and the chain of includes that leads to a header. That text has
 * been the same since clang 3, whereas its SARIF is declared unstable and lacks the fix-its. Source
 * lines are echoed with their number in front, so that they cannot be taken for diagnostics.
 */
final class DiagnosticParser {
  private static final Pattern REMARK =
      Pattern.compile(
          "(?:(\\S[^:]*):(\\d+):(?:(\\d+):)?(?:\\{[^ ]*:)? )?(fatal error|error|warning|note|remark): (.*)");
  private static final Pattern INCLUDED =
      Pattern.compile("(?:In file included| +) from (\\S[^:]*):(\\d+)[:,]");
  private static final Pattern FIX =
      Pattern.compile("fix-it:\"(.*)\":\\{(\\d+):(\\d+)-(\\d+):(\\d+)\\}:\"(.*)\"");

  /** Advice for programs with a C library, which BPF has not. */
  private static final Pattern HOSTED =
      Pattern.compile("include the header <.*> or explicitly provide a declaration for .*");

  private final String cellFile;
  private final String cellName;
  private final List<String> cellLines;
  private final Map<String, String> shownNames;
  private final List<Diagnostic> found = new ArrayList<>();
  private final Set<Diagnostic> seen = new HashSet<>();
  private int includedAtLine;

  /**
   * @param cellFile what clang calls the cell's text
   * @param cellName what the user calls it
   * @param shownNames what the user calls other files, by clang's names
   */
  DiagnosticParser(
      String cellFile, String cellName, String cellText, Map<String, String> shownNames) {
    this.cellFile = cellFile;
    this.cellName = cellName;
    this.cellLines = cellText.lines().toList();
    this.shownNames = shownNames;
  }

  List<Diagnostic> parse(String text) {
    text.lines().forEach(this::line);
    return List.copyOf(found);
  }

  private void line(String line) {
    var included = INCLUDED.matcher(line);
    if (included.lookingAt()) {
      if (included.group(1).equals(cellFile)) {
        includedAtLine = Integer.parseInt(included.group(2));
      }
      return;
    }
    var fix = FIX.matcher(line);
    if (fix.matches()) {
      addFix(fix);
      return;
    }
    var remark = REMARK.matcher(line);
    if (remark.matches() && !isNoise(remark.group(5))) {
      addRemark(remark);
    }
  }

  private void addRemark(Matcher remark) {
    var file = remark.group(1) == null ? "" : remark.group(1);
    int line = remark.group(2) == null ? 0 : Integer.parseInt(remark.group(2));
    int bytes = remark.group(3) == null ? 0 : Integer.parseInt(remark.group(3));
    var severity =
        switch (remark.group(4)) {
          case "warning" -> Severity.WARNING;
          case "note", "remark" -> Severity.NOTE;
          default -> Severity.ERROR;
        };
    boolean inCell = file.equals(cellFile);
    var diagnostic =
        new Diagnostic(
            shown(file),
            line,
            inCell ? column(line, bytes) : bytes,
            severity,
            remark.group(5),
            List.of());
    // The back end repeats itself for each time that it tries a function.
    if (severity == Severity.NOTE || seen.add(diagnostic)) {
      found.add(diagnostic);
    }
    if (!inCell && severity != Severity.NOTE && includedAtLine > 0) {
      found.add(
          new Diagnostic(
              cellName, includedAtLine, 1, Severity.NOTE, "included from here", List.of()));
    }
    if (severity != Severity.NOTE) {
      includedAtLine = 0;
    }
  }

  /** A fix-it belongs to the remark printed before it. */
  private void addFix(Matcher fix) {
    if (found.isEmpty() || !fix.group(1).equals(cellFile)) {
      return;
    }
    int line = Integer.parseInt(fix.group(2));
    int endLine = Integer.parseInt(fix.group(4));
    var whole =
        new Fix(
            line,
            column(line, Integer.parseInt(fix.group(3))),
            endLine,
            column(endLine, Integer.parseInt(fix.group(5))),
            unescape(fix.group(6)));
    var last = found.removeLast();
    var fixes = new ArrayList<>(last.fixes());
    fixes.add(whole);
    found.add(
        new Diagnostic(
            last.file(), last.line(), last.column(), last.severity(), last.message(), fixes));
  }

  private String shown(String file) {
    if (file.equals(cellFile)) {
      return cellName;
    }
    return shownNames.getOrDefault(file, file);
  }

  /** clang counts bytes of UTF-8; an editor counts characters. */
  private int column(int line, int byteColumn) {
    if (line < 1 || line > cellLines.size() || byteColumn < 1) {
      return byteColumn;
    }
    var bytes = cellLines.get(line - 1).getBytes(StandardCharsets.UTF_8);
    int length = Math.min(byteColumn - 1, bytes.length);
    return new String(bytes, 0, length, StandardCharsets.UTF_8).length() + 1;
  }

  private static boolean isNoise(String message) {
    return message.startsWith("could not determine the original source location")
        || message.startsWith("too many errors emitted")
        || HOSTED.matcher(message).matches();
  }

  private static String unescape(String text) {
    return text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
  }
}
