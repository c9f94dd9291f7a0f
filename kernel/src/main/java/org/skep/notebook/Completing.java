package org.skep.notebook;

import java.util.Optional;
import org.skep.notebook.magic.Completions;
import org.skep.notebook.wire.Completion;

/** Completes magics where there is one at the cursor, and Java everywhere else. */
final class Completing {
  private Completing() {}

  static Completion complete(Session session, String code, int cursor) throws InterruptedException {
    Optional<Completions> magic = session.magics().complete(code, cursor, session);
    if (magic.isPresent()) {
      Completions found = magic.get();
      return new Completion(
          found.start(),
          found.end(),
          found.items().stream()
              .map(i -> new Completion.Match(i.text(), i.kind(), i.summary()))
              .toList());
    }
    var found = session.shell().complete(session.parser().mask(code), cursor);
    return new Completion(
        found.start(),
        found.end(),
        found.items().stream()
            .map(i -> new Completion.Match(i.text(), i.kind(), i.signature()))
            .toList());
  }
}
