package org.skep.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.skep.NativeLibraryException;
import org.skep.doctor.HeldDescriptors.Result;
import org.skep.host.Capabilities;
import org.skep.host.Capability;
import org.skep.internal.ffi.Errno;

/** Every way to attach, tried with a program of two instructions that changes nothing. */
final class AttachChecks {
  private static final String AREA = "attach";
  static final String LAB = "or use the virtual machine (make vm)";

  static final String TRAMPOLINES = "BPF trampolines not supported by this kernel";

  private final Attempts attempts;
  private final HeldDescriptors descriptors;

  private AttachChecks(HeldDescriptors descriptors) {
    this.descriptors = descriptors;
    this.attempts = new Attempts(descriptors);
  }

  static List<Check> all() {
    try (var descriptors = new HeldDescriptors()) {
      return new AttachChecks(descriptors).run();
    } catch (NativeLibraryException e) {
      return List.of();
    }
  }

  private List<Check> run() {
    var checks = new ArrayList<Check>();
    checks.add(
        plain(
            "tracepoint",
            attempts::tracepoint,
            "tracefs, mounted and readable: as root, or for a group by its mount options gid= and"
                + " mode=750"));
    checks.add(plain("raw_tp", attempts::rawTracepoint, "a kernel built with CONFIG_BPF_EVENTS"));
    checks.add(plain("tp_btf", attempts::typedTracepoint, "a kernel with BTF"));
    String kprobes =
        "a kernel built with CONFIG_KPROBE_EVENTS; here use tracepoint or tp_btf, " + LAB;
    checks.add(plain("kprobe", () -> attempts.probe("kprobe", false), kprobes));
    checks.add(plain("kretprobe", () -> attempts.probe("kprobe", true), kprobes));
    checks.add(
        plain("kprobe.multi", attempts::manyKprobes, "Linux 5.18 or later with CONFIG_FPROBE"));
    checks.add(
        plain(
            "kprobe.session",
            attempts::kprobeSession,
            "Linux 6.10 or later with CONFIG_FPROBE; before, a kprobe and a kretprobe"));
    String uprobes = "a kernel built with CONFIG_UPROBE_EVENTS";
    checks.add(
        plain("uprobe", () -> attempts.probe("uprobe", false), uprobes, Capability.SYS_ADMIN));
    checks.add(
        plain("uretprobe", () -> attempts.probe("uprobe", true), uprobes, Capability.SYS_ADMIN));
    checks.add(
        plain("uprobe.multi", attempts::manyUprobes, "Linux 6.6 or later with CONFIG_UPROBES"));
    checks.add(
        plain(
            "uprobe.session",
            attempts::uprobeSession,
            "Linux 6.13 or later; before, a uprobe and a uretprobe"));
    checks.add(plain("perf_event", attempts::perfEvent, "a kernel built with CONFIG_PERF_EVENTS"));
    checks.add(trampoline("fentry", attempts::fentry));
    checks.add(trampoline("fexit", attempts::fexit));
    checks.add(trampoline("fmod_ret", attempts::fmodRet));
    checks.add(trampoline("lsm", attempts::lsm));
    checks.add(plain("iter", attempts::iterator, "a kernel with BTF, Linux 5.8 or later"));
    checks.addAll(networks());
    checks.add(plain("test run", attempts::testRun, "Linux 4.12 or later"));
    checks.add(
        plain("run statistics", attempts::statistics, "Linux 5.8 or later, and CAP_SYS_ADMIN"));
    return checks;
  }

  /** In a network of their own where this process may make one. */
  private List<Check> networks() {
    var checks = new ArrayList<Check>();
    new NetworkAttempts(attempts, descriptors)
        .each(
            (what, result, remedy) ->
                checks.add(
                    plain(
                        what,
                        () -> result,
                        remedy,
                        Capability.NET_ADMIN,
                        Capability.SYS_ADMIN))); // the latter makes namespaces
    return checks;
  }

  /**
   * @param needed what it asks for besides CAP_BPF and CAP_PERFMON, in the order in which it does
   */
  private static Check plain(
      String what, Supplier<Result> attempt, String remedy, Capability... needed) {
    Result result = attempt.get();
    if (result.works()) {
      return Check.yes(AREA, what, "OK");
    }
    Capabilities own = Capabilities.ofThisProcess();
    boolean refused = Errno.EPERM.is(result.code()) || Errno.EACCES.is(result.code());
    if (!refused || own.has(Capability.SYS_ADMIN)) {
      return Check.no(AREA, what, words(result), remedy);
    }
    String lacked =
        own.allowBpf()
            ? Stream.of(needed).filter(c -> !own.has(c)).findFirst().map(c -> "" + c).orElse("")
            : "CAP_BPF and CAP_PERFMON";
    return Check.no(
        AREA,
        what,
        words(result),
        lacked.isEmpty() ? remedy : "run Jupyter as root, or with " + lacked);
  }

  /**
   * Trampolines are code that the kernel writes while it runs. Some kernels do not let it, and say
   * EPERM without a word from the verifier, which has nothing to do with the limit of locked
   * memory.
   */
  private static Check trampoline(String what, Supplier<Result> attempt) {
    Result result = attempt.get();
    boolean rights = Capabilities.ofThisProcess().allowBpf();
    if (result.works() || !rights || !Errno.EPERM.is(result.code())) {
      return result.works()
          ? Check.yes(AREA, what, "OK")
          : plain(what, () -> result, trampolineRemedy(what));
    }
    return Check.no(
        AREA,
        what,
        words(result) + "; this process has the rights, and it is not memlock: " + TRAMPOLINES,
        what.equals("lsm") ? LAB.replaceFirst("^or ", "") : "use tp_btf or a tracepoint, " + LAB);
  }

  /** Whether this Linux refuses to make trampolines for whoever asks. */
  static boolean refusesTrampolines(List<Check> attaching) {
    return attaching.stream()
        .anyMatch(c -> c.what().equals("fentry") && c.detail().contains(TRAMPOLINES));
  }

  private static String trampolineRemedy(String what) {
    return what.equals("lsm")
        ? "a kernel built with CONFIG_BPF_LSM and booted with bpf in its lsm= list"
        : "a kernel with BTF and ftrace (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS), " + LAB;
  }

  private static String words(Result result) {
    int errno = -result.code();
    return result.step() + ": " + Errno.wordsOf(errno) + " (" + Errno.nameOf(errno) + ")";
  }
}
