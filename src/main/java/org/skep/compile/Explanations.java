package org.skep.compile;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;

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
              "call to undeclared library function '(str\\w+)'.*",
              "BPF has no C library, and so no '$1': bpf_strncmp(text, sizeof(text), \"word\")"
                  + " compares with a constant text (Linux 5.17 and later),"
                  + " bpf_probe_read_kernel_str() copies a text"),
          Rule.of(
              "call to undeclared library function '(malloc|calloc|realloc|free|alloca)'.*",
              "BPF has no C library, and so no '$1': keep large variables in a per-CPU array map of"
                  + " one entry"),
          Rule.of(
              "call to undeclared library function '(v?f?printf|puts|putchar)'.*",
              "BPF has no C library, and so no '$1': bpf_printk(\"%d\", n) writes a line that %trace"
                  + " shows"),
          Rule.of(
              "call to undeclared library function '(v?sn?printf)'.*",
              "BPF has no C library, and so no '$1': BPF_SNPRINTF(text, sizeof(text), \"%d\", n)"
                  + " formats a text (Linux 5.13 and later)"),
          Rule.of(
              "call to undeclared(?: library)? function '(get(?:p?pid|tid))'.*",
              "BPF has no C library, and so no '$1': bpf_get_current_pid_tgid() >> 32 is the PID, its"
                  + " lower 32 bits are the TID"),
          Rule.of(
              "call to undeclared(?: library)? function '(gete?[ug]id)'.*",
              "BPF has no C library, and so no '$1': the lower 32 bits of bpf_get_current_uid_gid()"
                  + " are the UID, the upper ones the GID"),
          Rule.of(
              "call to undeclared(?: library)? function '(time|clock|clock_gettime|gettimeofday|ktime_get\\w*)'.*",
              "BPF has no '$1': bpf_ktime_get_ns() is the time since boot in nanoseconds"),
          Rule.of(
              "call to undeclared(?: library)? function '((?:u|nano|m)?sleep)'.*",
              "a BPF program cannot sleep, and so has no '$1': bpf_timer (Linux 5.15 and later) runs"
                  + " a function after some time"),
          Rule.of(
              "call to undeclared(?: library)? function '(s?rand|random|get_random_u32)'.*",
              "BPF has no '$1': bpf_get_prandom_u32() is a random number"),
          Rule.of(
              "call to undeclared(?: library)? function '(exit|_exit|abort|assert)'.*",
              "BPF has no C library, and so no '$1': return ends the program"),
          Rule.of(
              "call to undeclared(?: library)? function '(f?open|f?read|f?write|f?close|fgets|ioctl|socket|send|recv|kill|fork|system|execve?)'.*",
              "a BPF program makes no system calls, and so has no '$1': do it in Java or %%sh, with"
                  + " a map or a ring buffer between"),
          Rule.of(
              "call to undeclared(?: library)? function '(n|h)to(h|n)(s|l)'.*",
              "BPF has no C library, and so no '$1to$2$3': bpf_$1to$2$3() of bpf/bpf_endian.h"),
          Rule.of(
              "call to undeclared(?: library)? function '(printk|pr_\\w+)'.*",
              "BPF programs have no '$1': bpf_printk(\"%d\", n) writes a line that %trace shows"),
          Rule.of(
              "call to undeclared(?: library)? function '(copy_from_user|strncpy_from_user|get_user)'.*",
              "BPF programs have no '$1': bpf_probe_read_user() and bpf_probe_read_user_str() read"
                  + " memory of a process"),
          Rule.of(
              "use of undeclared identifier 'errno'.*",
              "BPF has no errno: a helper returns a negative error number, such as -2 for ENOENT"),
          Rule.of(
              "use of undeclared identifier 'current'.*",
              "BPF has no 'current': bpf_get_current_task_btf() (Linux 5.11 and later) or (struct"
                  + " task_struct *)bpf_get_current_task() is the running task"),
          Rule.of(
              "use of undeclared identifier 'jiffies'.*",
              "BPF has no 'jiffies': bpf_jiffies64() counts them, bpf_ktime_get_ns() nanoseconds"),
          Rule.of(
              ".*built-in function '__\\w*[sdt]f\\w*' is not supported.*",
              "BPF has no floating-point numbers: compute with integers, such as thousandths"),
          Rule.of(
              ".*built-in function '__\\w*ti\\w*' is not supported.*",
              "BPF has no numbers of 128 bits"),
          Rule.of(
              ".*built-in function '(mem\\w+)' is not supported.*",
              "$1 of a size that is not constant or above 1,024 bytes cannot be compiled for BPF: use"
                  + " bpf_probe_read_kernel(), or a loop with a constant bound"),
          Rule.of(
              ".*unsupported signed division.*",
              "a division of signed numbers needs the instruction set of --cflag -mcpu=v4, which Linux"
                  + " 6.6 and later have: or divide unsigned numbers"),
          Rule.of(
              ".*[Ii]nvalid usage of the XADD return value.*",
              "the result of an atomic operation needs the instruction set of -mcpu=v3, which Linux"
                  + " 5.12 and later have"));

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

  /**
   * To be asked once nothing else is tried: what is tried goes by clang's own words. Names the
   * header that was probably meant, of those that other cells define.
   */
  static Diagnostic explain(Diagnostic error, BpfSource source) {
    var missing = MISSING.matcher(error.message());
    if (!missing.find() || source.headers().isEmpty()) {
      return error.withMessage(explain(error.message()));
    }
    return error.withMessage(
        error.message()
            + " (cells define "
            + OldMaps.list(source.headers().stream().map(BpfSource.Header::name).toList())
            + ")");
  }

  private static String explain(String message) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern().matcher(message);
      if (matcher.find()) {
        return rule.words().apply(message);
      }
    }
    return message;
  }
}
