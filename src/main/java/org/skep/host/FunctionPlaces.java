package org.skep.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Where the functions of a pattern are, for programs that are attached to many at once. */
public final class FunctionPlaces {
  private FunctionPlaces() {}

  /**
   * The first instruction of a function.
   *
   * @param file the program or library
   * @param offset in bytes from the start of the file
   */
  public record Place(Path file, String function, long offset) {}

  /**
   * The names of the kernel's functions that can be traced, in order, each once.
   *
   * @param pattern names with {@code *} and {@code ?}
   */
  public static List<String> ofKernel(String pattern) {
    var name = Glob.of(pattern);
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
   * @param binary its path, its name among the libraries or on the PATH, or the number of a process
   * @throws IllegalArgumentException if there is no such binary
   */
  public static Set<Path> files(String binary) {
    return BinaryHooks.files(binary);
  }

  /**
   * The functions of a program or library; of names for the same instruction the first.
   *
   * @param binary its path, its name among the libraries or on the PATH, or the number of a process
   * @param pattern names with {@code *} and {@code ?}
   * @throws IllegalArgumentException if there is no such binary
   */
  public static List<Place> ofBinary(String binary, String pattern) {
    var name = Glob.of(pattern);
    var places = new ArrayList<Place>();
    for (Path file : BinaryHooks.files(binary)) {
      var taken = new HashSet<Long>();
      for (ElfFile.Function f : ElfFile.open(file).functions()) {
        if (name.matches(f.name()) && taken.add(f.offset())) {
          places.add(new Place(file, f.name(), f.offset()));
        }
      }
    }
    return places;
  }
}
