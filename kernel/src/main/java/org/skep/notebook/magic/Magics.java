package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.MimeBundle;
import org.skep.text.Nearest;

/**
 * The magics of a notebook, by name.
 *
 * <p>Safe for use by many threads. A later registration of a name replaces the earlier one.
 */
public final class Magics {
  /** A line magic and what it accepts. */
  record LineEntry(MagicSpec spec, LineMagic magic) {}

  /** A cell magic, what it accepts, and who completes its body. */
  record CellEntry(MagicSpec spec, CellMagic magic, Optional<BodyAssistant> assistant) {}

  private final Map<String, LineEntry> lines = new ConcurrentSkipListMap<>();
  private final Map<String, CellEntry> cells = new ConcurrentSkipListMap<>();
  private final Set<String> seen = new HashSet<>();

  /** Registers a line magic under its name and aliases. */
  public void register(MagicSpec spec, LineMagic magic) {
    names(spec).forEach(name -> lines.put(name, new LineEntry(spec, magic)));
  }

  /** Registers a cell magic under its name and aliases. */
  public void register(MagicSpec spec, CellMagic magic) {
    names(spec).forEach(name -> cells.put(name, new CellEntry(spec, magic, Optional.empty())));
  }

  /** Registers a cell magic whose body can be completed. */
  public void register(MagicSpec spec, CellMagic magic, BodyAssistant assistant) {
    names(spec)
        .forEach(name -> cells.put(name, new CellEntry(spec, magic, Optional.of(assistant))));
  }

