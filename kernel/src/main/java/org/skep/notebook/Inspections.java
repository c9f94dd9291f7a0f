package org.skep.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.shell.Inspection;
import org.skep.notebook.wire.MimeData;

/** Describes what stands at a cursor: a magic, or a name of Java with its documentation. */
final class Inspections {
  /** A cell that is nothing but a name with a question mark behind it; no Java looks so. */
  private static final Pattern QUESTION =
      Pattern.compile("\\s*([\\p{L}_$][\\w$.]*)\\s*\\?{1,2}\\s*");

  private Inspections() {}

  /** Returns the name that a cell asks about, if it does nothing else. */
  static Optional<String> question(String code) {
    Matcher m = QUESTION.matcher(code);
    return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
  }

  static Optional<MimeData> inspect(Session session, String code, int cursor)
      throws InterruptedException {
    Optional<MimeBundle> magic = session.magics().inspect(code, cursor, session);
    if (magic.isPresent()) {
      return magic.map(MimeJson::of);
    }
    return session
        .shell()
        .inspect(session.parser().mask(code), cursor)
        .map(found -> MimeJson.of(describe(found)));
  }

  private static MimeBundle describe(Inspection found) {
    List<String> texts = new ArrayList<>();
    List<String> pages = new ArrayList<>();
    found
        .value()
        .ifPresent(
            value -> {
              texts.add("value: " + value);
              pages.add("<pre>" + Javadoc.escape(value) + "</pre>");
            });
    for (Inspection.Entry entry : found.entries()) {
      Javadoc documentation = Javadoc.of(entry.documentation());
      texts.add(entry.signature() + "\n" + documentation.text().indent(4).stripTrailing());
      pages.add(
          "<pre><b>" + Javadoc.escape(entry.signature()) + "</b></pre>" + documentation.html());
    }
    return MimeBundle.html(
        String.join("\n", pages), String.join("\n\n", texts.stream().map(String::strip).toList()));
  }
}
