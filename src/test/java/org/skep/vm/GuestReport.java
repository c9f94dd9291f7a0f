package org.skep.vm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Prints a line for each test as it ends, and keeps the outcomes for the totals and the XML report.
 */
final class GuestReport implements TestExecutionListener {
  private record Outcome(String className, String test, double seconds, @Nullable String failure) {}

  private final Map<TestIdentifier, Long> began = new HashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  private long failures() {
    return outcomes.stream().filter(outcome -> outcome.failure != null).count();
  }

  boolean isGood() {
    return failures() == 0 && !outcomes.isEmpty();
  }

  void printTotals() {
    System.out.printf("%d passed, %d failed%n", outcomes.size() - failures(), failures());
    System.out.flush();
    System.err.flush();
  }

  /**
   * The outcomes in the form of Surefire's reports, each class named after the kernel it ran on.
   */
  String xml() {
    String linux = System.getenv().getOrDefault("SKEP_VM", "");
    StringBuilder xml = new StringBuilder();
    xml.append(
        "<testsuite name=\"kernel %s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\">\n"
            .formatted(linux, outcomes.size(), failures()));
    for (Outcome outcome : outcomes) {
      xml.append(
          "<testcase classname=\"%s on %s\" name=\"%s\" time=\"%.3f\">"
              .formatted(outcome.className, linux, escape(outcome.test), outcome.seconds));
      if (outcome.failure != null) {
        xml.append("<failure message=\"%s\"/>".formatted(escape(outcome.failure)));
      }
      xml.append("</testcase>\n");
    }
    return xml.append("</testsuite>\n").toString();
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    began.put(test, System.nanoTime());
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    end(test, "skipped: " + reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    boolean good = result.getStatus() == Status.SUCCESSFUL;
    if (good && !test.isTest()) {
      return;
    }
    String status = result.getStatus().name().toLowerCase(Locale.ROOT);
    end(test, good ? null : status + result.getThrowable().map(error -> ": " + error).orElse(""));
    result.getThrowable().ifPresent(error -> error.printStackTrace(System.out));
  }

  private void end(TestIdentifier test, @Nullable String failure) {
    long now = System.nanoTime();
    Duration took = Duration.ofNanos(now - began.getOrDefault(test, now));
    String className = part(test, "class");
    String method = part(test, "test-template").replaceFirst("\\(.*", " ");
    Outcome outcome =
        new Outcome(className, method + test.getDisplayName(), took.toMillis() / 1000.0, failure);
    outcomes.add(outcome);
    System.out.printf(
        "  %s %s.%s (%d ms)%s%n",
        failure == null ? "ok    " : "FAILED",
        className.substring(className.lastIndexOf('.') + 1),
        outcome.test,
        took.toMillis(),
        failure == null ? "" : " " + failure);
  }

  /**
   * The value of one kind of part of a test's identifier, such as its class; empty if it has none.
   */
  private static String part(TestIdentifier test, String kind) {
    return test.getUniqueIdObject().getSegments().stream()
        .filter(segment -> segment.getType().equals(kind))
        .map(UniqueId.Segment::getValue)
        .findFirst()
        .orElse("");
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (point < ' ' || point > '~' || "<>&\"'".indexOf(point) >= 0) {
                escaped.append(point < ' ' ? " " : "&#" + point + ";");
              } else {
                escaped.appendCodePoint(point);
              }
            });
    return escaped.toString();
  }
}
