package org.skep.notebook.ebpf;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.doctor.Check;
import org.skep.doctor.Check.Verdict;
import org.skep.doctor.Doctor;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completer;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.table.Rows;

/** {@code %doctor}: what this machine allows, and how to mend the rest. */
final class DoctorLine implements LineMagic {
  static final MagicSpec SPEC =
      MagicSpec.named("doctor", "Tells what this machine allows of BPF, and how to mend the rest")
          .optional(
              "AREA",
              "machine, tool, program, map or attach; without it, all",
              Completer.of("machine", "tool", "program", "map", "attach"))
          .flag("ok", "with what works as well, where an area is not named")
          .details(
              """
              Everything is tried by the smallest program or map of its kind, which is closed at
              once. Rows that ask for attention come first.
              The same from Java: org.skep.doctor.Doctor.examine().
              """)
          .example("%doctor")
          .example("%doctor attach")
          .example("Table machine = %doctor --ok")
          .build();

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException {
    String area = arguments.find("AREA").orElse("");
    long start = System.nanoTime();
    List<Check> all = Doctor.examine();
    String took = Text.time(Duration.ofNanos(System.nanoTime() - start));
    List<Check> rows =
        all.stream()
            .filter(c -> c.area().startsWith(area))
            .filter(c -> shown(c, area, arguments.flag("ok")))
            .sorted(Comparator.comparing(c -> c.verdict() == Verdict.YES))
            .toList();
    if (rows.isEmpty()) {
      throw new MagicException(
          "%doctor " + area + ": no such area (machine, tool, program, map, attach)");
    }
    long works = all.stream().filter(c -> c.verdict() == Verdict.YES).count();
    String sum =
        String.format(
            "%d of %d things work, tried in %s.%s",
            works,
            all.size(),
            took,
            area.isEmpty() && !arguments.flag("ok")
                ? " Types and hooks that work are left out: %doctor --ok has them."
                : "");
    return Rows.of("doctor", rows)
        .text("area", Check::area)
        .text("what", Check::what)
        .text("verdict", c -> c.verdict().toString())
        .text("detail", Check::detail)
        .text("remedy", Check::remedy)
        .table(List.of(sum));
  }

  /** The machine and its tools are always worth a row. */
  private static boolean shown(Check check, String area, boolean all) {
    return all
        || !area.isEmpty()
        || check.verdict() != Verdict.YES
        || check.area().equals("machine")
        || check.area().equals("tool");
  }
}
