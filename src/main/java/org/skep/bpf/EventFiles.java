package org.skep.bpf;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table's rows of a reading, and the files that take the same events. */
final class EventFiles implements RecordSink {
  private final RecordSink table;
  private final List<EventFile> files;
  private final List<String> notes = new ArrayList<>();
  private @Nullable UncheckedIOException failure;

  EventFiles(RecordSink table, List<EventFile> files) {
    this.table = table;
    this.files = List.copyOf(files);
  }

  /** What is in the table is never less than what is in a file. */
  @Override
  public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
    table.take(bytes, offset, stride, length, count);
    for (EventFile file : files) {
      file.take(bytes, offset, stride, length, count);
    }
  }

  void look() {
    files.forEach(EventFile::look);
  }

  /** Keeps why a file could not be written. */
  void failed(UncheckedIOException why) {
    failure = failure == null ? why : failure;
  }

  /** Why a file could not be written; null if all could. */
  @Nullable UncheckedIOException failure() {
    return failure;
  }

  /** Ends all files, whatever becomes of each. */
  void end(EventStatus status) {
    for (EventFile file : files) {
      try (file) {
        file.end(status);
        notes.add(file.note());
      } catch (UncheckedIOException e) {
        failed(e);
      }
    }
  }

  /** Sentences for below the table. */
  List<String> notes() {
    UncheckedIOException why = failure;
    if (why == null) {
      return List.copyOf(notes);
    }
    List<String> all = new ArrayList<>(notes);
    all.add("the reading ended early: " + why.getMessage());
    return all;
  }
}
