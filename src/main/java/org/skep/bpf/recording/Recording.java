package org.skep.bpf.recording;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.skep.bpf.base.RecordingKeys;
import org.skep.bpf.decode.DeclaredEventTypes;
import org.skep.bpf.decode.EventRows;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.EventType;
import org.skep.bpf.decode.EventTypeResolver;
import org.skep.bpf.decode.Events;
import org.skep.bpf.decode.TaggedEvents;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.table.NotedTable;

/**
 * Events that were recorded, perhaps on another machine: the same table, without any rights and
 * without BPF.
 *
 * <p>The file is compressed, and holds: the name of the table; when the machine had started; what
 * is known of the recording; the descriptions of the types; the tag and the type for each of its
 * values; each event with its length; and at the end, what was known of the reading.
 */
public final class Recording {
  static final byte[] MAGIC = "skep events 1\n".getBytes(StandardCharsets.UTF_8);
  static final int END = -1;
  private static final int LARGEST = 1 << 28;

  private final Events events;
  private final Map<String, String> about;

  private Recording(Events events, Map<String, String> about) {
    this.events = events;
    this.about = Collections.unmodifiableMap(new LinkedHashMap<>(about));
  }

  /**
   * Reads a recording.
   *
   * @param keep how many events stay in the table, the last
   * @throws IllegalArgumentException if the file is none
   * @throws UncheckedIOException if it cannot be read
   */
  public static Recording read(Path file, int keep) {
    try (var in =
        new DataInputStream(
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 1 << 16))) {
      return new Reader(in, keep).read();
    } catch (ZipException | EOFException e) {
      throw new IllegalArgumentException(
          "replay '" + file + "': it is not a recording of events", e);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("replay '" + file + "': no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException("replay '" + file + "': " + e.getMessage(), e);
    } catch (Refused e) {
      throw new IllegalArgumentException("replay '" + file + "': " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new IllegalArgumentException(
          "replay '" + file + "': the file is damaged (" + reason(e) + ")", e);
    }
  }

  private static String reason(Throwable why) {
    return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
  }

  /** What the message of an exception says already. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }
  }

  /** The events; the notes of their table say that they are a recording. */
  public Events events() {
    return events;
  }

  /**
   * What is known of it: {@code map}, {@code time}, {@code linux} (the release), and where it was
   * known {@code clang} and {@code source}.
   */
  public Map<String, String> about() {
    return about;
  }

  /** What became of a reading, as texts. */
  static Map<String, String> texts(EventStatus status) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("before", "" + status.before());
    texts.put("skipped", "" + status.skipped());
    texts.put("lost", "" + status.lost().orElse(-1));
    texts.put("atLeast", "" + status.atLeast());
    texts.put("fill", "" + status.highestFill());
    texts.put("buffer", "" + status.bufferBytes());
    texts.put("needed", "" + status.neededBytes());
    texts.put("disordered", "" + status.disordered());
    texts.put("nanos", "" + status.time().toNanos());
    return texts;
  }

  /** Reads one file. */
  private static final class Reader {
    private final DataInputStream in;
    private final int keep;

    Reader(DataInputStream in, int keep) {
      this.in = in;
      this.keep = keep;
    }

    Recording read() throws IOException {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new Refused("it is not a recording of events");
      }
      String table = text();
      Instant boot = Instant.ofEpochSecond(in.readLong(), in.readInt());
      boolean perf = in.readBoolean();
      Map<String, String> about = texts();
      TaggedEvents kinds = kinds(table, about.getOrDefault(RecordingKeys.MAP, ""), boot, perf);
      Map<String, String> end = events(kinds);
      EventStatus status = status(about, end, kinds.received(), perf);
      Map<String, NotedTable> tables = kinds.tables();
      NotedTable all = kinds.table(tables);
      for (String note : status.notes()) {
        all = all.withNote(note);
      }
      String remark =
          end.isEmpty() ? "the recording ends early: what came last is missing" : rest();
      if (!remark.isEmpty()) {
        all = all.withNote(remark);
      }
      all = all.withNote(Replay.origin(about));
      return new Recording(new Events(all, tables, status), about);
    }

