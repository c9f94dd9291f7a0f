package org.skep.host.hooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.skep.host.Capability;

/** The functions and probes that a program or library of 64 bits names. */
final class ElfFile {
  private static final Pattern OF_PROCESS = Pattern.compile("/proc/\\d+/root/.*");
  private static final int SECTION_HEADER = 64;
  private static final int SYMBOL = 24;
  private static final int SYMTAB = 2;
  private static final int NOTE = 7;
  private static final int DYNSYM = 11;
  private static final int FUNCTION = 2;
  private static final int CHOSEN_AT_START = 10;
  private static final int PROBE_NOTE = 3;

  /** {@code "\xff Go buildinf:"}, as Go's package debug/buildinfo looks for it. */
  private static final long GO_BUILD = 0xff20476f20627569L;

  private static final int GO_INFO = 0x6c64696e;
  private static final int GO_ALIGNMENT = 16;

  /** A function, at its offset in the file. */
  record Function(String name, long offset, long byteSize) {}

  /**
   * A tracepoint of user space.
   *
   * @param arguments as the note has them: {@code 8@%rdi -4@$3}
   * @param sites at how many places the code passes it
   */
  record Probe(String provider, String name, String arguments, int sites) {}

  private record Section(int type, String name, long address, long offset, long size, int link) {}

  private final Path file;
  private final ByteBuffer bytes;
  private final List<Section> sections = new ArrayList<>();

  private ElfFile(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
    readSections();
  }

  /**
   * Opens a file; what it names is read when asked for.
   *
   * @throws IllegalArgumentException if there is no such file, or it is no ELF file of 64 bits
   */
  static ElfFile open(Path file) {
    if (Files.exists(file)
        && !Files.isRegularFile(file)) { // to open a pipe would wait for its writer
      throw wrong(file);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long size = Math.min(channel.size(), Integer.MAX_VALUE);
      return new ElfFile(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "read '"
              + file
              + "': no such file, or it may not be read"
              + (OF_PROCESS.matcher(file.toString()).matches()
                  ? " (the root of a process of another user "
                      + Capability.TO_LOOK_INTO_PROCESSES
                      + ")"
                  : ""),
          e);
    } catch (UncheckedIOException | IndexOutOfBoundsException e) {
      throw wrong(file);
    }
  }

  private static IllegalArgumentException wrong(Path file) {
    return new IllegalArgumentException(
        "read '" + file + "': not a valid 64-bit ELF file (a program or library)");
  }

