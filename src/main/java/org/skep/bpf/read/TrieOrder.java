package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The order in which Linux walks the keys of an LPM trie: a longer prefix before a shorter one that
 * covers it, and among others by the first bit in which they differ. It does not depend on what
 * else is in the trie, so a key that does not come after the last one shows that the walk has
 * started again at the first key.
 *
 * @param keyBytes of a key: 4 of the prefix length, then the data
 */
record TrieOrder(int keyBytes) {
  private static final int DATA = Integer.BYTES;

  /** Negative where the key at one place is walked before that at another, 0 for the same key. */
  int compare(MemorySegment a, long at, MemorySegment b, long bt) {
    int most = (keyBytes - DATA) * Byte.SIZE;
    int lengthA = Math.clamp(a.get(ValueLayout.JAVA_INT_UNALIGNED, at), 0, most);
    int lengthB = Math.clamp(b.get(ValueLayout.JAVA_INT_UNALIGNED, bt), 0, most);
    int common = Math.min(lengthA, lengthB);
    for (int bit = 0; bit < common; bit += Byte.SIZE) {
      int byteA = Byte.toUnsignedInt(a.get(ValueLayout.JAVA_BYTE, at + DATA + bit / Byte.SIZE));
      int byteB = Byte.toUnsignedInt(b.get(ValueLayout.JAVA_BYTE, bt + DATA + bit / Byte.SIZE));
      int unused = Math.max(0, bit + Byte.SIZE - common);
      int difference = Integer.compare(byteA >> unused, byteB >> unused);
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(lengthB, lengthA);
  }
}
