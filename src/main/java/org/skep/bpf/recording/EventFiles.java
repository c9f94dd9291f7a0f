package org.skep.bpf.recording;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.decode.EventSink;
import org.skep.bpf.decode.EventStatus;

/**
 * The table's rows of a reading, and the files that take the same events. A file that fails is
 * given no more and fails nothing else: what was taken out of the buffer is in the table and in the
 * other files.
 */
public final class EventFiles implements EventSink {
  private final EventSink table;
  private final List<EventFile> files;
  private final List<EventFile> failed = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable RuntimeException failure;

  public EventFiles(EventSink table, List<EventFile> files) {
    this.table = table;
    this.files = List.copyOf(files);
  }

  /**
   * Refuses to write a recording and a Parquet file into one file.
   *
   * @throws IllegalArgumentException if both paths lead to it
   */
  public static void requireTwo(Path recording, Path parquet) {
    boolean same;
    try {
      same = Files.isSameFile(recording, parquet);
    } catch (IOException e) { // one of them is not there yet
      same = recording.toAbsolutePath().normalize().equals(parquet.toAbsolutePath().normalize());
    }
    if (same) {
      throw new IllegalArgumentException(
          "record events into '"
              + recording
              + "': a recording and a Parquet file cannot be one file (name two)");
    }
  }

  /** What is in the table is never less than what is in a file. */
  @Override
  public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
    table.take(bytes, offset, stride, length, count);
    for (EventFile file : files) {
      attempt(file, () -> file.take(bytes, offset, stride, length, count));
    }
  }

  public void flushIfDue() {
    for (EventFile file : files) {
      attempt(file, file::flushIfDue);
    }
  }

  private void attempt(EventFile file, Runnable work) {
    if (failed.contains(file)) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      failed.add(file);
      failed(e);
    }
  }

  /** Keeps why the reading has to end. */
  public void failed(RuntimeException why) {
    failure = failure == null ? why : failure;
  }

  /** Why the reading has to end, such as a file that could not be written; null if it goes on. */
  public @Nullable RuntimeException failure() {
    return failure;
  }

  /**
   * Ends and closes all files, whatever becomes of each. One that failed is closed as it is, so
   * that it does not look whole.
   */
  public void end(EventStatus status) {
    for (EventFile file : files) {
      attempt(
          file,
          () -> {
            file.end(status);
            notes.add(file.note());
          });
      boolean whole = !failed.contains(file);
      try {
        file.close();
      } catch (RuntimeException e) {
        if (whole) { // else it says again what it has said
          failed(e);
        }
      }
    }
  }

  /** Sentences for below the table. */
  public List<String> notes() {
    RuntimeException why = failure;
    if (why == null) {
      return List.copyOf(notes);
    }
    List<String> all = new ArrayList<>(notes);
    all.add("the reading ended early: " + why.getMessage());
    return all;
  }
}
