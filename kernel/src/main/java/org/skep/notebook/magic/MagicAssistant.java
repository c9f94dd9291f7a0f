package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.MagicSpec.Arity;
import org.skep.notebook.magic.MagicSpec.Option;
import org.skep.notebook.magic.MagicSpec.Parameter;
import org.skep.notebook.magic.Words.Word;

/** Completes and explains magics in a cell. */
final class MagicAssistant {
  private final Magics magics;
  private final MagicContext context;

  MagicAssistant(Magics magics, MagicContext context) {
    this.magics = magics;
    this.context = context;
  }

  Optional<ArgumentCompletions> complete(String cell, int cursor) throws InterruptedException {
    Optional<CellParser.CellMagicBody> head = CellParser.CellMagicBody.find(cell);
    if (head.isPresent() && cursor >= head.get().nameStart()) {
      return inCellMagic(cell, cursor, head.get());
    }
    if (head.isEmpty()) {
      for (var found : new LineMagicScanner(cell, magics::isLineMagic).scan()) {
        if (found.start() < cursor && cursor <= found.end()) {
          return Optional.of(
              cursor < found.textStart() || found.textStart() == found.end()
                  ? names(cell, found.start() + 1, cursor, found.textStart(), specs(false))
                  : arguments(
                      Optional.ofNullable(magics.lineEntries().get(found.name()))
                          .map(Magics.LineEntry::spec),
                      cell.substring(found.textStart(), cursor),
                      found.textStart(),
                      ""));
        }
      }
    }
    return bareSign(cell, cursor);
  }

