package org.skep.notebook.magic.maven;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.magic.MagicException;

/** What went wrong, in the words of the person who asked for a library. */
final class MavenFailure {
  private static final int VERSIONS = 5;

  private MavenFailure() {}

  static MagicException explain(
      DependencyResolutionException failure,
      RepositorySystem system,
      RepositorySystemSession session,
      List<RemoteRepository> repositories) {
    Throwable found = find(failure, ArtifactResolutionException.class);
    if (found instanceof ArtifactResolutionException resolution) {
      for (ArtifactResult result : resolution.getResults()) {
        if (result.isMissing() || !result.isResolved()) {
          return explain(result, failure, system, session, repositories);
        }
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new MagicException("add libraries: " + first(root.getMessage()), failure);
  }

  private static MagicException explain(
      ArtifactResult result,
      DependencyResolutionException failure,
      RepositorySystem system,
      RepositorySystemSession session,
      List<RemoteRepository> repositories) {
    Artifact artifact = result.getRequest().getArtifact();
    String names =
        repositories.stream().map(RemoteRepository::getId).collect(Collectors.joining(", "));
    Throwable other =
        result.getExceptions().stream()
            .filter(e -> !(e instanceof ArtifactNotFoundException))
            .findFirst()
            .orElse(null);
    if (other != null) {
      Throwable root = other;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return new MagicException(
          "add library '"
              + name(artifact)
              + "': cannot be fetched from "
              + names
              + ": "
              + root.getClass().getSimpleName()
              + ", "
              + first(root.getMessage())
              + " (is the network there? a mirror is named in ~/.m2/settings.xml)",
          failure);
    }
    if (session.isOffline()) {
      return new MagicException(
          "add library '" + name(artifact) + "': not in the cache, and Maven is offline", failure);
    }
    List<String> versions = versions(artifact, system, session, repositories);
    String remedy =
        versions.isEmpty()
            ? "no version of it is known: check the spelling, or name its repository with %addMavenRepo"
            : "it has the versions " + String.join(", ", versions);
    return new MagicException(
        "add library '" + name(artifact) + "': not found in " + names + " (" + remedy + ")",
        failure);
  }

  /** The latest versions, the newest first. */
  private static List<String> versions(
      Artifact artifact,
      RepositorySystem system,
      RepositorySystemSession session,
      List<RemoteRepository> repositories) {
    Artifact any =
        new DefaultArtifact(artifact.getGroupId(), artifact.getArtifactId(), "jar", "[0,)");
    try {
      List<String> all = new ArrayList<>();
      system
          .resolveVersionRange(session, new VersionRangeRequest(any, repositories, null))
          .getVersions()
          .forEach(v -> all.add(v.toString()));
      Collections.reverse(all);
      return all.subList(0, Math.min(VERSIONS, all.size()));
    } catch (VersionRangeResolutionException e) {
      return List.of();
    }
  }

  private static @Nullable Throwable find(Throwable start, Class<?> type) {
    Deque<Throwable> open = new ArrayDeque<>(List.of(start));
    for (int steps = 0; !open.isEmpty() && steps < 50; steps++) {
      Throwable next = open.pop();
      if (type.isInstance(next)) {
        return next;
      }
      if (next.getCause() != null) {
        open.push(next.getCause());
      }
    }
    return null;
  }

  private static String name(Artifact artifact) {
    String classifier = artifact.getClassifier().isEmpty() ? "" : ":" + artifact.getClassifier();
    return artifact.getGroupId()
        + ":"
        + artifact.getArtifactId()
        + classifier
        + ":"
        + artifact.getVersion();
  }

  /** The first line of a message. */
  static String first(@Nullable String message) {
    return message == null ? "no reason given" : message.strip().lines().findFirst().orElse("");
  }
}
