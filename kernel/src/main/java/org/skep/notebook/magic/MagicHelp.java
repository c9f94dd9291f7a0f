package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.skep.notebook.display.Html;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.MagicSpec.Arity;
import org.skep.notebook.magic.MagicSpec.Option;
import org.skep.notebook.magic.MagicSpec.Parameter;

/** The help of a magic, made from its spec. */
final class MagicHelp {
  private static final int FEW_OPTIONS = 5;

  private MagicHelp() {}

  /** One line: {@code %map NAME [--top N]}. */
  static String usage(MagicSpec spec, String sign) {
    StringBuilder parameters = new StringBuilder();
    boolean optional = false;
    for (Parameter parameter : spec.parameters()) {
      boolean restOfOptional = optional && parameter.arity() == Arity.REST;
      parameters
          .append(' ')
          .append(restOfOptional ? "[" + parameter.name() + "]" : shape(parameter));
      optional |= parameter.arity() == Arity.OPTIONAL;
    }
    String options =
        spec.options().stream().map(o -> " [" + shape(o) + "]").collect(Collectors.joining());
    boolean rest = spec.parameters().stream().anyMatch(p -> p.arity() == Arity.REST);
    return sign + spec.name() + (rest ? options + parameters : parameters + options);
  }

  /** The usage for an error: with many options it names none, and gives an example instead. */
  static String shortUsage(MagicSpec spec, String sign) {
    if (spec.options().size() <= FEW_OPTIONS) {
      return usage(spec, sign);
    }
    String parameters =
        spec.parameters().stream().map(p -> " " + shape(p)).collect(Collectors.joining());
    return sign
        + spec.name()
        + parameters
        + " [OPTIONS]"
        + spec.examples().stream().findFirst().map(e -> ", such as '" + e + "'").orElse("")
        + "; '"
        + sign
        + spec.name()
        + " --help' explains them";
  }

  static MimeBundle of(MagicSpec spec, String sign) {
    return MimeBundle.html(html(spec, sign), text(spec, sign));
  }

  private static String text(MagicSpec spec, String sign) {
    List<String> lines = new ArrayList<>(List.of(usage(spec, sign), "", spec.summary() + "."));
    if (!spec.details().isEmpty()) {
      lines.add(spec.details());
    }
    Map<String, String> terms = terms(spec);
    int width = terms.keySet().stream().mapToInt(String::length).max().orElse(0);
    if (!terms.isEmpty()) {
      lines.add("");
    }
    terms.forEach(
        (term, meaning) ->
            lines.add("  " + term + " ".repeat(width - term.length() + 2) + meaning));
    if (!spec.examples().isEmpty()) {
      lines.add("");
      spec.examples().forEach(example -> lines.add("  " + example));
    }
    if (!spec.aliases().isEmpty()) {
      lines.add("");
      lines.add("Also called " + aliases(spec, sign) + ".");
    }
    return String.join("\n", lines);
  }

  private static String html(MagicSpec spec, String sign) {
    StringBuilder html = new StringBuilder("<div class=\"skep-help\">\n");
    html.append("<p><code>").append(Html.escape(usage(spec, sign))).append("</code></p>\n<p>");
    html.append(Html.escape(spec.summary())).append('.');
    if (!spec.details().isEmpty()) {
      html.append("<br>").append(Html.escape(spec.details()).replace("\n", "<br>"));
    }
    html.append("</p>\n");
    Map<String, String> terms = terms(spec);
    if (!terms.isEmpty()) {
      html.append("<table>\n");
      terms.forEach(
          (term, meaning) ->
              html.append("<tr><td style=\"text-align:left;white-space:pre\"><code>")
                  .append(Html.escape(term))
                  .append("</code></td><td style=\"text-align:left\">")
                  .append(Html.escape(meaning))
                  .append("</td></tr>\n"));
      html.append("</table>\n");
    }
    if (!spec.examples().isEmpty()) {
      html.append("<pre>")
          .append(Html.escape(String.join("\n", spec.examples())))
          .append("</pre>\n");
    }
    if (!spec.aliases().isEmpty()) {
      html.append("<p>Also called ").append(Html.escape(aliases(spec, sign))).append(".</p>\n");
    }
    return html.append("</div>\n").toString();
  }

  private static Map<String, String> terms(MagicSpec spec) {
    Map<String, String> terms = new LinkedHashMap<>();
    spec.parameters().forEach(p -> terms.put(p.name(), p.description()));
    for (Option option : spec.options()) {
      String letter = option.letter().isEmpty() ? "" : "-" + option.letter() + ", ";
      String values = option.isFlag() ? "" : " " + String.join(" ", option.values());
      terms.put(letter + "--" + option.name() + values, option.description());
    }
    return terms;
  }

  private static String aliases(MagicSpec spec, String sign) {
    return spec.aliases().stream().map(alias -> sign + alias).collect(Collectors.joining(", "));
  }

  private static String shape(Parameter parameter) {
    return switch (parameter.arity()) {
      case REQUIRED, REST -> parameter.name();
      case OPTIONAL -> "[" + parameter.name() + "]";
      case REPEATED -> "[" + parameter.name() + " ...]";
    };
  }

  private static String shape(Option option) {
    String name = option.letter().isEmpty() ? "--" + option.name() : "-" + option.letter();
    return option.isFlag() ? name : name + " " + String.join(" ", option.values());
  }
}
