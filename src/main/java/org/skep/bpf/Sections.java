package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Uapi;

/** Types of programs by section names that are newer than the installed libbpf, or older. */
final class Sections {
  private Sections() {}

  /**
   * Gives a type to each program whose section libbpf does not know.
   *
   * @return what an old section name was taken as, a sentence for each name
   */
  static List<String> completeTypes(NativeObject object) {
    var notes = new LinkedHashSet<String>();
    object
        .programs()
        .forEach(
            (function, program) -> completeType(object, function, program).ifPresent(notes::add));
    return List.copyOf(notes);
  }

  private static Optional<String> completeType(
      NativeObject object, String function, MemorySegment program) {
    if (LibbpfProgram.bpf_program__type(program) == Uapi.BPF_PROG_TYPE_UNSPEC) {
      switch (LibbpfProgram.bpf_program__section_name(program)) {
        case "tcx/ingress", "tc/ingress" ->
            set(program, Uapi.BPF_PROG_TYPE_SCHED_CLS, Uapi.BPF_TCX_INGRESS);
        case "tcx/egress", "tc/egress" ->
            set(program, Uapi.BPF_PROG_TYPE_SCHED_CLS, Uapi.BPF_TCX_EGRESS);
        case "netkit/primary" ->
            set(program, Uapi.BPF_PROG_TYPE_SCHED_CLS, Uapi.BPF_NETKIT_PRIMARY);
        case "netkit/peer" -> set(program, Uapi.BPF_PROG_TYPE_SCHED_CLS, Uapi.BPF_NETKIT_PEER);
        case "netfilter" -> set(program, Uapi.BPF_PROG_TYPE_NETFILTER, Uapi.BPF_NETFILTER);
        default -> {
          return old(object, function, program);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> old(NativeObject object, String function, MemorySegment program) {
    String section = LibbpfProgram.bpf_program__section_name(program);
    var context = object.types().flatMap(types -> OldSections.contextOf(types, function));
    var meaning = OldSections.of(section, context);
    meaning.ifPresent(m -> set(program, m.kind().type(), m.kind().attachType()));
    // Without a meaning it stays without a type, and loading says that the section is not known.
    return meaning.map(
        m ->
            "SEC(\""
                + section
                + "\") is not known to libbpf: taken as SEC(\""
                + m.section()
                + "\")");
  }

  private static void set(MemorySegment program, int type, int attachType) {
    LibbpfProgram.bpf_program__set_type(program, type);
    LibbpfProgram.bpf_program__set_expected_attach_type(program, attachType);
  }
}
