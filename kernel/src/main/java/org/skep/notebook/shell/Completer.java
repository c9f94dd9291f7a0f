package org.skep.notebook.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** What may stand at a cursor, by JShell's analysis of the snippet that the cursor is in. */
final class Completer {
  private final Session session;

  Completer(Session session) {
    this.session = session;
  }

  /** The completions at the cursor. */
  Completions complete(String code, int cursor) {
    String before = code.substring(0, cursor);
    List<Piece> pieces = Piece.cut(before, session.analysis);
    int start = pieces.isEmpty() ? 0 : pieces.getLast().start();
    int[] anchor = new int[1];
    List<Suggestion> found =
        session.analysis.completionSuggestions(before.substring(start), cursor - start, anchor);
    Map<String, Completions.Item> items = new LinkedHashMap<>();
    for (Suggestion suggestion : found) {
      String text = suggestion.continuation();
      items.putIfAbsent(text, new Completions.Item(text, "", ""));
    }
    return new Completions(start + anchor[0], cursor, List.copyOf(items.values()));
  }
}
