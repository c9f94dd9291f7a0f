package org.skep.notebook.magic.builtin;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;

/** {@code %watch} and {@code %%watch}: values that are shown again and again in one place. */
final class WatchMagics {
  private static final String CALLABLE = "(java.util.concurrent.Callable<Object>) () -> (";
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final String FOREVER = "how long; until it is stopped, where not given";

  void register(Magics magics) {
    magics.register(
        MagicSpec.named("watch", "Shows the value of an expression again and again, in one place")
            .option("every", "TIME", "how often (1s)")
            .option("for", "TIME", FOREVER)
            .details("The last value stays. The expression may be a magic: %watch %bpf")
            .rest("EXPRESSION", "Java, or a magic", Completers.JAVA)
            .example("%watch --every 1s --for 30s opens.map(\"counts\").table()")
            .build(),
        (arguments, context) -> {
          String code = arguments.find("EXPRESSION").orElse("");
          if (code.isBlank()) {
            throw new MagicException(
                "watch: 'EXPRESSION' is missing (example: %watch --every 1s"
                    + " opens.map(\"counts\").table())");
          }
          new Watch(arguments, context, "").run(expression(code, context));
          return null;
        });
    magics.register(
        MagicSpec.named("watch", "Runs the cell again and again; its output is replaced each time")
            .option("every", "TIME", "how often (1s)")
            .option("for", "TIME", FOREVER)
            .javaBody()
            .example("%%watch --every 2s\nSystem.out.println(Instant.now());")
            .build(),
        (arguments, body, context) -> {
          new Watch(arguments, context, body).run(() -> context.evaluate(body));
          return null;
        });
  }

  /** Java is compiled once; magics are run as they are. */
  private static Callable<?> expression(String code, MagicContext context) throws Exception {
    String text = code.strip().replaceFirst(";$", "");
    if (text.startsWith("%")) {
      return () -> context.evaluate(text);
    }
    Callable<?> compiled = (Callable<?>) context.evaluate(CALLABLE + text + "\n)");
    if (compiled == null) {
      throw new MagicException("watch '" + text + "': it has no value");
    }
    return () -> context.call(() -> compiled.call());
  }

  /** One watching. */
  private static final class Watch {
    private final Duration every;
    private final @Nullable Duration time;
    private final MagicContext context;
    private final boolean wholeCell;
    private final String id = UUID.randomUUID().toString();
    private boolean shown;

    Watch(Arguments arguments, MagicContext context, String body) {
      this.every = arguments.duration("every").orElse(Duration.ofSeconds(1));
      this.time = arguments.duration("for").orElse(null);
      this.context = context;
      this.wholeCell = !body.isEmpty();
      if (every.compareTo(SHORTEST) < 0) {
        throw new MagicException(
            "watch every " + every.toMillis() + " ms: at most ten times a second (--every 100ms)");
      }
    }

    void run(Callable<?> value) throws Exception {
      long start = System.nanoTime();
      long next = start;
      while (true) {
        if (wholeCell && shown) {
          context.output().clear(true);
          context.displays().cleared(context.output());
        }
        show(value.call());
        next = Math.max(next + every.toNanos(), System.nanoTime());
        if (time != null && next - start > time.toNanos()) {
          return;
        }
        Thread.sleep(Duration.ofNanos(next - System.nanoTime()));
      }
    }

    private void show(@Nullable Object value) {
      boolean first = !shown;
      shown = true;
      if (wholeCell && value == null) {
        return;
      }
      MimeBundle bundle = context.displays().render(value);
      if (first || wholeCell) {
        context.output().display(bundle, wholeCell ? null : id);
      } else {
        context.output().updateDisplay(bundle, id);
      }
    }
  }
}
