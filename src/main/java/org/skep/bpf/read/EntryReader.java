package org.skep.bpf.read;

import java.util.concurrent.CancellationException;

/** A way to read all entries of a map. */
public sealed interface EntryReader
    permits BatchReader, ForEachReader, HeadReader, KeyWalk, MappedReader, TrieReader {
  /**
   * Reads entries into the sink.
   *
   * @param limit to stop after about so many
   * @throws CancellationException if the thread is interrupted when many have been read
   */
  Completeness read(EntrySink sink, long limit);

  /** Ends the reading of a large map where somebody wants to stop it. */
  static void endWhenInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("read map: interrupted");
    }
  }
}
