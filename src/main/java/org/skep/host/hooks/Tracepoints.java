package org.skep.host.hooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.skep.host.Mounts;
import org.skep.text.Nearest;

/** The tracepoints of a Linux, as its tracefs lists them. Read anew at each question. */
public final class Tracepoints {
  /**
   * A tracepoint's record.
   *
   * @param id what {@code perf_event_open} wants
   * @param fields in the order of the record; the first four are common to all
   */
  public record Tracepoint(String category, String name, int id, List<Field> fields) {
    public Tracepoint {
      fields = List.copyOf(fields);
    }

    /** {@code sched/sched_switch}. */
    @Override
    public String toString() {
      return category + "/" + name;
    }
  }

  /**
   * A field of a tracepoint's record.
   *
   * @param type in C, such as {@code char[16]}; {@code __data_loc char[]} is an offset and a length
   */
  public record Field(String type, String name, int byteOffset, int byteSize, boolean signed) {
    /** Whether every tracepoint has it. */
    public boolean common() {
      return name.startsWith("common_");
    }
  }

  private static final Pattern FIELD =
      Pattern.compile(
          "\\s*field:(.*?)(\\w+)(\\[.*\\])?;\\s*offset:(\\d+);\\s*size:(\\d+);\\s*(?:signed:(\\d);)?.*");

  private final Path events;

  private Tracepoints(Path events) {
    this.events = events;
  }

  /**
   * The tracepoints of the running Linux.
   *
   * @throws org.skep.UnsupportedFeatureException if tracefs is not mounted and cannot be
   */
  public static Tracepoints ofRunningLinux() {
    return of(Mounts.tracefs());
  }

  public static Tracepoints of(Path tracefs) {
    return new Tracepoints(tracefs.resolve("events"));
  }

  /** Why none is found here, although Linux has some; empty where they can be read. */
  public Optional<String> trouble() {
    return Files.isReadable(events)
        ? Optional.empty()
        : Optional.of(
            "Tracepoints cannot be listed: "
                + events
                + " is not readable (run Jupyter as root; or as root, for the group GROUP of its"
                + " user: mount -o remount,gid=GROUP,mode=0750 "
                + events.getParent()
                + ").");
  }

  /** The categories in order, such as {@code sched}. */
  public List<String> categories() {
    return folders(events);
  }

  /** The names in a category, in order; none where there is no such category. */
  public List<String> names(String category) {
    return isName(category) ? folders(events.resolve(category)) : List.of();
  }

  /** All of them as {@code category/name}, in order. */
  public List<String> all() {
    var all = new ArrayList<String>();
    for (String category : categories()) {
      for (String name : names(category)) {
        all.add(category + "/" + name);
      }
    }
    return all;
  }

  /** The tracepoint of this name; nothing where there is none, or where its format is hidden. */
  public Optional<Tracepoint> find(String category, String name) {
    var folder = events.resolve(category).resolve(name);
    if (!isName(category) || !isName(name) || !Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(category, name, Files.readAllLines(folder.resolve("format"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The tracepoints that a mistyped {@code category/name} was probably meant to be, best first,
   * three at most. A name without a category is looked for in all.
   */
  public List<String> nearest(String typed) {
    int slash = Math.max(typed.indexOf('/'), typed.indexOf(':'));
    if (slash < 0) {
      var all = all();
      var names = all.stream().map(n -> n.substring(n.indexOf('/') + 1)).distinct();
      return Nearest.to(typed, names, 3).stream()
          .flatMap(near -> all.stream().filter(n -> n.endsWith("/" + near)))
          .limit(3)
          .toList();
    }
    var category = typed.substring(0, slash);
    var name = typed.substring(slash + 1);
    var known = names(category);
    // With the right category the name alone is compared: a long category must not forgive it.
    var inCategory =
        Nearest.to(name, known.stream(), 3).stream().map(n -> category + "/" + n).toList();
    return inCategory.isEmpty() ? Nearest.to(category + "/" + name, all().stream(), 3) : inCategory;
  }

  public static Tracepoint parse(String category, String name, List<String> format) {
    int id = 0;
    var fields = new ArrayList<Field>();
    for (String line : format) {
      if (line.startsWith("ID:")) {
        id = Integer.parseInt(line.substring(3).strip());
      }
      var field = FIELD.matcher(line);
      if (field.matches()) {
        var array = field.group(3) == null ? "" : field.group(3);
        fields.add(
            new Field(
                field.group(1).strip() + array,
                field.group(2),
                Integer.parseInt(field.group(4)),
                Integer.parseInt(field.group(5)),
                "1".equals(field.group(6))));
      }
    }
    return new Tracepoint(category, name, id, fields);
  }

  private static boolean isName(String text) {
    return !text.isEmpty() && !text.contains("/") && !text.startsWith(".");
  }

  private static List<String> folders(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(p -> String.valueOf(p.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
