package org.skep.notebook.ebpf;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.BpfObject;
import org.skep.host.catalog.TypeCatalog;
import org.skep.notebook.display.LongText;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;

/** {@code %type NAME}: how a type is laid out; which types there are; where a member is. */
final class TypeMagic implements LineMagic {
  private static final int MOST_PROPOSALS = 500;

  private final MagicSpec spec;
  private final Experiments experiments;
  private final Map<String, List<String>> names = new ConcurrentHashMap<>();

  TypeMagic(Experiments experiments) {
    this.experiments = experiments;
    this.spec =
        MagicSpec.named("type", "Shows how a type of C is laid out, or finds types and members")
            .repeated(
                "NAME",
                "a type of the running Linux, NAME.TYPE of an object, or a pattern with * and ?",
                this::proposals)
            .option("where", "MEMBER", "only members that hold this, also within others")
            .flag("table", "the members as a table in place of the layout")
            .details(
                """
                The comments of a layout are the offset and size of each member, in bytes.
                The same from Java: org.skep.host.catalog.TypeCatalog.ofRunningLinux().layout("task_struct"),
                .members("task_struct", "pid"), .find("*sock*").
                """)
            .example("%type task_struct")
            .example("%type task_struct --where pid")
            .example("%type *sock*")
            .example("%type * --where *_ns_real")
            .example("%type opens.who")
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException {
    return Stoppable.call(() -> show(arguments, context));
  }

  private Object show(Arguments arguments, MagicContext context) {
    String name = String.join(" ", arguments.all("NAME"));
    if (name.isEmpty()) {
      throw new MagicException("show a type: of what name? (such as task_struct or *sock*)");
    }
    try {
      TypeCatalog types = TypeCatalog.ofRunningLinux();
      int dot = name.indexOf('.');
      if (dot > 0) {
        types = typesOf(experiments.object(name.substring(0, dot), context));
        name = name.substring(dot + 1);
      }
      boolean pattern = name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
      if (arguments.option("where").isPresent() || (arguments.flag("table") && !pattern)) {
        return types.members(name, arguments.option("where").orElse(""));
      }
      return pattern ? types.find(name) : layout(types.layout(name), name);
    } catch (BpfException | IllegalArgumentException | IllegalStateException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static TypeCatalog typesOf(BpfObject object) {
    return object
        .types()
        .map(btf -> TypeCatalog.of(btf, "object '" + object.name() + "'"))
        .orElseThrow(
            () ->
                new MagicException(
                    "find types of '" + object.name() + "': it was compiled without them (-g)"));
  }

  private static MimeBundle layout(String whole, String name) {
    String text = LongText.bounded(whole, "TypeCatalog.ofRunningLinux().layout(\"" + name + "\")");
    return MimeBundle.html(Markup.pre(Markup.escape(text)), text);
  }

  private List<ArgumentCompletions.Item> proposals(String typed, MagicContext context) {
    if (typed.isEmpty()) {
      return List.of();
    }
    return names
        .computeIfAbsent(
            "running", n -> TypeCatalog.ofRunningLinux().names().distinct().sorted().toList())
        .stream()
        .filter(n -> n.startsWith(typed))
        .limit(MOST_PROPOSALS)
        .map(n -> new ArgumentCompletions.Item(n, "type", ""))
        .toList();
  }
}
