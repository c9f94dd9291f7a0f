package org.skep.notebook.magic.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

/** Against a repository of files, without a network. */
@SuppressWarnings("NullAway") // a null fails the test
class MavenMagicsTest {
  private final FakeNotebook notebook = new FakeNotebook();

  @TempDir Path folder;

  @BeforeEach
  void makeARepository() throws Exception {
    System.setProperty("maven.repo.local", folder.resolve("cache").toString());
    publish("top", "1", "mid", "2");
    publish("mid", "2", "gson", "9");
    publish("gson", "9");
    publish("top", "2");
    notebook.run("%addMavenRepo here " + folder.resolve("repo").toUri());
  }

  @AfterEach
  void forgetTheCache() {
    System.clearProperty("maven.repo.local");
  }

  private void publish(String name, String version, String... needs) throws IOException {
    Path home = Files.createDirectories(folder.resolve("repo/org/example/" + name + "/" + version));
    String needed =
        needs.length == 0
            ? ""
            : "<dependencies><dependency><groupId>org.example</groupId><artifactId>%s</artifactId><version>%s</version></dependency></dependencies>"
                .formatted(needs[0], needs[1]);
    Files.writeString(
        home.resolve(name + "-" + version + ".pom"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>%s</artifactId><version>%s</version>%s</project>"
            .formatted(name, version, needed));
    for (String classifier : List.of("", "-tests")) {
      new JarOutputStream(
              Files.newOutputStream(home.resolve(name + "-" + version + classifier + ".jar")))
          .close();
    }
  }

  private List<String> added() {
    return notebook.added.stream().map(p -> p.getFileName().toString()).toList();
  }

  @Test
  void addsWhatIsNeededButNotWhatTheKernelHas() throws Exception {
    notebook.run("%maven org.example:top:1 --from here");
    assertEquals(List.of("top-1.jar", "mid-2.jar"), added());
    assertTrue(notebook.recorded.out().contains("fetched top-1.jar"), notebook.recorded.out());
    assertTrue(notebook.recorded.out().contains("added 2 libraries"), notebook.recorded.out());
    assertTrue(
        notebook.recorded.out().contains("as the kernel has them: gson 2."),
        notebook.recorded.out());
  }

  @Test
  void addsNothingTwiceAndNeedsNoRepositoryAgain() throws Exception {
    notebook.run("%maven org.example:top:1 --from here");
    notebook.run("%addMavenDependencies org.example:top:1 --from here --offline");
    assertEquals(2, added().size());
    assertTrue(notebook.recorded.out().contains("nothing new in"), notebook.recorded.out());
  }

  @Test
  void takesClassifiersAndExclusions() throws Exception {
    notebook.run("%maven org.example:top:jar:tests:2 --from here");
    notebook.run("%maven org.example:top:1 --exclude org.example:mid --from here");
    notebook.run("%maven --alone org.example:mid:2 --from here");
    assertEquals(List.of("top-2-tests.jar", "top-1.jar", "mid-2.jar"), added());
  }

  @Test
  void saysWhatIsNotThere() {
    var e =
        assertThrows(
            MagicException.class, () -> notebook.run("%maven org.example:none:1 --from here"));
    assertEquals(
        "add library 'org.example:none:1': not found in here (no version of it is known: check the"
            + " spelling, or name its repository with %addMavenRepo)",
        e.getMessage());
    e = assertThrows(MagicException.class, () -> notebook.run("%maven org.example:top"));
    assertEquals("add library 'org.example:top': expected group:artifact:version", e.getMessage());
    e = assertThrows(MagicException.class, () -> notebook.run("%maven a:b:1 --from hree"));
    assertEquals(
        "add libraries from 'hree': no such repository (did you mean 'here'?)", e.getMessage());
  }

  @Test
  void takesPartsOfAPom() throws Exception {
    notebook.run(
        """
        %%%%loadFromPOM
        <!-- as printed in some instructions -->
        <repository><id>there</id><url>%s</url></repository>
        <dependency>
          <groupId>org.example</groupId>
          <artifactId>mid</artifactId>
          <version>2</version>
          <exclusions><exclusion><groupId>org.example</groupId><artifactId>gson</artifactId></exclusion></exclusions>
        </dependency>
        <dependency><groupId>org.example</groupId><artifactId>top</artifactId><version>2</version><scope>test</scope></dependency>
        """
            .formatted(folder.resolve("repo").toUri()));
    assertEquals(List.of("mid-2.jar"), added());
  }

  @Test
  void aWholePomStaysAsItIs() {
    String pom = "<project><artifactId>a</artifactId></project>";
    assertEquals(pom, PartialPom.complete(pom));
    String made = PartialPom.complete("<artifactId>mine</artifactId><dependencies/>");
    assertTrue(made.contains("<artifactId>mine</artifactId>"), made);
    assertTrue(made.contains("<groupId>notebook</groupId>"), made);
  }

  @ParameterizedTest
  @CsvSource({
    "hello, 'add libraries: the POM names none (expected <dependency> ... </dependency>)'",
    "<dependency><groupId>a, 'read the POM: ''<dependency>'' has no end (write </dependency>)'",
    "<dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>,"
        + "'add library ''a:b'': the POM says no version of it (write <version>...</version>)'",
    "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>1</version>"
        + "<scope>test</scope></dependency>,"
        + "'add libraries: none that the POM names has the scope"
        + " compile or import or runtime or system'",
  })
  void aPomThatAddsNothingIsToldWhy(String body, String message) {
    var e = assertThrows(MagicException.class, () -> notebook.run("%%loadFromPOM\n" + body));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aBrokenPomIsNamedAsSuch() {
    var e = assertThrows(MagicException.class, () -> notebook.run("%%loadFromPOM\n<project><x"));
    assertTrue(e.getMessage().startsWith("read the POM: "), e.getMessage());
  }
}
