package org.skep.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;

/** Says in plain words what clang's message means for a BPF program, where clang cannot know. */
final class Explanations {
  private record Rule(Pattern pattern, UnaryOperator<String> words) {
    static Rule of(String regex, String words) {
      var pattern = Pattern.compile(regex);
      return new Rule(pattern, m -> pattern.matcher(m).replaceFirst(words));
    }
  }

  private static final List<Rule> RULES =
      List.of(
          Rule.of(
              ".*Looks like the BPF stack limit is exceeded.*",
              "the stack of a BPF program is 512 bytes, and this function needs more: keep large"
                  + " variables in a per-CPU array map"),
          Rule.of(
              "use of undeclared identifier '(SCX_\\w+)'.*",
              "'$1' is not among the types of this Linux: it was built without sched_ext"
                  + " (CONFIG_SCHED_CLASS_EXT, from Linux 6.12 on)"),
          Rule.of(
              ".* too many arguments$",
              "a BPF function takes five arguments at most: pass a pointer to a struct instead"),
          Rule.of(
              ".*[Ii]nvalid usage of the XADD return value.*",
              "the result of an atomic operation needs the instruction set of -mcpu=v3, which Linux"
                  + " 5.12 and later have"));

  private static final Pattern REDEFINED = Pattern.compile("redefinition of '(\\w+)'.*");

  private static final Pattern MISSING = Pattern.compile("'([^']+)' file not found");
  private static final Pattern BCC =
      Pattern.compile(
          "\\b(?:BPF_(?:HASH|ARRAY|HISTOGRAM|PERF_OUTPUT|RINGBUF_OUTPUT|PERCPU_ARRAY|PERCPU_HASH"
              + "|STACK_TRACE|TABLE|QUEUE|LPM_TRIE|PROG_ARRAY)|TRACEPOINT_PROBE|RAW_TRACEPOINT_PROBE"
              + "|KFUNC_PROBE|KRETFUNC_PROBE|LSM_PROBE)\\s*\\(|\\bint\\s+k(?:ret)?probe__\\w+\\s*\\(");
  private static final Pattern BPFTRACE =
      Pattern.compile(
          "^\\s*(?:(?:tracepoint|t|kprobe|kretprobe|k|kr|uprobe|uretprobe|usdt|fentry|fexit|kfunc"
              + "|kretfunc|software|hardware|profile|interval|rawtracepoint):[^\\s;{]+|BEGIN|END)"
              + "\\s*(?:/[^\\n]*/\\s*)?\\{",
          Pattern.MULTILINE);

  private Explanations() {}

  /** That a text is of another language than C with libbpf; empty where it is not. */
  static String dialect(String text) {
    if (BCC.matcher(text).find()) {
      return "\nthis is BCC's dialect, which BCC rewrites before it is C. Here a map is struct {"
          + " __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, u32);"
          + " __type(value, u64); } counts SEC(\".maps\"), reached by bpf_map_lookup_elem(&counts,"
          + " &key), and a hook is SEC(\"tracepoint/...\") before its function";
    }
    if (BPFTRACE.matcher(text).find()) {
      return "\nthis is a script of bpftrace. Here a program is a function of C with its hook before"
          + " it: SEC(\"tracepoint/syscalls/sys_enter_openat\") int count(void *ctx) { ... }";
    }
    return "";
  }

  /** Names the header that was probably meant, of those that other cells define. */
  static Diagnostic nameNearest(Diagnostic error, BpfSource source) {
    var missing = MISSING.matcher(error.message());
    if (!missing.find() || source.headers().isEmpty()) {
      return error;
    }
    return error.withMessage(
        error.message()
            + " (cells define "
            + OldMaps.list(source.headers().stream().map(BpfSource.Header::name).toList())
            + ")");
  }

  static String explain(String message) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern().matcher(message);
      if (matcher.find()) {
        return rule.words().apply(message);
      }
    }
    return message;
  }

  /**
   * Adds to a redefinition that the first definition is the kernel's: the user never wrote it, and
   * would look for it in vain.
   */
  static List<Diagnostic> nameTheKernel(List<Diagnostic> diagnostics) {
    var result = new ArrayList<>(diagnostics);
    for (int i = 0; i + 1 < result.size(); i++) {
      var error = result.get(i);
      var note = result.get(i + 1);
      var matcher = REDEFINED.matcher(error.message());
      if (error.severity() == Severity.ERROR
          && matcher.matches()
          && note.message().startsWith("previous definition")
          && note.file().endsWith("vmlinux.h")) {
        result.set(
            i,
            error.withMessage(
                error.message()
                    + ": '"
                    + matcher.group(1)
                    + "' is a type of the kernel, which vmlinux.h defines: rename yours"));
      }
    }
    return List.copyOf(result);
  }
}
