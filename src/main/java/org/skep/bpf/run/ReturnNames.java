package org.skep.bpf.run;

import java.util.List;

/** What the results of programs mean, by the types that give them names. */
final class ReturnNames {
  private static final List<String> XDP =
      List.of("XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT");
  private static final List<String> TC =
      List.of(
          "TC_ACT_UNSPEC",
          "TC_ACT_OK",
          "TC_ACT_RECLASSIFY",
          "TC_ACT_SHOT",
          "TC_ACT_PIPE",
          "TC_ACT_STOLEN",
          "TC_ACT_QUEUED",
          "TC_ACT_REPEAT",
          "TC_ACT_REDIRECT",
          "TC_ACT_TRAP");
  private static final List<String> FILTER = List.of("drop", "keep");
  private static final List<String> LOOKUP = List.of("SK_DROP", "SK_PASS");
  private static final List<String> NETFILTER = List.of("NF_DROP", "NF_ACCEPT");

  private ReturnNames() {}

  /** The name of a result; empty where it has none. */
  static String of(String type, int returned) {
    return switch (type) {
      case "xdp" -> at(XDP, returned);
      case "sched_cls", "sched_act" -> at(TC, returned + 1);
      case "cgroup_skb" -> at(FILTER, returned);
      case "socket_filter" -> returned == 0 ? "drop" : "";
      case "sk_lookup" -> at(LOOKUP, returned);
      case "netfilter" -> at(NETFILTER, returned);
      default -> "";
    };
  }

  private static String at(List<String> names, int index) {
    return index >= 0 && index < names.size() ? names.get(index) : "";
  }
}
