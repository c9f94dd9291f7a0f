package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.skep.notebook.magic.MagicSpec.Arity;
import org.skep.notebook.magic.MagicSpec.Option;
import org.skep.notebook.magic.MagicSpec.Parameter;
import org.skep.notebook.magic.Words.Word;
import org.skep.text.Nearest;

/** Reads one line by its spec. */
final class ArgumentParser {
  /** A type of C has two words where it begins with one of these, also without quotes. */
  private static final Set<String> C_KEYWORDS = Set.of("struct", "union", "enum");

  private static final Pattern UNIT =
      Pattern.compile("ns|us|µs|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?");

  private final MagicSpec spec;
  private final String sign;
  private final String text;
  private final int line;
  private final List<Word> words;
  private final boolean open;
  private final Map<String, List<String>> parameters = new LinkedHashMap<>();
  private final Map<String, List<String>> options = new LinkedHashMap<>();
  private int nextWord;
  private int nextParameter;

  /**
   * @param sign what stands before the magic's name
   */
  ArgumentParser(MagicSpec spec, String sign, String text, int line) {
    this.spec = spec;
    this.sign = sign;
    this.text = text;
    this.line = line;
    Words split = Words.split(text);
    this.words = split.words();
    this.open = split.open();
  }

  Arguments parse() {
    boolean optionsEnded = false;
    while (nextWord < words.size()) {
      Word word = words.get(nextWord++);
      if (!optionsEnded && !word.quoted() && word.text().equals("--")) {
        optionsEnded = true;
      } else if (!optionsEnded && isHelp(word)) {
        return new Arguments(spec, text, line, Map.of(), Map.of(), true);
      } else if (!optionsEnded && word.isOption() && (!takesRest() || isKnown(word))) {
        option(word);
      } else if (takesRest()) {
        parameters.put(
            spec.parameters().get(nextParameter).name(),
            List.of(text.substring(word.start()).strip()));
        return complete();
      } else {
        positional(word);
      }
    }
    if (open) {
      throw error("a quote is not closed");
    }
    return complete();
  }

  private boolean takesRest() {
    return nextParameter < spec.parameters().size()
        && spec.parameters().get(nextParameter).arity() == Arity.REST;
  }

  private boolean isHelp(Word word) {
    return !word.quoted()
        && (word.text().equals("--help")
            || word.text().equals("?")
            || (word.text().equals("-h") && spec.option("h").isEmpty()));
  }

  /** Where code follows the options, an unknown option belongs to the code. */
  private boolean isKnown(Word word) {
    return word.isLongOption() || spec.option(word.text().substring(1, 2)).isPresent();
  }

  private void option(Word word) {
    String name = word.text().substring(word.isLongOption() ? 2 : 1);
    List<String> values = new ArrayList<>();
    int equals = name.indexOf('=');
    if (equals >= 0) {
      values.add(name.substring(equals + 1));
      name = name.substring(0, equals);
    } else if (!word.isLongOption() && name.length() > 1 && !spec.option(name).isPresent()) {
      values.add(name.substring(1));
      name = name.substring(0, 1);
    }
    Option option = find(word, name, values);
    if (option.isFlag() && !values.isEmpty()) {
      throw error(
          "option '--" + option.name() + "' takes no value but got '" + values.getFirst() + "'");
    }
    while (values.size() < option.values().size()) {
      if (nextWord == words.size() || words.get(nextWord).isLongOption()) {
        throw error("option '--" + option.name() + "' needs " + String.join(" ", option.values()));
      }
      values.add(words.get(nextWord++).text());
    }
    int last = values.size() - 1;
    if (last >= 0
        && option.values().get(last).equals("TYPE")
        && C_KEYWORDS.contains(values.get(last))) {
      if (nextWord < words.size() && !words.get(nextWord).isOption()) {
        values.set(last, values.get(last) + " " + words.get(nextWord++).text());
      }
    }
    if (last >= 0 && option.values().get(last).equals("TIME")) {
      refuseBlank(option, values.get(last));
    }
    options.computeIfAbsent(option.name(), n -> new ArrayList<>()).addAll(values);
  }

  /** A unit that is a word of its own would become an argument, and the time one of seconds. */
  private void refuseBlank(Option option, String number) {
    if (nextWord < words.size()
        && number.matches("[0-9]+(\\.[0-9]+)?")
        && !words.get(nextWord).quoted()
        && UNIT.matcher(words.get(nextWord).text()).matches()) {
      String unit = words.get(nextWord).text();
      String written = Durations.parse(number + unit).isPresent() ? unit : unit.substring(0, 1);
      throw error(
          "option '--"
              + option.name()
              + "' expects a time without a blank but got '"
              + number
              + " "
              + unit
              + "' (write "
              + number
              + written
              + ")");
    }
  }

  private Option find(Word word, String name, List<String> glued) {
    return spec.option(name)
        .filter(o -> glued.isEmpty() || word.text().contains("=") || !o.isFlag())
        .orElseThrow(
            () -> {
              List<String> known = new ArrayList<>();
              spec.options().forEach(o -> known.add("--" + o.name()));
              known.add("--help");
              String typed = word.text().replaceFirst("=.*", "");
              String hint = Nearest.hint("--" + typed.replaceFirst("^-+", ""), known);
              return error(
                  "no option '"
                      + typed
                      + "'"
                      + (hint.isEmpty() ? " (known: " + String.join(", ", known) + ")" : hint));
            });
  }

  private void positional(Word word) {
    if (nextParameter == spec.parameters().size()) {
      throw error(
          "unexpected '"
              + word.text()
              + "'"
              + (spec.parameters().isEmpty() ? " (it takes no argument)" : "")
              + usage());
    }
    Parameter parameter = spec.parameters().get(nextParameter);
    parameters.computeIfAbsent(parameter.name(), n -> new ArrayList<>()).add(word.text());
    if (parameter.arity() != Arity.REPEATED) {
      nextParameter++;
    }
  }

  private Arguments complete() {
    for (Parameter parameter : spec.parameters()) {
      if (parameter.arity() == Arity.REQUIRED && !parameters.containsKey(parameter.name())) {
        throw error("'" + parameter.name() + "' is missing" + usage());
      }
    }
    return new Arguments(spec, text, line, parameters, options, false);
  }

  private String usage() {
    return " (usage: " + MagicHelp.shortUsage(spec, sign) + ")";
  }

  private MagicException error(String message) {
    return new MagicException("read arguments of '" + spec.name() + "': " + message);
  }
}
