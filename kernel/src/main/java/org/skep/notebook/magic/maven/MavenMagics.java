package org.skep.notebook.magic.maven;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;
import org.skep.notebook.magic.UserFile;

/**
 * {@code %maven}, {@code %addMavenRepo}, {@code %loadFromPOM}, {@code %%loadFromPOM}. What resolves
 * is loaded when it is first used, as it is large.
 */
public final class MavenMagics {
  private static final Set<String> SCOPES = Set.of("compile", "runtime", "system", "import");

  private static final int LARGEST_POM = 16 << 20;

  private @Nullable MavenLibraries libraries;

  public void register(Magics magics) {
    magics.register(
        MagicSpec.named(
                "maven",
                "Adds libraries from Maven repositories, and what they need, to the class path")
            .alias("addMavenDependencies", "addMavenDependency")
            .details(
                "~/.m2/settings.xml is honoured, ~/.m2/repository is the cache.\n"
                    + "What the kernel brings itself (such as Tablesaw) stays in its version.")
            .repeated("COORDINATES", "group:artifact[:type[:classifier]]:version")
            .option("from", "ID", "only from the repository of this id (see %addMavenRepo)")
            .option("exclude", "GROUP:ARTIFACT", "leave this out of what they need")
            .flag("alone", "without what they need")
            .flag("offline", "only from the cache")
            .option("v|verbose", "", "name every file")
            .example("%maven org.apache.commons:commons-lang3:3.17.0")
            .build(),
        (arguments, context) -> {
          libraries()
              .add(
                  new MavenLibraries.Wanted(
                      arguments.all("COORDINATES"),
                      arguments.options("from"),
                      arguments.options("exclude"),
                      arguments.flag("alone"),
                      arguments.flag("offline"),
                      arguments.flag("verbose")),
                  context);
          return null;
        });
    magics.register(
        MagicSpec.named("addMavenRepo", "Adds a Maven repository")
            .alias("mavenRepo")
            .required(
                "ID", "a name for it; as a server's id in settings.xml, it brings its password")
            .required("URL", "where it is")
            .example("%addMavenRepo snapshots https://repo.example.org/snapshots")
            .build(),
        (arguments, context) -> {
          libraries().addRepository(arguments.get("ID"), arguments.get("URL"));
          return null;
        });
    magics.register(
        MagicSpec.named("loadFromPOM", "Adds the dependencies of a POM to the class path")
            .required("FILE", "a pom.xml", Completers.PATHS)
            .repeated("SCOPE", "the scopes to add (compile runtime system import)")
            .option("v|verbose", "", "name every file")
            .example("%loadFromPOM ../pom.xml")
            .build(),
        (arguments, context) -> {
          return load(UserFile.readText(arguments.get("FILE"), LARGEST_POM), arguments, context);
        });
    magics.register(
        MagicSpec.named("loadFromPOM", "Adds the dependencies in the cell to the class path")
            .details(
                "The cell is a POM, or a part of one: <dependency> and <repository> may stand alone.")
            .repeated("SCOPE", "the scopes to add (compile runtime system import)")
            .option("v|verbose", "", "name every file")
            .build(),
        (arguments, body, context) -> load(body, arguments, context));
  }

  private @Nullable Object load(String pom, Arguments arguments, MagicContext context)
      throws Exception {
    List<String> scopes = arguments.all("SCOPE");
    libraries()
        .addFromPom(
            PartialPom.complete(pom),
            scopes.isEmpty() ? SCOPES : Set.copyOf(scopes),
            arguments.flag("verbose"),
            context);
    return null;
  }

  private synchronized MavenLibraries libraries() {
    MavenLibraries known = libraries;
    if (known == null) {
      known = new MavenLibraries();
      libraries = known;
    }
    return known;
  }
}
