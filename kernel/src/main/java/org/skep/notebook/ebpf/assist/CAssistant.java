package org.skep.notebook.ebpf.assist;

import java.util.List;
import java.util.Optional;
import org.skep.BpfException;
import org.skep.compile.BpfSource;
import org.skep.compile.CCompletion;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.HeaderMagic;
import org.skep.notebook.ebpf.state.Toolchain;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.BodyAssistant;
import org.skep.notebook.magic.MagicContext;

/** Completes the C of a cell with what clang proposes, and explains its words. */
public final class CAssistant implements BodyAssistant {
  /** More than anybody scrolls through. */
  private static final int MOST = 300;

  private final Toolchain toolchain;
  private final HeaderMagic headers;
  private final CInspector inspector;

  public CAssistant(Toolchain toolchain, HeaderMagic headers, CInspector inspector) {
    this.toolchain = toolchain;
    this.headers = headers;
    this.inspector = inspector;
  }

  @Override
  public Optional<MimeBundle> inspect(
      String argumentText, String body, int cursor, MagicContext context) {
    return inspector.inspect(argumentText.strip().split("\\s+", 2)[0], body, cursor, context);
  }

  @Override
  public ArgumentCompletions complete(
      String argumentText, String body, int cursor, MagicContext context)
      throws InterruptedException {
    Optional<SectionText> section = SectionText.at(body, cursor);
    return section.isPresent() ? section.get().completions() : ofClang(body, cursor);
  }

  private ArgumentCompletions ofClang(String body, int cursor) throws InterruptedException {
    int start = cursor;
    while (start > 0 && isName(body.charAt(start - 1))) {
      start--;
    }
    String typed = body.substring(start, cursor);
    int lineStart = body.lastIndexOf('\n', start - 1) + 1;
    int line = (int) body.substring(0, lineStart).chars().filter(c -> c == '\n').count() + 1;
    List<CCompletion> candidates;
    try {
      candidates =
          toolchain
              .compiler()
              .complete(
                  BpfSource.of("cell", body).withHeaders(headers.all()),
                  line,
                  start - lineStart + 1);
    } catch (BpfException e) {
      return ArgumentCompletions.none(cursor); // the cell itself will say what is missing
    }
    var items =
        candidates.stream()
            .filter(c -> c.text().startsWith(typed))
            .map(CAssistant::item)
            .distinct()
            .limit(MOST)
            .toList();
    return new ArgumentCompletions(start, cursor, items);
  }

  private static ArgumentCompletions.Item item(CCompletion candidate) {
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
    return new ArgumentCompletions.Item(candidate.text(), kind, summary);
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
