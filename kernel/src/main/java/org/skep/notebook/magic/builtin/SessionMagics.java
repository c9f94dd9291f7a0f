package org.skep.notebook.magic.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.Html;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicContext.Variable;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;
import org.skep.text.Count;
import org.skep.text.Nearest;

/** {@code %lsmagic}, {@code %who}, {@code %reset}, {@code %env}. */
public final class SessionMagics {
  private static final Pattern SECRET =
      Pattern.compile("(?i)token|secret|passw|credential|_key$|api_?key");
  private static final Pattern ASSIGNMENT = Pattern.compile("(?s)([A-Za-z_]\\w*)=(.*)");

  private final Environment environment;

  SessionMagics(Environment environment) {
    this.environment = environment;
  }

  void register(Magics magics) {
    magics.register(
        MagicSpec.named("lsmagic", "Lists the magics")
            .details("%NAME --help tells more about one of them.")
            .build(),
        (arguments, context) -> list(context.magics()));
    magics.register(
        MagicSpec.named("who", "Lists the variables that cells have defined")
            .alias("whos")
            .repeated("TYPE", "only variables whose type contains one of these texts")
            .example("%who Table")
            .build(),
        (arguments, context) -> who(arguments.all("TYPE"), context));
    magics.register(
        MagicSpec.named("reset", "Forgets everything that cells have defined")
            .details(
                "What was added to the class path stays. AutoCloseable variables are not closed.")
            .option("f|force", "", "does nothing here: there is no question to skip")
            .build(),
        (arguments, context) -> {
          int count = context.variables().size();
          context.reset();
          context.output().stream(false, "forgot " + Count.of(count, "variable") + "\n");
          return null;
        });
    magics.register(
        MagicSpec.named("env", "Shows environment variables, or sets one for the commands of %%sh")
            .details("The process itself keeps the environment that it was started with.")
            .optional("NAME", "the variable, or NAME=VALUE to set it", this::names)
            .rest("VALUE", "its new value")
            .example("%env PATH")
            .example("%env LC_ALL=C")
            .build(),
        (arguments, context) -> env(arguments, context));
  }

  private static MimeBundle list(Magics magics) {
    Map<String, String> summaries = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    magics.lineMagics().forEach(spec -> summaries.put("%" + spec.name(), spec.summary()));
    magics.cellMagics().forEach(spec -> summaries.put("%%" + spec.name(), spec.summary()));
    int width = summaries.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    StringBuilder html = new StringBuilder("<table class=\"skep-magics\">\n");
    summaries.forEach(
        (name, summary) -> {
          text.append(name)
              .append(" ".repeat(width - name.length() + 2))
              .append(summary)
              .append('\n');
          html.append("<tr><td style=\"text-align:left\"><code>")
              .append(Html.escape(name))
              .append("</code></td><td style=\"text-align:left\">")
              .append(Html.escape(summary))
              .append("</td></tr>\n");
        });
    return MimeBundle.html(html.append("</table>\n").toString(), text.toString().stripTrailing());
  }

  private static Object who(List<String> types, MagicContext context) {
    List<Variable> found =
        context.variables().stream()
            .filter(v -> !v.name().startsWith("$"))
            .filter(v -> types.isEmpty() || types.stream().anyMatch(v.typeName()::contains))
            .toList();
    if (found.isEmpty()) {
      return MimeBundle.text("no variables" + (types.isEmpty() ? "" : " of this type"));
    }
    int name = found.stream().mapToInt(v -> v.name().length()).max().orElse(0);
    int type = found.stream().mapToInt(v -> v.typeName().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    StringBuilder html =
        new StringBuilder("<table>\n<tr><th>name</th><th>type</th><th>value</th></tr>\n");
    for (Variable variable : found) {
      String value = glance(variable.value(), context);
      lines.add(
          String.format(
              Locale.ROOT,
              "%-" + name + "s  %-" + type + "s  %s",
              variable.name(),
              variable.typeName(),
              value));
      html.append("<tr>");
      for (String cell : List.of(variable.name(), variable.typeName(), value)) {
        html.append("<td style=\"text-align:left\"><code>")
            .append(Html.escape(cell))
            .append("</code></td>");
      }
      html.append("</tr>\n");
    }
    return MimeBundle.html(html.append("</table>\n").toString(), String.join("\n", lines));
  }

  /** The first line of a value, as far as it takes little room. */
  private static String glance(@Nullable Object value, MagicContext context) {
    String text = context.displays().text(value);
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end) + " …";
    return line.length() <= 80 ? line : line.substring(0, 79) + "…";
  }

  private @Nullable Object env(Arguments arguments, MagicContext context) {
    String name = arguments.find("NAME").orElse("");
    if (name.isEmpty()) {
      Map<String, String> all = environment.all();
      all.replaceAll((key, value) -> SECRET.matcher(key).find() ? "<hidden>" : value);
      return all;
    }
    var assignment = ASSIGNMENT.matcher(name);
    String rest = arguments.find("VALUE").orElse("");
    if (assignment.matches()) {
      String value = rest.isEmpty() ? assignment.group(2) : assignment.group(2) + " " + rest;
      return set(assignment.group(1), value, context);
    }
    if (!rest.isEmpty()) {
      return set(name, rest.startsWith("=") ? rest.substring(1).strip() : rest, context);
    }
    return environment
        .get(name)
        .orElseThrow(
            () ->
                new MagicException(
                    "show environment variable '"
                        + name
                        + "': it is not set"
                        + Nearest.hint(name, environment.all().keySet())));
  }

  private @Nullable Object set(String name, String value, MagicContext context) {
    environment.set(name, value);
    context.output().stream(false, name + "=" + value + "\n");
    return null;
  }

  private List<ArgumentCompletions.Item> names(String typed, MagicContext context) {
    return environment.all().keySet().stream().map(ArgumentCompletions.Item::new).toList();
  }
}
