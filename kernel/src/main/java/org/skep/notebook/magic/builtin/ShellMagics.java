package org.skep.notebook.magic.builtin;

import org.jspecify.annotations.Nullable;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;

/** {@code %%sh} and {@code %sh}. */
final class ShellMagics {
  private final Environment environment;

  ShellMagics(Environment environment) {
    this.environment = environment;
  }

  void register(Magics magics) {
    magics.register(
        spec("Runs the cell with bash")
            .repeated("ARGUMENT", "what the script sees as $1, $2 ...")
            .example("%%sh")
            .build(),
        (arguments, body, context) ->
            run(
                new ShellCommand(body, arguments.all("ARGUMENT"), environment),
                arguments,
                context));
    magics.register(
        spec("Runs a command line with bash")
            .rest("COMMAND", "the command")
            .example("%sh ls -l")
            .build(),
        (arguments, context) ->
            run(
                new ShellCommand(arguments.get("COMMAND"), java.util.List.of(), environment),
                arguments,
                context));
  }

  private static MagicSpec.Builder spec(String summary) {
    return MagicSpec.named("sh", summary)
        .alias("bash")
        .details(
            "Output appears while it runs. Another exit status than 0 is an error of the cell.\n"
                + "Interrupting the cell ends the command and all that it has started.")
        .flag("no-error", "an exit status other than 0 is not an error");
  }

  private static @Nullable Object run(
      ShellCommand command, Arguments arguments, MagicContext context) throws Exception {
    int status = command.run(context.output());
    if (status != 0 && !arguments.flag("no-error")) {
      throw new MagicException("run shell commands: exit status " + status + signal(status));
    }
    return null;
  }

  private static String signal(int status) {
    return switch (status) {
      case 126 -> " (found, but not executable)";
      case 127 -> " (command not found)";
      case 130 -> " (interrupted)";
      case 137 -> " (killed)";
      case 139 -> " (segmentation fault)";
      case 143 -> " (terminated)";
      default -> "";
    };
  }
}