    /** What follows the end of the recording, where the checksum of all of it stands. */
    private String rest() throws IOException {
      try {
        return in.read() < 0
            ? ""
            : "the file goes on behind this recording, as where several were joined: what follows is"
                + " not read";
      } catch (EOFException e) {
        return "the file ends before its checksum: it may be damaged";
      } catch (ZipException e) {
        return "the file is damaged: its checksum is wrong, and values may be";
      }
    }

    private TaggedEvents kinds(String table, String map, Instant boot, boolean perf)
        throws IOException {
      List<Btf> descriptions = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        descriptions.add(Btf.parse(bytes()));
      }
      String tag = text();
      Map<Long, EventRows> rows = new LinkedHashMap<>();
      TaggedEvents.Tag where = null;
      for (int left = count(); left > 0; left--) {
        long value = in.readLong();
        int description = in.readInt();
        TypeId id = new TypeId(in.readInt());
        EventType type =
            description < 0 || description >= descriptions.size()
                ? EventType.unknown(table)
                : typed(table, map, descriptions.get(description), id);
        rows.put(value, new EventRows(type.withClock(boot::plusNanos), perf, keep));
        if (!tag.isEmpty() && where == null) {
          where = EventTypeResolver.tag(descriptions.get(description), id, tag);
        }
      }
      if (rows.isEmpty()) {
        throw new IllegalArgumentException("it has no types");
      }
      return where == null
          ? TaggedEvents.ofOne(table, rows.values().iterator().next())
          : TaggedEvents.ofMany(table, where, rows);
    }

    private static EventType typed(String table, String map, Btf btf, TypeId id) {
      EventType type = EventType.of(table, btf, id);
      EventType whole =
          DeclaredEventTypes.mayBeLonger(btf, map, btf, id) ? type.withPayload() : type;
      return DeclaredEventTypes.mayBeShorter(btf, map, btf, id, true) ? whole.inParts() : whole;
    }

    /** What became of the reading; nothing where the file ends before. */
    private Map<String, String> events(TaggedEvents kinds) throws IOException {
      byte[] buffer = new byte[256];
      MemorySegment segment = MemorySegment.ofArray(buffer);
      try {
        int length;
        while ((length = in.readInt()) != END) {
          if (length < 0 || length > LARGEST) {
            throw new IllegalArgumentException("an event of " + length + " bytes");
          }
          if (buffer.length < length) {
            buffer = bytes(length); // no more than there is, whatever a damaged length says
            segment = MemorySegment.ofArray(buffer);
          } else {
            in.readFully(buffer, 0, length);
          }
          kinds.take(segment, 0, 0, length, 1);
        }
        return texts();
      } catch (EOFException | ZipException e) {
        return Map.of(); // the process that wrote it was killed
      }
    }

    private static EventStatus status(
        Map<String, String> about, Map<String, String> end, long received, boolean perf) {
      long lost = number(end, "lost", -1);
      return new EventStatus(
          about.getOrDefault(RecordingKeys.MAP, ""),
          perf,
          received,
          number(end, "before", 0),
          number(end, "skipped", 0),
          lost < 0 ? OptionalLong.empty() : OptionalLong.of(lost),
          Boolean.parseBoolean(end.get("atLeast")),
          Double.parseDouble(end.getOrDefault("fill", "0")),
          number(end, "buffer", 0),
          number(end, "needed", 0),
          number(end, "disordered", 0),
          Duration.ofNanos(number(end, "nanos", 0)));
    }

    private static long number(Map<String, String> texts, String name, long otherwise) {
      String text = texts.get(name);
      return text == null ? otherwise : Long.parseLong(text);
    }

    private Map<String, String> texts() throws IOException {
      Map<String, String> texts = new LinkedHashMap<>();
      for (int left = count(); left > 0; left--) {
        String name = text();
        texts.put(name, text());
      }
      return texts;
    }

    private String text() throws IOException {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    private byte[] bytes() throws IOException {
      int length = in.readInt();
      if (length < 0 || length > LARGEST) {
        throw new IllegalArgumentException("a text of " + length + " bytes");
      }
      return bytes(length);
    }

    private byte[] bytes(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      return bytes;
    }

    private int count() throws IOException {
      int count = in.readInt();
      if (count < 0 || count > 10_000) {
        throw new IllegalArgumentException("a list of " + count);
      }
      return count;
    }
  }
}
