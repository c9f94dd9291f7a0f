package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a notebook can name of the library without importing it is documented and tested. */
class ImportsTest {
  private static final Path LIBRARY = Path.of("../src/main/java");
  private static final Pattern DOCUMENTED =
      Pattern.compile("(?m)\\*/\\n(?:@.*\\n)*public (?:[\\w-]+ )*(?:class|interface|record|enum) ");
  private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");

  private static Set<Path> types() throws IOException {
    Set<Path> types = new TreeSet<>();
    for (String line : EbpfMagics.IMPORTS) {
      String name = line.replaceAll("import (.*);", "$1");
      Path place = LIBRARY.resolve(name.replace(".*", "").replace('.', '/'));
      if (name.startsWith("org.skep.") && name.endsWith(".*")) {
        try (Stream<Path> files = Files.list(place)) {
          files
              .filter(f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java"))
              .forEach(types::add);
        }
      } else if (name.startsWith("org.skep.")) {
        types.add(Path.of(place + ".java"));
      }
    }
    return types;
  }

  private static Set<String> namedInTests() throws IOException {
    Set<String> names = new HashSet<>();
    for (Path root : List.of(Path.of("src/test/java"), Path.of("../src/test/java"))) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          NAME.matcher(Files.readString(file)).results().forEach(m -> names.add(m.group()));
        }
      }
    }
    return names;
  }

  @Test
  void everyPublicTypeIsDocumentedAndNamedInATest() throws IOException {
    Set<String> tested = namedInTests();
    Set<String> missing = new TreeSet<>();
    int seen = 0;
    for (Path type : types()) {
      String source = Files.readString(type);
      String name = type.getFileName().toString().replace(".java", "");
      if (!source.contains("\npublic ")) {
        continue;
      }
      seen++;
      if (!DOCUMENTED.matcher(source).find()) {
        missing.add(name + ": Javadoc");
      }
      if (!tested.contains(name)) {
        missing.add(name + ": test");
      }
    }
    assertTrue(seen > 40, "only " + seen + " types");
    assertEquals(Set.of(), missing);
  }
}
