package org.skep.table.query;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.table.Nanoseconds;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/** What must be true of a row. */
public sealed interface Condition {
  /** Whether it is true of this row. */
  boolean holds(int row);

  /** Both. */
  record And(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(int row) {
      return left.holds(row) && right.holds(row);
    }
  }

  /** At least one. */
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(int row) {
      return left.holds(row) || right.holds(row);
    }
  }

  /** The opposite. */
  record Not(Condition inner) implements Condition {
    @Override
    public boolean holds(int row) {
      return !inner.holds(row);
    }
  }

  /** A truth value of its own. */
  record Truth(Operand operand) implements Condition {
    @Override
    public boolean holds(int row) {
      return Boolean.TRUE.equals(operand.value(row));
    }
  }

  /** How two operands are compared. */
  enum Comparison {
    /** Equal. */
    EQUAL("=="),
    /** Not equal. */
    NOT_EQUAL("!="),
    /** Smaller. */
    LESS("<"),
    /** Smaller or equal. */
    LESS_OR_EQUAL("<="),
    /** Larger. */
    GREATER(">"),
    /** Larger or equal. */
    GREATER_OR_EQUAL(">=");

    final String symbol;

    Comparison(String symbol) {
      this.symbol = symbol;
    }

    boolean accepts(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  /** Two operands of one kind, in this order. */
  record Compare(Operand left, Comparison comparison, Operand right) implements Condition {
    @Override
    public boolean holds(int row) {
      Object a = left.value(row);
      Object b = right.value(row);
      return a != null && b != null && comparison.accepts(order(a, b));
    }

    private static int order(Object a, Object b) {
      if (a instanceof Long x && b instanceof Long y) {
        return x.compareTo(y);
      }
      if (a instanceof Number x && b instanceof Number y) {
        return decimal(x).compareTo(decimal(y));
      }
      if (a instanceof Boolean x && b instanceof Boolean y) {
        return x.compareTo(y);
      }
      return a.toString().compareTo(b.toString());
    }

    private static BigDecimal decimal(Number number) {
      return switch (number) {
        case BigDecimal d -> d;
        case Long l -> BigDecimal.valueOf(l);
        default -> finite(number.doubleValue());
      };
    }

    private static BigDecimal finite(double value) {
      return new BigDecimal(Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE));
    }
  }

  /** What a text is asked. */
  enum TextTest {
    /** Has this part. */
    CONTAINS("contains"),
    /** Begins with this. */
    STARTS_WITH("startsWith"),
    /** Ends with this. */
    ENDS_WITH("endsWith"),
    /** Is as a whole what a regular expression describes. */
    MATCHES("matches");

    final String word;

    TextTest(String word) {
      this.word = word;
    }
  }

  /** A text that is asked. */
  record TextIs(Operand operand, TextTest test, String text, Pattern pattern) implements Condition {
    @Override
    public boolean holds(int row) {
      Object value = operand.value(row);
      if (value == null) {
        return false;
      }
      String given = value.toString();
      return switch (test) {
        case CONTAINS -> given.contains(text);
        case STARTS_WITH -> given.startsWith(text);
        case ENDS_WITH -> given.endsWith(text);
        case MATCHES -> pattern.matcher(given).matches();
      };
    }
  }

  /** The kinds of operands; those of one kind can be compared, and texts that are numbers. */
  enum Kind {
    /** A number. */
    NUMBER("a number"),
    /** A text, or a time as text. */
    TEXT("a text"),
    /** True or false. */
    TRUTH("true or false");

    final String description;

    Kind(String description) {
      this.description = description;
    }
  }

  /** A constant or a column. */
  sealed interface Operand {
    /**
     * What it is in this row: a {@link Number}, {@link String} or {@link Boolean}; null if missing.
     */
    @Nullable Object value(int row);

    /** What it is. */
    Kind kind();
  }

  /** The same in every row. */
  record Constant(Object constant, Kind kind) implements Operand {
    @Override
    public Object value(int row) {
      return constant;
    }
  }

  /** A column. */
  record OfColumn(Column<?> column, Kind kind) implements Operand {
    static OfColumn of(Column<?> column) {
      Kind kind =
          column instanceof BooleanColumn
              ? Kind.TRUTH
              : column instanceof NumericColumn ? Kind.NUMBER : Kind.TEXT;
      return new OfColumn(column, kind);
    }

    @Override
    public @Nullable Object value(int row) {
      if (kind == Kind.TEXT) { // an empty text is missing for Tablesaw, and a text for us
        return column.getUnformattedString(row);
      }
      if (column.isMissing(row)) {
        return null;
      }
      Object value = column.get(row);
      return value instanceof Integer || value instanceof Short
          ? (Object) ((Number) value).longValue()
          : value;
    }
  }

  /** A column of texts that are compared as the numbers that they stand for. */
  record OfTexts(StringColumn texts, Function<String, @Nullable BigDecimal> parse)
      implements Operand {
    /** Parses each distinct text once. */
    static OfTexts of(StringColumn texts, Function<String, Optional<BigInteger>> parse) {
      Map<String, Optional<BigDecimal>> known = new HashMap<>();
      return new OfTexts(
          texts,
          text ->
              known.computeIfAbsent(text, t -> parse.apply(t).map(BigDecimal::new)).orElse(null));
    }

    @Override
    public @Nullable Object value(int row) {
      return parse.apply(texts.get(row));
    }

    @Override
    public Kind kind() {
      return Kind.NUMBER;
    }
  }

  /** A column of times, as nanoseconds since 1970. */
  record OfTimes(InstantColumn times) implements Operand {
    @Override
    public @Nullable Object value(int row) {
      OptionalLong nanos = Nanoseconds.of(times, row);
      return nanos.isPresent() ? (Object) nanos.getAsLong() : null;
    }

    @Override
    public Kind kind() {
      return Kind.NUMBER;
    }
  }
}
