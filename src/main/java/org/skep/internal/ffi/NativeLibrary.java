package org.skep.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skep.NativeLibraryException;

/** A shared library, opened when its first function is called and never closed. */
public final class NativeLibrary {
  private static final Linker LINKER = Linker.nativeLinker();

  private static final FunctionDescriptor WORDS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private final List<String> names;
  private final String remedy;
  private final Consumer<NativeLibrary> onOpen;
  private @Nullable SymbolLookup symbols;

  /**
   * @param names file names to try in this order, as the dynamic linker knows them
   * @param remedy what to install where none is found
   * @param onOpen called once, after the library was opened and before the first other call; it may
   *     refuse the library by throwing
   */
  public NativeLibrary(List<String> names, String remedy, Consumer<NativeLibrary> onOpen) {
    this.names = List.copyOf(names);
    this.remedy = remedy;
    this.onOpen = onOpen;
  }

  private NativeLibrary(SymbolLookup symbols) {
    this.names = List.of("libc.so.6");
    this.remedy = "it is part of every Linux";
    this.onOpen = library -> {};
    this.symbols = symbols;
  }

  /** The C library that the JVM itself runs on. */
  public static NativeLibrary ofC() {
    return new NativeLibrary(LINKER.defaultLookup());
  }

  /** A function that every version has which {@code onOpen} lets pass. */
  public NativeFunction function(String name, FunctionDescriptor descriptor) {
    return new NativeFunction(this, name, "", descriptor);
  }

  /** A function of newer versions; {@code since} names the first one. */
  public NativeFunction optional(String name, String since, FunctionDescriptor descriptor) {
    return new NativeFunction(this, name, since, descriptor);
  }

  /** A function that leaves its error in errno; its handle takes the capturing segment first. */
  public NativeFunction withErrno(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return new NativeFunction(this, name, "", descriptor, all);
  }

  /**
   * A function of up to four integers and addresses that gives an integer and leaves its error in
   * errno. Whatever it takes, the descriptor is the same, with more words than it may look at: each
   * descriptor costs some ten milliseconds when it is first linked, which is felt when a process
   * starts. Whoever passes an address sees to it that the memory is still there afterwards.
   */
  public NativeFunction ofWords(String name) {
    return withErrno(name, WORDS);
  }

  /** A function of newer versions that leaves its error in errno. */
  public NativeFunction optionalWithErrno(
      String name, String since, FunctionDescriptor descriptor) {
    return new NativeFunction(
        this, name, since, descriptor, Linker.Option.captureCallState("errno"));
  }

  /** Looks a symbol up; empty where the library has none of this name. */
  public Optional<MemorySegment> find(String symbol) {
    return symbols().find(symbol);
  }

  MethodHandle link(
      String name, String since, FunctionDescriptor descriptor, Linker.Option... options) {
    MemorySegment address = find(name).orElseThrow(() -> missing(name, since));
    return downcall(address, descriptor, options);
  }

  private NativeLibraryException missing(String function, String since) {
    String library = names.getFirst();
    return new NativeLibraryException(
        library,
        "it has no function '" + function + "'",
        since.isEmpty() ? remedy : "needs " + since + " or later",
        null);
  }

  private synchronized SymbolLookup symbols() {
    SymbolLookup found = symbols;
    if (found == null) {
      found = open();
      symbols = found;
      try {
        onOpen.accept(this);
      } catch (RuntimeException e) {
        symbols = null;
        throw e;
      }
    }
    return found;
  }

  private SymbolLookup open() {
    IllegalArgumentException cause = null;
    for (String name : names) {
      try {
        return lookup(name);
      } catch (IllegalArgumentException e) {
        cause = e;
      }
    }
    throw new NativeLibraryException(
        names.getFirst(), "no such library on this machine", remedy, cause);
  }

  // SAFETY: the library is opened for the life of the process, so no pointer into it can dangle.
  @SuppressWarnings("restricted")
  private static SymbolLookup lookup(String name) {
    return SymbolLookup.libraryLookup(name, Arena.global());
  }

  // SAFETY: descriptors are written by hand beside the C prototype, and each is called by a test.
  @SuppressWarnings("restricted")
  private static MethodHandle downcall(
      MemorySegment address, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(address, descriptor, options);
  }
}
