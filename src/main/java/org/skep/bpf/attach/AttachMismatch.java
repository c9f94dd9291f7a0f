package org.skep.bpf.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.skep.host.KernelSymbols;
import org.skep.host.PossibleCpus;
import org.skep.host.Syscalls;
import org.skep.host.hooks.Hook;
import org.skep.text.Nearest;

/** What does not fit together: a program and a place, or a name and what has none of that name. */
public final class AttachMismatch {
  private AttachMismatch() {}

  /** Whether programs of a type are attached to attach points of this kind. */
  public static boolean fits(int type, AttachPoint point) {
    return AttachKind.of(point).fits(type);
  }

  /** Where a program goes instead, in brackets; empty where its section does not tell. */
  public static String goes(int type, String section) {
    return switch (SectionTarget.declared(type, section)) {
      case SectionTarget.At(AttachPoint point) -> " (its section says " + point.describe() + ")";
      case SectionTarget.Needs(String what, String _) -> " (it needs " + what + ")";
      case SectionTarget.Never(String reason) -> " (" + reason + ")";
    };
  }

  /** That the name of a kernel function or system call is wrong too, where kprobes are missing. */
  static String unknownToo(AttachPoint point) {
    return switch (point) {
      case AttachPoint.Kprobe k when KernelSymbols.ofRunningLinux().named(k.function()).isEmpty() ->
          AttachErrors.function(k.function()) + "; besides, ";
      case AttachPoint.Ksyscall k when Syscalls.ofThisMachine().number(k.name()).isEmpty() ->
          systemCall(k.name()) + "; besides, ";
      case AttachPoint.WithCookie c -> unknownToo(c.point());
      default -> "";
    };
  }

  /** Why a system call cannot be found. */
  static String systemCall(String name) {
    Syscalls known = Syscalls.ofThisMachine();
    return known.number(name).isPresent()
        ? "this Linux has no function for this system call"
        : "no such system call" + Nearest.hint(name, known.names());
  }

  /** What is missing in a binary, or of it; empty where everything is there. */
  static String inBinary(AttachPoint point, List<String> messages) {
    return switch (point) {
      case AttachPoint.Uprobe u when !u.function().isEmpty() ->
          missing("uprobe:" + u.binary() + ":" + u.function());
      case AttachPoint.UprobeMulti u -> missing("uprobe:" + u.binary() + ":" + u.pattern());
      case AttachPoint.Usdt u ->
          Optional.of(missing("usdt:" + u.binary() + ":" + u.provider() + ":" + u.name()))
              .filter(m -> !m.isEmpty())
              .orElse(
                  messages.stream().anyMatch(m -> m.contains("USDT support BPF maps"))
                      ? "the program was compiled without libbpf's support for USDT (#include"
                          + " <bpf/usdt.bpf.h>, and write it with BPF_USDT)"
                      : "");
      case AttachPoint.WithCookie c -> inBinary(c.point(), messages);
      default -> "";
    };
  }

  private static String missing(String pattern) {
    return org.skep.host.hooks.Hooks.missing(pattern).orElse("");
  }

  /** Why a place that is there does not take the program; empty where that is not known. */
  static String place(AttachPoint point) {
    return switch (point) {
      case AttachPoint.Socket s ->
          "this socket takes no such program (for sk_reuseport it has to be bound with SO_REUSEPORT)";
      case AttachPoint.Kprobe k -> kprobe(k);
      case AttachPoint.StructOps _ ->
          "the kernel rejects the table (EINVAL; a function that it requires is missing, or its"
              + " '.name' is empty or too long)";
      case AttachPoint.PerfEvent p when p.cpu() >= PossibleCpus.count() ->
          "no such CPU (there are " + PossibleCpus.count() + ", from 0 on)";
      case AttachPoint.Uprobe u when u.offset() > 0 -> pastTheEnd(u);
      case AttachPoint.WithCookie c -> place(c.point());
      default -> "";
    };
  }

  private static String kprobe(AttachPoint.Kprobe point) {
    long count =
        KernelSymbols.ofRunningLinux().named(point.function()).stream()
            .filter(KernelSymbols.Symbol::isFunction)
            .count();
    if (count > 1) {
      return count
          + " functions have this name (it is ambiguous; fentry or a tracepoint near it may do)";
    }
    return point.offset() > 0
        ? "no instruction begins at that offset"
        : "the kernel allows no kprobe in this function (it is part of how probes work; try its"
            + " caller)";
  }

  /** That an offset is no place in the file. */
  private static String pastTheEnd(AttachPoint.Uprobe u) {
    List<Hook> functions =
        u.function().isEmpty()
            ? List.of()
            : org.skep.host.hooks.Hooks.find("uprobe:" + u.binary() + ":" + u.function());
    try {
      long size = Files.size(Path.of(functions.isEmpty() ? u.binary() : file(functions)));
      return u.offset() >= size
          ? "the file ends before that offset (it has " + size + " bytes)"
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String file(List<Hook> functions) {
    String name = functions.getFirst().name();
    return name.substring(0, name.lastIndexOf(':'));
  }
}
