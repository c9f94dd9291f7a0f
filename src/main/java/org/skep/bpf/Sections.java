package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Uapi;

/** Types of programs by section names that are newer than the installed libbpf. */
final class Sections {
  private Sections() {}

  /** Gives a type to each program whose section libbpf does not know. */
  static void completeTypes(NativeObject object) {
    for (MemorySegment program : object.programs().values()) {
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
            // stays without a type: loading says that the section is not known
          }
        }
      }
    }
  }

  private static void set(MemorySegment program, int type, int attachType) {
    LibbpfProgram.bpf_program__set_type(program, type);
    LibbpfProgram.bpf_program__set_expected_attach_type(program, attachType);
  }
}
