package org.skep.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A shared library that tests compile: functions {@code int sell(int)} and {@code int resell(int)},
 * which pass the probes {@code shop:sold} (arguments 7 and 9) and {@code shop:closed}.
 */
public final class SmallLibrary {
  /** What the macros of sys/sdt.h write into a library. */
  private static final String SOURCE =
      """
      #define PROBE(name, arguments)                                   \\
        __asm__ volatile("990: nop\\n"                                  \\
          ".pushsection .note.stapsdt,\\"\\",\\"note\\"\\n.balign 4\\n"      \\
          ".4byte 992f-991f,994f-993f,3\\n"                             \\
          "991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n"                  \\
          "993: .8byte 990b\\n.8byte 0\\n.8byte 0\\n"                    \\
          ".asciz \\"shop\\"\\n.asciz \\"" name "\\"\\n"                    \\
          ".asciz \\"" arguments "\\"\\n994: .balign 4\\n.popsection\\n")
      int sell(int n) { PROBE("sold", "-4@$7 8@$9"); return n; }
      int resell(int n) { PROBE("sold", "-4@$7 8@$9"); PROBE("closed", ""); return n + 1; }
      static int hidden(int n) { return n * 3; }
      int use(int n) { return hidden(n) + sell(n); }
      """;

  private SmallLibrary() {}

  /** Compiles it into a folder. */
  public static Path compile(Path folder) throws IOException, InterruptedException {
    return compile(folder, "shop", SOURCE);
  }

  /** Compiles a text of C into a library of a name. */
  public static Path compile(Path folder, String name, String text)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve(name + ".c"), text);
    Path object = folder.resolve("lib" + name + ".so");
    Process compiler =
        new ProcessBuilder(
                compiler(),
                "-O1",
                "-shared",
                "-fPIC",
                "-nostdlib",
                "-o",
                object.toString(),
                source.toString())
            .inheritIO()
            .start();
    assertEquals(true, compiler.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, compiler.exitValue());
    return object;
  }

  private static String compiler() {
    return Stream.concat(
            Stream.of("/usr/bin/cc", "/usr/bin/clang"),
            IntStream.range(16, 26).mapToObj(v -> "/usr/bin/clang-" + v))
        .filter(p -> Files.isExecutable(Path.of(p)))
        .findFirst()
        .orElse("cc");
  }
}
