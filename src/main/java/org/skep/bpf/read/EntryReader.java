package org.skep.bpf.read;

/** A way to read all entries of a map. */
public sealed interface EntryReader
    permits BatchReader, ForEachReader, HeadReader, KeyWalk, MappedReader, TrieReader {
  /**
   * Reads entries into the sink.
   *
   * @param limit to stop after about so many
   */
  Completeness read(EntrySink sink, long limit);
}
