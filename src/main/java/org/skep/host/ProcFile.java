package org.skep.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of {@code /proc}. The names of processes and files in them are bytes that others chose, and
 * the kernel cuts them anywhere: what is not UTF-8 is replaced, and a line ends with a line feed
 * alone.
 */
public final class ProcFile {
  private ProcFile() {}

  /** All of it. */
  public static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** Its lines. */
  public static List<String> lines(Path file) throws IOException {
    return List.of(read(file).split("\n"));
  }
}
