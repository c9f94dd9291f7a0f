package org.skep.notebook.ebpf.assist;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.host.hooks.Hooks;
import org.skep.notebook.magic.ArgumentCompletions;

/** The section name in which the cursor stands, such as {@code SEC("tracepoint/sched/sc|}. */
record SectionText(String text, int start) {
  private static final int MOST = 300;
  private static final Pattern SECTION = Pattern.compile("SEC\\(\\s*\"([^\"\\n]*)$");

  /** Empty where the cursor stands elsewhere. */
  static Optional<SectionText> at(String body, int cursor) {
    int line = body.lastIndexOf('\n', cursor - 1) + 1;
    Matcher m = SECTION.matcher(body.substring(line, cursor));
    return m.find()
        ? Optional.of(new SectionText(m.group(1), line + m.start(1)))
        : Optional.empty();
  }

  /** The names of sections that begin so. */
  ArgumentCompletions completions() {
    List<ArgumentCompletions.Item> items =
        Hooks.complete(pattern(text), MOST).stream()
            .map(p -> new ArgumentCompletions.Item(section(p), "hook", ""))
            .toList();
    return new ArgumentCompletions(start, start + text.length(), items);
  }

  /** The same in the words of {@link Hooks}: a colon where a section has its slash. */
  static String pattern(String section) {
    String pattern = section.replaceFirst("/", ":");
    return pattern.startsWith("tracepoint:") || pattern.startsWith("tp:")
        ? pattern.replaceFirst("/", ":")
        : pattern;
  }

  private static String section(String pattern) {
    String section = pattern.replaceFirst(":", "/");
    return section.startsWith("tracepoint/") || section.startsWith("tp/")
        ? section.replaceFirst(":", "/")
        : section;
  }
}
