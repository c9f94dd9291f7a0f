package org.skep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The direction of the library's packages: who may import whom. */
class HouseTest {
  private static final String ROOT = "org.skep";

  /** Fewer classes than this means that the test looked in the wrong place. */
  private static final int FLOOR = 200;

  /** The members of a sealed type, or of what owns each other, in one package. */
  private static final int LARGEST_CIRCLE = 8;

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

  /** From the bottom to the top: a package imports those before it alone, so there is no circle. */
  static Stream<Room> rooms() {
    return Stream.of(
        new Room(""),
        new Room("internal.ffi", ""),
        new Room("text", ""),
        new Room("internal.libbpf", "", "internal.ffi", "text"),
        new Room("btf", "", "text"),
        new Room("table", "", "text", "btf"),
        new Room("table.build", "", "text", "btf", "table"),
        new Room("table.query", "", "text", "btf", "table", "table.build"),
        new Room("host", "", "btf"),
        new Room(
            "host.hooks",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "host"),
        new Room(
            "host.catalog",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "host",
            "host.hooks"),
        new Room(
            "host.trace", "", "internal.ffi", "internal.libbpf", "table", "table.build", "host"),
        new Room("parquet", "", "btf", "table", "table.build"),
        new Room("bpf.base", "", "internal.ffi", "text", "internal.libbpf", "btf"),
        new Room(
            "bpf.code",
            "",
            "internal.ffi",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "host",
            "bpf.base"),
        new Room(
            "bpf.map",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "host",
            "bpf.base",
            "bpf.code"),
        new Room(
            "bpf.attach",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "host",
            "host.hooks",
            "bpf.base",
            "bpf.code",
            "bpf.map"),
        new Room(
            "bpf.load",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "btf",
            "host",
            "host.hooks",
            "bpf.base",
            "bpf.code",
            "bpf.map",
            "bpf.attach"),
        new Room(
            "bpf.read",
            "",
            "internal.ffi",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "table.query",
            "host",
            "parquet",
            "bpf.base",
            "bpf.code",
            "bpf.map"),
        new Room(
            "bpf.decode",
            "",
            "text",
            "btf",
            "table",
            "table.build",
            "table.query",
            "bpf.base",
            "bpf.map",
            "bpf.read"),
        new Room(
            "bpf.recording",
            "",
            "btf",
            "table",
            "table.build",
            "host",
            "parquet",
            "bpf.base",
            "bpf.map",
            "bpf.read",
            "bpf.decode"),
        new Room(
            "bpf.events",
            "",
            "internal.ffi",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "host",
            "bpf.base",
            "bpf.map",
            "bpf.read",
            "bpf.decode",
            "bpf.recording"),
        new Room(
            "bpf.run",
            "",
            "internal.ffi",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "bpf.base"),
        new Room(
            "bpf",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "btf",
            "table",
            "table.build",
            "table.query",
            "host",
            "bpf.base",
            "bpf.code",
            "bpf.map",
            "bpf.attach",
            "bpf.load",
            "bpf.read",
            "bpf.decode",
            "bpf.recording",
            "bpf.events",
            "bpf.run"),
        new Room("compile", "", "btf"),
        new Room("verifier", ""),
        new Room(
            "doctor",
            "",
            "internal.ffi",
            "text",
            "internal.libbpf",
            "btf",
            "host",
            "host.hooks",
            "compile"),
        new Room("chart", "", "table", "table.query"));
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

  @Test
  void aPackageImportsOnlyThoseBelowIt() {
    Set<String> below = new HashSet<>();
    rooms()
        .forEach(
            room -> {
              assertTrue(below.containsAll(room.mayImport()), room::toString);
              below.add(room.name());
            });
  }

  /** A sealed type and what it permits, or the objects that own each other: no more than these. */
  @Test
  void fewClassesDependOnEachOtherInACircle() {
    for (Set<String> circle : Circles.of(CLASSES)) {
      assertTrue(circle.size() <= LARGEST_CIRCLE, circle::toString);
      assertEquals(
          1,
          circle.stream().map(c -> c.substring(0, c.lastIndexOf('.'))).distinct().count(),
          circle::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Linker.class, SymbolLookup.class})
  void nativeFunctionsAreCalledByInternalAlone(Class<?> type) {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(type)
        .check(CLASSES);
  }

  @Test
  void memoryIsReinterpretedByInternalAlone() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal..")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "reinterprets memory",
                (JavaMethodCall call) -> call.getTarget().getName().equals("reinterpret")))
        .check(CLASSES);
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
    if (room.name().matches("(table|chart|host|parquet|bpf)(\\..*)?")) {
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
