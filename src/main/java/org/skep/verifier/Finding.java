package org.skep.verifier;

import java.util.Optional;

/**
 * Why the verifier refused a program.
 *
 * @param program the program's function name; empty where it is not known
 * @param line the line at which it was refused; nothing where the verifier names no instruction
 * @param refusal the verifier's own words
 * @param sentence the same in plain words
 * @param origin where the value came from that was wrong; nothing where there is no such value
 * @param remedy what to change; empty where the verifier's words are not known to Skep
 */
public record Finding(
    String program,
    Optional<SourceLine> line,
    String refusal,
    String sentence,
    Optional<Origin> origin,
    String remedy) {

  /**
   * Where a value came from.
   *
   * @param words such as {@code returned by bpf_map_lookup_elem()}
   * @param line the line that made it; nothing where the log does not tell
   */
  public record Origin(String words, Optional<SourceLine> line) {}

  /** One or two lines: place and reason, then origin and remedy. */
  public String summary() {
    var text = new StringBuilder();
    line.ifPresent(
        l -> text.append(l.line() > 0 ? "line " + l.line() : "'" + l.text() + "'").append(": "));
    text.append(sentence);
    if (!remedy.isEmpty()) {
      text.append(" (").append(remedy).append(")");
    }
    origin.ifPresent(
        o -> {
          text.append("\nthe value: ").append(o.words());
          o.line()
              .filter(l -> l.line() > 0)
              .ifPresent(l -> text.append(", line ").append(l.line()));
        });
    return text.toString();
  }
}
