package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a magic is called, what it accepts, and what its help says.
 *
 * <pre>{@code
 * MagicSpec.named("sort", "Shows lines in order")
 *     .required("FILE", "the file to read", Completers.FILES)
 *     .option("top", "N", "show only the first N")
 *     .flag("reverse", "from the last to the first")
 *     .example("%sort names.txt --top 3")
 *     .build()
 * }</pre>
 *
 * @param name without percent signs
 * @param aliases further names, which help mentions
 * @param summary one line, without a full stop
 * @param details further lines of help, may be empty
 * @param parameters in their order; only the last may be {@code REPEATED} or {@code REST}
 * @param options in the order in which help shows them
 * @param examples whole lines, as typed
 * @param javaBody whether the body of the cell magic is Java
 * @param valueType the public class of its value, so that {@code var x = %name} has that type
 */
public record MagicSpec(
    String name,
    List<String> aliases,
    String summary,
    String details,
    List<Parameter> parameters,
    List<Option> options,
    List<String> examples,
    boolean javaBody,
    Optional<Class<?>> valueType) {

  /** How often a parameter is given. */
  public enum Arity {
    REQUIRED,
    OPTIONAL,
    /** Any number of times, also never. */
    REPEATED,
    /** The rest of the line as it stands, quotes and all; may be empty. */
    REST
  }

  /**
   * A positional argument.
   *
   * @param name by which {@link Arguments} and help know it, in capitals
   */
  public record Parameter(
      String name, Arity arity, String description, ArgumentCompleter completer) {}

  /**
   * A named argument.
   *
   * @param name without dashes
   * @param letter for the short form {@code -n}; empty where there is none
   * @param values names of the values that follow, in capitals; none for a flag
   * @param description one line
   * @param completer for the values
   */
  public record Option(
      String name,
      String letter,
      List<String> values,
      String description,
      ArgumentCompleter completer) {
    public Option {
      values = List.copyOf(values);
    }

    /** Whether no value follows. */
    public boolean isFlag() {
      return values.isEmpty();
    }
  }

  public MagicSpec {
    aliases = List.copyOf(aliases);
    parameters = List.copyOf(parameters);
    options = List.copyOf(options);
    examples = List.copyOf(examples);
    for (Parameter parameter : parameters.subList(0, Math.max(0, parameters.size() - 1))) {
      if (parameter.arity() == Arity.REPEATED || parameter.arity() == Arity.REST) {
        throw new IllegalArgumentException(
            "declare magic '" + name + "': '" + parameter.name() + "' must come last");
      }
    }
  }

  /** Begins a declaration. */
  public static Builder named(String name, String summary) {
    return new Builder(name, summary);
  }

  /** The option of this name or letter, without dashes. */
  public Optional<Option> option(String name) {
    return options.stream()
        .filter(o -> o.name().equals(name) || (!name.isEmpty() && o.letter().equals(name)))
        .findFirst();
  }

  /** Collects a {@link MagicSpec}. */
  public static final class Builder {
    private final String name;
    private final String summary;
    private final List<String> aliases = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Option> options = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private String details = "";
    private boolean javaBody;
    private Optional<Class<?>> valueType = Optional.empty();

    private Builder(String name, String summary) {
      this.name = name;
      this.summary = summary;
    }

    /** Further names. */
    public Builder alias(String... names) {
      aliases.addAll(List.of(names));
      return this;
    }

    /** Further lines of help. */
    public Builder details(String text) {
      details = text.strip();
      return this;
    }

    /** A positional argument that must be given. */
    public Builder required(String parameter, String description, ArgumentCompleter completer) {
      parameters.add(new Parameter(parameter, Arity.REQUIRED, description, completer));
      return this;
    }

    /** A positional argument that must be given. */
    public Builder required(String parameter, String description) {
      return required(parameter, description, ArgumentCompleter.none());
    }

    /** A positional argument that may be given. */
    public Builder optional(String parameter, String description, ArgumentCompleter completer) {
      parameters.add(new Parameter(parameter, Arity.OPTIONAL, description, completer));
      return this;
    }

    /** A positional argument that may be given. */
    public Builder optional(String parameter, String description) {
      return optional(parameter, description, ArgumentCompleter.none());
    }

    /** A last positional argument that may be given any number of times. */
    public Builder repeated(String parameter, String description, ArgumentCompleter completer) {
      parameters.add(new Parameter(parameter, Arity.REPEATED, description, completer));
      return this;
    }

    /** A last positional argument that may be given any number of times. */
    public Builder repeated(String parameter, String description) {
      return repeated(parameter, description, ArgumentCompleter.none());
    }

    /** The rest of the line, taken as it stands. */
    public Builder rest(String parameter, String description, ArgumentCompleter completer) {
      parameters.add(new Parameter(parameter, Arity.REST, description, completer));
      return this;
    }

    /** The rest of the line, taken as it stands. */
    public Builder rest(String parameter, String description) {
      return rest(parameter, description, ArgumentCompleter.none());
    }

    /**
     * An option that is followed by values.
     *
     * @param option the name without dashes, or {@code n|name} with a letter as short form
     * @param values the names of the values, separated by spaces, such as {@code "N"} or {@code
     *     "CATEGORY NUMBER"}
     */
    public Builder option(
        String option, String values, String description, ArgumentCompleter completer) {
      int bar = option.indexOf('|');
      options.add(
          new Option(
              option.substring(bar + 1),
              bar < 0 ? "" : option.substring(0, bar),
              values.isBlank() ? List.of() : List.of(values.strip().split("\\s+")),
              description,
              completer));
      return this;
    }

    /** An option that is followed by values. */
    public Builder option(String option, String values, String description) {
      return option(option, values, description, ArgumentCompleter.none());
    }

    /** An option without a value. */
    public Builder flag(String option, String description) {
      return option(option, "", description, ArgumentCompleter.none());
    }

    /** A line as typed, for help. */
    public Builder example(String line) {
      examples.add(line);
      return this;
    }

    /** The body of the cell magic is Java, and is completed as such. */
    public Builder javaBody() {
      javaBody = true;
      return this;
    }

    /** The value is of this public class, and {@code var x = %name} makes a variable of it. */
    public Builder value(Class<?> type) {
      valueType = Optional.of(type);
      return this;
    }

    public MagicSpec build() {
      return new MagicSpec(
          name, aliases, summary, details, parameters, options, examples, javaBody, valueType);
    }
  }
}
