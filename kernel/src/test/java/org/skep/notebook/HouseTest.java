package org.skep.notebook;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The direction of the notebook kernel's packages: who may import whom. */
class HouseTest {
  private static final String ROOT = "org.skep.notebook";

  /** Fewer classes than this means that the test looked in the wrong place. */
  private static final int FLOOR = 150;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** A package below the root, and the packages of the notebook kernel that it may import. */
  record Room(String name, List<String> mayImport) {
    Room(String name, String... mayImport) {
      this(name, List.of(mayImport));
    }

    @Override
    public String toString() {
      return ROOT + "." + name;
    }
  }

  /** From the bottom to the top: a package imports those before it alone, so there is no circle. */
  static Stream<Room> rooms() {
    return Stream.of(
        new Room("wire"),
        new Room("shell"),
        new Room("display"),
        new Room("magic", "display"),
        new Room("magic.maven", "display", "magic"),
        new Room("magic.builtin", "display", "magic", "magic.maven"),
        new Room("ebpf.state", "display", "magic"),
        new Room("ebpf.view", "display", "magic", "ebpf.state"),
        new Room("ebpf.assist", "display", "magic", "ebpf.state"),
        new Room("ebpf.cell", "display", "magic", "ebpf.state", "ebpf.view", "ebpf.assist"),
        new Room(
            "ebpf", "display", "magic", "ebpf.state", "ebpf.view", "ebpf.assist", "ebpf.cell"));
  }

  @Test
  void enoughClassesAreSeen() {
    assertTrue(CLASSES.size() >= FLOOR, () -> "only " + CLASSES.size() + " classes");
  }

  @Test
  void everyPackageIsARoomOfTheHouse() {
    var known = rooms().map(Room::toString).toList();
    for (JavaClass c : CLASSES) {
      assertTrue(
          c.getPackageName().equals(ROOT) || known.contains(c.getPackageName()), c.getName());
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

  @Test
  void nothingUsesWhatIsInternalToTheLibrary() {
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.skep.internal..")
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void importsOnlyWhatItMay(Room room) {
    var allowed =
        Stream.concat(Stream.of(room.name()), room.mayImport().stream())
            .map(n -> ROOT + "." + n)
            .toList();
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage(room.toString())
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of the notebook kernel and outside " + allowed,
                (JavaClass c) ->
                    c.getPackageName().startsWith(ROOT) && !allowed.contains(c.getPackageName())))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /** But for what knows texts alone, and nothing of BPF. */
  @ParameterizedTest
  @MethodSource("rooms")
  void onlyTheEbpfPackageImportsTheLibrary(Room room) {
    if (room.name().startsWith("ebpf")) {
      return;
    }
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage(room.toString())
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of the library",
                (JavaClass c) ->
                    c.getPackageName().equals("org.skep")
                        || (c.getPackageName().startsWith("org.skep.")
                            && !c.getPackageName().equals("org.skep.text")
                            && !c.getPackageName().startsWith(ROOT))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
