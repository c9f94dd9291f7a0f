package org.skep.host.trace;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the text of a trace pipe apart. What is printed may contain line ends, and so may the name
 * of a thread: an event lasts until the next one begins. For one thread.
 */
final class TraceParser {
  /** The name is right-aligned in 16 bytes, which tells a line end in it from one before it. */
  private static final Pattern HEAD =
      Pattern.compile(
          "(?<![^\n])(?:([\\s\\S]{16})-(\\d+) +(?:\\([^)\n]*\\) +)?\\[(\\d+)] \\S+ +([\\d.]+):"
              + " bpf_trace_printk: ?|CPU:\\d+ \\[LOST (?:(\\d+) )?EVENTS]\n)");

  /** The kernel formats into a buffer of 1,024 bytes. */
  static final int LONGEST = 1023;

  /** A character for each byte, so that no character is cut where a read ends. */
  private final StringBuilder rest = new StringBuilder();

  private long lost;
  private boolean lostMore;
  private long unreadable;
  private long cut;

  /** Adds what was read; events that are followed by another one are given to the sink. */
  void add(byte[] bytes, Consumer<TraceLog.Line> sink) {
    rest.append(new String(bytes, StandardCharsets.ISO_8859_1));
    parse(false, sink);
  }

  /** Gives the last event too: the kernel has no more text at the moment, so that it is whole. */
  void end(Consumer<TraceLog.Line> sink) {
    parse(true, sink);
  }

  private void parse(boolean whole, Consumer<TraceLog.Line> sink) {
    if (rest.isEmpty()) {
      return;
    }
    String text = rest.toString();
    rest.setLength(0);
    Matcher head = HEAD.matcher(text);
    boolean more = head.find();
    int begin = more ? head.start() : text.length();
    if (begin > 0 && !more && !whole) {
      rest.append(text);
      return;
    }
    unreadable += text.substring(0, begin).isBlank() ? 0 : 1;
    while (more) {
      var event = head.toMatchResult();
      more = head.find();
      int end = more ? head.start() : text.length();
      if (event.group(1) == null) {
        lost += event.group(5) == null ? 0 : Long.parseLong(event.group(5));
        lostMore |= event.group(5) == null;
        if (more || whole) {
          unreadable += text.substring(event.end(), end).isBlank() ? 0 : 1;
        } else {
          rest.append(text, event.end(), end);
        }
      } else if (more || whole) {
        give(event, text.substring(event.end(), end), sink);
      } else {
        rest.append(text, event.start(), end);
      }
    }
  }

  private void give(java.util.regex.MatchResult head, String text, Consumer<TraceLog.Line> sink) {
    String printed = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    cut += printed.length() >= LONGEST ? 1 : 0;
    sink.accept(
        new TraceLog.Line(
            Double.parseDouble(head.group(4)),
            Integer.parseInt(head.group(3)),
            utf8(head.group(1).stripLeading()),
            Integer.parseInt(head.group(2)),
            utf8(printed.endsWith("\n") ? printed.substring(0, printed.length() - 1) : printed)));
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** How many events the kernel overwrote before they were read, as far as it says. */
  long lost() {
    return lost;
  }

  /** How complete the lines are: what was lost, cut or not understood. */
  String completeness() {
    var text =
        new StringBuilder(
            lostMore ? "more than " + lost + " lost" : lost == 0 ? "none lost" : lost + " lost");
    if (cut > 0) {
      text.append(", ").append(cut).append(" cut at 1,023 bytes, the most that the kernel prints");
    }
    if (unreadable > 0) {
      text.append(", ").append(unreadable).append(" not understood");
    }
    return text.toString();
  }
}
