package org.skep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.skep.notebook.shell.Evaluation;

/** The guide, as far as a new notebook must be able to follow it. */
class GuideTest {
  private static final Pattern JAVA = Pattern.compile("(?s)```java\\n(.*?)```|`([^`\\n]+)`");
  private static final Pattern TEXTS = Pattern.compile("\"[^\"]*\"|//.*");

  /** Followed by what follows types only: a member, type arguments, a variable. */
  private static final Pattern TYPE =
      Pattern.compile("(?<![\\w.%/<>=:-])([A-Z][a-z]\\w*)(?=[.<(]| \\w)");

  private static Set<String> types() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide.md"));
    var types = new TreeSet<String>();
    JAVA.matcher(guide)
        .results()
        .map(java -> java.group(1) == null ? java.group(2) : java.group(1))
        .map(java -> TEXTS.matcher(java).replaceAll(""))
        .forEach(java -> TYPE.matcher(java).results().forEach(type -> types.add(type.group(1))));
    types.removeIf(type -> guide.contains("record " + type + "("));
    return types;
  }

  @Test
  void itsJavaNamesNothingThatANewNotebookDoesNotKnow() throws IOException {
    var unknown = new ArrayList<String>();
    Set<String> types = types();
    try (var shell = Session.freshShell()) {
      for (String type : types) {
        if (!(shell.evaluate(type + ".class", 1) instanceof Evaluation.Value)) {
          unknown.add(type);
        }
      }
    }
    assertTrue(types.size() > 10, types.toString());
    assertEquals("[]", unknown.toString());
  }
}
