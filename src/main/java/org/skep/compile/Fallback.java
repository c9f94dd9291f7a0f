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
   * @param own the folder with Skep's own headers
   */
  Optional<Attempt> after(Attempt failed, List<Diagnostic> diagnostics, Path own);
}
