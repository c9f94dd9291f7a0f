package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.skep.CompileException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.map.FileDescriptors;
import org.skep.compile.BpfCompiler;
import org.skep.compile.BpfSource;
import org.skep.compile.Clang;
import org.skep.host.hooks.Hooks;
import org.skep.internal.libbpf.Libc;

/** Pipes in place of the files that a user names: nobody waits for somebody who writes into one. */
@Tag("privileged")
class PipesIT {
  private static final String C =
      """
      SEC("uprobe") int probe(void *ctx) { return 0; }
      SEC("uretprobe") int back(void *ctx) { return 0; }
      SEC("usdt") int mark(struct pt_regs *ctx) { return 0; }
      SEC("sk_lookup") int look(struct bpf_sk_lookup *ctx) { return 1; }
      """;

  private static <E extends Exception> String refused(Class<E> type, Executable call) {
    return String.valueOf(
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThrows(type, call))
            .getMessage());
  }

  @Test
  void nobodyWaitsForTheOtherEnd(@TempDir Path folder) throws Exception {
    Path pipe = folder.resolve("pipe");
    Cell.succeed("mkfifo", pipe.toString());
    assertEquals(
        "read '" + pipe + "': not a valid 64-bit ELF file (a program or library)",
        refused(IllegalArgumentException.class, () -> Hooks.find("uprobe:" + pipe + ":*")));
    assertEquals(
        "read '" + pipe + "': not a valid 64-bit ELF file (a program or library)",
        refused(IllegalArgumentException.class, () -> Hooks.find("usdt:" + pipe + ":*")));
    try (BpfObject object = Cell.load("pipes", C)) {
      for (var each :
          Map.of("probe", pipe + ":main", "back", pipe + ":main", "mark", pipe + ":a:b")
              .entrySet()) {
        BpfProgram program = object.program(each.getKey());
        String why =
            refused(RuntimeException.class, () -> program.attach(program.pointAt(each.getValue())));
        assertTrue(why.contains("not a valid 64-bit ELF file"), why);
      }
      BpfProgram look = object.program("look");
      String why =
          refused(
              RuntimeException.class, () -> look.attach(new AttachPoint.NetworkNamespace(pipe)));
      assertTrue(why.contains("EINVAL"), why);
    }
    int fd = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> FileDescriptors.file(pipe));
    assertEquals(0, Libc.close(fd));
    BpfCompiler compiler = new BpfCompiler(Clang.find(), folder);
    String error =
        refused(
            CompileException.class,
            () -> compiler.compile(BpfSource.of("c", "#line 1 \"" + pipe + "\"\nint x = y;")));
    assertTrue(error.contains("use of undeclared identifier 'y'"), error);
  }
}
