package org.skep;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The direction of the library's packages: who may import whom. */
class HouseTest {
  private static final String ROOT = "org.skep";

  /** Fewer classes than this means that the test looked in the wrong place. */
  private static final int FLOOR = 200;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** A package below the root ("" is the root itself), and the packages that it may import. */
  record Room(String name, List<String> mayImport) {
    Room(String name, String... mayImport) {
      this(name, List.of(mayImport));
    }

    @Override
    public String toString() {
      return name.isEmpty() ? ROOT : ROOT + "." + name;
    }
  }

  static Stream<Room> rooms() {
    return Stream.of(
        new Room(""),
        new Room("internal.ffi", ""),
        new Room("text", ""),
        new Room("internal.libbpf", "", "text", "internal.ffi"),
        new Room("btf", "", "text"),
        new Room("host", "", "btf", "table", "text", "internal.ffi", "internal.libbpf"),
        new Room("table", "", "btf", "text"),
        new Room(
            "bpf",
            "",
            "btf",
            "host",
            "parquet",
            "table",
            "text",
            "internal.ffi",
            "internal.libbpf"),
        new Room("compile", "", "btf"),
        new Room("verifier", "", "btf"),
        new Room("doctor", "", "btf", "host", "compile", "internal.ffi", "internal.libbpf", "text"),
        new Room("chart", "table"),
        new Room("parquet", "", "btf", "table"));
  }

  @Test
  void enoughClassesAreSeen() {
    assertTrue(CLASSES.size() >= FLOOR, () -> "only " + CLASSES.size() + " classes");
  }

  @Test
  void everyPackageIsARoomOfTheHouse() {
    var known = rooms().map(Room::toString).toList();
    for (JavaClass c : CLASSES) {
      assertTrue(known.contains(c.getPackageName()), c.getName());
    }
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void importsOnlyWhatItMay(Room room) {
    var allowed =
        Stream.concat(Stream.of(room.name()), room.mayImport().stream())
            .map(n -> n.isEmpty() ? ROOT : ROOT + "." + n)
            .toList();
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage(room.toString())
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of Skep and outside " + allowed,
                (JavaClass c) ->
                    c.getPackageName().startsWith(ROOT) && !allowed.contains(c.getPackageName())))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void onlyTablesAndChartsKnowTablesaw(Room room) {
    if (List.of("table", "chart", "bpf", "host", "parquet").contains(room.name())) {
      return;
    }
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage(room.toString())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tech.tablesaw..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
