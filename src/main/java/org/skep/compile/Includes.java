package org.skep.compile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.compile.CSource.Kind;

/** The headers that a source asks for, itself and through its own headers. */
final class Includes {
  private static final Pattern NAME =
      Pattern.compile("#\\s*include\\s*[<\"]([^>\"]+)[>\"].*", Pattern.DOTALL);

  private static final Pattern SECTION = Pattern.compile("#\\s*define\\s+(?:SEC|__section)\\b");

  /** Folders of the kernel's source and of the C library. */
  private static final List<String> TREES =
      List.of(
          "linux/",
          "uapi/",
          "asm/",
          "asm-generic/",
          "net/",
          "netinet/",
          "sys/",
          "arpa/",
          "generated/",
          "trace/",
          "crypto/",
          "bits/",
          "rdma/",
          "sound/");

  private static final Set<String> TYPES =
      Set.of("vmlinux.h", "linux/bpf.h", "uapi/linux/bpf.h", "skep.h");

  /** Headers of the compiler itself, which need nothing of the system. */
  static final List<String> OF_CLANG =
      List.of("stddef.h", "stdbool.h", "stdarg.h", "float.h", "stdalign.h", "stdnoreturn.h");

  private static final int MOST_FILES = 500;

  private final BpfSource source;
  private final Map<String, String> given = new HashMap<>();
  private final Set<Path> read = new HashSet<>();
  private final Set<String> readGiven = new HashSet<>();
  private final Set<String> foreign = new TreeSet<>();
  private boolean definesSection;

  private Includes(BpfSource source) {
    this.source = source;
    source.headers().forEach(h -> given.put(h.name(), h.text()));
  }

  /** The names of those that are not the source's own, as they are written. */
  static Set<String> foreign(BpfSource source) {
    var includes = new Includes(source);
    includes.scan(source.text(), null);
    return includes.foreign;
  }

  /**
   * Whether all that the source includes is its own, and nothing of it declares what programs are
   * made of.
   */
  static boolean onlyOwn(BpfSource source) {
    var includes = new Includes(source);
    includes.scan(source.text(), null);
    return includes.foreign.isEmpty() && !includes.definesSection;
  }

  /**
   * Whether all that the source includes is its own or known, and either the types of the kernel or
   * the declarations of helpers are not among it.
   */
  static boolean lackTypesOrHelpers(BpfSource source) {
    var includes = new Includes(source);
    includes.scan(source.text(), null);
    var names = includes.foreign;
    boolean types = names.stream().anyMatch(n -> TYPES.contains(n));
    boolean helpers =
        names.stream().anyMatch(n -> n.endsWith("bpf_helpers.h") || n.equals("skep.h"));
    return !(types && helpers)
        && !includes.definesSection
        && names.stream()
            .allMatch(
                n ->
                    ofSystem(n)
                        || n.startsWith("bpf/")
                        || TYPES.contains(n)
                        || OF_CLANG.contains(n));
  }

  /** The source's own files, found as it includes them. */
  static Set<Path> ownFiles(BpfSource source) {
    var includes = new Includes(source);
    includes.scan(source.text(), null);
    return includes.read;
  }

  private void scan(String text, @Nullable Path folder) {
    definesSection |= SECTION.matcher(text).find();
    for (CSource.Piece piece : CSource.pieces(text)) {
      var name = NAME.matcher(piece.text());
      if (piece.kind() != Kind.DIRECTIVE || !name.matches() || read.size() > MOST_FILES) {
        continue;
      }
      var header = name.group(1);
      var own = find(header, folder);
      if (given.containsKey(header)) {
        if (readGiven.add(header)) {
          scan(given.getOrDefault(header, ""), folder);
        }
      } else if (own.isEmpty()) {
        foreign.add(header);
      } else if (read.add(own.get())) {
        try {
          scan(BpfSource.read(own.get()), own.get().getParent());
        } catch (IOException e) {
          // clang will say what is wrong with it.
        }
      }
    }
  }

  private Optional<Path> find(String header, @Nullable Path folder) {
    if (header.startsWith("/")) {
      return Optional.of(Path.of(header)).filter(Files::isRegularFile);
    }
    var folders = new ArrayList<>(source.includeDirectories());
    if (folder != null) {
      folders.addFirst(folder);
    }
    return folders.stream()
        .map(f -> f.resolve(header).normalize())
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Whether a name is of a header that the kernel or the C library has, and not libbpf. */
  static boolean ofSystem(String name) {
    return !name.contains("..")
        && (TREES.stream().anyMatch(name::startsWith)
            || (!name.contains("/") && Files.isRegularFile(Path.of("/usr/include", name))));
  }
}
