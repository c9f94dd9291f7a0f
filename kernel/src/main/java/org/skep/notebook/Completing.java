package org.skep.notebook;

import java.util.Optional;
import java.util.OptionalInt;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.wire.CompletionReply;

/** Completes magics where there is one at the cursor, and Java everywhere else. */
final class Completing {
  private Completing() {}

  static CompletionReply complete(Session session, String code, int cursor)
      throws InterruptedException {
    OptionalInt java = session.magics().javaAt(code, cursor, session);
    if (java.isPresent()) {
      int at = java.getAsInt();
      String masked = session.parser().mask(code);
      return java(session, masked.substring(0, at) + code.substring(at, cursor), cursor);
    }
    Optional<ArgumentCompletions> magic = session.magics().complete(code, cursor, session);
    if (magic.isPresent()) {
      ArgumentCompletions found = magic.get();
      return new CompletionReply(
          found.start(),
          found.end(),
          found.items().stream()
              .map(i -> new CompletionReply.Match(i.text(), i.kind(), i.summary()))
              .toList());
    }
    return java(session, session.parser().mask(code), cursor);
  }

  private static CompletionReply java(Session session, String code, int cursor)
      throws InterruptedException {
    var found = session.shell().complete(code, cursor);
    return new CompletionReply(
        found.start(),
        found.end(),
        found.items().stream()
            .map(i -> new CompletionReply.Match(i.text(), i.kind(), i.signature()))
            .toList());
  }
}
