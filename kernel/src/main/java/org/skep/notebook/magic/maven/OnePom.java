package org.skep.notebook.magic.maven;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.magic.MagicException;

/** Gives the resolver one POM of ours under the coordinates that it names. */
final class OnePom implements WorkspaceReader {
  private final WorkspaceRepository repository = new WorkspaceRepository("notebook");
  private final Path file;

  OnePom(Path file) {
    this.file = file;
  }

  /** The coordinates of a POM, where need be those of its parent. */
  static Artifact artifact(String pom) {
    Model model = model(pom);
    String group = model.getGroupId();
    String version = model.getVersion();
    if (model.getParent() != null) {
      group = group == null ? model.getParent().getGroupId() : group;
      version = version == null ? model.getParent().getVersion() : version;
    }
    return new DefaultArtifact(group, model.getArtifactId(), "pom", version);
  }

  /**
   * Refuses a POM with a dependency whose version nothing can give, which the resolver would
   * silently take for a POM without any.
   */
  static void requireVersions(String pom) {
    Model model = model(pom);
    if (model.getParent() != null
        || model.getDependencyManagement() != null
        || !model.getProfiles().isEmpty()) {
      return;
    }
    for (Dependency dependency : model.getDependencies()) {
      if (dependency.getVersion() == null) {
        throw new MagicException(
            "add library '"
                + dependency.getManagementKey().replaceFirst(":jar$", "")
                + "': the POM says no version of it (write <version>...</version>)");
      }
    }
  }

  private static Model model(String pom) {
    try {
      return new MavenXpp3Reader().read(new StringReader(pom));
    } catch (IOException | XmlPullParserException e) {
      throw new MagicException("read the POM: " + MavenFailure.first(e.getMessage()), e);
    }
  }

  @Override
  public WorkspaceRepository getRepository() {
    return repository;
  }

  @Override
  public @Nullable File findArtifact(Artifact wanted) {
    try {
      Artifact own = artifact(java.nio.file.Files.readString(file));
      boolean same =
          wanted.getExtension().equals("pom")
              && own.getGroupId().equals(wanted.getGroupId())
              && own.getArtifactId().equals(wanted.getArtifactId())
              && own.getVersion().equals(wanted.getVersion());
      return same ? file.toFile() : null;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public List<String> findVersions(Artifact artifact) {
    return List.of();
  }
}
