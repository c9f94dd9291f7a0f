package org.skep;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Uapi;

/**
 * Fails a test that leaves a program, a map, a link, a perf event or types in the kernel, and a
 * class that leaves what its tests shared. It applies to every test, as JUnit finds it by itself.
 *
 * <p>It looks at the descriptors and the mapped maps of this process, so that other processes that
 * use BPF meanwhile do not matter. What closes in the background gets the time to.
 */
public final class LeakCheck
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path DETAILS = Path.of("/proc/self/fdinfo");
  private static final Path MAPPED = Path.of("/proc/self/maps");
  private static final String MAPPING = "mapped map at ";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(HERE).put("all", held(true));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(HERE).put("each", held(false));
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    compare(context, "each", false);
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    compare(context, "all", true);
  }

  private static void compare(ExtensionContext context, String key, boolean ofClass)
      throws InterruptedException {
    Object before = context.getStore(HERE).get(key);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Set<String> left = held(ofClass);
      left.removeAll((Set<?>) before);
      if (left.isEmpty()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            context.getDisplayName() + " leaves in the kernel: " + String.join(", ", left));
      }
      if (left.stream().allMatch(what -> what.startsWith(MAPPING))) {
        System.gc(); // the library unmaps what it read through when nobody can reach it
      }
      Thread.sleep(PAUSE);
    }
  }

  /**
   * What this process holds: kind and number, as {@code prog 17}.
   *
   * @param ofClass whether tests have no object in common any more: what the library made of it
   *     when a test first read one of its maps, programs and mappings, is gone by then
   */
  private static Set<String> held(boolean ofClass) {
    Set<String> held = new TreeSet<>();
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      descriptors.forEach(d -> name(d, ofClass).ifPresent(held::add));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    if (ofClass) {
      held.addAll(mappings());
    }
    return held;
  }

  /** Beyond the one that the library keeps. */
  private static Set<String> mappings() {
    try (Stream<String> mappings = Files.lines(MAPPED)) {
      return mappings
          .filter(line -> line.contains("anon_inode:bpf-map"))
          .map(line -> MAPPING + line.substring(0, line.indexOf('-')))
          .skip(1)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Maps and programs without a name are those by which the library itself reads maps. */
  private static boolean isReading(int fd, boolean map) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, map ? Uapi.bpf_map_info : Uapi.bpf_prog_info);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      return LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length) == 0
          && info.getText("name").isEmpty();
    }
  }

  private static Optional<String> name(Path descriptor, boolean ofClass) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (target.matches("anon_inode:(bpf.*|btf|\\[perf_event\\])")) {
        String what = target.replaceFirst("anon_inode:", "");
        int fd = Integer.parseInt(String.valueOf(descriptor.getFileName()));
        boolean map = what.equals("bpf-map");
        boolean mayRead = map || (what.equals("bpf-prog") && !ofClass);
        if (mayRead && isReading(fd, map)) {
          return Optional.empty();
        }
        String number =
            Files.readAllLines(DETAILS.resolve(String.valueOf(descriptor.getFileName()))).stream()
                .filter(l -> l.matches("(prog|map|link|btf)_id:.*"))
                .map(l -> l.replaceFirst("_id:\\s*", " "))
                .collect(Collectors.joining(" of "));
        return Optional.of(what + " " + (number.isEmpty() ? String.valueOf(fd) : number));
      }
    } catch (IOException e) {
      // it was closed meanwhile
    }
    return Optional.empty();
  }
}
