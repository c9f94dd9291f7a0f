package org.skep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on the architecture names only what there is. */
class ArchitectureTest {
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");
  private static final Pattern PACKAGE = Pattern.compile("`(org\\.skep[a-z.]*)`");
  private static final Set<String> OF_THE_JDK = Set.of("ExecutionControl");

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "architecture.md"));
  }

  private static Set<Path> sources() throws IOException {
    Set<Path> all = new TreeSet<>();
    for (Path root :
        List.of(Path.of("src/main/java"), Path.of("src/test/java"), Path.of("../src/main/java"))) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(f -> f.toString().endsWith(".java")).map(root::relativize).forEach(all::add);
      }
    }
    return all;
  }

  @Test
  void itsClassesExist() throws IOException {
    Set<String> classes =
        sources().stream()
            .map(f -> f.getFileName().toString().replace(".java", ""))
            .collect(Collectors.toSet());
    Set<String> named = new TreeSet<>();
    CLASS.matcher(page()).results().forEach(m -> named.add(m.group(1)));
    assertTrue(named.size() > 60, named.toString());
    named.removeAll(classes);
    named.removeAll(OF_THE_JDK);
    assertEquals(Set.of(), named);
  }

  /** The classes that a row of the table names are in the package of that row. */
  @Test
  void itsTableHasEachClassInItsPackage() throws IOException {
    Set<String> known =
        sources().stream()
            .map(f -> f.toString().replace(".java", "").replace('/', '.'))
            .collect(Collectors.toSet());
    int rows = 0;
    for (String row : page().lines().filter(l -> l.startsWith("| `org.skep")).toList()) {
      var name = PACKAGE.matcher(row);
      assertTrue(name.find(), row);
      CLASS
          .matcher(row)
          .results()
          .forEach(m -> assertTrue(known.contains(name.group(1) + "." + m.group(1)), m.group(1)));
      rows++;
    }
    assertTrue(rows > 5, "no table");
  }
}
