package org.skep.notebook.magic;

import java.util.stream.Collectors;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.MagicSpec.Arity;
import org.skep.notebook.magic.MagicSpec.Option;
import org.skep.notebook.magic.MagicSpec.Parameter;

/** The help of a magic, made from its spec. */
final class MagicHelp {
  private MagicHelp() {}

  /** One line: {@code %map NAME [--top N]}. */
  static String usage(MagicSpec spec, String sign) {
    String parameters =
        spec.parameters().stream().map(p -> " " + shape(p)).collect(Collectors.joining());
    String options =
        spec.options().stream().map(o -> " [" + shape(o) + "]").collect(Collectors.joining());
    boolean rest = spec.parameters().stream().anyMatch(p -> p.arity() == Arity.REST);
    return sign + spec.name() + (rest ? options + parameters : parameters + options);
  }

  static MimeBundle of(MagicSpec spec, String sign) {
    return MimeBundle.text(usage(spec, sign) + "\n\n" + spec.summary());
  }

  private static String shape(Parameter parameter) {
    return switch (parameter.arity()) {
      case REQUIRED, REST -> parameter.name();
      case OPTIONAL -> "[" + parameter.name() + "]";
      case REPEATED -> "[" + parameter.name() + "...]";
    };
  }

  private static String shape(Option option) {
    String name = option.letter().isEmpty() ? "--" + option.name() : "-" + option.letter();
    return option.isFlag() ? name : name + " " + String.join(" ", option.values());
  }
}
