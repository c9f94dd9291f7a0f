package org.skep.notebook.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The inputs of all sessions of a user, a line of JSON each. Kernels that run at the same time
 * share the file: each takes its session number, and appends, under the lock of a file beside it.
 * That one holds the number taken last, so that a kernel starts without reading years of inputs.
 */
final class HistoryFile {
  /** A longer file loses its older half when a session begins. */
  private static final long SIZE_LIMIT = 8L << 20;

  /** The lock of the file keeps processes apart, and refuses a second one of the same process. */
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path file;
  private final Path lock;

  HistoryFile(Path file) {
    this.file = file;
    lock = file.resolveSibling(file.getFileName() + ".lock");
  }

  Path path() {
    return file;
  }

  /** Something done while no other kernel touches the file. */
  private interface Locked<T> {
    T run(FileChannel lock) throws IOException;
  }

  private <T> T locked(Locked<T> work) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
    synchronized (IN_THIS_PROCESS) {
      try (var channel =
          FileChannel.open(
              lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        channel.lock(); // until the channel closes
        return work.run(channel);
      }
    }
  }

  /** Takes the next session number for a kernel that starts. */
  int beginSession() throws IOException {
    return locked(
        counter -> {
          if (Files.exists(file) && Files.size(file) > SIZE_LIMIT) {
            dropOlderHalf();
            counter.truncate(0); // as all is read here, what it says can be put right
          }
          int session = 1 + lastSession(counter);
          write(new HistoryEntry(session, 0, ""));
          counter.truncate(0);
          counter.write(ByteBuffer.wrap(Integer.toString(session).getBytes(US_ASCII)), 0);
          return session;
        });
  }

  /** The number taken last, from the file itself where nothing else tells it. */
  private int lastSession(FileChannel counter) throws IOException {
    var digits = ByteBuffer.allocate(9);
    int count = counter.read(digits, 0);
    String number = new String(digits.array(), 0, Math.max(0, count), US_ASCII);
    return number.matches("[0-9]+")
        ? Integer.parseInt(number)
        : read().stream().mapToInt(HistoryEntry::session).max().orElse(0);
  }

  void append(HistoryEntry entry) throws IOException {
    locked(
        _ -> {
          write(entry);
          return entry;
        });
  }

  /** Returns all entries, oldest first, with one of line 0 for the beginning of each session. */
  List<HistoryEntry> read() throws IOException {
    var entries = new ArrayList<HistoryEntry>();
    try (var text = new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
      text.lines().forEach(line -> parse(line, entries)); // what is no UTF-8 is replaced
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      throw new IOException("read history '" + file + "': " + e.getMessage(), e);
    }
    return entries;
  }

  private static void parse(String line, List<HistoryEntry> entries) {
    try {
      if (JsonParser.parseString(line) instanceof JsonObject json) {
        entries.add(
            new HistoryEntry(
                Json.integer(json, "session", 0),
                Json.integer(json, "line", 0),
                Json.string(json, "source", "")));
      }
    } catch (JsonParseException e) {
      // a line that was cut when a disk was full is worth nothing, and harms no other
    }
  }

  private void write(HistoryEntry entry) throws IOException {
    boolean torn = endsWithinALine();
    try (var channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      if (torn) {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
      var bytes = ByteBuffer.wrap(line(entry));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** Whether the last line was cut, by a full disk or a power failure. */
  private boolean endsWithinALine() throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (var channel = FileChannel.open(file)) {
      var last = ByteBuffer.allocate(1);
      return channel.size() > 0
          && channel.read(last, channel.size() - 1) == 1
          && last.get(0) != '\n';
    }
  }

  private static byte[] line(HistoryEntry entry) {
    byte[] json =
        Json.bytes(
            Json.object(
                "session", entry.session(), "line", entry.line(), "source", entry.source()));
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  private void dropOlderHalf() throws IOException {
    List<HistoryEntry> entries = read();
    var kept = new ByteArrayOutputStream();
    for (HistoryEntry entry : entries.subList(entries.size() / 2, entries.size())) {
      kept.writeBytes(line(entry));
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, kept.toByteArray());
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
