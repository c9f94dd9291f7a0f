package org.skep.notebook.ebpf;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.host.hooks.Hooks;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import tech.tablesaw.api.Table;

/** {@code %hooks PATTERN}: where programs can be attached, with which arguments. */
final class HooksMagic implements LineMagic {
  private static final int MOST_PROPOSALS = 500;

  static final MagicSpec SPEC =
      MagicSpec.named("hooks", "Finds where programs can be attached, and what they get there")
          .required("PATTERN", "KIND:NAME with * and ?, or a name alone", HooksMagic::proposals)
          .details(
              """
              Kinds: tracepoint:CATEGORY:NAME, raw_tp:NAME, tp_btf:NAME, kprobe:FUNCTION,
              fentry:FUNCTION, lsm:HOOK, iter:NAME, uprobe:BINARY:FUNCTION and
              usdt:BINARY:PROVIDER:NAME, where BINARY is a path, a name or a PID.
              A name alone is looked for among all of the kernel's. One hook is shown with each
              of its arguments, and with the first line of a program for it.
              The same from Java: org.skep.host.hooks.Hooks.table("PATTERN"), .find("PATTERN").
              """)
          .example("%hooks tracepoint:sched:*")
          .example("%hooks tp_btf:sched_switch")
          .example("%hooks *openat*")
          .example("%hooks uprobe:/usr/bin/bash:readline*")
          .value(Table.class)
          .build();

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException {
    try {
      return Stoppable.call(() -> Hooks.table(arguments.get("PATTERN")));
    } catch (BpfException | IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<ArgumentCompletions.Item> proposals(String typed, MagicContext context) {
    return Stream.concat(
            Hooks.complete(typed, MOST_PROPOSALS).stream()
                .map(p -> new ArgumentCompletions.Item(p, "hook", "")),
            paths(typed, context))
        .toList();
  }

  /** The binary of a probe of user space. */
  private static Stream<ArgumentCompletions.Item> paths(String typed, MagicContext context) {
    int colon = typed.indexOf(':');
    String kind = typed.substring(0, Math.max(0, colon));
    if (!kind.equals("uprobe") && !kind.equals("usdt")) {
      return Stream.of();
    }
    String rest = typed.substring(colon + 1);
    return rest.indexOf(':') >= 0
        ? Stream.of()
        : Completers.PATHS.values(rest, context).stream()
            .map(p -> new ArgumentCompletions.Item(kind + ":" + p.text(), p.kind(), ""));
  }
}