  /**
   * Registers the magics of the providers that this class loader finds and earlier ones did not; to
   * be called when a jar has been added.
   *
   * @return what went wrong, a line for each broken provider
   */
  public synchronized List<String> scan(ClassLoader loader, MagicContext context) {
    List<String> problems = new ArrayList<>();
    var providers = ServiceLoader.load(MagicProvider.class, loader).stream().iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return problems;
        }
        var provider = providers.next();
        if (seen.add(provider.type().getName())) {
          provider.get().register(this, context);
        }
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        problems.add("find magics: " + e.getMessage());
      }
    }
  }

  /**
   * Runs {@code %name text}.
   *
   * @param line in the cell, from 1
   * @return the magic's value; with {@code --help}, its help as a {@link MimeBundle}
   * @throws MagicException where there is no such magic or the text does not fit it
   */
  public @Nullable Object line(String name, String text, int line, MagicContext context)
      throws Exception {
    if (name.endsWith("?")) {
      return help(name.substring(0, name.length() - 1));
    }
    LineEntry entry = lineEntry(name);
    return run(entry, Arguments.parse(entry.spec(), text, line), context);
  }

  /** Runs a line magic with words that are cut already. */
  public @Nullable Object line(String name, List<String> words, MagicContext context)
      throws Exception {
    LineEntry entry = lineEntry(name);
    return run(entry, Arguments.of(entry.spec(), words), context);
  }

  /**
   * Runs a cell that begins with {@code %%name text}.
   *
   * @param line of {@code %%name} in the cell, from 1
   * @return the magic's value; with {@code --help}, its help as a {@link MimeBundle}
   * @throws MagicException where there is no such magic or the text does not fit it
   */
  public @Nullable Object cell(
      String name, String text, int line, String body, MagicContext context) throws Exception {
    if (name.endsWith("?")) {
      return help(name.substring(0, name.length() - 1));
    }
    CellEntry entry = cellEntry(name);
    return run(entry, Arguments.parseOfCell(entry.spec(), text, line), body, context);
  }

  /** Runs a cell magic with words that are cut already. */
  public @Nullable Object cell(String name, List<String> words, String body, MagicContext context)
      throws Exception {
    CellEntry entry = cellEntry(name);
    return run(entry, Arguments.of(entry.spec(), words), body, context);
  }

  /** Whether there is a line magic of this name. */
  public boolean isLineMagic(String name) {
    return lines.containsKey(name);
  }

  /** Whether there is a cell magic of this name. */
  public boolean isCellMagic(String name) {
    return cells.containsKey(name);
  }

  /** The line magics by name, without repetitions for aliases. */
  public List<MagicSpec> lineMagics() {
    return lines.values().stream().map(LineEntry::spec).distinct().toList();
  }

  /** The cell magics by name, without repetitions for aliases. */
  public List<MagicSpec> cellMagics() {
    return cells.values().stream().map(CellEntry::spec).distinct().toList();
  }

  /**
   * The help of a magic, of the line and the cell form where there are both.
   *
   * @throws MagicException where there is no such magic
   */
  public MimeBundle help(String name) {
    if (lines.containsKey(name)) {
      return MagicHelp.of(lineEntry(name).spec(), "%");
    }
    return MagicHelp.of(cellEntry(name).spec(), "%%");
  }

  /**
   * What could stand at the cursor, where the cursor is in a magic; empty where it is in Java.
   *
   * @param cursor in UTF-16 units
   */
  public Optional<ArgumentCompletions> complete(String cell, int cursor, MagicContext context)
      throws InterruptedException {
    return new MagicAssistant(this, context).complete(cell, cursor);
  }

  /**
   * Where the Java begins that the cursor is in, as the argument of a line magic; empty elsewhere.
   *
   * @param cursor in UTF-16 units
   */
  public OptionalInt javaAt(String cell, int cursor, MagicContext context) {
    return new MagicAssistant(this, context).javaAt(cell, cursor);
  }

  /**
   * What stands at the cursor, explained, where the cursor is in a magic; empty where it is in
   * Java.
   *
   * @param cursor in UTF-16 units
   */
  public Optional<MimeBundle> inspect(String cell, int cursor, MagicContext context)
      throws InterruptedException {
    return new MagicAssistant(this, context).inspect(cell, cursor);
  }

  Map<String, LineEntry> lineEntries() {
    return lines;
  }

  Map<String, CellEntry> cellEntries() {
    return cells;
  }

  private static @Nullable Object run(LineEntry entry, Arguments arguments, MagicContext context)
      throws Exception {
    return arguments.wantsHelp()
        ? MagicHelp.of(entry.spec(), "%")
        : entry.magic().run(arguments, context);
  }

  private static @Nullable Object run(
      CellEntry entry, Arguments arguments, String body, MagicContext context) throws Exception {
    return arguments.wantsHelp()
        ? MagicHelp.of(entry.spec(), "%%")
        : entry.magic().run(arguments, body, context);
  }

  private LineEntry lineEntry(String name) {
    LineEntry entry = lines.get(name);
    if (entry != null) {
      return entry;
    }
    String bare = name.replace("%", "");
    if (cells.containsKey(bare)) {
      throw new MagicException(
          "run '%"
              + name
              + "': it is a cell magic (put '%%"
              + bare
              + "' on the first line of a cell)");
    }
    throw unknown("%", name, lines.keySet());
  }

  private CellEntry cellEntry(String name) {
    CellEntry entry = cells.get(name);
    if (entry != null) {
      return entry;
    }
    if (lines.containsKey(name)) {
      throw new MagicException(
          "run '%%"
              + name
              + "': it is a line magic (write '%"
              + name
              + "' with a single percent sign)");
    }
    throw unknown("%%", name, cells.keySet());
  }

  private static MagicException unknown(String sign, String name, Collection<String> known) {
    String hint =
        OtherLanguage.magic(name)
            .or(() -> Nearest.to(name, known).map(near -> "did you mean '" + sign + near + "'?"))
            .orElse("%lsmagic lists all");
    return new MagicException("run '" + sign + name + "': no such magic (" + hint + ")");
  }

  private static List<String> names(MagicSpec spec) {
    List<String> names = new ArrayList<>(spec.aliases());
    names.add(spec.name());
    return names;
  }
}
