package org.skep.bpf.recording;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.skep.bpf.base.RecordingKeys;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.EventType;
import org.skep.bpf.decode.TaggedEvents;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.read.KernelMap;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.host.LinuxVersion;
import org.skep.table.ValueType;

/**
 * Writes events into a file as they come, with everything that is needed to read them anywhere.
 * {@link Recording} says what is in the file.
 */
public final class RecordingWriter implements EventFile {
  /** More often, and the file is compressed less well. */
  private static final Duration SELDOM = Duration.ofSeconds(1);

  private final Path file;
  private final DataOutputStream out;
  private byte[] buffer = new byte[256];
  private long events;
  private long flushedEvents;
  private long flushedAt;

  /**
   * Begins a file.
   *
   * @param kinds what reads the events besides, which tells their types
   * @param about what else is known: the source, the compiler
   * @throws UncheckedIOException if the file cannot be written
   */
  public RecordingWriter(Path file, KernelMap map, TaggedEvents kinds, Map<String, String> about) {
    this.file = file;
    try {
      this.out =
          new DataOutputStream(
              new GZIPOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(file)), 1 << 16, true));
      out.write(Recording.MAGIC);
      text(map.context().prefix() + map.name());
      Instant boot = Instant.now().minusNanos(System.nanoTime());
      out.writeLong(boot.getEpochSecond());
      out.writeInt(boot.getNano());
      out.writeBoolean(map.type() == BpfMapType.PERF_EVENT_ARRAY);
      Map<String, String> all = new LinkedHashMap<>();
      all.put(RecordingKeys.MAP, map.name());
      all.put(RecordingKeys.TIME, Instant.now().toString());
      all.put(RecordingKeys.LINUX, LinuxVersion.running().release());
      all.putAll(about);
      texts(all);
      types(kinds);
      out.flush();
      flushedAt = System.nanoTime();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void types(TaggedEvents kinds) throws IOException {
    List<Btf> descriptions = new ArrayList<>();
    Map<Long, EventType> types = kinds.types();
    for (EventType type : types.values()) {
      Btf btf = value(type).btf();
      if (btf != null && !descriptions.contains(btf)) {
        descriptions.add(btf);
      }
    }
    out.writeInt(descriptions.size());
    for (Btf btf : descriptions) {
      bytes(btf.bytes());
    }
    text(kinds.tagMember());
    out.writeInt(types.size());
    for (var entry : types.entrySet()) {
      ValueType value = value(entry.getValue());
      TypeId id = value.type();
      out.writeLong(entry.getKey());
      out.writeInt(value.btf() == null ? -1 : descriptions.indexOf(value.btf()));
      out.writeInt(id == null ? 0 : id.value());
    }
  }

  private static ValueType value(EventType type) {
    return type.plan().value().orElseThrow();
  }

  private void texts(Map<String, String> texts) throws IOException {
    out.writeInt(texts.size());
    for (var entry : texts.entrySet()) {
      text(entry.getKey());
      text(entry.getValue());
    }
  }

  private void text(String text) throws IOException {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    try {
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset + i * stride, buffer, 0, length);
        out.writeInt(length);
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      throw failed(e);
    }
    events += count;
  }

  /** A process that is killed loses what was not flushed. */
  @Override
  public void flushIfDue() {
    if (events == flushedEvents || System.nanoTime() - flushedAt < SELDOM.toNanos()) {
      return;
    }
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
    flushedEvents = events;
    flushedAt = System.nanoTime();
  }

  @Override
  public String note() {
    return String.format(
        Locale.ROOT, "%s is a recording of all %,d events (%%replay reads it)", file, events);
  }

  @Override
  public void end(EventStatus status) {
    try {
      out.writeInt(Recording.END);
      texts(Recording.texts(status));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("record events into '" + file + "': " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
