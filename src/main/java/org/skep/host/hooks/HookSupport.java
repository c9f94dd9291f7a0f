package org.skep.host.hooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.host.Capabilities;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/** Whether the running Linux attaches programs to kinds of hooks; asked once, where that costs. */
final class HookSupport {
  private static final Path KPROBES = Path.of("/sys/bus/event_source/devices/kprobe");
  private static final Path SECURITY_MODULES = Path.of("/sys/kernel/security/lsm");
  private static final int BPF_TRACE_FENTRY = 24;
  private static final int BPF_LSM_MAC = 27;

  /** A function that the kernel keeps for such trials, and a hook that every kernel has. */
  private static final String QUIET_FUNCTION = "bpf_fentry_test1";

  private static final String SECURITY_HOOK = "bpf_lsm_file_open";

  private static final Map<Hook.Kind, Optional<String>> KNOWN = new EnumMap<>(Hook.Kind.class);

  private HookSupport() {}

  /** Why programs cannot be attached to hooks of a kind here, and what else to use. */
  static Optional<String> trouble(Hook.Kind kind) {
    return switch (kind) {
      case KPROBE ->
          Files.exists(KPROBES)
              ? Optional.empty()
              : Optional.of(
                  "This Linux has no kprobes (built without CONFIG_KPROBE_EVENTS): use tracepoint,"
                      + " raw_tp or tp_btf here.");
      case FENTRY, LSM -> tried(kind);
      case TP_BTF ->
          RunningTypes.find().isPresent()
              ? Optional.empty()
              : Optional.of("This Linux does not describe its types (CONFIG_DEBUG_INFO_BTF).");
      case TRACEPOINT, RAW_TP, ITER, UPROBE, USDT -> Optional.empty();
    };
  }

  private static Optional<String> tried(Hook.Kind kind) {
    synchronized (KNOWN) {
      Optional<String> known = KNOWN.get(kind);
      if (known == null) {
        known = RunningTypes.find().flatMap(btf -> attempt(btf, kind));
        KNOWN.put(kind, known);
      }
      return known.or(() -> kind == Hook.Kind.LSM ? inactive() : Optional.empty());
    }
  }

  /** Loads the smallest program for such a hook, and lets it go. */
  private static Optional<String> attempt(Btf btf, Hook.Kind kind) {
    boolean lsm = kind == Hook.Kind.LSM;
    Optional<TypeId> function =
        btf.findAll(lsm ? SECURITY_HOOK : QUIET_FUNCTION).stream()
            .filter(id -> btf.type(id) instanceof BtfType.Function)
            .findFirst();
    if (function.isEmpty()) {
      return Optional.of(
          "This Linux has no " + kind + " programs (CONFIG_BPF_LSM, CONFIG_BPF_JIT).");
    }
    int result =
        BpfSyscall.load(
            lsm ? Uapi.BPF_PROG_TYPE_LSM : Uapi.BPF_PROG_TYPE_TRACING,
            lsm ? BPF_LSM_MAC : BPF_TRACE_FENTRY,
            function.get().value(),
            0xb7,
            0x95);
    if (result >= 0) {
      Libc.close(result);
      return Optional.empty();
    }
    if (Errno.EPERM.is(result) && Capabilities.ofThisProcess().allowBpf()) {
      return Optional.of(
          "This Linux rejects BPF trampolines, which "
              + kind
              + " needs: use "
              + (lsm ? "a tracepoint" : "tp_btf, raw_tp or a tracepoint")
              + " here.");
    }
    return Optional.of(
        kind
            + " programs are rejected here ("
            + Errno.nameOf(-result)
            + "; %doctor attach says more).");
  }

  private static Optional<String> inactive() {
    try {
      return Files.readString(SECURITY_MODULES).contains("bpf")
          ? Optional.empty()
          : Optional.of(
              "LSM programs load here but never run: boot with bpf in lsm=... to switch them on.");
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
