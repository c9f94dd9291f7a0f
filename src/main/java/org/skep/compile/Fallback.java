package org.skep.compile;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.skep.CompileException.Diagnostic;

/** Another way to compile a text, for one kind of failure. */
interface Fallback {
  /**
   * The next attempt; nothing where this failure is none of its business, or where it was tried.
   *
   * @param given what there is on this machine
   */
  Optional<Attempt> after(Attempt failed, List<Diagnostic> diagnostics, Given given);

  /**
   * What fallbacks draw on.
   *
   * @param own the folder with Skep's own headers
   * @param types the generated {@code vmlinux.h}; nothing where there is none
   * @param constants those of the installed headers
   */
  record Given(Path own, Optional<Path> types, Constants constants) {}
}
