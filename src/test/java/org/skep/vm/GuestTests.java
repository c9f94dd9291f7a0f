package org.skep.vm;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Finds the tests tagged {@code vm} on this machine, and runs them in another.
 *
 * <p>Finding loads every test class, which takes a second here and half a minute where the
 * processor is emulated; so it is done outside, and the names are handed in. A test that is skipped
 * counts as failed: the machine was booted for it.
 */
public final class GuestTests {
  private static final String TAG = "vm";

  private GuestTests() {}

  /**
   * {@code find DIRECTORY...} prints the names of the classes with such tests below these
   * directories of class files, one a line; {@code run CLASS...} runs them and ends with status 1
   * if one failed or none ran.
   */
  public static void main(String[] arguments) {
    List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
    if (arguments[0].equals("find")) {
      find(rest.stream().map(Path::of).collect(Collectors.toSet())).forEach(System.out::println);
    } else {
      Report report = new Report();
      LauncherFactory.create()
          .execute(request(rest.stream().map(name -> selectClass(name)).toList()), report);
      report.close();
      // not by returning: a thread that a failed test left behind would keep the machine busy until
      // its limit
      Runtime.getRuntime().halt(report.isGood() ? 0 : 1);
    }
  }

  private static Set<String> find(Set<Path> directories) {
    Set<String> names = new TreeSet<>();
    TestPlan plan = LauncherFactory.create().discover(request(selectClasspathRoots(directories)));
    for (TestIdentifier root : plan.getRoots()) {
      for (TestIdentifier test : plan.getDescendants(root)) {
        test.getSource()
            .filter(ClassSource.class::isInstance)
            .ifPresent(source -> names.add(((ClassSource) source).getClassName()));
      }
    }
    return names;
  }

  private static LauncherDiscoveryRequest request(List<? extends DiscoverySelector> selectors) {
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(selectors)
        .filters(TagFilter.includeTags(TAG))
        .build();
  }

  /** Prints a line for each test, the stack of each failure, and the totals. */
  private static final class Report implements TestExecutionListener {
    private final Map<TestIdentifier, Long> began = new HashMap<>();
    private final List<String> failed = new ArrayList<>();
    private int passed;

    boolean isGood() {
      return failed.isEmpty() && passed > 0;
    }

    void close() {
      failed.forEach(name -> System.out.println("failed: " + name));
      System.out.println(passed + " passed, " + failed.size() + " failed");
      System.out.flush();
      System.err.flush();
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      began.put(test, System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      fail(test, "skipped: " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
        if (test.isTest()) {
          passed++;
          Duration took = Duration.ofNanos(System.nanoTime() - began.getOrDefault(test, 0L));
          System.out.printf("  ok     %s (%d ms)%n", name(test), took.toMillis());
        }
      } else {
        fail(test, result.getStatus().name().toLowerCase(java.util.Locale.ROOT));
        result.getThrowable().ifPresent(error -> error.printStackTrace(System.out));
      }
    }

    private void fail(TestIdentifier test, String how) {
      failed.add(name(test));
      System.out.printf("  FAILED %s: %s%n", name(test), how);
    }

    private static String name(TestIdentifier test) {
      String where =
          test.getParentIdObject()
              .map(parent -> parent.getLastSegment().getValue())
              .map(name -> name.substring(name.lastIndexOf('.') + 1) + ".")
              .orElse("");
      return where + test.getDisplayName();
    }
  }
}
