package org.skep;

import org.jspecify.annotations.Nullable;

/** A native library or a program that Skep calls is missing, or too old. */
public final class NativeLibraryException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String library;

  /**
   * @param library its name, such as {@code libbpf.so.1} or {@code clang}
   * @param problem what is wrong with it
   * @param remedy what to install
   */
  public NativeLibraryException(
      String library, String problem, String remedy, @Nullable Throwable cause) {
    super("find '" + library + "': " + problem + " (" + remedy + ")", cause);
    this.library = library;
  }

  /** The name of the library or program. */
  public String library() {
    return library;
  }
}
