package org.skep.notebook.ebpf;

import java.util.List;
import org.skep.BpfException;
import org.skep.host.catalog.Helpers;
import org.skep.host.catalog.Kfuncs;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;

/** {@code %helper} and {@code %kfunc}: what programs can call. */
final class HelperMagic {
  static final MagicSpec HELPER =
      MagicSpec.named("helper", "Explains a helper: its arguments, and which programs may call it")
          .optional(
              "NAME", "a helper, or a pattern with * and ?; without it, all", HelperMagic::helpers)
          .details(
              """
              Which types of programs may call it is tried by loading small programs.
              The same from Java: org.skep.host.catalog.Helpers.find("bpf_get_stackid"), .callers(),
              Helpers.table("*map*").
              """)
          .example("%helper bpf_map_lookup_elem")
          .example("%helper *stack*")
          .build();

  static final MagicSpec KFUNC =
      MagicSpec.named("kfunc", "Shows functions of the running kernel that programs can call")
          .optional(
              "NAME", "a kfunc, or a pattern with * and ?; without it, all", HelperMagic::kfuncs)
          .details(
              "The same from Java: org.skep.host.catalog.Kfuncs.table(\"bpf_task_*\"), .all().")
          .example("%kfunc bpf_task_from_pid")
          .example("%kfunc *dynptr*")
          .build();

  private HelperMagic() {}

  static LineMagic helper() {
    return (arguments, context) ->
        Stoppable.call(() -> explain(arguments.find("NAME").orElse("*")));
  }

  static LineMagic kfunc() {
    return (arguments, context) -> {
      try {
        return Stoppable.call(() -> Kfuncs.table(arguments.find("NAME").orElse("*")));
      } catch (BpfException e) {
        throw new MagicException(String.valueOf(e.getMessage()), e);
      }
    };
  }

  private static Object explain(String name) {
    try {
      return name.indexOf('*') >= 0 || name.indexOf('?') >= 0
          ? Helpers.table(name)
          : Helpers.find(name);
    } catch (BpfException | IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<ArgumentCompletions.Item> helpers(String typed, MagicContext context) {
    try {
      return Helpers.all().stream()
          .map(h -> new ArgumentCompletions.Item(h.name(), "helper", h.summary()))
          .toList();
    } catch (BpfException e) {
      return List.of();
    }
  }

  private static List<ArgumentCompletions.Item> kfuncs(String typed, MagicContext context) {
    try {
      return Kfuncs.all().stream()
          .map(k -> new ArgumentCompletions.Item(k.name(), "kfunc", k.declaration()))
          .toList();
    } catch (BpfException e) {
      return List.of();
    }
  }
}
