package org.skep.btf;

import java.util.Locale;
import java.util.Optional;

/**
 * What a number or some bytes mean, as a marker on a member says ({@code btf_decl_tag("skep:ns")}),
 * or its type.
 */
public enum Format {
  /** Nothing beyond its type. */
  NONE(""),
  /** A duration in nanoseconds. */
  NANOS("ns"),
  /** A size in bytes. */
  BYTES("bytes"),
  /** An IPv4 address: 4 bytes in the order of the network. */
  IPV4("ipv4"),
  /** An IPv6 address: 16 bytes. */
  IPV6("ipv6"),
  /** A hardware address: 6 bytes. */
  MAC("mac"),
  /**
   * A port in the order of the network: 16 bits, or a wider number that such 16 bits were assigned
   * to.
   */
  PORT("port"),
  /** An address of the running Linux's code or data. */
  KSYM("ksym"),
  /** The number of a stack of the running Linux, in a map of stack traces. */
  KSTACK("kstack"),
  /** The number of a stack of a process, in a map of stack traces. */
  USTACK("ustack"),
  /** An error number, of either sign. */
  ERRNO("errno"),
  /** The number of a signal. */
  SIGNAL("signal"),
  /** The number of a system call. */
  SYSCALL("syscall"),
  /** A time in nanoseconds since boot. */
  TIME("time"),
  /** The number of a control group. */
  CGROUP("cgroup"),
  /** The number of a device: 12 bits major, 20 bits minor. */
  DEV("dev"),
  /** The number of a network interface. */
  IFINDEX("ifindex"),
  /** The kernel's number of a program. */
  PROGRAM("program"),
  /** The kernel's number of a map. */
  MAP("map"),
  /** A number that is read best in hexadecimal. */
  HEX("hex");

  private static final String PREFIX = "skep:";

  private final String word;

  Format(String word) {
    this.word = word;
  }

  /** The word by which a marker or an option calls it, such as {@code ns}. */
  public String word() {
    return word;
  }

  /** The format of a declaration tag, such as {@code skep:ns}; empty for other tags. */
  public static Optional<Format> ofTag(String tag) {
    return tag.startsWith(PREFIX) ? ofWord(tag.substring(PREFIX.length())) : Optional.empty();
  }

  /** The format that this word calls. */
  public static Optional<Format> ofWord(String word) {
    String wanted = word.strip().toLowerCase(Locale.ROOT);
    for (Format format : values()) {
      if (format != NONE && format.word.equals(wanted)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
