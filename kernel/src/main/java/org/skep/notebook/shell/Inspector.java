package org.skep.notebook.shell;

import java.util.List;
import java.util.Optional;
import jdk.jshell.SourceCodeAnalysis.Documentation;

/** What a name at a cursor means, by JShell's analysis and the JDK's sources. */
final class Inspector {
  private final Session session;

  Inspector(Session session) {
    this.session = session;
  }

  /** The declarations that the name at the cursor may mean. */
  Optional<Inspection> inspect(String code, int cursor) {
    List<Documentation> found = session.analysis.documentation(code, cursor, true);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Inspection(
            found.stream()
                .map(
                    d ->
                        new Inspection.Entry(d.signature(), d.javadoc() == null ? "" : d.javadoc()))
                .toList(),
            Optional.empty()));
  }
}
