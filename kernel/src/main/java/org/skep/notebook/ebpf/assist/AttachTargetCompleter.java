package org.skep.notebook.ebpf.assist;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.notebook.ebpf.state.CellNames;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.magic.ArgumentCompleter;
import org.skep.notebook.magic.ArgumentCompletions.Item;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;

/**
 * Completes {@code PROGRAM=TARGET}: the programs of the cell and of loaded objects, and the places
 * that are apt for the program's section.
 */
public final class AttachTargetCompleter implements ArgumentCompleter {
  private static final String PID = ",pid=";

  private final Experiments experiments;

  public AttachTargetCompleter(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public List<Item> values(String typed, MagicContext context) {
    return values(typed, "", context);
  }

  @Override
  public List<Item> values(String typed, String body, MagicContext context) {
    var names = CellNames.of(body);
    int equals = typed.indexOf('=');
    if (equals < 0) {
      return Stream.concat(
              names.programItems("=").stream(),
              experiments.all().stream()
                  .flatMap(e -> e.object().programs().stream())
                  .map(p -> new Item(p.name() + "=", "program", p.section())))
          .distinct()
          .toList();
    }
    var place = typed.substring(equals + 1);
    int pid = place.lastIndexOf(PID);
    return pid >= 0
        ? under(typed.substring(0, equals + 1 + pid + PID.length()), AttachTargets.processes())
        : under(
            typed.substring(0, equals + 1),
            places(section(typed.substring(0, equals), names), place, names, context));
  }

  private String section(String program, CellNames names) {
    return names
        .programs()
        .getOrDefault(
            program,
            experiments.all().stream()
                .flatMap(e -> e.object().programs().stream())
                .filter(p -> p.name().equals(program))
                .map(p -> p.section())
                .findFirst()
                .orElse(""));
  }

  /** The functions of loaded objects that can be replaced: those that are not static. */
  private List<Item> functions(String typed) {
    return experiments.all().stream()
        .map(Experiment::object)
        .flatMap(
            object ->
                object.programs().stream()
                    .flatMap(
                        p ->
                            object.types().stream()
                                .flatMap(AttachTargetCompleter::globalFunctions)
                                .map(f -> object.name() + "." + p.name() + ":" + f)))
        .filter(place -> place.startsWith(typed))
        .map(place -> new Item(place, "function", ""))
        .toList();
  }

  private static Stream<String> globalFunctions(Btf types) {
    return types
        .types()
        .map(types::type)
        .flatMap(
            t ->
                t instanceof BtfType.Function f && f.linkage() == BtfType.Linkage.GLOBAL
                    ? Stream.of(f.name())
                    : Stream.of());
  }

  /** The places for a section; where it tells nothing, of every kind. */
  private List<Item> places(String section, String typed, CellNames names, MagicContext context) {
    return switch (section.split("[/.]", 2)[0]) {
      case "xdp", "tc", "tcx", "netkit", "classifier", "action" -> AttachTargets.interfaces();
      case "socket" ->
          Stream.concat(AttachTargets.interfaces().stream(), AttachTargets.sockets().stream())
              .toList();
      case "sk_reuseport" -> AttachTargets.sockets();
      case "lwt_in", "lwt_out", "lwt_xmit", "lwt_seg6local" -> AttachTargets.routes(typed);
      case "cgroup", "cgroup_skb", "sockops", "lsm_cgroup" -> AttachTargets.cgroups(typed);
      case "tracepoint", "tp" -> AttachTargets.tracepoints(typed);
      case "raw_tp", "raw_tracepoint", "tp_btf" -> AttachTargets.tracepointNames();
      case "kprobe", "kretprobe", "fentry", "fexit", "fmod_ret" -> AttachTargets.functions(typed);
      case "ksyscall", "kretsyscall" -> AttachTargets.systemCalls();
      case "lsm" -> AttachTargets.hooks("lsm:" + typed);
      case "uprobe", "uretprobe", "usdt" -> Completers.PATHS.values(typed, context);
      case "perf_event" -> AttachTargets.perfEvents();
      case "sk_lookup", "flow_dissector" ->
          Stream.concat(AttachTargets.namespaces().stream(), AttachTargets.processes().stream())
              .toList();
      case "sk_msg", "sk_skb" -> names.mapItems("");
      case "iter" ->
          section.contains("/") ? names.mapItems("") : AttachTargets.hooks("iter:" + typed);
      case "freplace" -> functions(typed);
      case "netfilter" -> AttachTargets.firewall();
      case "lirc_mode2" -> Completers.PATHS.values(typed, context);
      default -> {
        var all = new ArrayList<Item>();
        if (typed.startsWith("/")) {
          all.addAll(AttachTargets.cgroups(typed));
          all.addAll(Completers.PATHS.values(typed, context));
        } else {
          all.addAll(AttachTargets.interfaces());
          all.addAll(AttachTargets.namespaces());
          all.addAll(AttachTargets.tracepoints(typed));
        }
        yield all.stream().distinct().toList();
      }
    };
  }

  private static List<Item> under(String before, List<Item> items) {
    return items.stream().map(i -> new Item(before + i.text(), i.kind(), i.summary())).toList();
  }
}
