package org.skep.table;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/** Reads lines of words as the rows of a table. */
public final class TextTable {
  private TextTable() {}

  /**
   * A row for each line that is not empty, a column for each word of the line with the fewest; the
   * last column has the rest of the line. Columns have the words of the first line as names where
   * no number is among them and one is below, else {@code c1}, {@code c2} and so on; they are
   * numbers where all their words are.
   */
  public static Table of(String name, String text) {
    List<String> lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    int columns = lines.stream().mapToInt(l -> l.split("\\s+").length).min().orElse(0);
    if (columns == 0) {
      return Table.create(name);
    }
    List<List<String>> rows =
        lines.stream().map(l -> Arrays.asList(l.split("\\s+", columns))).toList();
    boolean named =
        rows.size() > 1
            && rows.getFirst().stream().noneMatch(TextTable::isNumber)
            && rows.getFirst().stream().distinct().count() == columns
            && rows.get(1).stream().anyMatch(TextTable::isNumber);
    List<String> head =
        named ? rows.getFirst() : IntStream.rangeClosed(1, columns).mapToObj(i -> "c" + i).toList();
    String separated =
        rows.stream()
            .skip(named ? 1 : 0)
            .map(TextTable::line)
            .collect(Collectors.joining("\n", line(head) + "\n", "\n"));
    return Table.read()
        .usingOptions(
            CsvReadOptions.builder(new StringReader(separated))
                .tableName(name)
                .separator('\t')
                .header(true)
                .missingValueIndicator(""));
  }

  private static boolean isNumber(String word) {
    return word.matches("[-+]?\\d+([.]\\d+)?");
  }

  private static String line(List<String> words) {
    return words.stream()
        .map(w -> '"' + w.replace("\"", "\"\"").replace('\t', ' ') + '"')
        .collect(Collectors.joining("\t"));
  }
}
