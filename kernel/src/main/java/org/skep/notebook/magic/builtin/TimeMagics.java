package org.skep.notebook.magic.builtin;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.Durations;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;

/** {@code %time}, {@code %%time}, {@code %timeit}, {@code %%timeit}. */
final class TimeMagics {
  private static final String CALLABLE = "(java.util.concurrent.Callable<Object>) () -> ";
  private static final String TIMED = TimedLoop.class.getName();

  /** The names are such as no cell uses. */
  private static final String LOOP =
      "("
          + TIMED
          + ") $turns -> { for (long $turn = 0; $turn < $turns && "
          + TIMED
          + ".goesOn(); $turn++) { %s } }";

  void register(Magics magics) {
    magics.register(
        MagicSpec.named("time", "Runs code once and says how long it took")
            .details(
                "Compiling is not part of the time, unless the code declares something: then it is said.")
            .rest("CODE", "Java", Completers.JAVA)
            .example("%time table.sortOn(\"value\")")
            .build(),
        (arguments, context) -> time(code(arguments), context));
    magics.register(
        MagicSpec.named("time", "Runs the cell once and says how long it took, with compiling")
            .javaBody()
            .build(),
        (arguments, body, context) ->
            timed(() -> context.evaluate(body), ", with compiling", context));

    MagicSpec.Builder line =
        MagicSpec.named(
                "timeit", "Runs code again and again and says how long it takes: median and spread")
            .details(
                "Warms up first, until the JVM has compiled the code or two seconds have passed.\n"
                    + "The value is a Timing: var t = %timeit f() keeps the numbers.");
    options(line)
        .rest("CODE", "Java", Completers.JAVA)
        .example("%timeit -r 15 Math.sin(1)")
        .value(Timing.class);
    magics.register(
        line.build(),
        (arguments, context) -> timeit(arguments, loop(code(arguments), context), context));
    MagicSpec.Builder cell =
        MagicSpec.named(
                "timeit",
                "Runs the cell again and again and says how long it takes: median and spread")
            .details("What the cell declares is forgotten after each run.");
    options(cell).rest("SETUP", "Java that runs once before, and is not timed").javaBody();
    magics.register(
        cell.build(),
        (arguments, body, context) -> {
          String setUp = arguments.find("SETUP").orElse("");
          if (!setUp.isEmpty()) {
            context.evaluate(setUp);
          }
          return timeit(arguments, loop(body, context), context);
        });
  }

  private static MagicSpec.Builder options(MagicSpec.Builder spec) {
    return spec.option("n|loops", "N", "how many times in one run (as many as fill 100 ms)")
        .option("r|runs", "N", "how many runs (7)");
  }

  private static String code(Arguments arguments) {
    String code = arguments.find("CODE").orElse("");
    if (code.isEmpty()) {
      throw new MagicException("time code: 'CODE' is missing (example: %time Math.sin(1))");
    }
    return code;
  }

  private static @Nullable Object time(String code, MagicContext context) throws Exception {
    Callable<?> compiled = compile(code, context);
    return compiled != null
        ? context.call(() -> timed(compiled, "", context))
        : timed(() -> context.evaluate(code), ", with compiling", context);
  }

  private static @Nullable Object timed(Callable<?> code, String note, MagicContext context)
      throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    try {
      return code.call();
    } finally {
      long wall = System.nanoTime() - start;
      cpu = threads.getCurrentThreadCpuTime() - cpu;
      context.output().stream(
          false,
          "took "
              + Durations.show((double) wall)
              + " ("
              + Durations.show((double) cpu)
              + " on the CPU"
              + note
              + ")\n");
    }
  }

  private static @Nullable Object timeit(Arguments arguments, TimedLoop code, MagicContext context)
      throws Exception {
    int loops = arguments.integer("loops").orElse(0);
    int runs = arguments.integer("runs").orElse(7);
    if (loops < 0 || runs < 1) {
      throw new MagicException(
          "time code: expected at least one run but got " + Math.min(loops, runs));
    }
    return context.call(() -> new Stopwatch(code).time(loops, runs));
  }

  /** A loop around the code; what is wrong with the code is said in the form of statements. */
  private static TimedLoop loop(String code, MagicContext context) throws Exception {
    Object made;
    try {
      made = context.evaluate(LOOP.formatted(TIMED + ".keep(\n" + expression(code) + "\n);"));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      made = context.evaluate(LOOP.formatted("if (true) {\n" + ended(code) + "\n}"));
    }
    if (made instanceof TimedLoop loop) {
      return loop;
    }
    throw new MagicException("time code: there is none");
  }

  /** The code as something to call, or null where it declares what should stay, or is wrong. */
  private static @Nullable Callable<?> compile(String code, MagicContext context)
      throws InterruptedException {
    for (String form : List.of(CALLABLE + "(" + expression(code) + "\n)", statements(code))) {
      if (form.equals(statements(code)) && declares(code)) {
        return null;
      }
      try {
        return (Callable<?>) context.evaluate(form);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // The next form may fit; in the end the code itself is run, and says what is wrong with it.
      }
    }
    return null;
  }

  private static String statements(String code) {
    return CALLABLE + "{ if (true) {\n" + ended(code) + "\n} return null; }";
  }

  private static String expression(String code) {
    return code.strip().replaceFirst(";$", "");
  }

  private static String ended(String code) {
    return code.strip().endsWith(";") || code.strip().endsWith("}") ? code : code + ";";
  }

  private static boolean declares(String code) {
    return code.strip()
        .matches("(?s)(final\\s+)?(var|[\\w.]+(<[^;=]*>)?(\\[])*)\\s+\\w+\\s*(=[^=].*|;?)");
  }
}
