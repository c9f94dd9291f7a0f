package org.skep.table;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.skep.text.Nearest;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Which column a name means: the one of exactly this name; else the one that was renamed from
 * exactly this name; else the only one that differs from it in capitals alone.
 */
public final class ColumnLookup {
  private static final List<String> SIDES = List.of(".raw", ".exact");

  private ColumnLookup() {}

  /**
   * The name of the column that is meant; empty where there is none.
   *
   * @throws IllegalArgumentException where the name means several, and none exactly
   */
  public static Optional<String> nameOf(Table table, String name) {
    List<String> names = table.columnNames();
    if (names.contains(name)) {
      return Optional.of(name);
    }
    Optional<String> renamed = renamed(table, name).filter(names::contains);
    if (renamed.isPresent()) {
      return renamed;
    }
    Set<String> meant = new LinkedHashSet<>();
    names.stream().filter(name::equalsIgnoreCase).forEach(meant::add);
    NotedTable.renamedOf(table)
        .forEach(
            (member, column) -> {
              if (member.equalsIgnoreCase(name) && names.contains(column)) {
                meant.add(column);
              }
            });
    names.stream()
        .filter(column -> !meant.isEmpty() && column.matches(Pattern.quote(name) + "_\\d+"))
        .forEach(meant::add);
    if (meant.size() > 1) {
      throw new IllegalArgumentException(
          "find column '"
              + name
              + "' in '"
              + table.name()
              + "': which of them is meant? (name one of "
              + String.join(", ", meant)
              + ")");
    }
    return meant.stream().findFirst();
  }

  private static Optional<String> renamed(Table table, String name) {
    var all = NotedTable.renamedOf(table);
    String column = all.get(name);
    for (String side : SIDES) {
      if (column == null && name.endsWith(side)) {
        String main = all.get(name.substring(0, name.length() - side.length()));
        column = main == null ? null : main + side;
      }
    }
    return Optional.ofNullable(column);
  }

  public static Column<?> find(Table table, String name) {
    return nameOf(table, name)
        .map(found -> exact(table, found))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no column '"
                        + name
                        + "' in '"
                        + table.name()
                        + "'"
                        + Nearest.hint(name, table.columnNames())
                        + "; columns are "
                        + String.join(", ", table.columnNames())));
  }

  private static Column<?> exact(Table table, String name) {
    return table.column(table.columnNames().indexOf(name));
  }
}
