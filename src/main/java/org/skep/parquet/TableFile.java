package org.skep.parquet;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skep.btf.Field;
import org.skep.btf.Format;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table in a Parquet file. */
public final class TableFile {
  /** The key of the notes among what a file says of itself. */
  public static final String NOTES = "notes";

  private static final String RAW = ".raw";
  private static final String EXACT = ".exact";

  private TableFile() {}

  /**
   * The columns that a file has for those of a table.
   *
   * @param members what they are read from, by their names
   */
  public static List<ParquetColumn> columns(Table table, Map<String, Field> members) {
    List<ParquetColumn> columns = new ArrayList<>();
    for (Column<?> column : table.columns()) {
      String name = column.name();
      if (isBeside(table, name, EXACT)) {
        continue;
      }
      Field member =
          members.containsKey(name)
              ? members.get(name)
              : isBeside(table, name, RAW)
                  ? members.get(name.substring(0, name.length() - RAW.length()))
                  : null;
      if (table.containsColumn(name + EXACT)) {
        Format format = member == null ? Format.NONE : member.format();
        columns.add(new ParquetColumn(name, kind(table.column(name + EXACT)), format));
      } else {
        ParquetColumn found = ParquetColumn.of(column, member);
        columns.add(
            members.containsKey(name) ? found : new ParquetColumn(name, found.kind(), Format.NONE));
      }
    }
    return columns;
  }

  private static boolean isBeside(Table table, String name, String what) {
    return name.endsWith(what)
        && table.containsColumn(name.substring(0, name.length() - what.length()));
  }

  /** The smallest column that holds all numbers whose digits these are. */
  private static ParquetColumn.Kind kind(Column<?> exact) {
    boolean signed = true;
    boolean unsigned = true;
    for (int row = 0; row < exact.size(); row++) {
      if (!exact.isMissing(row)) {
        BigInteger number = new BigInteger(exact.getString(row));
        signed &= number.bitLength() < Long.SIZE;
        unsigned &= number.signum() >= 0 && number.bitLength() <= Long.SIZE;
      }
    }
    return signed
        ? ParquetColumn.Kind.LONG
        : unsigned ? ParquetColumn.Kind.UNSIGNED_LONG : ParquetColumn.Kind.DIGITS;
  }

  /** Writes a table with its notes. */
  public static void write(
      Path file, NotedTable table, Map<String, Field> members, Map<String, String> about) {
    List<ParquetColumn> columns = columns(table, members);
    try (var writer = new ParquetWriter(file, columns, about)) {
      writer.write(
          table.rowCount(), true, (i, values) -> values.put(table, columns.get(i).name(), null));
      writer.end(Map.of(NOTES, String.join("\n", table.notes())));
    }
  }
}
