package org.skep.notebook.magic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.skep.notebook.magic.MagicSpec.Arity;
import org.skep.notebook.magic.MagicSpec.Option;

/**
 * What was typed after the name of a magic, in the terms of its {@link MagicSpec}. Asking for a
 * parameter or option that the spec does not declare is an {@link IllegalArgumentException}.
 */
public final class Arguments {
  private final MagicSpec spec;
  private final String text;
  private final int line;
  private final Map<String, List<String>> parameters;
  private final Map<String, List<String>> options;
  private final boolean help;

  Arguments(
      MagicSpec spec,
      String text,
      int line,
      Map<String, List<String>> parameters,
      Map<String, List<String>> options,
      boolean help) {
    this.spec = spec;
    this.text = text;
    this.line = line;
    this.parameters = parameters;
    this.options = options;
    this.help = help;
  }

  /**
   * Reads a line by the words' rules: white space separates, quotes hold together, {@code --option
   * value} and {@code --option=value} are the same, {@code --} ends the options.
   *
   * @param line in the cell, from 1
   * @throws MagicException when the line does not fit the spec; the message says how to put it
   *     right
   */
  public static Arguments parse(MagicSpec spec, String text, int line) {
    return new ArgumentParser(spec, "%", text, line).parse();
  }

  /** As {@link #parse(MagicSpec, String, int)} for the first line of a cell magic. */
  static Arguments parseOfCell(MagicSpec spec, String text, int line) {
    return new ArgumentParser(spec, "%%", text, line).parse();
  }

  /** As {@link #parse(MagicSpec, String, int)} for words that are cut already. */
  public static Arguments of(MagicSpec spec, List<String> words) {
    boolean verbatim = spec.parameters().stream().anyMatch(p -> p.arity() == Arity.REST);
    return parse(
        spec,
        words.stream()
            .map(w -> verbatim || w.startsWith("-") ? w : Words.quote(w))
            .collect(Collectors.joining(" ")),
        1);
  }

  /** The value of a parameter that must be given, or the rest of the line. */
  public String get(String parameter) {
    return find(parameter)
        .orElseThrow(() -> new MagicException(error("'" + parameter + "' is missing")));
  }

  /** The value of a parameter, where given. */
  public Optional<String> find(String parameter) {
    return all(parameter).stream().findFirst();
  }

  /** All values of a parameter that may be repeated. */
  public List<String> all(String parameter) {
    if (spec.parameters().stream().noneMatch(p -> p.name().equals(parameter))) {
      throw new IllegalArgumentException(error("no parameter '" + parameter + "' is declared"));
    }
    return parameters.getOrDefault(parameter, List.of());
  }

  /** All positional arguments, in the order in which they were typed. */
  public List<String> positionals() {
    return spec.parameters().stream().flatMap(p -> all(p.name()).stream()).toList();
  }

  /** Whether an option or flag was given. */
  public boolean flag(String option) {
    return options.containsKey(declared(option).name());
  }

  /** The value of an option, where given; the last one wins. */
  public Optional<String> option(String option) {
    List<String> values = options(option);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
  }

  /** All values of an option in the order in which they were typed, also of its repetitions. */
  public List<String> options(String option) {
    return options.getOrDefault(declared(option).name(), List.of());
  }

  /**
   * The value of an option as a whole number.
   *
   * @throws MagicException where it is none
   */
  public OptionalInt integer(String option) {
    Optional<String> value = option(option);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    String digits = value.get().replace("_", "");
    if (digits.matches("-?(0|[1-9][0-9]{0,9})")) {
      long number = Long.parseLong(digits);
      if (number == (int) number) {
        return OptionalInt.of((int) number);
      }
    }
    boolean unit = digits.matches("[0-9.]+ *[A-Za-z]+");
    throw wrong(
        option,
        value.get(),
        "a whole number up to " + Integer.MAX_VALUE + (unit ? ", without a unit," : ""));
  }

  /**
   * The value of an option as a number.
   *
   * @throws MagicException where it is none
   */
  public OptionalDouble number(String option) {
    Optional<String> value = option(option);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(value.get().replace("_", "")));
    } catch (NumberFormatException e) {
      throw wrong(option, value.get(), "a number");
    }
  }

  /**
   * The value of an option as a time such as {@code 100ms}, {@code 5s}, {@code 1.5m}, {@code 1h};
   * seconds where no unit is given.
   *
   * @throws MagicException where it is none
   */
  public Optional<Duration> duration(String option) {
    return option(option)
        .map(
            value ->
                Durations.parse(value)
                    .orElseThrow(
                        () -> wrong(option, value, "a time such as 500ms, 5s or 2m (minutes)")));
  }

  /** The number of the line in its cell, from 1. */
  public int line() {
    return line;
  }

  /** The line after the name, as typed. */
  public String text() {
    return text;
  }

  /** What these arguments belong to. */
  public MagicSpec spec() {
    return spec;
  }

  boolean wantsHelp() {
    return help;
  }

  private MagicException wrong(String option, String value, String expected) {
    return new MagicException(
        error(
            "option '--"
                + declared(option).name()
                + "' expects "
                + expected
                + " but got '"
                + value
                + "'"));
  }

  private String error(String message) {
    return "read arguments of '" + spec.name() + "': " + message;
  }

  private Option declared(String option) {
    return spec.option(option)
        .orElseThrow(
            () -> new IllegalArgumentException(error("no option '" + option + "' is declared")));
  }
}
