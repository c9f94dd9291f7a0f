package org.skep.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what the verifier refused, and why, out of its log. */
public final class Findings {
  private static final List<Rule> RULES =
      Stream.of(
              MapRules.all(),
              MemoryRules.all(),
              LengthRules.all(),
              CallRules.all(),
              FlowRules.all())
          .flatMap(List::stream)
          .toList();

  private Findings() {}

  /** The finding in a log of a program whose name is not known. */
  public static Finding of(String log) {
    return of("", log);
  }

  /**
   * The finding in a log.
   *
   * @param program the program's function name
   * @param log the verifier's whole log; any text is read without failing
   */
  public static Finding of(String program, String log) {
    return explain(program, log, "");
  }

  private static Finding explain(String program, String log, String text) {
    var parsed = VerifierLog.parse(log);
    var scene = new RegisterTrace(parsed, text);
    var refusal = String.join("\n", parsed.refusal());
    var line = parsed.last().flatMap(s -> Optional.ofNullable(s.source()));
    if (refusal.isEmpty()) {
      return new Finding(
          program,
          Optional.empty(),
          "",
          "the kernel rejected it without a reason in the log",
          Optional.empty(),
          "");
    }
    for (Rule rule : RULES) {
      var matcher = rule.pattern().matcher(refusal);
      if (matcher.find()) {
        var advice = rule.explainer().explain(matcher.toMatchResult(), scene);
        var origin =
            advice.register().isEmpty()
                ? Optional.<Finding.Origin>empty()
                : scene.origin(advice.register());
        return new Finding(program, line, refusal, advice.sentence(), origin, advice.remedy());
      }
    }
    return new Finding(
        program, line, refusal, refusal.lines().findFirst().orElse(""), Optional.empty(), "");
  }

  /**
   * The finding in a log, with lines looked up in the program's text where the log has only their
   * words, as before Linux 6.8, and with what the definitions of its maps say.
   *
   * @param file what to call the text
   */
  public static Finding of(String program, String log, String file, String text) {
    var found = explain(program, log, text);
    var lines = text.lines().map(String::strip).toList();
    return new Finding(
        found.program(),
        found.line().map(l -> located(l, file, lines)),
        found.refusal(),
        found.sentence(),
        found
            .origin()
            .map(o -> new Finding.Origin(o.words(), o.line().map(l -> located(l, file, lines)))),
        found.remedy());
  }

  /** A line that stands more than once is none: a wrong number is worse than no number. */
  private static SourceLine located(SourceLine line, String file, List<String> lines) {
    if (line.line() > 0 || line.text().isEmpty()) {
      return line;
    }
    var places = new ArrayList<Integer>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals(line.text())) {
        places.add(i + 1);
      }
    }
    return places.size() == 1 ? new SourceLine(file, places.getFirst(), line.text()) : line;
  }
}
