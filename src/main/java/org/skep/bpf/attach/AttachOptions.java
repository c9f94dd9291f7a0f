package org.skep.bpf.attach;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.skep.text.WholeNumber;

/**
 * What follows the text of a place after commas: {@code libc.so.6:malloc,pid=4711,cookie=42}.
 *
 * @param place the text before it
 * @param details by name
 */
public record AttachOptions(String place, Map<String, String> details) {
  private static final Pattern LAST = Pattern.compile("(.*),\\s*(pid|cpu|cookie|dev|via)=([^,]*)");
  private static final int EVERY = -1;

  /** A detail that cannot be read; the message says what it is like. */
  static final class Wrong extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  /**
   * @throws Wrong if a detail stands there twice
   */
  public static AttachOptions of(String text) {
    var details = new LinkedHashMap<String, String>();
    var place = text.strip();
    for (var m = LAST.matcher(place); m.matches(); m = LAST.matcher(place)) {
      if (details.put(m.group(2), m.group(3).strip()) != null) {
        throw new Wrong("'" + m.group(2) + "=' stands there twice");
      }
      place = m.group(1).strip();
    }
    return new AttachOptions(place, details);
  }

  /**
   * Refuses what means nothing at a place, rather than to do something else than what was typed.
   *
   * @throws Wrong if there is such a detail
   */
  void check(AttachPoint point) {
    List<String> known =
        switch (point) {
          case AttachPoint.Uprobe _, AttachPoint.UprobeMulti _, AttachPoint.Usdt _ ->
              List.of("pid");
          case AttachPoint.PerfEvent _ -> List.of("pid", "cpu");
          case AttachPoint.Route _ -> List.of("dev", "via");
          default -> List.of();
        };
    for (var detail : details.entrySet()) {
      if (!known.contains(detail.getKey()) && !detail.getKey().equals("cookie")) {
        throw new Wrong(
            "'"
                + detail.getKey()
                + "="
                + detail.getValue()
                + "' has no meaning there ("
                + switch (detail.getKey()) {
                  case "pid" -> "compare bpf_get_current_pid_tgid() in the program";
                  case "cpu" -> "compare bpf_get_smp_processor_id() in the program";
                  default -> "leave it out";
                }
                + ")");
      }
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(details.get(name));
  }

  /** A process: -1 for all, 0 for this one. */
  int process(String name) {
    return text(name).filter("self"::equals).isPresent() ? 0 : number(name, EVERY);
  }

  int number(String name, int otherwise) {
    return text(name).map(value -> (int) read(name, value, Integer.MAX_VALUE)).orElse(otherwise);
  }

  /** A number of 64 bits without a sign, also in hexadecimal. */
  OptionalLong cookie() {
    return text("cookie")
        .map(value -> OptionalLong.of(read("cookie", value, -1)))
        .orElse(OptionalLong.empty());
  }

  /**
   * @param most as a number without a sign
   */
  private static long read(String name, String value, long most) {
    var number = WholeNumber.find(value);
    var bound = new BigInteger(Long.toUnsignedString(most));
    if (number.isPresent() && number.get().signum() >= 0 && number.get().compareTo(bound) <= 0) {
      return number.get().longValue();
    }
    throw new Wrong(
        "'"
            + name
            + "="
            + value
            + "' expected a number from 0 to "
            + bound
            + WholeNumber.hint(value));
  }
}
