package org.skep.bpf.load;

import java.util.List;
import java.util.Optional;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.VerifierException;
import org.skep.bpf.attach.AttachErrors;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.base.VerifierLogBuffer;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Uapi;

/** Says why Linux refused to load a program, and what would help. */
public final class LoadErrors {
  /** What the verifier's statistics say where it has looked at nothing. */
  private static final String UNREAD = "processed 0 insns";

  private LoadErrors() {}

  /**
   * The error of a refused load.
   *
   * @param log the verifier's words; empty where it was not the verifier
   * @param messages libbpf's words
   * @param explained what they mean, where that is known
   */
  static BpfException ofLoad(
      String program,
      String section,
      int type,
      int attachType,
      int errno,
      String log,
      List<String> messages,
      Optional<String> explained) {
    String operation = "load program '" + program + "'";
    boolean forbidden = Errno.EPERM.is(-errno) && (log.isBlank() || log.contains(UNREAD));
    if (!log.isBlank() && !forbidden) {
      return new VerifierException(program, errno, VerifierLogBuffer.summary(log, errno), log);
    }
    if (forbidden && needsTrampoline(type, attachType)) {
      return ofTrampoline(program);
    }
    if (forbidden && attachType == Uapi.BPF_TRACE_ITER) {
      return new UnsupportedFeatureException(
          operation,
          "this Linux rejects the iterator '"
              + section.substring(section.indexOf('/') + 1)
              + "', with EPERM and no verifier output",
          "it needs CAP_BPF and CAP_PERFMON; with these, run it in the VM (make vm), whose kernel allows"
              + " it");
    }
    if (Errno.ESRCH.is(-errno) && section.indexOf('/') > 0) {
      String target = section.substring(section.indexOf('/') + 1);
      return new SyscallException(operation, errno, unknownTarget(attachType, target));
    }
    boolean noTarget =
        Errno.EINVAL.is(-errno)
            && (saysAny(messages, "attach program FD is not set")
                || saysAny(messages, "no BTF-based attach target"));
    if (noTarget && type == Uapi.BPF_PROG_TYPE_EXT) {
      return new SyscallException(
          operation,
          errno,
          "no attach target: which function it replaces (--on "
              + program
              + "=NAME.PROGRAM:FUNCTION, or target() before loading)");
    }
    if (noTarget) {
      return new SyscallException(
          operation,
          errno,
          "no attach target (write SEC(\""
              + section
              + "/NAME\"), say --on "
              + program
              + "=NAME, or target() before loading)");
    }
    if (Errno.EPERM.is(-errno)) {
      return new SyscallException(
          operation,
          errno,
          "operation not permitted (EPERM; needs root or CAP_BPF, with CAP_PERFMON for tracing and"
              + " CAP_NET_ADMIN for networking)");
    }
    if (explained.isPresent()) {
      return new SyscallException(operation, errno, explained.get());
    }
    String meaning = meaning(program, section, messages);
    return new SyscallException(
        operation,
        errno,
        meaning.isEmpty() ? NativeObject.words(errno, own(program, messages)) : meaning);
  }

  /** The error of a program that needs a trampoline, where Linux has none. */
  static BpfException ofTrampoline(String program) {
    return new UnsupportedFeatureException(
        "load program '" + program + "'",
        "this Linux rejects BPF trampolines, with EPERM and no verifier output",
        "fentry, fexit, fmod_ret, LSM and freplace need them; use tp_btf, raw_tp or a tracepoint"
            + " here, or run it in the VM (make vm)");
  }

  /** What a program traces, and the kernel's types do not have. */
  public static String unknownTarget(int attachType, String target) {
    return "the kernel's types have no '"
        + target
        + "': "
        + switch (attachType) {
          case Uapi.BPF_TRACE_RAW_TP ->
              "no such tracepoint" + AttachErrors.rawTracepointHint(target);
          case Uapi.BPF_TRACE_ITER -> missing("iter:" + target);
          case Uapi.BPF_LSM_MAC, Uapi.BPF_LSM_CGROUP -> missing("lsm:" + target);
          default -> AttachErrors.function(target);
        };
  }

  private static String missing(String pattern) {
    return org.skep.host.hooks.Hooks.missing(pattern).orElse("it has no type there");
  }

  /** What libbpf's words mean; empty where they speak for themselves. */
  private static String meaning(String program, String section, List<String> messages) {
    if (messages.stream().noneMatch(m -> m.contains("missing BPF prog type"))) {
      return "";
    }
    if (section.equals(".text")) {
      return "no section (write its attach target before it, such as"
          + " SEC(\"tracepoint/syscalls/sys_enter_openat\"); what others call is static)";
    }
    String hint = SectionTypes.hint(section);
    return "section '"
        + section
        + "' is not known"
        + (hint.isEmpty() ? " (say its type by --type " + program + "=TYPE, such as xdp)" : hint);
  }

  /** Whether the kernel runs such a program through a trampoline that it writes for it. */
  static boolean needsTrampoline(int type, int attachType) {
    return switch (type) {
      case Uapi.BPF_PROG_TYPE_TRACING ->
          attachType != Uapi.BPF_TRACE_RAW_TP && attachType != Uapi.BPF_TRACE_ITER;
      case Uapi.BPF_PROG_TYPE_LSM, Uapi.BPF_PROG_TYPE_EXT -> true;
      default -> false;
    };
  }

  private static boolean saysAny(List<String> messages, String words) {
    return messages.stream().anyMatch(m -> m.contains(words));
  }

  /** What libbpf said, without the name that the operation has already. */
  private static List<String> own(String program, List<String> messages) {
    String prefix = "prog '" + program + "': ";
    return messages.stream()
        .map(m -> m.startsWith(prefix) ? m.substring(prefix.length()) : m)
        .filter(m -> !m.startsWith("failed to load: ") && !m.startsWith("failed to load object"))
        .toList();
  }
}