  private void readSections() {
    if (bytes.limit() < SECTION_HEADER || bytes.getInt(0) != 0x7f454c46 || bytes.get(4) != 2) {
      throw wrong(file);
    }
    bytes.order(bytes.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long table = bytes.getLong(40);
    int count = Short.toUnsignedInt(bytes.getShort(60));
    int names = Short.toUnsignedInt(bytes.getShort(62));
    long namesAt = names < count ? bytes.getLong(at(table + names * 64L + 24)) : 0;
    for (int i = 0; i < count; i++) {
      int header = at(table + (long) i * SECTION_HEADER);
      sections.add(
          new Section(
              bytes.getInt(header + 4),
              text(namesAt + Integer.toUnsignedLong(bytes.getInt(header))),
              bytes.getLong(header + 16),
              bytes.getLong(header + 24),
              bytes.getLong(header + 32),
              bytes.getInt(header + 40)));
    }
  }

  /** The functions that are defined here, by name. */
  List<Function> functions() {
    var functions = new TreeMap<String, Function>();
    try {
      for (Section s : sections) {
        if ((s.type() == SYMTAB || s.type() == DYNSYM) && s.link() < sections.size()) {
          readSymbols(s, sections.get(s.link()).offset(), functions);
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw wrong(file);
    }
    return List.copyOf(functions.values());
  }

  private void readSymbols(Section table, long names, Map<String, Function> functions) {
    for (long i = 0; i < table.size() / SYMBOL; i++) {
      int symbol = at(table.offset() + i * SYMBOL);
      int type = bytes.get(symbol + 4) & 0xf;
      int section = Short.toUnsignedInt(bytes.getShort(symbol + 6));
      if ((type == FUNCTION || type == CHOSEN_AT_START)
          && section > 0
          && section < sections.size()) {
        Section code = sections.get(section);
        String name = text(names + Integer.toUnsignedLong(bytes.getInt(symbol)));
        long offset = bytes.getLong(symbol + 8) - code.address() + code.offset();
        functions.putIfAbsent(name, new Function(name, offset, bytes.getLong(symbol + 16)));
      }
    }
  }

  /**
   * Whether a file holds code of Go: by the names of sections, or, as these can be removed, by what
   * the data of every program of Go begins with.
   */
  static boolean isGo(Path file) {
    try {
      if (open(file).hasGoSections()) {
        return true;
      }
    } catch (IllegalArgumentException e) {
      // of 32 bits, perhaps
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long size = Math.min(channel.size(), Integer.MAX_VALUE);
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      for (int i = 0; i <= size - GO_ALIGNMENT; i += GO_ALIGNMENT) {
        if (bytes.getLong(i) == GO_BUILD && bytes.getInt(i + Long.BYTES) == GO_INFO) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // attaching says why it cannot be read
    }
    return false;
  }

  private boolean hasGoSections() {
    return sections.stream()
        .map(Section::name)
        .anyMatch(
            name ->
                name.endsWith(".gopclntab")
                    || name.equals(".go.buildinfo")
                    || name.equals(".note.go.buildid"));
  }

  /** Bytes of the file, as far as there are. */
  byte[] bytes(long offset, long size) {
    int start = at(offset);
    var copy = new byte[(int) Math.min(size, bytes.limit() - start)];
    bytes.get(start, copy);
    return copy;
  }

  /** The probes of section {@code .note.stapsdt}, by provider and name. */
  List<Probe> probes() {
    var probes = new TreeMap<String, Probe>();
    try {
      sections.stream()
          .filter(s -> s.type() == NOTE && s.name().equals(".note.stapsdt"))
          .forEach(s -> readProbes(s, probes));
    } catch (IndexOutOfBoundsException e) {
      throw wrong(file);
    }
    return probes.values().stream()
        .sorted(Comparator.comparing(Probe::provider).thenComparing(Probe::name))
        .toList();
  }

  /** A note is three sizes, then its owner and its content, each filled up to 4 bytes. */
  private void readProbes(Section notes, Map<String, Probe> probes) {
    long end = notes.offset() + notes.size();
    for (long note = notes.offset(); note + 12 <= end; ) {
      long ownerSize = Integer.toUnsignedLong(bytes.getInt(at(note)));
      long contentSize = Integer.toUnsignedLong(bytes.getInt(at(note + 4)));
      long content = note + 12 + (ownerSize + 3 & ~3L);
      if (bytes.getInt(at(note + 8)) == PROBE_NOTE) {
        String provider = text(content + 3 * Long.BYTES);
        long nameAt = content + 3 * Long.BYTES + provider.length() + 1;
        String name = text(nameAt);
        String arguments = text(nameAt + name.length() + 1);
        probes.merge(
            provider + ":" + name,
            new Probe(provider, name, arguments, 1),
            (a, b) -> new Probe(a.provider(), a.name(), a.arguments(), a.sites() + 1));
      }
      note = content + (contentSize + 3 & ~3L);
    }
  }

  private String text(long offset) {
    int start = at(offset);
    int end = start;
    while (bytes.get(end) != 0) {
      end++;
    }
    var text = new byte[end - start];
    bytes.get(start, text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private int at(long offset) {
    if (offset < 0 || offset >= bytes.limit()) {
      throw new IndexOutOfBoundsException("offset " + offset);
    }
    return (int) offset;
  }
}
