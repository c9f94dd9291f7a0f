package org.skep.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A version of Linux.
 *
 * @param release the whole name, such as {@code 6.12.9-amd64}
 */
public record LinuxVersion(int major, int minor, int patch, String release)
    implements Comparable<LinuxVersion> {
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
  private static final Comparator<LinuxVersion> ORDER =
      Comparator.comparingInt(LinuxVersion::major)
          .thenComparingInt(LinuxVersion::minor)
          .thenComparingInt(LinuxVersion::patch);

  /** The version of the running Linux. */
  public static LinuxVersion running() {
    try {
      return parse(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads what {@code uname -r} prints.
   *
   * @throws IllegalArgumentException if it does not begin with a version
   */
  public static LinuxVersion parse(String release) {
    var matcher = RELEASE.matcher(release);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("read Linux version '" + release + "': expected 6.12.9");
    }
    var patch = matcher.group(3);
    return new LinuxVersion(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        patch == null ? 0 : Integer.parseInt(patch),
        release);
  }

  /** Whether this is the given version or a later one. */
  public boolean isAtLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
  }

  /** By the three numbers; the rest of the name does not count. */
  @Override
  public int compareTo(LinuxVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinuxVersion version && compareTo(version) == 0;
  }

  @Override
  public int hashCode() {
    return (major * 1000 + minor) * 1000 + patch;
  }

  @Override
  public String toString() {
    return release;
  }
}
