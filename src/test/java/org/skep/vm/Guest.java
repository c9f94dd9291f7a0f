package org.skep.vm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.bpf.OpenBpfObject;

/** What the tests in a machine share. */
final class Guest {
  @SuppressWarnings("restricted") // SAFETY: int usleep(unsigned), no memory
  private static final MethodHandle USLEEP =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("usleep"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  @SuppressWarnings("restricted") // SAFETY: int getpgid(int), no memory
  private static final MethodHandle GETPGID =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("getpgid"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private Guest() {}

  /**
   * Opens one of the objects of src/test/bpf, which were compiled before the machine was booted.
   */
  static OpenBpfObject open(String name) throws IOException {
    Path directory = Path.of(System.getProperty("skep.vm.objects", "build/vm/objects"));
    return OpenBpfObject.open(name, Files.readAllBytes(directory.resolve(name + ".bpf.o")));
  }

  /**
   * Reaches the hooks of the programs: the C library's sleep, as Java's own waits in another way,
   * and a file.
   */
  static void sleepAndOpenAFile() throws IOException {
    try {
      var _ = (int) USLEEP.invokeExact(1000);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    Files.readString(Path.of("/proc/self/comm"));
  }

  /** Whether this process may ask for its own process group, which the security modules decide. */
  static boolean mayAskForGroup() {
    try {
      return (int) GETPGID.invokeExact((int) ProcessHandle.current().pid()) >= 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a command that has to succeed. */
  static void run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + said);
    }
  }
}
