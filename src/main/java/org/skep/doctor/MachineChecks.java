package org.skep.doctor;

import static org.skep.doctor.Check.limited;
import static org.skep.doctor.Check.no;
import static org.skep.doctor.Check.yes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.host.Capabilities;
import org.skep.host.Capability;
import org.skep.host.KernelSymbols;
import org.skep.host.LinuxVersion;
import org.skep.host.Lockdown;
import org.skep.host.LockedMemory;
import org.skep.host.Mounts;

/** The settings of the running Linux. */
final class MachineChecks {
  private static final String AREA = "machine";
  private static final Path SETTINGS = Path.of("/proc/sys/kernel");
  private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");

  private MachineChecks() {}

  static List<Check> all() {
    LinuxVersion linux = LinuxVersion.running();
    return List.of(
        version(linux),
        types(),
        capabilities(Capabilities.ofThisProcess()),
        lockdown(Lockdown.ofRunningLinux()),
        memory(linux),
        mount("bpffs", "bpf", Path.of("/sys/fs/bpf"), "maps and programs cannot be pinned"),
        mount("tracefs", "tracefs", Path.of("/sys/kernel/tracing"), "no tracepoints are listed"),
        cgroups(),
        symbols(),
        perf(setting("perf_event_paranoid")),
        unprivileged(setting("unprivileged_bpf_disabled")),
        compiler(linux));
  }

  static Check version(LinuxVersion linux) {
    String remedy = "boot Linux 5.8 or later, better 6.1 or later";
    if (!linux.isAtLeast(5, 8)) {
      return no(AREA, "kernel", linux.release() + ": older than ring buffers and CAP_BPF", remedy);
    }
    return linux.isAtLeast(6, 1)
        ? yes(AREA, "kernel", linux.release())
        : limited(AREA, "kernel", linux.release() + ": the newest features are missing", remedy);
  }

  private static Check types() {
    try {
      return yes(AREA, "BTF", TYPES + ", " + (Files.size(TYPES) >> 10) + " KiB");
    } catch (IOException e) {
      return no(
          AREA,
          "BTF",
          "the running Linux does not describe its types: no vmlinux.h, tp_btf, fentry, LSM",
          "boot a kernel built with CONFIG_DEBUG_INFO_BTF (those of the distributions are)");
    }
  }

  static Check capabilities(Capabilities rights) {
    String has = names(rights, true);
    String lacks = names(rights, false);
    String detail = (has.isEmpty() ? "none" : has) + (lacks.isEmpty() ? "" : "; not " + lacks);
    if (!rights.allowBpf()) {
      return no(
          AREA,
          "capabilities",
          detail,
          "run Jupyter as root, or give it CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN");
    }
    return rights.has(Capability.SYS_ADMIN) || rights.has(Capability.NET_ADMIN)
        ? yes(AREA, "capabilities", detail)
        : limited(AREA, "capabilities", detail, "CAP_NET_ADMIN is for programs of the network");
  }

  private static String names(Capabilities rights, boolean has) {
    return Arrays.stream(Capability.values())
        .filter(c -> rights.has(c) == has)
        .map(Capability::toString)
        .collect(Collectors.joining(", "));
  }

  static Check lockdown(Lockdown lockdown) {
    String remedy = "boot without lockdown=" + lockdown.name().toLowerCase(java.util.Locale.ROOT);
    return switch (lockdown) {
      case NONE -> yes(AREA, "lockdown", "none");
      case UNKNOWN ->
          yes(
              AREA,
              "lockdown",
              "the kernel does not tell (no lockdown, or securityfs is not mounted)");
      case INTEGRITY ->
          limited(
              AREA, "lockdown", "integrity: no bpf_probe_write_user", remedy + ", if you need it");
      case CONFIDENTIALITY ->
          no(AREA, "lockdown", "confidentiality: programs cannot read the kernel's memory", remedy);
    };
  }

  /** Before 5.11 maps counted as locked memory; a small limit then looks like missing rights. */
  static Check memory(LinuxVersion linux) {
    String limit = LockedMemory.limit();
    if (linux.isAtLeast(5, 11)) {
      return yes(
          AREA, "memlock", limit + "; BPF is counted to the cgroup instead since Linux 5.11");
    }
    return limit.equals("unlimited")
        ? yes(AREA, "memlock", limit)
        : limited(
            AREA,
            "memlock",
            limit + " bounds all maps and programs",
            "as root: ulimit -l unlimited");
  }

  private static Check mount(String what, String type, Path place, String without) {
    return Mounts.find(type)
        .map(at -> yes(AREA, what, "mounted at " + at))
        .orElseGet(
            () ->
                limited(
                    AREA,
                    what,
                    "not mounted: " + without,
                    "as root: mount -t " + type + " " + type + " " + place));
  }

  private static Check cgroups() {
    return Mounts.cgroup2()
        .map(at -> yes(AREA, "cgroup2", "mounted at " + at))
        .orElseGet(
            () ->
                limited(
                    AREA,
                    "cgroup2",
                    "not mounted: no programs for cgroups",
                    "as root: mkdir -p /run/cgroup2 && mount -t cgroup2 cgroup2 /run/cgroup2"));
  }

  private static Check symbols() {
    KernelSymbols symbols = KernelSymbols.ofRunningLinux();
    return symbols.restricted()
        ? limited(
            AREA, "kallsyms", "addresses are hidden: stacks have no names", KernelSymbols.remedy())
        : yes(AREA, "kallsyms", String.format("%,d symbols", symbols.count()));
  }

  static Check perf(Optional<String> level) {
    String what = "perf_event_paranoid";
    boolean privileged =
        Capabilities.ofThisProcess().has(Capability.SYS_ADMIN)
            || Capabilities.ofThisProcess().has(Capability.PERFMON);
    String detail = level.orElse("not readable");
    return privileged
        ? yes(AREA, what, detail + ", which does not bind this process")
        : limited(
            AREA,
            what,
            detail + " binds this process",
            "give it CAP_PERFMON, or as root: sysctl kernel.perf_event_paranoid=-1");
  }

  private static Check unprivileged(Optional<String> level) {
    String what = "unprivileged_bpf_disabled";
    boolean privileged = Capabilities.ofThisProcess().allowBpf();
    String detail = level.orElse("not readable");
    return privileged || level.equals(Optional.of("0"))
        ? yes(AREA, what, detail + (privileged ? ", which does not bind this process" : ""))
        : no(
            AREA,
            what,
            detail + ": bpf() is refused without CAP_BPF",
            "give it CAP_BPF, or be root");
  }

  private static Check compiler(LinuxVersion linux) {
    try {
      String on = Files.readString(Path.of("/proc/sys/net/core/bpf_jit_enable")).strip();
      return on.equals("0")
          ? limited(
              AREA, "JIT", "off: programs are interpreted", "sysctl net.core.bpf_jit_enable=1")
          : yes(AREA, "JIT", "on (" + on + ")");
    } catch (IOException e) {
      return limited(AREA, "JIT", "Linux " + linux + " does not tell", "");
    }
  }

  private static Optional<String> setting(String name) {
    try {
      return Optional.of(Files.readString(SETTINGS.resolve(name)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
