package org.skep.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The system calls of this machine by number and by name, from the headers of Linux. */
public final class Syscalls {
  private static final Pattern DEFINE = Pattern.compile("#define\\s+__NR_(\\w+)\\s+(\\d+)\\b.*");

  private final Map<String, Integer> numbers;
  private final Map<Integer, String> names = new HashMap<>();

  private Syscalls(Map<String, Integer> numbers) {
    this.numbers = numbers;
    numbers.forEach((name, number) -> names.putIfAbsent(number, name));
  }

  /** Reads the headers; empty where the package with the headers of Linux is not installed. */
  public static Syscalls ofThisMachine() {
    for (Path file : headers()) {
      try (Stream<String> lines = Files.lines(file)) {
        return parse(lines);
      } catch (IOException e) {
        // The next place, then.
      }
    }
    return new Syscalls(Map.of());
  }

  private static List<Path> headers() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64", "x86_64" ->
          List.of(
              Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
              Path.of("/usr/include/asm/unistd_64.h"));
      default ->
          List.of(
              Path.of(
                  "/usr/include/" + System.getProperty("os.arch") + "-linux-gnu/asm/unistd_64.h"),
              Path.of("/usr/include/asm-generic/unistd.h"));
    };
  }

  static Syscalls parse(Stream<String> lines) {
    var numbers = new TreeMap<String, Integer>();
    lines.forEach(
        line -> {
          var define = DEFINE.matcher(line);
          if (define.matches()) {
            numbers.putIfAbsent(define.group(1), Integer.parseInt(define.group(2)));
          }
        });
    return new Syscalls(numbers);
  }

  /** The name of a system call, such as {@code openat}. */
  public Optional<String> name(long number) {
    return number == (int) number ? Optional.ofNullable(names.get((int) number)) : Optional.empty();
  }

  /** The number of a system call. */
  public OptionalInt number(String name) {
    var number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** All names, in order. */
  public Stream<String> names() {
    return numbers.keySet().stream();
  }
}
