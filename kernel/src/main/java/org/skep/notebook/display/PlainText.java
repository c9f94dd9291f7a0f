package org.skep.notebook.display;

import org.jspecify.annotations.Nullable;

/** Any object as plain text of bounded size. */
final class PlainText {
  String of(@Nullable Object value) {
    return String.valueOf(value);
  }
}
