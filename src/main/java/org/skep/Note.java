package org.skep;

import java.util.List;

/**
 * A sentence about a text or an object beside its result: lower case, without a full stop.
 *
 * @param level how much it matters
 */
public record Note(Level level, String text) {
  /** How much a {@link Note} matters. */
  public enum Level {
    /** What makes values wrong or loses them unless the text is changed. */
    WARNING,
    /** What was read or done otherwise than it is written. */
    CHANGE,
    /** What is done for every text of this kind, and need not be read twice. */
    ROUTINE
  }

  /** A note of something that makes values wrong. */
  public static Note warning(String text) {
    return new Note(Level.WARNING, text);
  }

  /** A note of something that was done otherwise than it is written. */
  public static Note change(String text) {
    return new Note(Level.CHANGE, text);
  }

  /** A note of something that is done for every such text. */
  public static Note routine(String text) {
    return new Note(Level.ROUTINE, text);
  }

  /** Notes of things that were done otherwise than they are written. */
  public static List<Note> changes(List<String> texts) {
    return texts.stream().map(Note::change).toList();
  }

  @Override
  public String toString() {
    return text;
  }
}
