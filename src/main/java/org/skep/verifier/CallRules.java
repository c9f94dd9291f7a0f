package org.skep.verifier;

import java.util.List;
import java.util.regex.MatchResult;
import org.skep.verifier.Rule.Advice;

/** Refusals about calling helpers and functions of the kernel. */
final class CallRules {
  private CallRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("R(\\d+) type=(\\S+) expected=(\\S.*)", CallRules::argument),
        Rule.of(
            "Possibly NULL pointer passed to (?:trusted |helper )?arg#?(\\d+)",
            (found, scene) -> {
              var register = "r" + (Integer.parseInt(found.group(1)) + 1);
              return new Advice(
                  scene.variable(register, "the argument")
                      + " may be NULL here, which "
                      + scene.called()
                      + " does not accept",
                  "test it first: if (!" + scene.variableInCode(register) + ") return 0;",
                  register);
            }),
        Rule.of(
            "(?:program of this type cannot use helper|unknown func)"
                + " (bpf_probe_write_user|bpf_probe_read(?:_kernel)?(?:_str)?)(?:#\\d+)?",
            (found, _) ->
                new Advice(
                    found.group(1)
                        + "() is not for programs of this type, or this Linux is locked down",
                    "'%doctor machine' tells of lockdown: 'integrity' forbids writing to processes,"
                        + " 'confidentiality' reading the kernel's memory; '%helper "
                        + found.group(1)
                        + "' tells which programs may call it",
                    "")),
        Rule.of(
            "(?:program of this type cannot use helper|unknown func) (\\w+)(?:#\\d+)?",
            (found, _) ->
                new Advice(
                    found.group(1) + "() is not for programs of this type",
                    "choose a hook whose programs may call it: %helper "
                        + found.group(1)
                        + " tells; newer kernels may allow more",
                    "")),
        Rule.of(
            "invalid func (\\S+)",
            (found, _) ->
                new Advice(
                    "this kernel has no helper '" + found.group(1) + "'",
                    "it came with a later Linux: test for it with bpf_core_enum_value_exists(), or"
                        + " write the program without it",
                    "")),
        Rule.of(
            "cannot call GPL-restricted function|GPL-restricted|GPL-only",
            (_, scene) ->
                new Advice(
                    scene.called() + " may be called under a licence compatible with the GPL only",
                    "write char LICENSE[] SEC(\"license\") = \"GPL\"; or \"Dual BSD/GPL\"",
                    "")),
        Rule.of(
            "cannot pass map_type (\\d+) into func (\\w+)",
            (found, _) ->
                new Advice(
                    found.group(2) + "() does not work on a map of this type",
                    "pass a map of the type that the helper is for",
                    "r1")),
        Rule.of(
            "expected prog array map for tail call",
            "a tail call goes through a map of type BPF_MAP_TYPE_PROG_ARRAY only",
            "pass such a map as the second argument"),
        Rule.of(
            "R(\\d+) is not a known constant",
            (found, scene) ->
                new Advice(
                    "argument "
                        + found.group(1)
                        + " of "
                        + scene.called()
                        + " must be a constant that the verifier knows",
                    "write the size as a number or sizeof; for records of varying size use"
                        + " bpf_ringbuf_output() or a dynptr",
                    "r" + found.group(1))),
        Rule.of(
            "helper call might sleep|(?:kernel func|kfunc) \\S+ is sleepable within|sleepable helper",
            (_, scene) ->
                new Advice(
                    scene.called() + " may sleep, which this program may not",
                    "load it as a sleepable program (sections that end in .s, as fentry.s/,"
                        + " lsm.s/, uprobe.s/), or use a variant that does not sleep",
                    "")),
        Rule.of(
            "calling kernel function (\\S+) is not allowed",
            (found, _) ->
                new Advice(
                    "programs of this type may not call the kernel's " + found.group(1) + "()",
                    "choose a hook whose programs may call it",
                    "")),
        Rule.of(
            "metadata kfuncs require device-bound program",
            "this function reads what a network card said, and the program is bound to no card",
            "load the program for one interface with BPF_F_XDP_DEV_BOUND_ONLY"),
        Rule.of(
            "kfunc '?(\\w+)'? is referenced but wasn't resolved"
                + "|\\(func ksym\\) '(\\w+)': not found|kernel function (\\S+) .*not found",
            (found, _) ->
                new Advice(
                    "this kernel has no function " + firstOf(found) + "() that programs may call",
                    "declare it __weak and test with bpf_ksym_exists(), or use a newer Linux",
                    "")),
        Rule.of(
            "arg#?(\\d+) (?:is|pointer type|expected|doesn't|reference)"
                + "|kernel function (\\S+) args#(\\d+)|must be (?:referenced|a rcu pointer|trusted)",
            (_, scene) ->
                new Advice(
                    scene.called() + " wants another kind of pointer here",
                    "pass an object that the kernel vouches for: an argument of the hook, or one"
                        + " that a function acquired and that is not released yet",
                    "")),
        Rule.of(
            "[Ee]xpected an initialized (\\w+) as arg #(\\d+)",
            (found, scene) ->
                new Advice(
                    "the "
                        + found.group(1)
                        + " that "
                        + scene.called()
                        + " is given is not initialized here, or was given back before",
                    found.group(1).startsWith("iter_")
                        ? "call bpf_" + found.group(1) + "_new() before, and _destroy() at last"
                        : "reserve or make it before, and use it only until it is submitted or"
                            + " discarded",
                    "")),
        Rule.of(
            "[Dd]ynptr has to be an uninitialized dynptr|expected uninitialized (?:dynptr|iter_\\w+)",
            (_, scene) ->
                new Advice(
                    scene.called() + " is given one that is in use already",
                    "use another variable, or give the first back before",
                    "")),
        Rule.of(
            "cannot release unowned const bpf_dynptr",
            "a callback may read its dynptr, and the kernel gives it back",
            "leave it as it is"),
        Rule.of(
            "cannot overwrite referenced dynptr|cannot pass in dynptr at an offset",
            "a dynptr is changed or reached otherwise than by its functions",
            "read and write what it points to by bpf_dynptr_read(), bpf_dynptr_write() or"
                + " bpf_dynptr_data()"),
        Rule.of(
            "write to change key R\\d+ not allowed",
            "the key of a map may not be changed in place",
            "remove the entry with bpf_map_delete_elem(), and put the value under the new key"),
        Rule.of(
            "(bpf_\\w+) cannot be accessed directly by load/store",
            (found, _) ->
                new Advice(
                    "a " + found.group(1) + " may be used by its own functions only",
                    "leave it out of copies and of what is written to the map",
                    "")),
        Rule.of(
            "cannot be used inside (bpf_\\w+)-ed region|(bpf_rcu_read_lock|bpf_preempt_disable).* is missing",
            (found, _) ->
                found.group(1) != null && found.group(1).equals("bpf_spin_lock")
                    ? new Advice(
                        "the program ends while it holds a lock",
                        "call bpf_spin_unlock() on each path to the end",
                        "")
                    : new Advice(
                        "the program ends, or calls what may sleep, between the beginning and the"
                            + " end of "
                            + (found.group(1) == null ? found.group(2) : found.group(1))
                            + "()",
                        "end it on each path: bpf_rcu_read_unlock(), bpf_preempt_enable(),"
                            + " bpf_local_irq_restore()",
                        "")),
        Rule.of(
            "(?:arg \\d+ is an unacquired reference|reference has not been acquired before|release .* expects refcounted|R\\d must be referenced)",
            (_, scene) ->
                new Advice(
                    scene.called() + " releases something that was not acquired",
                    "release exactly what was acquired, once, on each path",
                    "r1")),
        Rule.of(
            "function calls are not allowed while holding a lock|holding a lock",
            (_, scene) ->
                new Advice(
                    scene.called() + " is called between bpf_spin_lock() and bpf_spin_unlock()",
                    "call it before the lock is taken, and keep the result in a variable",
                    "")),
        Rule.of(
            "BPF_EXIT instruction.* cannot be used inside bpf_spin_lock-ed region|bpf_spin_unlock is missing",
            "the program ends while it holds a lock",
            "call bpf_spin_unlock() on each path to the end"),
        Rule.of(
            "tracing progs cannot use bpf_(timer|wq|task_work|list_head|rb_root)\\w*",
            (found, _) ->
                new Advice(
                    "programs for tracepoints, kprobes and perf events may not use maps whose values"
                        + " have a bpf_"
                        + found.group(1),
                    "trace with SEC(\"tp_btf/...\") or SEC(\"fentry/...\"), whose programs may",
                    "")),
        Rule.of(
            "tracing progs cannot use bpf_(?:res_)?spin_lock",
            "programs for tracepoints, kprobes and perf events may not use maps whose values have a"
                + " lock",
            "use atomic operations (__sync_fetch_and_add) or a per-CPU map, or trace with"
                + " SEC(\"tp_btf/...\") or SEC(\"fentry/...\"), whose programs may"),
        Rule.of(
            "cannot use bpf_(?:res_)?(?:spin_lock|timer|list_head|rb_root)",
            "programs of this type may not use maps whose values have a lock, a timer or a list",
            "use atomic operations (__sync_fetch_and_add), or a per-CPU map"),
        Rule.of(
            "tail_calls? (?:are not allowed|.*not supported)|mixing of tail_calls and bpf-to-bpf calls",
            "tail calls cannot be combined with functions that are not inlined on this machine",
            "mark the functions __always_inline, or leave the tail calls out"),
        Rule.of(
            "R(\\d+) leaks addr|leaks addr as return value|leaking pointer",
            (found, _) ->
                new Advice(
                    "an address of the kernel would become visible to users",
                    "store a value instead of a pointer; root may store addresses as numbers",
                    found.group(1) == null ? "" : "r" + found.group(1))));
  }

  private static Advice argument(MatchResult found, RegisterTrace scene) {
    var register = "r" + found.group(1);
    var type = found.group(2);
    var variable = scene.variable(register, "argument " + found.group(1));
    if (type.contains("_or_null")) {
      return new Advice(
          variable + " may be NULL here, which " + scene.called() + " does not accept",
          "test it first: if (!" + scene.variableInCode(register) + ") return 0;",
          register);
    }
    var expected = found.group(3);
    if (expected.startsWith("ringbuf_mem")) {
      return record(register, variable, type, scene);
    }
    if (expected.contains("dynptr_ptr") && type.startsWith("map_value")) {
      return new Advice(
          "the dynptr that " + scene.called() + " is given is not on the stack",
          "make it a local variable: struct bpf_dynptr p;",
          register);
    }
    boolean number = type.equals("scalar") || type.equals("inv");
    if (number && scene.known(register).matches("-?\\d+")) {
      return new Advice(
          "argument "
              + found.group(1)
              + " of "
              + scene.called()
              + " is the number "
              + scene.known(register)
              + ", where it wants an address",
          "put the value into a variable, and pass its address: u32 key = 0; ... &key",
          register);
    }
    return new Advice(
        "argument "
            + found.group(1)
            + " of "
            + scene.called()
            + " is "
            + Kinds.words(type)
            + ", where it wants "
            + (found.group(3).startsWith("fp")
                ? "the address of a variable"
                : Kinds.words(first(found.group(3)))),
        number
            ? "copy what it points to into a variable with bpf_probe_read_kernel() or"
                + " bpf_probe_read_user(), and pass the variable's address"
            : "copy what is needed into a variable, and pass its address",
        register);
  }

  /** What was not reserved, or was given away before. */
  private static Advice record(String register, String variable, String type, RegisterTrace scene) {
    var gone =
        scene.invalidatedBy(register).filter(f -> f.contains("submit") || f.contains("disc"));
    return gone.isPresent()
        ? new Advice(
            variable + " was given away by " + gone.get() + " already",
            "submit or discard it once on each path",
            register)
        : new Advice(
            scene.called()
                + " is given "
                + Kinds.words(type)
                + ", and takes what bpf_ringbuf_reserve() returned",
            "pass that pointer as it was returned; a dynptr is given to bpf_ringbuf_submit_dynptr()",
            register);
  }

  private static String first(String list) {
    return list.split(",")[0].strip();
  }

  private static String firstOf(MatchResult found) {
    for (int i = 1; i <= found.groupCount(); i++) {
      if (found.group(i) != null) {
        return found.group(i);
      }
    }
    return "";
  }
}
