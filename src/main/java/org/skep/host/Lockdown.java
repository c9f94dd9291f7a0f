package org.skep.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** How far the kernel is locked against its own root. */
public enum Lockdown {
  NONE,
  /** The kernel cannot be changed: no {@code bpf_probe_write_user}. */
  INTEGRITY,
  /** Nor can its memory be read: BPF programs cannot trace. */
  CONFIDENTIALITY,
  /** The kernel does not tell: securityfs is not mounted, or it has no lockdown. */
  UNKNOWN;

  private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)\\]");

  /** The state of the running Linux. */
  public static Lockdown ofRunningLinux() {
    try {
      return parse(Files.readString(Path.of("/sys/kernel/security/lockdown")));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** The file lists all states, with the present one in brackets. */
  static Lockdown parse(String text) {
    var matcher = CHOSEN.matcher(text);
    if (!matcher.find()) {
      return UNKNOWN;
    }
    return switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
      case "none" -> NONE;
      case "integrity" -> INTEGRITY;
      case "confidentiality" -> CONFIDENTIALITY;
      default -> UNKNOWN;
    };
  }
}
