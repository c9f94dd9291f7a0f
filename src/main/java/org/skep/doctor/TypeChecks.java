package org.skep.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.skep.NativeLibraryException;
import org.skep.host.Capabilities;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfProbe;

/** Every type of program and of map that libbpf knows, tried by libbpf's own probes. */
final class TypeChecks {
  private static final int TYPES = 64;
  private static final String REMEDY = "a newer kernel, or one built with the option for it";

  private TypeChecks() {}

  static List<Check> all() {
    try {
      return Libbpf.captureLog(TypeChecks::probe).value();
    } catch (NativeLibraryException e) {
      return List.of();
    }
  }

  /**
   * The same with what attaching taught: libbpf tries the types of trampolines by one, and takes
   * the refusal of that for the type's.
   */
  static List<Check> explained(List<Check> types, List<Check> attaching) {
    return AttachChecks.refusesTrampolines(attaching)
        ? types.stream().map(TypeChecks::explain).toList()
        : types;
  }

  private static Check explain(Check type) {
    if (!type.area().equals("program type") || type.verdict() == Check.Verdict.YES) {
      return type;
    }
    return switch (type.what()) {
      case "tracing" ->
          Check.limited(
              type.area(),
              type.what(),
              "tp_btf and iterators load; not fentry and fexit, as "
                  + AttachChecks.TRAMPOLINES
                  + " (EPERM)",
              "use tp_btf or a tracepoint, " + AttachChecks.LAB);
      case "lsm", "ext" ->
          Check.no(
              type.area(),
              type.what(),
              AttachChecks.TRAMPOLINES + " (EPERM)",
              AttachChecks.LAB.replaceFirst("^or ", ""));
      default -> type;
    };
  }

  private static List<Check> probe() {
    var checks = new ArrayList<Check>();
    for (int type = 1; type < TYPES; type++) {
      String name = Libbpf.libbpf_bpf_prog_type_str(type);
      if (!name.isEmpty()) {
        checks.add(check("program type", name, type, LibbpfProbe::libbpf_probe_bpf_prog_type));
      }
    }
    for (int type = 1; type < TYPES; type++) {
      String name = LibbpfProbe.libbpf_bpf_map_type_str(type);
      if (!name.isEmpty()) {
        checks.add(check("map type", name, type, LibbpfProbe::libbpf_probe_bpf_map_type));
      }
    }
    return checks;
  }

  private static Check check(String area, String name, int type, IntUnaryOperator probe) {
    int result = probe.applyAsInt(type);
    if (result > 0) {
      return Check.yes(area, name, "OK");
    }
    if (!Capabilities.ofThisProcess().allowBpf()) {
      return Check.no(
          area, name, "refused to this process", "run Jupyter as root, or with CAP_BPF");
    }
    return result == 0
        ? Check.no(area, name, "the running Linux refuses it", REMEDY)
        : Check.limited(
            area,
            name,
            "libbpf cannot tell (" + Errno.nameOf(-result) + ")",
            "a newer libbpf knows how to try it");
  }
}
