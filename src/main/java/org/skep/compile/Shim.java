package org.skep.compile;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What stands in front of the system's headers for texts that count on others.
 *
 * @param kernelNames the names that texts inside the kernel's tree use: {@code <uapi/...>}, {@code
 *     u32}, {@code __always_inline}
 * @param linuxTypes whether {@code vmlinux.h} stands in for all headers of the kernel and the C
 *     library; then these are empty
 * @param headers the headers that the text asks for and that are not its own, as it names them
 * @param renamed names of a header that the source defines itself, by the header as it is included:
 *     there they get a suffix
 * @param replaced other texts for some of the source's own headers, by their files
 */
record Shim(
    boolean kernelNames,
    boolean linuxTypes,
    Set<String> headers,
    Map<String, Set<String>> renamed,
    Map<Path, String> replaced) {
  /** The header of the types of the running Linux. */
  static final String TYPES = "vmlinux.h";

  static final Shim NONE = new Shim(false, false, Set.of(), Map.of(), Map.of());

  Shim {
    headers = Set.copyOf(headers);
    renamed = Map.copyOf(renamed);
    replaced = Map.copyOf(replaced);
  }

  /** The names of the running Linux that make room for the text's own. */
  Set<String> renamedTypes() {
    return renamed.getOrDefault(TYPES, Set.of());
  }

  boolean isNone() {
    return equals(NONE);
  }

  Shim withKernelNames(Set<String> asked) {
    return new Shim(true, linuxTypes, asked, renamed, replaced);
  }

  Shim withLinuxTypes(Set<String> asked) {
    return new Shim(true, true, asked, renamed, replaced);
  }

  Shim withRenamed(String header, Set<String> more) {
    var all = new TreeMap<>(renamed);
    var names = new TreeSet<>(all.getOrDefault(header, Set.of()));
    names.addAll(more);
    all.put(header, names);
    return new Shim(kernelNames, linuxTypes, headers, all, replaced);
  }

  Shim withReplaced(Map<Path, String> texts) {
    return new Shim(kernelNames, linuxTypes, headers, renamed, texts);
  }
}
