package org.skep.notebook.shell;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of the JDK's packages, for imports, which JShell's analysis does not complete. */
final class PackageNames {
  private static final Pattern IMPORT =
      Pattern.compile("\\s*import\\s+(?:static\\s+)?((?:\\w+\\.)*)(\\w*)");

  private PackageNames() {}

  /** The next parts of names of packages that begin as the import does; empty for other text. */
  static Set<String> after(String text) {
    Matcher anImport = IMPORT.matcher(text);
    var parts = new TreeSet<String>();
    if (!anImport.matches()) {
      return parts;
    }
    String before = anImport.group(1);
    String begun = before + anImport.group(2);
    for (Module module : ModuleLayer.boot().modules()) {
      for (ModuleDescriptor.Exports exports : module.getDescriptor().exports()) {
        String name = exports.source();
        if (!exports.isQualified() && name.startsWith(begun)) {
          int end = name.indexOf('.', before.length());
          parts.add(
              end < 0 ? name.substring(before.length()) : name.substring(before.length(), end));
        }
      }
    }
    return parts;
  }
}
