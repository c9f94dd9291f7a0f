package org.skep.bpf.recording;

import java.io.UncheckedIOException;
import org.skep.bpf.decode.EventSink;
import org.skep.bpf.decode.EventStatus;

/**
 * A file that takes events as they come, besides the table.
 *
 * <p>Its methods throw {@link UncheckedIOException} where it cannot be written, with a message that
 * says what is in it.
 */
public interface EventFile extends EventSink, AutoCloseable {
  /** Is called now and then, also where no events came. */
  void flushIfDue();

  /** Writes what became of the reading, which ends the file. */
  void end(EventStatus status);

  /** A sentence for below the table, once it is ended. */
  String note();

  @Override
  void close();
}
