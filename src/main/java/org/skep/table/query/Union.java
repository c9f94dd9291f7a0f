package org.skep.table.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.skep.table.Nanoseconds;
import org.skep.table.NotedTable;
import org.skep.table.Unit;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Several tables as one; see {@link Tables#union}. */
final class Union {
  private record Row(int table, int row) {}

  private final List<String> names;
  private final List<Table> tables;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> renamed = new LinkedHashMap<>();

  Union(Map<String, ? extends Table> tables, Map<String, long[]> orders) {
    this.names = List.copyOf(tables.keySet());
    this.tables = List.copyOf(tables.values());
    merge(names.stream().map(n -> Objects.requireNonNull(orders.get(n))).toList());
  }

  private void merge(List<long[]> orders) {
    int[] next = new int[tables.size()];
    while (true) {
      int first = -1;
      for (int t = 0; t < next.length; t++) {
        if (next[t] < tables.get(t).rowCount()
            && (first < 0 || orders.get(t)[next[t]] < orders.get(first)[next[first]])) {
          first = t;
        }
      }
      if (first < 0) {
        return;
      }
      rows.add(new Row(first, next[first]++));
    }
  }

  Table table(String name, String column) {
    StringColumn which = StringColumn.create(column);
    rows.forEach(row -> which.append(names.get(row.table)));
    List<Column<?>> columns = new ArrayList<>(List.of(which));
    Map<String, Column<?>[]> sources = new LinkedHashMap<>();
    for (int t = 0; t < tables.size(); t++) {
      for (Column<?> source : tables.get(t).columns()) {
        place(sources, t, source, column)[t] = source;
      }
    }
    sources.forEach((title, from) -> columns.add(column(title, from)));
    return NotedTable.of(name, columns, List.of(), renamed);
  }

  private Column<?>[] place(
      Map<String, Column<?>[]> sources, int table, Column<?> source, String column) {
    String apart = names.get(table) + "." + source.name();
    if (sources.keySet().stream()
        .anyMatch(n -> n.equalsIgnoreCase(source.name()) && !n.equals(source.name()))) {
      renamed.putIfAbsent(source.name(), apart);
      return sources.computeIfAbsent(apart, n -> new Column<?>[tables.size()]);
    }
    Column<?>[] place = sources.computeIfAbsent(source.name(), n -> new Column<?>[tables.size()]);
    boolean same = !source.name().equalsIgnoreCase(column);
    for (Column<?> other : place) {
      same &= other == null || isAlike(other, source);
    }
    if (same) {
      NotedTable.renamedOf(tables.get(table))
          .forEach(
              (member, title) -> {
                if (title.equals(source.name())) {
                  renamed.putIfAbsent(member, title);
                }
              });
      return place;
    }
    return sources.computeIfAbsent(apart, n -> new Column<?>[tables.size()]);
  }

  /** Whether the values of both can stand in one column, with one meaning. */
  private static boolean isAlike(Column<?> a, Column<?> b) {
    return a.type().equals(b.type()) && Unit.of(a).equals(Unit.of(b));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the types of the columns were compared
  private Column<?> column(String title, Column<?>[] from) {
    Column made = null;
    for (Column<?> source : from) {
      if (made == null && source != null) {
        made = source.emptyCopy().setName(title);
        Unit.copy(source, made);
      }
    }
    Column result = Objects.requireNonNull(made);
    for (Row row : rows) {
      Column<?> source = from[row.table];
      if (source == null) {
        result.appendMissing();
      } else {
        result.append((Column) source, row.row);
      }
    }
    if (result instanceof InstantColumn times) {
      return exact(times, from);
    }
    return result;
  }

  /** The times of a column with the nanoseconds that those of its tables have. */
  private InstantColumn exact(InstantColumn times, Column<?>[] from) {
    @Nullable Instant[] exact = new Instant[rows.size()];
    for (int i = 0; i < exact.length; i++) {
      Row row = rows.get(i);
      exact[i] =
          from[row.table] instanceof InstantColumn source && !source.isMissing(row.row)
              ? Nanoseconds.time(source, row.row)
              : null;
    }
    return Nanoseconds.column(times.name(), exact);
  }
}
