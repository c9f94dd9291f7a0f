package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark of other people's programs reads Skep's own messages. */
class CorpusProgramTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "attach 'f': this Linux has no kprobes (it was built without CONFIG_KPROBE_EVENTS)",
        "load program 'f': this Linux rejects BPF trampolines, with EPERM",
        "load program 'f': this Linux rejects the iterator 'ksym'",
        "load program 'f': this kernel has no function bpf_x() that programs may call",
        "load program 'f': this kernel has no struct task_struct with a member 'state'",
        "load program 'f': bpf_x() is not for programs of this type, or this Linux is locked down",
        "attach 'f': this CPU has no such counter",
        "load program 'f': this kernel has no helper '212'",
        "attach 'f': this Linux has no function for this system call",
        "'SCX_NONE' is not among the types of this Linux: it was built without sched_ext",
      })
  void whatALinuxLacksIsToldByItsMessage(String message) {
    assertTrue(CorpusProgram.isLacking(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load program 'f': line 3: 'n' may be any number here",
        "use of undeclared identifier 'ETH_P_IP'",
        "open object 'f': not a BPF object",
      })
  void whatIsWrongWithATextIsNot(String message) {
    assertFalse(CorpusProgram.isLacking(message));
  }
}
