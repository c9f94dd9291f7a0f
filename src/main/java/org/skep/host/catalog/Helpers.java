package org.skep.host.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skep.NativeLibraryException;
import org.skep.host.hooks.NamePattern;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;
import org.skep.text.Nearest;

/** The helpers that libbpf's header {@code bpf_helper_defs.h} declares and documents. */
public final class Helpers {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/include/bpf/bpf_helper_defs.h"),
          Path.of("/usr/local/include/bpf/bpf_helper_defs.h"));

  private static final Pattern ENTRY =
      Pattern.compile(
          "/\\*\\n \\* (bpf_\\w+)\\n(.*?)\\*/\\n(?:static|extern) ([^\\n]*?)\\(\\* ?(?:const )?\\1\\)"
              + "(\\([^\\n]*\\)) = \\(void \\*\\) (\\d+);",
          Pattern.DOTALL);

  private Helpers() {}

  /**
   * All of them, by number.
   *
   * @throws NativeLibraryException if the header is not installed
   */
  public static List<Helper> all() {
    for (Path place : PLACES) {
      try {
        return parse(Files.readString(place));
      } catch (IOException e) {
        // The next place, then.
      }
    }
    throw new NativeLibraryException(
        "bpf_helper_defs.h",
        "not in /usr/include/bpf",
        "apt install libbpf-dev, dnf install libbpf-devel",
        null);
  }

  static List<Helper> parse(String header) {
    var helpers = new ArrayList<Helper>();
    Matcher m = ENTRY.matcher(header);
    while (m.find()) {
      String text = plain(m.group(2));
      int returns = text.indexOf("\nReturns\n");
      String result = m.group(3).strip();
      helpers.add(
          new Helper(
              Integer.parseInt(m.group(5)),
              m.group(1),
              result + (result.endsWith("*") ? "" : " ") + m.group(1) + m.group(4),
              (returns < 0 ? text : text.substring(0, returns)).strip(),
              returns < 0 ? "" : outdented(text.substring(returns + 9))));
    }
    return helpers;
  }

  /** Without the stars of the comment and the mark-up of the documentation. */
  private static String plain(String comment) {
    return outdented(
        comment
            .lines()
            .map(l -> l.replaceFirst("^ \\* ?", ""))
            .map(l -> l.replace("\\ ", "").replace("\\/", "/"))
            .map(
                l ->
                    l.replaceAll("\\*\\*([^*]+)\\*\\*", "$1")
                        .replaceAll("\\*([\\w/][^*]*)\\*", "$1"))
            .map(l -> l.replace("``", ""))
            .filter(l -> !l.strip().equals("::"))
            .collect(Collectors.joining("\n"))
            .replaceAll("\\\\\n\\s*", ""));
  }

  private static String outdented(String text) {
    return text.lines()
        .map(l -> l.startsWith("\t") ? l.substring(1) : l)
        .map(l -> l.replace("\t", "    "))
        .collect(Collectors.joining("\n"))
        .replaceAll("\n\\s*\n\\s*\n", "\n\n")
        .stripTrailing();
  }

  /**
   * One helper.
   *
   * @param name also without {@code bpf_}
   * @throws IllegalArgumentException if there is none; the message has the nearest names
   */
  public static Helper find(String name) {
    List<Helper> all = all();
    return all.stream()
        .filter(h -> h.name().equals(name) || h.name().equals("bpf_" + name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "find helper '"
                        + name
                        + "': no such helper"
                        + Nearest.hint(name.startsWith("bpf_") ? name : "bpf_" + name, names(all))
                        + (Kfuncs.isMarked(name) ? " (it is a kfunc: see %kfunc)" : "")));
  }

  private static Stream<String> names(List<Helper> helpers) {
    return helpers.stream().map(Helper::name);
  }

  /**
   * The helpers whose names match, a row for each: {@code number}, {@code helper}, {@code
   * declaration} and {@code summary}.
   *
   * @param pattern with {@code *} and {@code ?}
   */
  public static NotedTable table(String pattern) {
    NamePattern glob = NamePattern.of(pattern);
    List<Helper> found = all().stream().filter(h -> glob.matches(h.name())).toList();
    return Rows.of("helpers", found)
        .integer("number", Helper::number)
        .text("helper", Helper::name)
        .text("declaration", Helper::declaration)
        .text("summary", Helper::summary)
        .table(found.isEmpty() ? List.of("No helper matches '" + pattern + "'.") : List.of());
  }
}
