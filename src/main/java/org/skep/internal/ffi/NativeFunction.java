package org.skep.internal.ffi;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * One function of a {@link NativeLibrary}, looked up and linked when it is first called, so that a
 * missing library or an older one is an error of the call that needs it.
 */
public final class NativeFunction {
  private final NativeLibrary library;
  private final String name;
  private final String since;
  private final FunctionDescriptor descriptor;
  private final Linker.Option[] options;
  private volatile @Nullable MethodHandle handle;

  NativeFunction(
      NativeLibrary library,
      String name,
      String since,
      FunctionDescriptor descriptor,
      Linker.Option... options) {
    this.library = library;
    this.name = name;
    this.since = since;
    this.descriptor = descriptor;
    this.options = options;
  }

  /** The name of its symbol. */
  public String name() {
    return name;
  }

  /** Whether the library of this machine is there and has the function. */
  public boolean isPresent() {
    return library.find(name).isPresent();
  }

  /**
   * The handle to call it by, with exactly the types of its descriptor.
   *
   * @throws org.skep.NativeLibraryException if the library is missing or too old
   */
  public MethodHandle handle() {
    MethodHandle h = handle;
    if (h == null) {
      h = library.link(name, since, descriptor, options);
      handle = h;
    }
    return h;
  }
}
