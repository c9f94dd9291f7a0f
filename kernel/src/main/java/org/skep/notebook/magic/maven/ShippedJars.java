package org.skep.notebook.magic.maven;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.aether.artifact.Artifact;

/**
 * The jars that the kernel itself runs on: a second version of them would never be seen by cells.
 */
final class ShippedJars {
  private static final Pattern NAME = Pattern.compile("(.+?)-(\\d.*)\\.jar");

  private final Map<String, String> versions = new HashMap<>();

  private ShippedJars(String classPath) {
    for (String entry : classPath.split(File.pathSeparator)) {
      Path name = Path.of(entry).getFileName();
      Matcher m = NAME.matcher(name == null ? "" : name.toString());
      if (m.matches()) {
        versions.put(m.group(1), m.group(2));
      }
    }
  }

  static ShippedJars ofThisProcess() {
    return new ShippedJars(System.getProperty("java.class.path", ""));
  }

  boolean has(Artifact artifact) {
    return artifact.getClassifier().isEmpty() && versions.containsKey(artifact.getArtifactId());
  }

  String version(Artifact artifact) {
    return versions.getOrDefault(artifact.getArtifactId(), "");
  }
}
