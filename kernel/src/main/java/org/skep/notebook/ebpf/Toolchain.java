package org.skep.notebook.ebpf;

import org.jspecify.annotations.Nullable;
import org.skep.compile.BpfCompiler;

/** The compiler of this machine, found when it is first needed and then kept. */
final class Toolchain {
  private @Nullable BpfCompiler compiler;

  /**
   * The compiler.
   *
   * @throws org.skep.NativeLibraryException as long as there is no clang; it is looked for again
   */
  synchronized BpfCompiler compiler() throws InterruptedException {
    BpfCompiler found = compiler;
    if (found == null) {
      found = BpfCompiler.ofThisMachine();
      compiler = found;
    }
    return found;
  }
}
