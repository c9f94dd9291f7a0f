package org.skep.host.hooks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads mangled names of C++ and Rust with {@code c++filt} of the machine's binutils. */
final class Demangler {
  private static final int SECONDS = 60;

  private Demangler() {}

  static boolean isMangled(String symbol) {
    return symbol.startsWith("_Z") || symbol.startsWith("_R");
  }

  /**
   * The names in the source, in the same order; a symbol that is none stays as it is, and so do all
   * where there is no {@code c++filt}.
   *
   * @param parameters with their types: {@code shop::price(int)}; else {@code shop::price}
   */
  static List<String> demangle(List<String> symbols, boolean parameters) {
    if (symbols.stream().noneMatch(Demangler::isMangled)) {
      return symbols;
    }
    try {
      Path input = Files.createTempFile("skep-", ".names");
      Path output = Files.createTempFile("skep-", ".txt");
      try {
        Files.write(input, symbols, StandardCharsets.ISO_8859_1);
        var command = new ArrayList<>(List.of("c++filt"));
        if (!parameters) {
          command.add("--no-params");
        }
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
          boolean done = process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
          List<String> names =
              done ? Files.readAllLines(output, StandardCharsets.ISO_8859_1) : symbols;
          return names.size() == symbols.size() ? names : symbols;
        } finally {
          process.destroyForcibly();
        }
      } finally {
        Files.delete(input);
        Files.delete(output);
      }
    } catch (IOException e) {
      return symbols; // no binutils
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return symbols;
    }
  }
}
