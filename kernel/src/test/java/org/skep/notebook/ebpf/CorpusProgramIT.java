package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.notebook.ebpf.CorpusResult.Verdict;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.magic.FakeNotebook;

/** What the benchmark of other people's programs makes of messages about what this Linux lacks. */
@Tag("privileged")
class CorpusProgramIT {
  private final FakeNotebook notebook = new FakeNotebook();

  private CorpusResult judged(String text) throws Exception {
    try {
      var cell = (Experiment) Objects.requireNonNull(notebook.run("%%bpf judged\n" + text));
      try (var object = cell.object()) {
        var programs = object.programs().stream().map(CorpusProgram::judge).toList();
        return CorpusResult.of("judged", programs, java.util.List.of());
      }
    } catch (org.skep.notebook.magic.MagicException e) {
      return CorpusResult.refused("judged", e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SEC(\"kprobe/no_such_function_here\") int p(void *ctx) { return 0; }",
        "SEC(\"tp/sched/no_such_tracepoint\") int p(void *ctx) { return 0; }",
        "SEC(\"raw_tp/no_such_tracepoint\") int p(void *ctx) { return 0; }",
        "SEC(\"tp_btf/no_such_tracepoint\") int p(void *ctx) { return 0; }",
        "SEC(\"fentry/no_such_function_here\") int p(void *ctx) { return 0; }",
        "SEC(\"iter/no_such_iterator\") int p(void *ctx) { return 0; }",
        "SEC(\"uprobe//usr/lib/no_such.so:malloc\") int p(void *ctx) { return 0; }",
        "SEC(\"ksyscall/no_such_call\") int p(void *ctx) { return 0; }",
        "extern int no_such_kfunc(void) __ksym;"
            + " SEC(\"tc\") int p(struct __sk_buff *s) { return no_such_kfunc(); }",
        "extern const int no_such_symbol __ksym;"
            + " SEC(\"tc\") int p(struct __sk_buff *s) { return *(int *)bpf_this_cpu_ptr(&no_such_symbol); }",
        "extern int CONFIG_NO_SUCH_OPTION __kconfig;"
            + " SEC(\"tc\") int p(struct __sk_buff *s) { return CONFIG_NO_SUCH_OPTION; }",
        "struct task_struct___x { int no_such_member; } __attribute__((preserve_access_index));"
            + " SEC(\"tp/syscalls/sys_enter_getppid\") int p(void *ctx) { struct task_struct___x *t ="
            + " (void *)bpf_get_current_task(); return BPF_CORE_READ(t, no_such_member); }",
        "struct no_such_struct { int a; } __attribute__((preserve_access_index));"
            + " SEC(\"tp/syscalls/sys_enter_getppid\") int p(void *ctx) { struct no_such_struct *t ="
            + " (void *)bpf_get_current_task(); return BPF_CORE_READ(t, a); }",
        "SEC(\"xdp\") int p(void *ctx) { return bpf_redirect_peer(1, 0); }",
      })
  void whatThisLinuxLacksIsNoFailureOfSkep(String text) throws Exception {
    var result = judged(text);
    assertEquals(Verdict.LACKING, result.verdict(), result::cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SEC(\"tp/syscalls/sys_enter_getppid\") int p(void *ctx) { return *(int *)8; }",
        "int p( {",
      })
  void whatIsWrongInTheSourceIs(String text) throws Exception {
    var result = judged(text);
    assertEquals(Verdict.FAILS, result.verdict(), result::cause);
  }
}
