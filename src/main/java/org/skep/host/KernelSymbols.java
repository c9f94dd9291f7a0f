package org.skep.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The functions and data of the running kernel by address and by name, as {@code /proc/kallsyms}
 * had them when it was read. Reading takes about 60 ms; a look-up by address less than a
 * microsecond.
 */
public final class KernelSymbols {
  private static final Path FILE = Path.of("/proc/kallsyms");

  /**
   * A symbol of the kernel.
   *
   * @param address where it begins
   * @param type as {@code nm} names it: {@code T} and {@code t} are functions
   * @param module empty for the kernel itself
   */
  public record Symbol(String name, long address, char type, String module) {
    /** Whether it is code. */
    public boolean isFunction() {
      return type == 'T' || type == 't' || type == 'W' || type == 'w';
    }
  }

  private final byte[] text;
  private final long[] addresses;
  private final int[] lines;

  private KernelSymbols(byte[] text, long[] addresses, int[] lines) {
    this.text = text;
    this.addresses = addresses;
    this.lines = lines;
  }

  /** Reads the symbols of the running kernel; see {@link #restricted}. */
  public static KernelSymbols ofRunningLinux() {
    try {
      return parse(Files.readAllBytes(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line is {@code address type name}, and {@code [module]} for a module's. */
  static KernelSymbols parse(byte[] text) {
    int count = 0;
    for (byte b : text) {
      count += b == '\n' ? 1 : 0;
    }
    var addresses = new long[count];
    var lines = new int[count];
    int line = 0;
    for (int i = 0; i < count; i++) {
      int at = line;
      long address = 0;
      for (; text[at] != ' '; at++) {
        address = address << 4 | Character.digit(text[at], 16);
      }
      addresses[i] = address;
      lines[i] = line;
      while (text[at] != '\n') {
        at++;
      }
      line = at + 1;
    }
    return sorted(text, addresses, lines);
  }

  /** Nearly sorted already: modules and their like come last. The order of equals is kept. */
  private static KernelSymbols sorted(byte[] text, long[] addresses, int[] lines) {
    boolean inOrder = true;
    for (int i = 1; i < addresses.length && inOrder; i++) {
      inOrder = Long.compareUnsigned(addresses[i - 1], addresses[i]) <= 0;
    }
    if (!inOrder) {
      var order =
          IntStream.range(0, addresses.length)
              .boxed()
              .sorted((a, b) -> Long.compareUnsigned(addresses[a], addresses[b]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new KernelSymbols(
          text,
          Arrays.stream(order).mapToLong(i -> addresses[i]).toArray(),
          Arrays.stream(order).map(i -> lines[i]).toArray());
    }
    return new KernelSymbols(text, addresses, lines);
  }

  /** How many there are. */
  public int count() {
    return addresses.length;
  }

  /**
   * Whether the kernel hides its addresses from this process: all are 0, and {@link #at} finds
   * nothing. {@link #remedy} says what to do.
   */
  public boolean restricted() {
    return addresses.length == 0 || addresses[addresses.length - 1] == 0;
  }

  /** What shows the addresses where they are hidden. */
  public static String remedy() {
    return "kernel addresses are hidden: run as root with CAP_SYSLOG, or"
        + " sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1";
  }

  /** The symbol in which an address lies: the last one that begins at or before it. */
  public Optional<Symbol> at(long address) {
    if (restricted()) {
      return Optional.empty();
    }
    int low = 0;
    int high = addresses.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(addresses[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? Optional.empty() : Optional.of(symbol(low - 1));
  }

  /** The address as {@code name+0x1c}, or as a number where it lies in no symbol. */
  public String describe(long address) {
    return at(address)
        .map(
            s ->
                s.name()
                    + (s.address() == address
                        ? ""
                        : "+0x" + Long.toHexString(address - s.address()))
                    + (s.module().isEmpty() ? "" : " [" + s.module() + "]"))
        .orElse("0x" + Long.toHexString(address));
  }

  /** All symbols of this name: static functions of different files may share one. */
  public List<Symbol> named(String name) {
    var wanted = name.getBytes(StandardCharsets.UTF_8);
    var found = new ArrayList<Symbol>();
    for (int i = 0; i < lines.length; i++) {
      int start = nameStart(lines[i]);
      int end = start + wanted.length;
      if (end < text.length
          && text[end] <= ' '
          && Arrays.equals(text, start, end, wanted, 0, wanted.length)) {
        found.add(symbol(i));
      }
    }
    return found;
  }

  /** All symbols, by address. */
  public Stream<Symbol> all() {
    return IntStream.range(0, lines.length).mapToObj(this::symbol);
  }

  private int nameStart(int line) {
    int at = line;
    while (text[at] != ' ') {
      at++;
    }
    return at + 3;
  }

  private Symbol symbol(int i) {
    int start = nameStart(lines[i]);
    int end = start;
    while (text[end] > ' ') {
      end++;
    }
    var module = "";
    if (text[end] != '\n') {
      int lineEnd = end;
      while (text[lineEnd] != '\n') {
        lineEnd++;
      }
      module = new String(text, end, lineEnd - end, StandardCharsets.UTF_8).strip();
      module = module.substring(1, module.length() - 1);
    }
    var name = new String(text, start, end - start, StandardCharsets.UTF_8);
    return new Symbol(name, addresses[i], (char) text[start - 2], module);
  }
}
