package org.skep.notebook.ebpf;

import java.util.List;
import org.skep.BpfException;
import org.skep.compile.BpfSource;
import org.skep.compile.Completion;
import org.skep.notebook.magic.BodyAssistant;
import org.skep.notebook.magic.Completions;
import org.skep.notebook.magic.MagicContext;

/** Completes the C of a cell with what clang proposes. */
final class CAssistant implements BodyAssistant {
  /** More than anybody scrolls through. */
  private static final int MOST = 300;

  private final Toolchain toolchain;
  private final HeaderCells headers;

  CAssistant(Toolchain toolchain, HeaderCells headers) {
    this.toolchain = toolchain;
    this.headers = headers;
  }

  @Override
  public Completions complete(String argumentText, String body, int cursor, MagicContext context)
      throws InterruptedException {
    int start = cursor;
    while (start > 0 && isName(body.charAt(start - 1))) {
      start--;
    }
    String typed = body.substring(start, cursor);
    int lineStart = body.lastIndexOf('\n', start - 1) + 1;
    int line = (int) body.substring(0, lineStart).chars().filter(c -> c == '\n').count() + 1;
    List<Completion> candidates;
    try {
      candidates =
          toolchain
              .compiler()
              .complete(
                  BpfSource.of("cell", body).withHeaders(headers.all()),
                  line,
                  start - lineStart + 1);
    } catch (BpfException e) {
      return Completions.none(cursor); // the cell itself will say what is missing
    }
    var items =
        candidates.stream()
            .filter(c -> c.text().startsWith(typed))
            .map(CAssistant::item)
            .distinct()
            .limit(MOST)
            .toList();
    return new Completions(start, cursor, items);
  }

  private static Completions.Item item(Completion candidate) {
    String summary =
        candidate.type().isEmpty()
            ? candidate.signature()
            : candidate.type() + " " + candidate.signature();
    String kind =
        switch (candidate.kind()) {
          case FUNCTION -> "function";
          case VALUE -> "instance";
          case TYPE -> "class";
          case MACRO -> "macro";
          case KEYWORD -> "keyword";
        };
    return new Completions.Item(candidate.text(), kind, summary);
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
