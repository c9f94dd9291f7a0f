package org.skep.vm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
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
}
