package org.skep.table.query;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.skep.table.ColumnLookup;
import org.skep.table.query.Condition.Comparison;
import org.skep.table.query.Condition.Constant;
import org.skep.table.query.Condition.Kind;
import org.skep.table.query.Condition.OfColumn;
import org.skep.table.query.Condition.Operand;
import org.skep.table.query.Condition.TextTest;
import org.skep.table.query.ConditionLexer.Token;
import org.skep.text.Nearest;
import tech.tablesaw.api.Table;

/** Reads a condition on the columns of a table: or, and, not, comparison, from loose to tight. */
final class ConditionParser {
  private static final int MAX_DEPTH = 200;

  private final Table table;
  private final String condition;
  private final List<Token> tokens;
  private int next;
  private int depth;

  private ConditionParser(Table table, String condition) {
    this.table = table;
    this.condition = condition;
    this.tokens = ConditionLexer.tokens(condition);
  }

  /**
   * @throws IllegalArgumentException when it cannot be read
   */
  static Condition parse(Table table, String condition) {
    var parser = new ConditionParser(table, condition);
    Condition parsed = parser.or();
    if (parser.peek().kind() != ConditionLexer.Kind.END) {
      throw parser.wrong("expected && or || or the end");
    }
    return parsed;
  }

  static IllegalArgumentException error(String condition, int at, String message) {
    return new IllegalArgumentException(
        "where '" + condition + "': " + message + " (at character " + at + ")");
  }

  private IllegalArgumentException wrong(String expected) {
    return error(condition, peek().at(), expected + " but was " + peek().described());
  }

  private Token peek() {
    return tokens.get(next);
  }

  private boolean take(String symbolOrWord) {
    Token token = peek();
    boolean hit =
        token.text().equals(symbolOrWord)
            && (token.kind() == ConditionLexer.Kind.SYMBOL
                || (token.kind() == ConditionLexer.Kind.NAME && !token.quoted()));
    next += hit ? 1 : 0;
    return hit;
  }

  private Condition or() {
    Condition left = and();
    while (take("||") || take("or")) {
      left = new Condition.Or(left, and());
    }
    return left;
  }

  private Condition and() {
    Condition left = not();
    while (take("&&") || take("and")) {
      left = new Condition.And(left, not());
    }
    return left;
  }

  private Condition not() {
    if (++depth > MAX_DEPTH) {
      throw error(condition, peek().at(), "more than " + MAX_DEPTH + " levels");
    }
    try {
      return take("!") || take("not") ? new Condition.Not(not()) : comparison();
    } finally {
      depth--;
    }
  }

  private Condition comparison() {
    if (take("(")) {
      Condition inner = or();
      if (!take(")")) {
        throw wrong("expected )");
      }
      return inner;
    }
    Token first = peek();
    Operand left = operand();
    for (Comparison comparison : Comparison.values()) {
      if (take(comparison.symbol)) {
        return compare(left, comparison);
      }
    }
    for (TextTest test : TextTest.values()) {
      if (take(test.word)) {
        return textTest(left, test, first);
      }
    }
    if (left.kind() == Kind.TRUTH) {
      return new Condition.Truth(left);
    }
    throw wrong("expected a comparison, such as == or contains,");
  }

  private Condition compare(Operand left, Comparison comparison) {
    Token second = peek();
    Operand right = operand();
    try {
      var alike = TypedOperands.of(table, left, right);
      if (alike.left().kind() == alike.right().kind()) {
        return new Condition.Compare(alike.left(), comparison, alike.right());
      }
    } catch (IllegalArgumentException e) {
      throw error(condition, second.at(), String.valueOf(e.getMessage()));
    }
    throw error(
        condition,
        second.at(),
        "expected " + left.kind().description + " but was " + second.described());
  }

  private Condition textTest(Operand left, TextTest test, Token first) {
    if (left.kind() != Kind.TEXT) {
      throw error(
          condition,
          first.at(),
          "'"
              + test.word
              + "' asks texts, but "
              + first.described()
              + " is "
              + left.kind().description);
    }
    Token token = peek();
    if (token.kind() != ConditionLexer.Kind.TEXT) {
      throw wrong("expected a text in quotes");
    }
    next++;
    try {
      var pattern = Pattern.compile(test == TextTest.MATCHES ? token.text() : "");
      return new Condition.TextIs(left, test, token.text(), pattern);
    } catch (PatternSyntaxException e) {
      throw error(condition, token.at(), "no regular expression: " + e.getDescription());
    }
  }

  private Operand operand() {
    Token token = peek();
    return switch (token.kind()) {
      case NUMBER -> {
        next++;
        yield new Constant(narrow(token.number()), Kind.NUMBER);
      }
      case TEXT -> {
        next++;
        yield new Constant(token.text(), Kind.TEXT);
      }
      case NAME -> {
        next++;
        yield named(token);
      }
      case SYMBOL, END -> throw wrong("expected a column, a number or a text in quotes");
    };
  }

  private Operand named(Token token) {
    Optional<String> column = column(token);
    if (column.isPresent()) {
      return OfColumn.of(Tables.column(table, column.get()));
    }
    if (!token.quoted() && (token.text().equals("true") || token.text().equals("false"))) {
      return new Constant(Boolean.valueOf(token.text()), Kind.TRUTH);
    }
    List<String> names = table.columnNames();
    Optional<String> meant = Nearest.to(token.text(), names);
    throw error(
        condition,
        token.at(),
        "no column '"
            + token.text()
            + "'"
            + meant.map(m -> " (did you mean '" + m + "'?)").orElse("")
            + "; columns are "
            + String.join(", ", names)
            + "; a text stands in quotes");
  }

  private Optional<String> column(Token token) {
    try {
      return ColumnLookup.nameOf(table, token.text());
    } catch (IllegalArgumentException e) {
      throw error(condition, token.at(), String.valueOf(e.getMessage()));
    }
  }

  private static Number narrow(BigDecimal number) {
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      return number;
    }
  }
}