  /** Where the Java begins that the cursor is in, as the argument of a line magic. */
  OptionalInt javaAt(String cell, int cursor) {
    for (var found : new LineMagicScanner(cell, magics::isLineMagic).scan()) {
      Magics.LineEntry entry = magics.lineEntries().get(found.name());
      if (entry != null && found.textStart() <= cursor && cursor <= found.end()) {
        List<Parameter> parameters = entry.spec().parameters();
        return !parameters.isEmpty() && parameters.getLast().completer().equals(Completers.JAVA)
            ? behindOptions(entry.spec(), cell, found.textStart(), cursor)
            : OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt behindOptions(MagicSpec spec, String cell, int from, int cursor) {
    String before = cell.substring(from, cursor);
    List<Word> words = Words.split(before).words();
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      if (!word.isOption()) {
        boolean beginsOption = word.text().equals("-") && word.end() == before.length();
        return beginsOption && !spec.options().isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(from + word.start());
      }
      i +=
          word.text().contains("=")
              ? 0
              : spec.option(word.text().replaceFirst("^-+", ""))
                  .map(o -> o.values().size())
                  .orElse(0);
      if (i >= words.size()) {
        return OptionalInt.empty();
      }
    }
    return before.isEmpty() || before.endsWith(" ") ? OptionalInt.of(cursor) : OptionalInt.empty();
  }

  Optional<MimeBundle> inspect(String cell, int cursor) throws InterruptedException {
    Optional<CellParser.CellMagicBody> head = CellParser.CellMagicBody.find(cell);
    if (head.isPresent() && cursor >= head.get().nameStart()) {
      Magics.CellEntry entry = magics.cellEntries().get(head.get().name());
      if (entry == null) {
        return Optional.of(MimeBundle.text("%%" + head.get().name() + " is not known"));
      }
      if (cursor <= head.get().textEnd()) {
        return Optional.of(MagicHelp.of(entry.spec(), "%%"));
      }
      if (entry.spec().javaBody()) {
        return Optional.empty();
      }
      return entry.assistant().isEmpty()
          ? Optional.empty()
          : entry
              .assistant()
              .get()
              .inspect(
                  text(cell, head.get()),
                  cell.substring(head.get().start()),
                  cursor - head.get().start(),
                  context);
    }
    for (var found : new LineMagicScanner(cell, magics::isLineMagic).scan()) {
      Magics.LineEntry entry = magics.lineEntries().get(found.name());
      if (found.start() <= cursor && cursor <= found.end() && entry != null) {
        return Optional.of(MagicHelp.of(entry.spec(), "%"));
      }
    }
    return Optional.empty();
  }

  private Optional<ArgumentCompletions> inCellMagic(
      String cell, int cursor, CellParser.CellMagicBody head) throws InterruptedException {
    if (cursor < head.textStart()
        || (cursor == head.textStart() && head.textStart() == head.textEnd())) {
      return Optional.of(names(cell, head.nameStart(), cursor, head.textStart(), specs(true)));
    }
    Optional<Magics.CellEntry> entry = Optional.ofNullable(magics.cellEntries().get(head.name()));
    if (cursor <= head.textEnd()) {
      return Optional.of(
          arguments(
              entry.map(Magics.CellEntry::spec),
              cell.substring(head.textStart(), cursor),
              head.textStart(),
              cell.substring(head.start())));
    }
    if (entry.isPresent() && entry.get().spec().javaBody()) {
      return completeJavaBody(cell, cursor, head);
    }
    Optional<BodyAssistant> assistant = entry.flatMap(Magics.CellEntry::assistant);
    return Optional.of(
        assistant.isEmpty()
            ? ArgumentCompletions.none(cursor)
            : assistant
                .get()
                .complete(
                    text(cell, head), cell.substring(head.start()), cursor - head.start(), context)
                .shift(head.start()));
  }

  /** The body may hold line magics of its own; what is not one of them is for JShell. */
  private Optional<ArgumentCompletions> completeJavaBody(
      String cell, int cursor, CellParser.CellMagicBody head) throws InterruptedException {
    return complete(cell.substring(head.start()), cursor - head.start())
        .map(c -> c.shift(head.start()));
  }

  /** A percent sign alone is no magic yet, but what follows it can only be the name of one. */
  private Optional<ArgumentCompletions> bareSign(String cell, int cursor) {
    int start = cursor;
    while (start > 0 && cell.charAt(start - 1) == '%') {
      start--;
    }
    int signs = cursor - start;
    boolean atEnd = cursor == cell.length() || Character.isWhitespace(cell.charAt(cursor));
    String before = cell.substring(0, start);
    String line = before.substring(before.lastIndexOf('\n') + 1);
    if (signs == 0
        || signs > 2
        || !atEnd
        || !(line.isBlank() || line.stripTrailing().endsWith("="))) {
      return Optional.empty();
    }
    if (signs == 2) {
      return before.isBlank()
          ? Optional.of(names(cell, cursor, cursor, cursor, specs(true)))
          : Optional.empty();
    }
    ArgumentCompletions lines = names(cell, cursor, cursor, cursor, specs(false));
    if (!before.isBlank()) {
      return Optional.of(lines);
    }
    List<ArgumentCompletions.Item> both = new ArrayList<>(lines.items());
    specs(true)
        .forEach(
            s -> both.add(new ArgumentCompletions.Item("%" + s.name(), "cell magic", s.summary())));
    return Optional.of(new ArgumentCompletions(cursor, cursor, both));
  }

  private static ArgumentCompletions names(
      String cell, int start, int cursor, int end, Collection<MagicSpec> specs) {
    String typed = cell.substring(start, Math.max(start, cursor)).replace("%", "");
    List<ArgumentCompletions.Item> items = new ArrayList<>();
    for (MagicSpec spec : specs) {
      if (begins(spec.name(), typed)) {
        items.add(new ArgumentCompletions.Item(spec.name(), "magic", spec.summary()));
      } else {
        spec.aliases().stream()
            .filter(alias -> begins(alias, typed))
            .findFirst()
            .ifPresent(
                alias -> items.add(new ArgumentCompletions.Item(alias, "magic", spec.summary())));
      }
    }
    return new ArgumentCompletions(start, end, items);
  }

  private ArgumentCompletions arguments(
      Optional<MagicSpec> known, String before, int offset, String body) {
    if (known.isEmpty()) {
      return ArgumentCompletions.none(offset + before.length());
    }
    MagicSpec spec = known.get();
    Words split = Words.split(before);
    List<Word> words = new ArrayList<>(split.words());
    boolean inWord = !words.isEmpty() && (split.open() || words.getLast().end() == before.length());
    Word typed =
        inWord ? words.removeLast() : new Word("", before.length(), before.length(), false);
    int start = offset + typed.start();
    int end = offset + before.length();

    int equals = typed.text().indexOf('=');
    if (typed.isLongOption() && equals >= 0) {
      return spec.option(typed.text().substring(2, equals))
          .map(
              o ->
                  values(
                      o.completer(),
                      typed.text().substring(equals + 1),
                      start + equals + 1,
                      end,
                      body))
          .orElse(ArgumentCompletions.none(end));
    }
    Position position = Position.after(spec, words);
    if (position.option().isPresent()) {
      return values(position.option().get().completer(), typed.text(), start, end, body);
    }
    List<ArgumentCompletions.Item> items = new ArrayList<>();
    if (!typed.text().startsWith("-") && position.parameter().isPresent()) {
      items.addAll(
          values(position.parameter().get().completer(), typed.text(), start, end, body).items());
    }
    if (!typed.quoted() && (typed.text().isEmpty() || typed.text().startsWith("-"))) {
      for (Option option : spec.options()) {
        if (begins("--" + option.name(), typed.text())) {
          items.add(
              new ArgumentCompletions.Item("--" + option.name(), "option", option.description()));
        }
      }
    }
    return new ArgumentCompletions(start, end, items);
  }

  private ArgumentCompletions values(
      ArgumentCompleter completer, String typed, int start, int end, String body) {
    return new ArgumentCompletions(
        start,
        end,
        completer.values(typed, body, context).stream()
            .filter(i -> begins(i.text(), typed))
            .map(i -> new ArgumentCompletions.Item(Words.quote(i.text()), i.kind(), i.summary()))
            .toList());
  }

  /** What comes next: the value of an option, or else a parameter. */
  private record Position(Optional<Option> option, Optional<Parameter> parameter) {
    static Position after(MagicSpec spec, List<Word> words) {
      int parameters = 0;
      for (int i = 0; i < words.size(); i++) {
        Word word = words.get(i);
        if (!word.isOption()) {
          parameters++;
          continue;
        }
        Optional<Option> option =
            word.text().contains("=")
                ? Optional.empty()
                : spec.option(word.text().replaceFirst("^-+", ""));
        int values = option.map(o -> o.values().size()).orElse(0);
        if (i + values >= words.size() && values > 0) {
          return new Position(option, Optional.empty());
        }
        i += values;
      }
      List<Parameter> all = spec.parameters();
      if (parameters < all.size()) {
        return new Position(Optional.empty(), Optional.of(all.get(parameters)));
      }
      return new Position(
          Optional.empty(),
          all.isEmpty() || all.getLast().arity() != Arity.REPEATED
              ? Optional.empty()
              : Optional.of(all.getLast()));
    }
  }

  private Collection<MagicSpec> specs(boolean ofCells) {
    return ofCells ? magics.cellMagics() : magics.lineMagics();
  }

  private static String text(String cell, CellParser.CellMagicBody head) {
    return cell.substring(head.textStart(), head.textEnd()).strip();
  }

  private static boolean begins(String text, String typed) {
    return text.toLowerCase(Locale.ROOT).startsWith(typed.toLowerCase(Locale.ROOT));
  }
}
