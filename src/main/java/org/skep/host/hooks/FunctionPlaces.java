package org.skep.host.hooks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.skep.host.KernelSymbols;

/** Where the functions of a pattern are, for programs that are attached to many at once. */
public final class FunctionPlaces {
  private FunctionPlaces() {}

  /**
   * The first instruction of a function.
   *
   * @param file the program or library
   * @param function its symbol
   * @param signature its name in the source; the symbol for C
   * @param offset in bytes from the start of the file
   * @param byteSize of its instructions; 0 where the file does not tell
   */
  public record Place(Path file, String function, String signature, long offset, long byteSize) {
    /**
     * Its instructions.
     *
     * @throws IllegalArgumentException if the file cannot be read
     */
    public byte[] code() {
      return ElfFile.open(file).bytes(offset, byteSize);
    }
  }

  /** Whether a program or library holds code of Go, whose stacks move. */
  public static boolean isGo(Path file) {
    return ElfFile.isGo(file);
  }

  /**
   * Where the function begins in the text of a place in a binary, {@code ./shop:shop::price}:
   * behind the first colon that is none of two, and of those the first whose file is there.
   *
   * @return the index of the colon; negative where there is none
   */
  public static int colon(String text) {
    int first = -1;
    for (int i = text.indexOf(':'); i >= 0; i = text.indexOf(':', i + 1)) {
      if (text.startsWith("::", i)) {
        i++;
      } else if (Files.exists(Path.of(text.substring(0, i)))) {
        return i;
      } else if (first < 0) {
        first = i;
      }
    }
    return first;
  }

  /**
   * The names of the kernel's functions that can be traced, in order, each once.
   *
   * @param pattern names with {@code *} and {@code ?}
   */
  public static List<String> ofKernel(String pattern) {
    var name = NamePattern.of(pattern);
    if (name.isName()) { // reading all names of a kernel takes seconds on a slow machine
      return KernelSymbols.ofRunningLinux().named(pattern).isEmpty() ? List.of() : List.of(pattern);
    }
    Set<String> traceable = FunctionHooks.traceable();
    Stream<String> names =
        traceable.isEmpty()
            ? FunctionHooks.names(KernelSymbols.ofRunningLinux())
            : traceable.stream();
    return names.filter(name::matches).distinct().sorted().toList();
  }

  /**
   * The files that a binary means.
   *
   * @param binary its path, its name among the libraries or on the PATH, or a PID
   * @throws IllegalArgumentException if there is no such binary
   */
  public static Set<Path> files(String binary) {
    return BinaryHooks.files(binary);
  }

  /**
   * The functions of a program or library; of names for the same instruction the first.
   *
   * @param binary its path, its name among the libraries or on the PATH, or a PID
   * @param pattern names with {@code *} and {@code ?}, of symbols, or as C++ and Rust have them in
   *     the source
   * @throws IllegalArgumentException if there is no such binary
   */
  public static List<Place> ofBinary(String binary, String pattern) {
    var name = NamePattern.of(pattern);
    var places = new ArrayList<Place>();
    for (Path file : BinaryHooks.files(binary)) {
      var taken = new HashSet<Long>();
      for (BinaryFunctions.Named named : BinaryFunctions.find(file, name)) {
        ElfFile.Function f = named.function();
        if (taken.add(f.offset())) {
          places.add(new Place(file, f.name(), named.signature(), f.offset(), f.byteSize()));
        }
      }
    }
    return places;
  }
}
