package org.skep.bpf.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.NativeLibraryException;

/** The disassembler of the machine's binutils. */
public final class Objdump {
  private static final String REMEDY = "apt install binutils, dnf install binutils";
  private static final Pattern LINE = Pattern.compile("\\s*([0-9a-f]+):\\s+(.*)");
  private static final int SECONDS = 60;

  /** An instruction, so many bytes from the first. */
  public record Decoded(long offset, String text) {}

  private Objdump() {}

  /**
   * Decodes instructions of this machine's CPU.
   *
   * @param address where they lie in memory
   * @throws NativeLibraryException if there is no objdump, or it does not know this CPU
   */
  public static List<Decoded> decode(byte[] code, long address) throws InterruptedException {
    try {
      Path file = Files.createTempFile("skep-", ".bin");
      try {
        Files.write(file, code);
        return parse(run(file, address), address);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(Path file, long address) throws InterruptedException {
    String machine =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> "i386:x86-64";
          case "riscv64" -> "riscv:rv64";
          default -> System.getProperty("os.arch");
        };
    try {
      Path output = Files.createTempFile("skep-", ".txt");
      try {
        Process process =
            new ProcessBuilder(
                    "objdump",
                    "-D",
                    "--no-show-raw-insn",
                    "-b",
                    "binary",
                    "-m",
                    machine,
                    "--adjust-vma=0x" + Long.toHexString(address),
                    file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
          if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new NativeLibraryException(
                "objdump", "it does not decode '" + machine + "'", REMEDY, null);
          }
          return Files.readString(output, StandardCharsets.UTF_8);
        } finally {
          process.destroyForcibly();
        }
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new NativeLibraryException("objdump", "not on the PATH", REMEDY, e);
    }
  }

  static List<Decoded> parse(String listing, long address) {
    var instructions = new ArrayList<Decoded>();
    for (String line : listing.lines().toList()) {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        long at = Long.parseUnsignedLong(m.group(1), 16);
        String text = m.group(2).replaceAll("\\s+", " ").strip();
        instructions.add(new Decoded(at - address, text));
      }
    }
    return instructions;
  }
}
