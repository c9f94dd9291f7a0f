package org.skep.verifier;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import org.skep.verifier.Rule.Advice;

/** Refusals about the way through a program: loops, ends, values that are not there, size. */
final class FlowRules {
  private static final String SHORTEN =
      "bound the loop by a constant, use bpf_loop() (Linux 5.17) or bpf_for() (6.4), which are"
          + " followed once, or split the work over several runs";

  private static final String RELEASES =
      "bpf_ringbuf_submit() or bpf_ringbuf_discard(), bpf_sk_release(), bpf_task_release()";

  private FlowRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of(
            "R0 !read_ok",
            (_, scene) -> {
              if (!scene.code().equals("exit")) {
                return unset("r0");
              }
              return scene.callsUnresolved()
                  ? new Advice(
                      "the program calls a __weak function of the kernel that this kernel lacks",
                      "call it only where bpf_ksym_exists() says that it is there",
                      "")
                  : new Advice(
                      "the program ends without a result: nothing was returned on this path",
                      "return a number on each path",
                      "");
            }),
        Rule.of("R(\\d+) !read_ok", (found, _) -> unset("r" + found.group(1))),
        Rule.of(
            "infinite loop detected|back-edge from insn",
            "this loop never ends, as far as the verifier can tell",
            "let a counter with a constant bound end it"),
        Rule.of(
            "BPF program is too large\\. Processed (\\d+) insn|program is too large|too many instructions",
            (_, scene) ->
                new Advice(
                    "the verifier gave up after a million instructions, in a loop or in branches"
                        + " that multiply",
                    SHORTEN,
                    "")),
        Rule.of(
            "The sequence of (\\d+) jumps is too complex",
            "there are too many open branches for the verifier to remember",
            SHORTEN),
        Rule.of(
            "(?:Unreleased reference id=\\d+ alloc_insn=(\\d+)|reference leak)",
            FlowRules::unreleased),
        Rule.of(
            "At (program exit|async callback return|callback return|subprogram exit) the register R0 has"
                + " (.*?) should have been in (\\S+ ?\\S+)",
            (found, _) -> outOfRange(found)),
        Rule.of(
            "the register R0 is not a known value \\((\\w+)\\)",
            (found, _) ->
                new Advice(
                    "the program returns "
                        + Kinds.words(found.group(1))
                        + ", where the hook wants a number",
                    "return a number",
                    "r0")),
        Rule.of(
            "unreachable insn (\\d+)",
            "there are instructions that no path leads to",
            "remove what stands after the last return, also in inline assembly"),
        Rule.of(
            "combined stack size of (\\d+) calls is (\\d+)",
            (found, _) ->
                new Advice(
                    "the "
                        + found.group(1)
                        + " functions that call each other need "
                        + found.group(2)
                        + " bytes of stack together, of 512",
                    "keep large variables in a per-CPU array map",
                    "")),
        Rule.of(
            "call stack of (\\d+) frames is too deep|call stack is too deep",
            "functions call each other more than eight deep",
            "inline some of them with __always_inline"),
        Rule.of(
            "pointer arithmetic on (\\w+) prohibited|R(\\d+) pointer .* prohibited"
                + "|tried to (?:subtract|add)|pointer \\+= pointer|32-bit pointer arithmetic",
            "this computation with a pointer is not allowed",
            "compute with numbers, and access members by name"),
        Rule.of(
            "last insn is not an exit or jmp|jump out of range",
            "the program runs over its end",
            "return on each path; a function without a body may be missing"),
        Rule.of(
            "unknown opcode 8d",
            "the program calls through a pointer to a function, which BPF cannot do",
            "call functions by their names, and compile with optimization: with -O0 calls of helpers"
                + " go through pointers too"),
        Rule.of(
            "unknown opcode ([0-9a-f]+)|BPF_\\w+ uses reserved fields",
            "this kernel does not know an instruction of the program",
            "compile for an older instruction set: --cflag -mcpu=v2"),
        Rule.of(
            "attach_btf_id|must be (?:a )?(?:function|typedef)|is not (?:a function|supported)",
            "the hook that the section names does not fit this type of program",
            "compare with %hooks"),
        Rule.of(
            "Caller passes invalid args|func#\\d+ args|Global function|arg#\\d+ .*global",
            "a global function cannot be verified for the arguments that it is called with",
            "make it static, or annotate its arguments with __arg_ctx, __arg_nonnull"));
  }

  private static Advice unset(String register) {
    return new Advice(
        register.equals("r0") || Integer.parseInt(register.substring(1)) > 5
            ? "a value is used here that was never set"
            : "a value is used here that was never set, or that a call has overwritten",
        "give the variable a value before, on each path",
        "");
  }

  private static Advice unreleased(MatchResult found, RegisterTrace scene) {
    var at =
        found.group(1) == null
            ? Optional.<Integer>empty()
            : Optional.of(Integer.parseInt(found.group(1)));
    var taken = at.flatMap(scene::callAt);
    return new Advice(
        "the program ends without giving back what "
            + taken.map(f -> f + " gave it").orElse("it took")
            + at.flatMap(scene::lineOf)
                .filter(l -> l.line() > 0)
                .map(l -> " in line " + l.line())
                .orElse(""),
        "release it on each path: " + taken.map(FlowRules::release).orElse(RELEASES),
        "");
  }

  /** What gives back what a function gave. */
  private static String release(String taken) {
    var name = taken.replace("()", "");
    if (name.equals("bpf_ringbuf_reserve_dynptr")) {
      return "bpf_ringbuf_submit_dynptr() or bpf_ringbuf_discard_dynptr(), also where nothing could"
          + " be reserved";
    }
    if (name.endsWith("ringbuf_reserve")) {
      return "bpf_ringbuf_submit() or bpf_ringbuf_discard()";
    }
    if (name.startsWith("bpf_sk") && name.contains("lookup")) {
      return "bpf_sk_release()";
    }
    return name.endsWith("_new")
        ? name.replaceFirst("_new$", "_destroy()")
        : name.matches("\\w+_(?:acquire|from_\\w+|create)")
            ? name.replaceFirst("_(?:acquire|from_\\w+|create)$", "_release()")
            : RELEASES;
  }

  private static Advice outOfRange(MatchResult found) {
    boolean callback = found.group(1).contains("callback");
    return new Advice(
        (callback ? "the callback returns " : "the program returns ")
            + returned(found.group(2))
            + ", and "
            + (callback ? "its caller" : "this hook")
            + " accepts "
            + found.group(3),
        callback ? "return 0 to go on, 1 to stop" : "return one of the values that the hook knows",
        "r0");
  }

  /** {@code smin=7 smax=7}, or of old {@code value (0x7; 0x0)}. */
  private static String returned(String words) {
    var range = words.replaceAll("\\bs?(?:min|max)=", "").split(" ");
    if (range.length == 2 && range[0].equals(range[1])) {
      return range[0];
    }
    return words.startsWith("smin") && range.length == 2
        ? "a number from " + range[0] + " to " + range[1]
        : words.startsWith("unknown") ? "any number" : words.replace("value ", "");
  }
}
