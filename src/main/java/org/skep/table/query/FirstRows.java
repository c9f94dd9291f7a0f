package org.skep.table.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/**
 * The first rows of a large table that comes in pieces: as many as are asked for are kept, and no
 * more, as {@link Tables#where} and {@link Tables#top(Table, int, String...)} would choose them
 * from the whole. For one reading, and one thread.
 */
public final class FirstRows {
  private final int count;
  private final Optional<String> where;
  private final String[] order;
  private @Nullable Table kept;
  private List<String> notes = List.of();
  private long rows;
  private long matching;

  private FirstRows(int count, Optional<String> where, String... order) {
    this.count = count;
    this.where = where;
    this.order = order.clone();
  }

  /**
   * Rows to look for.
   *
   * @param count how many at most, at least 1
   * @param where a condition that they fulfil, as of {@link Tables#where}
   * @param order names of columns; with {@code -} in front for the largest first
   * @throws IllegalArgumentException if the count is less than 1
   */
  public static FirstRows of(int count, Optional<String> where, String... order) {
    if (count < 1) {
      throw new IllegalArgumentException("first " + count + " rows: expected 1 or more");
    }
    return new FirstRows(count, where, order);
  }

  /**
   * Takes the next piece.
   *
   * @return whether its columns are those of the pieces before; one with others is not taken
   * @throws IllegalArgumentException if the condition or the order names no column
   */
  public boolean add(Table piece) {
    Table narrowed = where.map(w -> Tables.where(piece, w)).orElse(piece);
    Table all = narrowed;
    if (kept != null) {
      if (!types(kept).equals(types(narrowed))) {
        return false;
      }
      all = kept.copy().append(narrowed);
    }
    kept = Tables.top(all, count, order);
    notes = NotedTable.notesOf(piece);
    rows += piece.rowCount();
    matching += narrowed.rowCount();
    return true;
  }

  private static List<String> types(Table table) {
    return table.columns().stream().map(c -> c.name() + " " + c.type()).toList();
  }

  /**
   * The rows, with the notes of the last piece, others, and how many there were.
   *
   * @param others sentences to add
   */
  public Optional<NotedTable> table(List<String> others) {
    if (kept == null) {
      return Optional.empty();
    }
    var all = new ArrayList<>(notes);
    all.addAll(others);
    where.ifPresent(
        w -> all.add(String.format(Locale.ROOT, "%,d of %,d match %s", matching, rows, w)));
    if (matching > kept.rowCount()) {
      all.add(String.format(Locale.ROOT, "showing %,d of %,d", kept.rowCount(), matching));
    }
    return Optional.of(NotedTable.of(kept, all));
  }
}
