package org.skep.notebook.shell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spells types as cells do: without the packages that are imported from the start. JShell does so
 * for the imports of cells, but sees only the first of those that are declared together.
 */
final class ImportedNames {
  private static final Pattern IMPORT = Pattern.compile("import\\s+([\\w.]+?)(\\.\\*)?\\s*;");
  private static final Pattern QUALIFIED =
      Pattern.compile("(?<![\\w$.])([a-z_]\\w*(?:\\.[a-z_]\\w*)*)\\.([A-Z]\\w*)");

  private final Set<String> packages = new HashSet<>();
  private final Set<String> types = new HashSet<>();

  /** The names that these declarations import; those that are no imports are passed over. */
  ImportedNames(List<String> declarations) {
    for (String declaration : declarations) {
      Matcher matcher = IMPORT.matcher(declaration);
      if (matcher.matches()) {
        var _ = (matcher.group(2) == null ? types : packages).add(matcher.group(1));
      }
    }
  }

  /** The type, as a cell may write it. */
  String spell(String typeName) {
    return QUALIFIED
        .matcher(typeName)
        .replaceAll(
            name ->
                Matcher.quoteReplacement(
                    packages.contains(name.group(1)) || types.contains(name.group())
                        ? name.group(2)
                        : name.group()));
  }
}
