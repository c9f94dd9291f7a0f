package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Compiles a text of C by clang itself, so that these tests need nothing but this package. */
public final class Cell {
  private static final String HEAD =
      """
      #include <linux/bpf.h>
      #include <bpf/bpf_helpers.h>
      typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64;
      typedef __s32 s32; typedef __s64 s64;
      """;

  private static final String TAIL = "\nchar LICENSE[] SEC(\"license\") = \"GPL\";\n";

  private static final ConcurrentHashMap<String, byte[]> DONE = new ConcurrentHashMap<>();

  private Cell() {}

  /** The object of a text that gets the usual headers and a licence. */
  public static byte[] compile(String text) {
    return DONE.computeIfAbsent(text, t -> run(t, List.of())).clone();
  }

  /** The same with further flags for clang. */
  public static byte[] compile(String text, String flag) {
    return run(text, List.of(flag));
  }

  /** Compiles, opens and loads. */
  public static BpfObject load(String name, String text) {
    try {
      return OpenBpfObject.open(name, compile(text)).load();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] run(String text, List<String> flags) {
    try {
      Path directory = Files.createTempDirectory("skep-cell");
      Path source = Files.writeString(directory.resolve("cell.bpf.c"), HEAD + text + TAIL);
      Path object = directory.resolve("cell.bpf.o");
      String arch = System.getProperty("os.arch").equals("amd64") ? "x86" : "arm64";
      var command = new ArrayList<String>();
      command.add(clang());
      command.addAll(flags);
      command.addAll(
          List.of(
              "-target",
              "bpf",
              "-D__TARGET_ARCH_" + arch,
              "-I/usr/include/"
                  + System.getProperty("os.arch").replace("amd64", "x86_64")
                  + "-linux-gnu",
              "-I" + Path.of("../bpf/include").toAbsolutePath(),
              "-O2",
              "-g",
              "-Wall",
              "-c",
              source.toString(),
              "-o",
              object.toString()));
      Process clang = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = clang.waitFor();
      byte[] elf = exit == 0 ? Files.readAllBytes(object) : new byte[0];
      Files.deleteIfExists(object);
      Files.delete(source);
      Files.delete(directory);
      assertEquals(0, exit, said);
      return elf;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String clang() {
    return Stream.iterate(25, v -> v > 15, v -> v - 1)
        .map(v -> "/usr/bin/clang-" + v)
        .filter(p -> Files.isExecutable(Path.of(p)))
        .findFirst()
        .orElse("clang");
  }

  /** Waits until the kernel has freed a prog, map or link, which it does a moment after closing. */
  public static void awaitGone(String kind, int id) {
    long end = System.nanoTime() + 5_000_000_000L;
    String[] show = {"bpftool", "-j", kind, "show", "id", Integer.toString(id)};
    while (!command(show).contains("No such file")) {
      assertEquals(true, System.nanoTime() < end, () -> kind + " " + id + " is still there");
      Thread.onSpinWait();
    }
  }

  /** Runs a command that has to succeed, and gives what it printed. */
  public static String succeed(String... words) {
    return command(true, words);
  }

  /** Runs a command and gives what it printed. */
  static String command(String... words) {
    return command(false, words);
  }

  private static String command(boolean succeeds, String... words) {
    try {
      Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(true, process.waitFor(30, TimeUnit.SECONDS), String.join(" ", words));
      assertEquals(
          true, !succeeds || process.exitValue() == 0, () -> String.join(" ", words) + ": " + said);
      return said;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
