package org.skep.bpf.decode;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/** Events that were read: a copy, which stays when the object is closed. */
public final class Events {
  private final NotedTable table;
  private final Map<String, NotedTable> tables;
  private final EventStatus status;

  public Events(NotedTable table, Map<String, NotedTable> tables, EventStatus status) {
    this.table = table;
    this.tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    this.status = status;
  }

  /**
   * A row for each event, in the order in which they came. Columns are named by the members of the
   * event, {@code value} for a scalar; where there are several types, a first column {@code record}
   * says which it is, and a row has missing values for what its type lacks. Events of which nothing
   * is known have a column {@code value} of hexadecimal digits.
   */
  public Table table() {
    return table;
  }

  /** The table of each type, by the name of the type. */
  public Map<String, NotedTable> tables() {
    return tables;
  }

  /** What is known of the reading: how many came, how many were lost. */
  public EventStatus status() {
    return status;
  }

  @Override
  public String toString() {
    return table.name() + ": " + status;
  }
}
