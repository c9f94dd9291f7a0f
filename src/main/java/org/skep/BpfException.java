package org.skep;

import org.jspecify.annotations.Nullable;

/**
 * Something that Linux, clang, libbpf or the data refused.
 *
 * <p>A message reads: verb, quoted object, cause, remedy in brackets, as in {@code load program
 * 'trace_open': operation not permitted (EPERM; needs CAP_BPF)}.
 */
public abstract sealed class BpfException extends RuntimeException
    permits BtfFormatException,
        CompileException,
        NativeLibraryException,
        SyscallException,
        UnsupportedFeatureException,
        VerifierException {
  private static final long serialVersionUID = 1L;

  BpfException(String message) {
    super(message);
  }

  BpfException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
