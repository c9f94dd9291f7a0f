package org.skep.vm;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Finds the tests tagged {@code vm} on this machine, and runs them in another.
 *
 * <p>Finding loads every test class, which takes a second here and half a minute where the CPU is
 * emulated; so it is done outside, and the names are handed in. A test that is skipped counts as
 * failed: the machine was booted for it.
 */
public final class GuestTests {
  /** Those of the kernel matrix; a machine of another sort names another tag. */
  private static final String TAG = System.getProperty("skep.vm.tag", "vm & !service");

  private GuestTests() {}

  /**
   * {@code find DIRECTORY...} prints the names of the classes with such tests below these
   * directories of class files, one a line; {@code run REPORT CLASS...} runs them, writes an XML
   * report as other runners do, and ends with status 1 if one failed or none ran.
   */
  public static void main(String[] arguments) throws IOException {
    List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
    if (arguments[0].equals("find")) {
      find(rest.stream().map(Path::of).collect(Collectors.toSet())).forEach(System.out::println);
    } else {
      GuestReport report = new GuestReport();
      LauncherFactory.create()
          .execute(request(rest.stream().skip(1).map(name -> selectClass(name)).toList()), report);
      report.printTotals();
      Files.writeString(Path.of(rest.get(0)), report.xml());
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
}
