package org.skep.notebook.ebpf.state;

import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.read.ForEachReader;
import org.skep.btf.Btf;
import org.skep.compile.BpfCompiler;

/** The compiler of this machine, found when it is first needed and then kept. */
public final class Toolchain {
  private @Nullable BpfCompiler compiler;

  /**
   * The compiler. The types of the running Linux are read beside its first work, and the program by
   * which hashes are read is relocated for it, as the first map that is shown would else wait for
   * them.
   *
   * @throws org.skep.NativeLibraryException as long as there is no clang; it is looked for again
   */
  public synchronized BpfCompiler compiler() throws InterruptedException {
    BpfCompiler found = compiler;
    if (found == null) {
      found = BpfCompiler.ofThisMachine();
      compiler = found;
      Thread.ofPlatform().daemon().name("skep-types").start(Toolchain::readTypes);
    }
    return found;
  }

  private static void readTypes() {
    try {
      var _ = Btf.ofRunningLinux(); // is kept
      ForEachReader.prepare();
    } catch (UnsupportedFeatureException e) {
      // where there are none, what needs them says so
    }
  }
}
