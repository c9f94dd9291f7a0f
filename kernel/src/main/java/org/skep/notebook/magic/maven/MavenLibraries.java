package org.skep.notebook.magic.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactDescriptorException;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactDescriptorResult;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.text.Nearest;

/** Finds libraries in Maven repositories and adds them to the class path of the cells. */
final class MavenLibraries {
  private static final Pattern COORDINATES = Pattern.compile("[^:\\s]+(:[^:\\s]+){2,4}");

  /**
   * What is asked for.
   *
   * @param from ids of the only repositories to look in; all where empty
   * @param alone whether without what the libraries need
   */
  record Wanted(
      List<String> coordinates,
      List<String> from,
      List<String> exclude,
      boolean alone,
      boolean offline,
      boolean verbose) {}

  private final RepositorySystem system = new RepositorySystemSupplier().get();
  private final MavenSettings settings = MavenSettings.load();
  private final Map<String, RemoteRepository> repositories = new LinkedHashMap<>();
  private final ShippedJars shipped = ShippedJars.ofThisProcess();

  /** Names a repository to look in. */
  synchronized void addRepository(String id, String url) {
    repositories.put(id, new RemoteRepository.Builder(id, "default", url).build());
  }

  /** Adds libraries and what they need. */
  synchronized void add(Wanted wanted, MagicContext context) throws Exception {
    List<Exclusion> exclusions = wanted.exclude().stream().map(MavenLibraries::exclusion).toList();
    List<Dependency> dependencies = new ArrayList<>();
    for (String coordinates : wanted.coordinates()) {
      if (!COORDINATES.matcher(coordinates).matches()) {
        throw new MagicException(
            "add library '" + coordinates + "': expected group:artifact:version");
      }
      List<Exclusion> left =
          wanted.alone() ? List.of(new Exclusion("*", "*", "*", "*")) : exclusions;
      dependencies.add(new Dependency(new DefaultArtifact(coordinates), "compile", false, left));
    }
    try (var progress = new MavenProgress(context.output(), wanted.verbose());
        var session = session(progress, wanted.offline(), null);
        var _ = CurrentCell.onInterrupt(progress::cancel)) {
      List<RemoteRepository> remotes = standard(session, wanted.from());
      var request = new CollectRequest(dependencies, List.of(), remotes);
      add(session, request, progress, context);
    }
  }

  /** Adds the dependencies of a POM that have one of these scopes, and what they need. */
  synchronized void addFromPom(
      String pom, Set<String> scopes, boolean verbose, MagicContext context) throws Exception {
    Path file = Files.createTempFile("skep-", ".pom");
    try (var progress = new MavenProgress(context.output(), verbose);
        var session = session(progress, false, new OnePom(file));
        var _ = CurrentCell.onInterrupt(progress::cancel)) {
      Files.writeString(file, pom);
      OnePom.requireVersions(pom);
      ArtifactDescriptorResult read = read(session, OnePom.artifact(pom));
      List<Dependency> dependencies =
          read.getDependencies().stream().filter(d -> scopes.contains(d.getScope())).toList();
      if (dependencies.isEmpty()) {
        throw new MagicException(
            read.getDependencies().isEmpty()
                ? "add libraries: the POM names none (expected <dependency> ... </dependency>)"
                : "add libraries: none that the POM names has the scope "
                    + String.join(" or ", new TreeSet<>(scopes)));
      }
      var request =
          new CollectRequest(
              dependencies,
              read.getManagedDependencies(),
              system.newResolutionRepositories(session, read.getRepositories()));
      add(session, request, progress, context);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void add(
      RepositorySystemSession session,
      CollectRequest request,
      MavenProgress progress,
      MagicContext context)
      throws InterruptedException {
    if (request.getDependencies().isEmpty()) {
      throw new MagicException(
          "add libraries: none is named (example: %maven org.apache.commons:commons-lang3:3.17.0)");
    }
    List<ArtifactResult> found;
    try {
      found =
          system
              .resolveDependencies(session, new DependencyRequest(request, null))
              .getArtifactResults();
    } catch (DependencyResolutionException e) {
      if (progress.isCancelled() || Thread.interrupted()) {
        throw new InterruptedException("adding libraries was interrupted");
      }
      throw MavenFailure.explain(e, system, session, request.getRepositories());
    }
    Collection<Path> before = context.addedClassPath();
    int added = 0;
    for (ArtifactResult result : found) {
      Artifact artifact = result.getArtifact();
      Path file = artifact.getPath();
      if (file == null || artifact.getExtension().equals("pom")) {
        continue;
      }
      if (shipped.has(artifact)) {
        progress.left(artifact, shipped.version(artifact));
      } else if (!before.contains(file)) {
        Versions.inUse(file, before).ifPresent(progress::note);
        context.addToClassPath(file);
        progress.added(artifact);
        added++;
      }
    }
    progress.done(added);
  }

  /** The repositories that Maven's own POM names, those of the settings, and those added here. */
  private List<RemoteRepository> standard(RepositorySystemSession session, List<String> from)
      throws IOException {
    Map<String, RemoteRepository> all = new LinkedHashMap<>();
    settings.repositories().forEach(r -> all.put(r.getId(), r));
    all.putAll(repositories);
    String empty = PartialPom.complete("");
    Path file = Files.createTempFile("skep-", ".pom");
    try (var own = session(null, true, new OnePom(file))) {
      Files.writeString(file, empty);
      read(own, OnePom.artifact(empty))
          .getRepositories()
          .forEach(r -> all.putIfAbsent(r.getId(), r));
    } finally {
      Files.deleteIfExists(file);
    }
    for (String id : from) {
      if (!all.containsKey(id)) {
        throw new MagicException(
            "add libraries from '" + id + "': no such repository" + Nearest.hint(id, all.keySet()));
      }
    }
    return system.newResolutionRepositories(
        session,
        all.values().stream().filter(r -> from.isEmpty() || from.contains(r.getId())).toList());
  }

  private ArtifactDescriptorResult read(RepositorySystemSession session, Artifact pom) {
    try {
      return system.readArtifactDescriptor(
          session,
          new ArtifactDescriptorRequest(pom, new ArrayList<>(settings.repositories()), null));
    } catch (ArtifactDescriptorException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new MagicException("read the POM: " + MavenFailure.first(cause.getMessage()), e);
    }
  }

  private RepositorySystemSession.CloseableSession session(
      @Nullable MavenProgress progress, boolean offline, @Nullable OnePom pom) {
    var session =
        new SessionBuilderSupplier(system)
            .get()
            .withLocalRepositoryBaseDirectories(settings.cache())
            .setSystemProperties(System.getProperties());
    settings.apply(session);
    if (progress != null) {
      session.setTransferListener(progress.listener());
    }
    if (pom != null) {
      session.setWorkspaceReader(pom);
    }
    if (offline) {
      session.setOffline(true);
    }
    return session.build();
  }

  private static Exclusion exclusion(String coordinates) {
    Matcher m = Pattern.compile("([^:\\s]+)(?::([^:\\s]+))?").matcher(coordinates);
    if (!m.matches()) {
      throw new MagicException("leave out '" + coordinates + "': expected group:artifact");
    }
    return new Exclusion(m.group(1), m.group(2) == null ? "*" : m.group(2), "*", "*");
  }
}
