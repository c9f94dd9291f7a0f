package org.skep.notebook.shell;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.SnippetWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Knows the line of a cell that a line of one of JShell's classes came from.
 *
 * <p>JShell wraps each snippet in a class whose name and lines change when it is compiled anew; so
 * this is noted after each evaluation, and kept for objects that live on with their old classes.
 */
final class CellClasses {
  private static final Pattern NESTED = Pattern.compile("REPL[./]\\$JShell\\$\\w+[.$]");
  private static final Pattern WRAPPER = Pattern.compile("(REPL\\.\\$JShell\\$\\w+)(?:\\$(.*))?");

  /** So many characters must be the same for a line to be the snippet's. */
  private static final int PROBE = 8;

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final CellClassLoader loader;

  /** Of snippets that others may name. */
  private final Map<String, String> classOfSnippet = new ConcurrentHashMap<>();

  private final Map<String, @Nullable Place[]> placesOfClass = new ConcurrentHashMap<>();
  private final Map<String, Origin> originOfSnippet = new ConcurrentHashMap<>();

  /** Where the snippet comes from that runs, as threads it starts may fail before it ends. */
  private volatile @Nullable Origin running;

  /** Where a snippet came from. */
  record Origin(CellSource cell, Piece piece) {}

  /**
   * A place in a cell.
   *
   * @param cell which
   * @param line its line, from 1
   */
  record Place(CellSource cell, int line) {}

  CellClasses(JShell shell, SourceCodeAnalysis analysis, CellClassLoader loader) {
    this.shell = shell;
    this.analysis = analysis;
    this.loader = loader;
  }

  /**
   * Notes what runs from now on; {@link #add} tells its snippets when they have ended.
   *
   * @return what ran before, for the same call afterwards
   */
  @Nullable Origin running(@Nullable Origin now) {
    Origin before = running;
    running = now;
    return before;
  }

  /** Notes that a snippet came from a cell. */
  void add(Snippet snippet, CellSource cell, Piece piece) {
    originOfSnippet.put(snippet.id(), new Origin(cell, piece));
    refresh(snippet);
  }

  /** Notes that a snippet was declared again, from where the old one came. */
  void move(Snippet old, Snippet snippet) {
    forget(old);
    Origin origin = originOfSnippet.get(old.id());
    if (origin != null) {
      add(snippet, origin.cell(), origin.piece());
    }
  }

  /** Notes the class that a snippet has now. */
  void refresh(Snippet snippet) {
    Origin origin = originOfSnippet.get(snippet.id());
    if (origin == null || snippet.kind() == Snippet.Kind.IMPORT) {
      return;
    }
    SnippetWrapper wrapper = analysis.wrapper(snippet);
    String name = wrapper.fullClassName();
    @Nullable Place[] places = placesOf(wrapper, origin);
    placesOfClass.merge(name, places, CellClasses::merge);
    if (!snippet.kind().isPersistent()) {
      loader.forget(name); // it has run, and nobody names it
      return;
    }
    String old = classOfSnippet.put(snippet.id(), name);
    if (old != null && !old.equals(name)) {
      forgetClass(old);
    }
  }

  /** Notes that no cell can name what the snippet declared any longer. */
  void forget(Snippet snippet) {
    String old = classOfSnippet.remove(snippet.id());
    if (old != null) {
      forgetClass(old);
    }
  }

  private void forgetClass(String name) {
    if (!classOfSnippet.containsValue(name)) { // overloads share one
      loader.forget(name);
    }
  }

  /** Overloads of a method share one class. */
  private static @Nullable Place[] merge(@Nullable Place[] old, @Nullable Place[] now) {
    for (int i = 0; i < Math.min(old.length, now.length); i++) {
      if (now[i] == null) {
        now[i] = old[i];
      }
    }
    return now;
  }

  private static @Nullable Place[] placesOf(SnippetWrapper wrapper, Origin origin) {
    String text = wrapper.wrapped();
    @Nullable Place[] places = new @Nullable Place[(int) text.lines().count() + 2];
    int line = 1;
    int from = Math.max(0, text.indexOf("\nclass "));
    for (int i = 0; i < from; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
      } else if (places[line] == null && !Character.isWhitespace(text.charAt(i))) {
        int at = sourcePosition(wrapper, i);
        if (at >= 0) {
          CellSource cell = origin.cell();
          places[line] = new Place(cell, cell.lineAt(origin.piece().inCell(at)));
        }
      }
    }
    return places;
  }

  /**
   * Where a character of the wrapper stands in the snippet, or -1 where it is the wrapper's own.
   */
  private static int sourcePosition(SnippetWrapper wrapper, int position) {
    String source = wrapper.source();
    int at = wrapper.wrappedToSourcePosition(position);
    if (at < 0 || at >= source.length() || wrapper.sourceToWrappedPosition(at) != position) {
      return -1;
    }
    int end = source.indexOf('\n', at);
    int length = Math.min(PROBE, (end < 0 ? source.length() : end) - at);
    return wrapper.wrapped().regionMatches(position, source, at, Math.max(1, length)) ? at : -1;
  }

  /** The cell and piece that a snippet came from. */
  Optional<Origin> origin(Snippet snippet) {
    return Optional.ofNullable(originOfSnippet.get(snippet.id()));
  }

  /** Where a frame's line stands in a cell; empty when the frame is none of a cell's. */
  Optional<Place> place(StackTraceElement frame) {
    Matcher name = WRAPPER.matcher(frame.getClassName());
    if (!name.matches()) {
      return Optional.empty();
    }
    @Nullable Place[] places = placesOfClass.get(name.group(1));
    if (places == null) {
      shell.snippets().forEach(this::refresh);
      noteRunning();
      places = placesOfClass.get(name.group(1));
    }
    return places == null ? Optional.empty() : nearest(places, frame.getLineNumber());
  }

  private void noteRunning() {
    Origin origin = running;
    if (origin == null) {
      return;
    }
    shell
        .snippets()
        .filter(s -> !originOfSnippet.containsKey(s.id()) && s.kind() != Snippet.Kind.IMPORT)
        .filter(s -> origin.piece().source().contains(s.source().strip()))
        .map(analysis::wrapper)
        .forEach(w -> placesOfClass.putIfAbsent(w.fullClassName(), placesOf(w, origin)));
  }

  /**
   * The place of a line, or where the line is the wrapper's own, that of the next one in a cell.
   */
  private static Optional<Place> nearest(@Nullable Place[] places, int line) {
    for (int i = Math.max(line, 0); i < places.length; i++) {
      Place place = places[i];
      if (place != null) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  /** Whether the frame is in the code of a cell. */
  static boolean isOfCell(StackTraceElement frame) {
    return WRAPPER.matcher(frame.getClassName()).matches();
  }

  /** A text that names classes, spelled as cells do. */
  static String spellAll(String text) {
    return text.contains("REPL") ? NESTED.matcher(text).replaceAll("") : text;
  }

  /** A class name as the cell spells it: without JShell's wrapper. */
  static String spell(String className) {
    Matcher name = WRAPPER.matcher(className);
    if (!name.matches()) {
      return className;
    }
    return name.group(2) == null ? "" : name.group(2).replace('$', '.');
  }
}
