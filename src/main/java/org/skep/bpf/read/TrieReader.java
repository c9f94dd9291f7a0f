package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.skep.bpf.map.MapShape;

/**
 * Reads an LPM trie in batches. The kernel walks a trie without a lock: where the key that it
 * stands at is deleted, it starts again at the first key without a word, and where a node beside
 * its path is replaced, it can leave out what is behind. So keys that come again are left out by
 * their order, and the trie is walked again until a walk has no key that is not in the reading yet.
 */
public record TrieReader(BatchReader batches) implements EntryReader {
  /** Another walk than these does not help where a trie changes all the time. */
  private static final int WALKS = 4;

  @Override
  public Completeness read(EntrySink sink, long limit) {
    MapShape shape = batches.map().shape();
    var known = new Known(shape.keyBytes(), MemorySegment.NULL, 0);
    for (int walk = 1; walk <= WALKS; walk++) {
      var merge = new Merge(known, sink);
      Completeness said = batches.pass(merge, limit);
      if (said == null) {
        return batches.plain().read(sink, limit);
      }
      if (!said.isComplete()) {
        return said; // the limit
      }
      known = merge.end();
      if (walk > 1 && !merge.added) {
        return said;
      }
    }
    return Completeness.UNSURE;
  }

  /** All keys that came so far, in the order of the trie. */
  private record Known(int keyBytes, MemorySegment keys, int count) {}

  /** Merges the keys of a walk with those known before. */
  private static final class Merge implements EntrySink {
    private final Known before;
    private final MemorySegment known;
    private final EntrySink sink;
    private final int keyBytes;
    private final TrieOrder order;
    private byte[] merged;
    private MemorySegment memory;
    private int count;
    private int at;
    private boolean any;

    /** The last key of the walk that was not left out, in {@link #memory}. */
    private long last;

    /** Whether the walk had a key that none before it had. */
    private boolean added;

    Merge(Known before, EntrySink sink) {
      this.before = before;
      this.known = before.keys;
      this.sink = sink;
      this.keyBytes = before.keyBytes;
      this.order = new TrieOrder(keyBytes);
      this.merged = new byte[Math.max(1_024 * keyBytes, Math.toIntExact(before.keys.byteSize()))];
      this.memory = MemorySegment.ofArray(merged);
    }

    @Override
    public void take(MemorySegment keys, MemorySegment values, long stride, int number) {
      int from = 0;
      for (int i = 0; i < number; i++) {
        if (!isNew(keys, (long) i * keyBytes)) {
          give(keys, values, stride, from, i);
          from = i + 1;
        }
      }
      give(keys, values, stride, from, number);
    }

    private void give(MemorySegment keys, MemorySegment values, long stride, int from, int to) {
      if (from < to) {
        sink.take(
            keys.asSlice((long) from * keyBytes), values.asSlice(from * stride), stride, to - from);
      }
    }

    private boolean isNew(MemorySegment keys, long key) {
      if (any && order.compare(keys, key, memory, last) <= 0) {
        return false; // the walk has started again
      }
      int compared = 1;
      while (at < before.count
          && (compared = order.compare(known, (long) at * keyBytes, keys, key)) < 0) {
        append(known, (long) at++ * keyBytes);
      }
      boolean isKnown = at < before.count && compared == 0;
      if (isKnown) {
        at++;
      } else {
        added = true;
      }
      append(keys, key);
      any = true;
      last = (long) (count - 1) * keyBytes;
      return !isKnown;
    }

    private void append(MemorySegment from, long key) {
      long end = (long) count * keyBytes;
      if (end + keyBytes > merged.length) {
        merged = Arrays.copyOf(merged, Math.toIntExact(2L * merged.length));
        memory = MemorySegment.ofArray(merged);
      }
      MemorySegment.copy(from, key, memory, end, keyBytes);
      count++;
    }

    Known end() {
      while (at < before.count) {
        append(known, (long) at++ * keyBytes);
      }
      return new Known(keyBytes, memory, count);
    }
  }
}
