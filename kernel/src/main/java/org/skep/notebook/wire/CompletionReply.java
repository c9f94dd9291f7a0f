package org.skep.notebook.wire;

import java.util.List;

/**
 * What could replace the text between two UTF-16 offsets.
 *
 * @param start where the text to be replaced begins
 * @param end where it ends, normally the cursor
 * @param matches the candidates, best first
 */
public record CompletionReply(int start, int end, List<Match> matches) {

  /** Copies the candidates. */
  public CompletionReply {
    matches = List.copyOf(matches);
  }

  /**
   * A candidate.
   *
   * @param text what is inserted
   * @param type its kind as front ends know it ("function", "class", "keyword", "magic" ...), or
   *     empty
   * @param signature parameters and result, or empty
   */
  public record Match(String text, String type, String signature) {}

  /** Returns the answer where nothing fits. */
  public static CompletionReply none(int cursor) {
    return new CompletionReply(cursor, cursor, List.of());
  }
}
