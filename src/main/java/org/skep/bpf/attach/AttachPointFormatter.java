package org.skep.bpf.attach;

import java.util.Locale;

/** Says a place in words, as messages and summaries have it. */
final class AttachPointFormatter {
  private AttachPointFormatter() {}

  static String of(AttachPoint point) {
    return switch (point) {
      case AttachPoint.WithCookie p ->
          of(p.point()) + " with cookie " + Long.toUnsignedString(p.cookie());
      case AttachPoint.StructOps p -> "struct_ops '" + p.map() + "'";
      case AttachPoint.MapElements p -> "elements of map '" + p.map().name() + "'";
      case AttachPoint.Declared p -> "'" + p.section() + "'";
      case AttachPoint.Tracepoint p -> "tracepoint '" + p.category() + "/" + p.name() + "'";
      case AttachPoint.RawTracepoint p -> "raw tracepoint '" + p.name() + "'";
      case AttachPoint.Kprobe p ->
          (p.atReturn() ? "kretprobe '" : "kprobe '") + at(p.function(), p.offset()) + "'";
      case AttachPoint.KprobeMulti p -> "kernel functions '" + p.pattern() + "'" + when(p.moment());
      case AttachPoint.Ksyscall p ->
          "system call '" + p.name() + "'" + (p.atReturn() ? " at its return" : "");
      case AttachPoint.Uprobe p ->
          (p.atReturn() ? "uretprobe '" : "uprobe '")
              + p.binary()
              + ":"
              + at(p.function(), p.offset())
              + "'"
              + process(p.pid());
      case AttachPoint.UprobeMulti p ->
          "functions '"
              + p.binary()
              + ":"
              + p.pattern()
              + "'"
              + when(p.moment())
              + process(p.pid());
      case AttachPoint.Usdt p ->
          "USDT probe '"
              + p.binary()
              + ":"
              + p.provider()
              + ":"
              + p.name()
              + "'"
              + process(p.pid());
      case AttachPoint.Replacement p -> "function '" + p.function() + "' of " + p.program();
      case AttachPoint.Infrared p -> "infrared receiver '" + p.device() + "'";
      case AttachPoint.PerfEvent p ->
          "perf event '"
              + p.counter()
              + (p.period() > 0 ? "' every " + p.period() : "' at " + p.frequency() + " Hz")
              + (p.cpu() < 0 ? "" : " on CPU " + p.cpu())
              + process(p.pid());
      case AttachPoint.Network p -> of(p);
    };
  }

  private static String of(AttachPoint.Network point) {
    return switch (point) {
      case AttachPoint.Xdp p ->
          "interface '"
              + p.networkInterface()
              + "'"
              + (p.mode() == AttachPoint.Xdp.Mode.BEST ? "" : " in " + word(p.mode()) + " mode");
      case AttachPoint.Tcx p -> direction(p.ingress(), p.networkInterface());
      case AttachPoint.Tc p -> "clsact " + direction(p.ingress(), p.networkInterface());
      case AttachPoint.TcAction p ->
          "an action at the " + direction(p.ingress(), p.networkInterface());
      case AttachPoint.Route p ->
          "route to '"
              + p.destination()
              + "'"
              + (p.gateway().isEmpty() ? "" : " via '" + p.gateway() + "'")
              + " on interface '"
              + p.networkInterface()
              + "'";
      case AttachPoint.Netkit p ->
          (p.primary() ? "primary" : "peer") + " of netkit '" + p.networkInterface() + "'";
      case AttachPoint.Netfilter p ->
          "netfilter "
              + (p.ipv6() ? "ipv6 " : "ipv4 ")
              + word(p.hook())
              + " at priority "
              + p.priority();
      case AttachPoint.PacketSocket p ->
          "packet socket on interface '" + p.networkInterface() + "'";
      case AttachPoint.Socket p ->
          "socket "
              + p.descriptor()
              + (p.pid() == 0 ? " of this process" : " of process " + p.pid());
      case AttachPoint.SocketMap p -> "sockets of map '" + p.map().name() + "'";
      case AttachPoint.Cgroup p -> "cgroup '" + p.path() + "'";
      case AttachPoint.NetworkNamespace p -> "network namespace '" + p.path() + "'";
    };
  }

  private static String direction(boolean ingress, String networkInterface) {
    return (ingress ? "ingress" : "egress") + " of interface '" + networkInterface + "'";
  }

  private static String when(AttachPoint.Moment moment) {
    return switch (moment) {
      case ENTRY -> "";
      case RETURN -> " at their return";
      case BOTH -> " at their entry and return";
    };
  }

  private static String process(int pid) {
    return pid < 0 ? "" : pid == 0 ? " in this process" : " in process " + pid;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String at(String function, long offset) {
    String plus = offset == 0 ? "" : "0x" + Long.toHexString(offset);
    return function.isEmpty() || plus.isEmpty() ? function + plus : function + "+" + plus;
  }
}
