package org.skep.table.query;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.skep.btf.Format;
import org.skep.table.NotedTable;
import org.skep.table.PrintFormat;
import org.skep.table.build.NumberColumns;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/** Reads printed lines as the rows of a table. */
public final class TextTable {
  private static final Pattern WHOLE = Pattern.compile("[-+]?(?:0|[1-9]\\d*)");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9]\\d*)[.]\\d+");

  private TextTable() {}

  /**
   * A row for each line.
   *
   * <p>Where all lines were printed by one of the formats, each with a line end of its own, columns
   * are the conversions of that format, and a value may have blanks and line ends. Else, where all
   * lines have as many tabs, columns are what is between these. Else they are words: as many as the
   * line with the fewest has, the last column has the rest of each line, and a note says where that
   * may be wrong.
   *
   * <p>Columns are named by the first line where no number is in it and one is below, else {@code
   * c1}, {@code c2} and so on; words are numbers where all of a column are.
   *
   * @param text as it was printed, UTF-8
   * @param formats of {@code printf}, which may have printed it
   */
  public static NotedTable of(String name, byte[] text, List<String> formats) {
    var bytes = new String(text, ISO_8859_1);
    List<PrintFormat> known =
        formats.stream()
            .map(f -> PrintFormat.of(new String(f.getBytes(UTF_8), ISO_8859_1)))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return printed(name, bytes, known).orElseGet(() -> words(name, bytes));
  }

  /** By the one format that printed all rows, after a heading or none. */
  private static Optional<NotedTable> printed(String name, String text, List<PrintFormat> formats) {
    for (PrintFormat row : formats) {
      if (!row.kinds().isEmpty()) {
        Optional<NotedTable> table = printed(name, text, row, formats);
        if (table.isPresent()) {
          return table;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<NotedTable> printed(
      String name, String text, PrintFormat format, List<PrintFormat> formats) {
    List<String> head =
        IntStream.rangeClosed(1, format.kinds().size()).mapToObj(i -> "c" + i).toList();
    int at = 0;
    for (PrintFormat other : formats) {
      if (other.kinds().isEmpty() && text.startsWith(other.literal())) {
        head = Arrays.asList(other.literal().strip().split("\\s+"));
        at = other.literal().length();
      }
    }
    if (head.size() != format.kinds().size() || at == text.length()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    Matcher found = format.shortest(text);
    int ambiguous = 0;
    found.region(at, text.length());
    while (found.find()) {
      rows.add(
          IntStream.rangeClosed(1, head.size()).mapToObj(i -> found.group(i).strip()).toList());
      ambiguous += format.isAmbiguous(found.group(), found) ? 1 : 0;
      at = found.end();
    }
    if (at != text.length()) {
      return Optional.empty();
    }
    List<String> notes = new ArrayList<>();
    if (ambiguous > 0) {
      notes.add(
          ambiguous
              + " of "
              + rows.size()
              + " lines can be split into their columns in more than one way, as a text has blanks"
              + " (print a tab between two texts: \"%s\\t%s\\n\")");
    }
    return Optional.of(table(name, head, rows, format.kinds(), notes));
  }

  private static NotedTable words(String name, String text) {
    List<String> lines = Arrays.stream(text.split("\n", -1)).filter(l -> !l.isBlank()).toList();
    int[] tabs = lines.stream().mapToInt(TextTable::tabs).distinct().toArray();
    boolean separated = tabs.length == 1 && tabs[0] > 0;
    List<List<String>> split =
        lines.stream()
            .map(l -> separated ? l.split("\t", -1) : l.strip().split("\\s+"))
            .map(words -> Arrays.stream(words).map(String::strip).toList())
            .toList();
    int columns = split.stream().mapToInt(List::size).min().orElse(0);
    int most = split.stream().mapToInt(List::size).max().orElse(0);
    if (columns == 0) {
      return NotedTable.of(name, List.of(), List.of());
    }
    List<List<String>> rows =
        separated
            ? split
            : lines.stream().map(l -> Arrays.asList(l.strip().split("\\s+", columns))).toList();
    boolean named =
        rows.size() > 1
            && rows.getFirst().stream().noneMatch(TextTable::isNumber)
            && rows.getFirst().stream().distinct().count() == columns
            && rows.get(1).stream().anyMatch(TextTable::isNumber);
    List<String> head =
        named ? rows.getFirst() : IntStream.rangeClosed(1, columns).mapToObj(i -> "c" + i).toList();
    List<String> notes =
        columns == most
            ? List.of()
            : List.of(
                "lines have "
                    + columns
                    + " to "
                    + most
                    + " words: a value with blanks shifts what is to its right (print tabs between"
                    + " columns: \"%s\\t%d\\n\")");
    return table(name, head, rows.subList(named ? 1 : 0, rows.size()), List.of(), notes);
  }

  private static int tabs(String line) {
    return (int) line.chars().filter(c -> c == '\t').count();
  }

  private static boolean isNumber(String word) {
    return WHOLE.matcher(word).matches() || DECIMAL.matcher(word).matches();
  }

  /**
   * @param kinds what the columns hold; where there are none, their words tell
   */
  private static NotedTable table(
      String name,
      List<String> head,
      List<List<String>> rows,
      List<PrintFormat.Kind> kinds,
      List<String> notes) {
    List<Column<?>> columns = new ArrayList<>();
    List<Column<?>> further = new ArrayList<>();
    List<String> all = new ArrayList<>(notes);
    for (int i = 0; i < head.size(); i++) {
      int column = i;
      List<String> words = rows.stream().map(row -> row.get(column)).toList();
      boolean number = kinds.isEmpty() || kinds.get(i) == PrintFormat.Kind.NUMBER;
      if (number && words.stream().allMatch(w -> WHOLE.matcher(w).matches())) {
        NumberColumns.Made made = whole(utf8(head.get(i)), words);
        columns.add(made.column());
        further.addAll(made.further());
        all.addAll(made.notes());
      } else if (number && words.stream().allMatch(TextTable::isNumber)) {
        columns.add(
            DoubleColumn.create(
                utf8(head.get(i)), words.stream().mapToDouble(Double::parseDouble).toArray()));
      } else {
        columns.add(
            StringColumn.create(utf8(head.get(i)), words.stream().map(TextTable::utf8).toList()));
      }
    }
    columns.addAll(further);
    return NotedTable.of(name, columns, all);
  }

  private static NumberColumns.Made whole(String name, List<String> words) {
    BigInteger[] values = words.stream().map(BigInteger::new).toArray(BigInteger[]::new);
    if (Arrays.stream(values).allMatch(v -> v.bitLength() < Integer.SIZE - 1)) {
      int[] small = Arrays.stream(values).mapToInt(BigInteger::intValue).toArray();
      return new NumberColumns.Made(IntColumn.create(name, small), List.of(), List.of());
    }
    return NumberColumns.of(name, values, Format.NONE);
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }
}
