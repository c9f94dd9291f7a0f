package org.skep.notebook.ebpf;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.doctor.Check;
import org.skep.doctor.Check.Verdict;
import org.skep.doctor.Doctor;
import org.skep.doctor.Needs;
import org.skep.notebook.ebpf.state.HumanText;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.magic.ArgumentCompleter;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/** {@code %doctor}: what this machine allows, and how to fix the rest. */
final class DoctorMagic implements LineMagic {
  static final MagicSpec SPEC =
      MagicSpec.named(
              "doctor", "Shows what BPF features this machine allows, and how to fix the rest")
          .optional(
              "AREA",
              "machine, tool, program, map, attach or notebook; without it, all",
              ArgumentCompleter.of("machine", "tool", "program", "map", "attach", "notebook"))
          .option("needs", "LIST", "only these, such as attach:tracepoint,map:lpm_trie")
          .flag("ok", "with what works as well, where an area is not named")
          .details(
              """
              Everything is tried by the smallest program or map of its kind, which is closed at
              once. Rows that ask for attention come first. A notebook says by --needs what it
              cannot do without; %doctor has a row for each such notebook of the folder.
              The same from Java: org.skep.doctor.Doctor.examine().
              """)
          .example("%doctor")
          .example("%doctor attach")
          .example("%doctor --needs attach:xdp,map:hash")
          .example("Table machine = %doctor --ok")
          .build();

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException, IOException {
    String area = arguments.find("AREA").orElse("");
    boolean everything = arguments.flag("ok");
    long start = System.nanoTime();
    var all = new ArrayList<Check>(Stoppable.call(Doctor::examine));
    String took = HumanText.time(Duration.ofNanos(System.nanoTime() - start));
    Optional<String> needs = arguments.option("needs");
    if (needs.isPresent()) {
      return ofNeeds(Needs.of(needs.get(), all));
    }
    all.addAll(Stoppable.call(() -> Doctor.notebooks(Path.of(""), List.copyOf(all))));
    List<Check> rows =
        all.stream()
            .filter(c -> c.area().startsWith(area))
            .filter(c -> shown(c, area, everything))
            .toList();
    if (rows.isEmpty() && !area.equals("notebook")) {
      throw new MagicException(
          "%doctor " + area + ": no such area (machine, tool, program, map, attach, notebook)");
    }
    long works = all.stream().filter(c -> c.verdict() == Verdict.YES).count();
    String sum =
        String.format(
            "%d of %d things work, tried in %s.%s",
            works,
            all.size(),
            took,
            area.isEmpty() && !everything
                ? " Types and hooks that work are left out: %doctor --ok has them."
                : "");
    return table(rows, sum);
  }

  private static NotedTable ofNeeds(List<Check> needed) {
    return table(
        needed,
        Needs.areMet(needed)
            ? "This machine can run this notebook."
            : "This machine cannot run all of this notebook: see the remedies.");
  }

  private static NotedTable table(List<Check> rows, String note) {
    return Rows.of(
            "doctor",
            rows.stream().sorted(Comparator.comparing(c -> c.verdict() == Verdict.YES)).toList())
        .text("area", Check::area)
        .text("what", Check::what)
        .text("verdict", c -> c.verdict().toString())
        .text("remedy", Check::remedy)
        .text("detail", Check::detail)
        .table(List.of(note));
  }

  /** The machine, its tools and the notebooks are always worth a row. */
  private static boolean shown(Check check, String area, boolean all) {
    return all
        || !area.isEmpty()
        || check.verdict() != Verdict.YES
        || check.area().equals("machine")
        || check.area().equals("notebook")
        || check.area().equals("tool");
  }
}
