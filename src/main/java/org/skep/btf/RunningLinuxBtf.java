package org.skep.btf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;

/** The types of the running Linux, read when they are first asked for. */
final class RunningLinuxBtf {
  private static final Path FILE = Path.of("/sys/kernel/btf/vmlinux");
  private static @Nullable Btf cached;

  private RunningLinuxBtf() {}

  static synchronized Btf get() {
    Btf btf = cached;
    if (btf == null) {
      btf = BtfScanner.scan(read(), null);
      cached = btf;
    }
    return btf;
  }

  private static byte[] read() {
    try {
      return Files.readAllBytes(FILE);
    } catch (NoSuchFileException e) {
      throw new UnsupportedFeatureException(
          "read the types of the running Linux from '" + FILE + "'",
          "this Linux does not describe its types",
          "needs a kernel built with CONFIG_DEBUG_INFO_BTF, and /sys mounted");
    } catch (IOException e) {
      throw new UnsupportedFeatureException(
          "read the types of the running Linux from '" + FILE + "'",
          String.valueOf(e.getMessage()),
          "the file is readable for everybody on a usual Linux");
    }
  }
}
