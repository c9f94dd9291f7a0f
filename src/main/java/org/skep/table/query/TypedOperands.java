package org.skep.table.query;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.skep.table.query.Condition.Constant;
import org.skep.table.query.Condition.Kind;
import org.skep.table.query.Condition.OfColumn;
import org.skep.table.query.Condition.OfTexts;
import org.skep.table.query.Condition.OfTimes;
import org.skep.table.query.Condition.Operand;
import org.skep.text.Addresses;
import org.skep.text.Prefix;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Two operands as what they mean: addresses as addresses, times as times, and a number beside a
 * column that shows names as the number behind the name.
 */
record TypedOperands(Operand left, Operand right) {
  private static final int MAC_BYTES = 6;

  /**
   * The operands as they are compared.
   *
   * @throws IllegalArgumentException if a text is no address or no time where one is compared
   */
  static TypedOperands of(Table table, Operand left, Operand right) {
    Operand exactLeft = exact(table, left);
    Operand exactRight = exact(table, right);
    if (exactLeft instanceof OfColumn column && exactRight instanceof Constant constant) {
      return of(table, column, constant).orElse(new TypedOperands(exactLeft, exactRight));
    }
    if (exactLeft instanceof Constant constant && exactRight instanceof OfColumn column) {
      return of(table, column, constant)
          .map(m -> m.swapped())
          .orElse(new TypedOperands(exactLeft, exactRight));
    }
    return new TypedOperands(exactLeft, exactRight);
  }

  private static Optional<TypedOperands> of(Table table, OfColumn left, Constant constant) {
    if (left.kind() != Kind.TEXT) {
      return Optional.empty();
    }
    if (constant.kind() == Kind.NUMBER) {
      return number(table, left.column()).map(operand -> new TypedOperands(operand, constant));
    }
    if (constant.kind() != Kind.TEXT) {
      return Optional.empty();
    }
    String text = constant.constant().toString();
    if (left.column() instanceof InstantColumn times) {
      return Optional.of(
          new TypedOperands(new OfTimes(times), new Constant(nanos(text), Kind.NUMBER)));
    }
    var texts = TextOrder.of(left.column());
    if (texts.filter(TextOrder.ADDRESS::equals).isPresent() && Addresses.isMeant(text, 16)) {
      requireNoPrefix((StringColumn) left.column(), text);
    }
    return texts.flatMap(
        form ->
            key(form, text)
                .map(
                    key ->
                        new TypedOperands(
                            OfTexts.of(
                                (StringColumn) left.column(),
                                t -> form.find(t).map(TypedOperands::unsigned)),
                            new Constant(new BigDecimal(key), Kind.NUMBER))));
  }

  private TypedOperands swapped() {
    Operand first = right;
    Operand second = left;
    return new TypedOperands(first, second);
  }

  /** The numbers behind a column of texts, where there are some: beside it, or the texts. */
  private static Optional<Operand> number(Table table, Column<?> column) {
    int raw = table.columnNames().indexOf(column.name() + ".raw");
    Column<?> numbers = raw < 0 ? column : table.column(raw);
    if (numbers instanceof StringColumn texts) {
      return texts.isEmpty() || TextOrder.of(texts).filter(f -> f == TextOrder.NUMBER).isPresent()
          ? Optional.of(numbers(texts))
          : Optional.empty();
    }
    return Optional.of(OfColumn.of(numbers)).filter(o -> o.kind() == Kind.NUMBER).map(o -> o);
  }

  private static Operand numbers(StringColumn texts) {
    return OfTexts.of(texts, text -> Optional.ofNullable(TextOrder.number(text)));
  }

  /** The exact digits of numbers that a column rounds. */
  private static Operand exact(Table table, Operand operand) {
    return operand instanceof OfColumn of
        ? exactDigits(table, of.column()).map(TypedOperands::numbers).orElse(operand)
        : operand;
  }

  /** The column with the exact digits of the numbers of a column, where that rounds them. */
  static Optional<StringColumn> exactDigits(Table table, Column<?> column) {
    if (!(column instanceof DoubleColumn)) {
      return Optional.empty();
    }
    int digits = table.columnNames().indexOf(column.name() + ".exact");
    return digits >= 0 && table.column(digits) instanceof StringColumn texts
        ? Optional.of(texts)
        : Optional.empty();
  }

  /** What a text is compared by; empty where it is to be compared as a text. */
  private static Optional<BigInteger> key(TextOrder form, String text) {
    boolean address =
        switch (form) {
          case ADDRESS -> Addresses.isMeant(text, 4) || Addresses.isMeant(text, 16);
          case MAC -> Addresses.isMeant(text, MAC_BYTES);
          case NUMBER, DEVICE -> false;
        };
    return (address ? Optional.of(form.key(text)) : form.find(text)).map(TypedOperands::unsigned);
  }

  /** A prefix equals none of a column of addresses, also those in it. */
  private static void requireNoPrefix(StringColumn addresses, String text) {
    if (text.indexOf('/') < 0 || addresses.asList().stream().anyMatch(a -> a.indexOf('/') >= 0)) {
      return;
    }
    Prefix prefix = Prefix.parse(text);
    String name = addresses.name();
    throw new IllegalArgumentException(
        String.format(
            "'%s' is a prefix, and '%s' has addresses (write %s >= '%s' && %s <= '%s')",
            text,
            name,
            name,
            Addresses.text(prefix.address()),
            name,
            Addresses.text(prefix.last())));
  }

  private static BigInteger unsigned(byte[] key) {
    return new BigInteger(1, key);
  }

  /** A time in UTC as nanoseconds since 1970: a day, or a day and a time. */
  private static BigDecimal nanos(String text) {
    String time = text.strip().replace(' ', 'T');
    for (Function<String, Instant> form : FORMS) {
      try {
        Instant instant = form.apply(time);
        return BigDecimal.valueOf(instant.getEpochSecond())
            .scaleByPowerOfTen(9)
            .add(BigDecimal.valueOf(instant.getNano()));
      } catch (DateTimeException e) {
        // the next form
      }
    }
    throw new IllegalArgumentException(
        "expected a time in UTC such as '2026-05-31' or '2026-05-31T23:59:59.5' but was '"
            + text
            + "'");
  }

  private static final java.util.List<Function<String, Instant>> FORMS =
      java.util.List.of(
          Instant::parse,
          text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
          text -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
}
