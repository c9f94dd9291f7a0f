package org.skep.btf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** An object that clang made of a few lines of C, for tests of what clang really writes. */
public final class ClangObject {
  private static final List<String> CLANGS = List.of("clang-19", "clang-20", "clang-18", "clang");

  private final byte[] elf;
  private final Btf btf;

  private ClangObject(byte[] elf) {
    this.elf = elf;
    this.btf = Btf.ofElf(elf).orElseThrow();
  }

  /** Compiles for BPF with debug information. */
  public static ClangObject of(String c, String... options) {
    try {
      Path folder = Files.createTempDirectory("skep-btf");
      Path source = folder.resolve("test.c");
      Path object = folder.resolve("test.o");
      Path log = folder.resolve("log");
      try {
        Files.writeString(source, c);
        var command =
            Stream.of(
                    List.of(clang(), "-g", "-O2", "-target", "bpf", "-c"),
                    List.of(options),
                    List.of(source.toString(), "-o", object.toString()))
                .flatMap(List::stream)
                .toList();
        int exit =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exit != 0) {
          throw new AssertionError(Files.readString(log));
        }
        return new ClangObject(Files.readAllBytes(object));
      } finally {
        for (Path p : List.of(source, object, log, folder)) {
          Files.deleteIfExists(p);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String clang() {
    for (String name : CLANGS) {
      for (String folder : System.getenv("PATH").split(":", -1)) {
        if (Files.isExecutable(Path.of(folder, name))) {
          return name;
        }
      }
    }
    throw new AssertionError("the tests need clang on the PATH (apt-get install clang-19)");
  }

  byte[] elf() {
    return elf;
  }

  public Btf btf() {
    return btf;
  }

  public TypeId type(String name) {
    return btf.find(name).orElseThrow(() -> new AssertionError("no type " + name));
  }

  /** The bytes of a section, such as {@code .data}. */
  public byte[] section(String name) {
    return ElfObject.section(elf, name).orElseThrow(() -> new AssertionError("no " + name));
  }
}
