package org.skep.bpf;

import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.read.BatchReader;
import org.skep.bpf.read.Completeness;
import org.skep.bpf.read.EntryReader;
import org.skep.bpf.read.EntrySink;
import org.skep.bpf.read.ForEachReader;
import org.skep.bpf.read.KeyWalk;
import org.skep.bpf.read.TrieReader;

/** The ways in which a map can be read, to hold one against another. */
public final class Ways {
  private Ways() {}

  /** The one that is taken unless another is asked for. */
  static EntryReader usual(BpfMap map) {
    return map.held().reader();
  }

  /** Key by key: the yardstick of the faster ways. */
  static EntryReader plain(BpfMap map) {
    return new KeyWalk(map.held().descriptor());
  }

  /** In batches as large as is fast. */
  static EntryReader batches(BpfMap map) {
    return batchesOf(map);
  }

  private static EntryReader batchesOf(BpfMap map) {
    BatchReader batches = BatchReader.of(map.held().descriptor(), plain(map));
    return map.type() == BpfMapType.LPM_TRIE ? new TrieReader(batches) : batches;
  }

  /** In batches that begin with room for so many entries. */
  static EntryReader batches(BpfMap map, int first) {
    return new BatchReader(map.held().descriptor(), plain(map), first);
  }

  /** By a program, else key by key. */
  static ForEachReader program(BpfMap map) {
    return map.withDescriptor(fd -> new ForEachReader(fd, map.held().shape(), plain(map)));
  }

  public static Completeness read(BpfMap map, EntryReader way, EntrySink sink) {
    return map.held().context().lifetime().use(() -> way.read(sink, Long.MAX_VALUE));
  }
}
