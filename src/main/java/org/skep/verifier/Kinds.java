package org.skep.verifier;

/** The verifier's names for what a register holds, in words. */
final class Kinds {
  private Kinds() {}

  static String words(String kind) {
    boolean maybe = kind.contains("_or_null");
    var base = kind.replace("_or_null", "");
    var words =
        switch (base) {
          case "scalar", "inv", "unknown" -> "a number";
          case "ctx" -> "the context";
          case "fp", "stack" -> "stack";
          case "pkt", "packet" -> "packet";
          case "pkt_end" -> "the end of the packet";
          case "pkt_meta" -> "metadata of the packet";
          case "map_ptr", "const_ptr_to_map" -> "a map";
          case "map_value", "value" -> "value of a map";
          case "map_key" -> "key of a map";
          case "mem", "alloc_mem", "ringbuf_mem" -> "memory";
          case "sock", "sock_common", "tcp_sock" -> "a socket";
          default -> ofKernel(base);
        };
    return maybe ? words + ", or NULL" : words;
  }

  private static String ofKernel(String base) {
    var type = base.replaceFirst("^(?:(?:trusted|untrusted|rcu|percpu|user)_)*ptr_", "");
    return type.equals(base) ? "'" + base + "'" : "a pointer to struct " + type;
  }
}
