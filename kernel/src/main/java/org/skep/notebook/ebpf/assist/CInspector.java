package org.skep.notebook.ebpf.assist;

import java.util.Optional;
import org.skep.BpfException;
import org.skep.bpf.BpfObject;
import org.skep.host.catalog.Helper;
import org.skep.host.catalog.Helpers;
import org.skep.host.catalog.TypeCatalog;
import org.skep.host.hooks.Hooks;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.magic.MagicContext;

/**
 * Explains a word of C: a section name, a helper, a type of the cell's object, or what the running
 * Linux has of that name.
 */
public final class CInspector {
  private final Experiments experiments;

  public CInspector(Experiments experiments) {
    this.experiments = experiments;
  }

  Optional<MimeBundle> inspect(String cell, String body, int cursor, MagicContext context) {
    Optional<SectionText> section = SectionText.at(body, cursor);
    try {
      return section.isPresent()
          ? hook(wholeSection(body, section.get()), context)
          : word(cell, wordAt(body, cursor), context);
    } catch (BpfException | IllegalArgumentException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private static String wholeSection(String body, SectionText section) {
    int end = body.indexOf('"', section.start());
    return body.substring(section.start(), end < 0 ? body.length() : end);
  }

  private static Optional<MimeBundle> hook(String section, MagicContext context) {
    return section.indexOf('/') < 0
        ? Optional.empty()
        : Optional.of(context.displays().render(Hooks.table(SectionText.pattern(section))));
  }

  private static String wordAt(String body, int cursor) {
    int start = cursor;
    while (start > 0 && isName(body.charAt(start - 1))) {
      start--;
    }
    int end = cursor;
    while (end < body.length() && isName(body.charAt(end))) {
      end++;
    }
    return body.substring(start, end);
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private Optional<MimeBundle> word(String cell, String word, MagicContext context) {
    if (word.isEmpty() || Character.isDigit(word.charAt(0))) {
      return Optional.empty();
    }
    return helper(word)
        .map(h -> context.displays().render(h))
        .or(() -> ofCell(cell, word))
        .or(() -> layout(TypeCatalog.ofRunningLinux(), word))
        .or(() -> enumerator(word, context));
  }

  private static Optional<Helper> helper(String word) {
    return word.startsWith("bpf_")
        ? Helpers.all().stream().filter(h -> h.name().equals(word)).findFirst()
        : Optional.empty();
  }

  /** As the cell was when it ran. */
  private Optional<MimeBundle> ofCell(String cell, String word) {
    return experiments
        .find(cell)
        .map(Experiment::object)
        .flatMap(BpfObject::types)
        .flatMap(btf -> layout(TypeCatalog.of(btf, cell), word));
  }

  private static Optional<MimeBundle> layout(TypeCatalog types, String word) {
    try {
      String layout = types.layout(word);
      return Optional.of(MimeBundle.html(Markup.pre(Markup.escape(layout)), layout));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Names of enums are written in capitals, and looking through all enums takes a moment. */
  private static Optional<MimeBundle> enumerator(String word, MagicContext context) {
    if (!word.matches("[A-Z][A-Z0-9_]+")) {
      return Optional.empty();
    }
    var table = TypeCatalog.ofRunningLinux().enumerators(word);
    return table.isEmpty() ? Optional.empty() : Optional.of(context.displays().render(table));
  }
}
