package org.skep.bpf.read;

import org.skep.bpf.code.Instructions;

/**
 * Has the CPU fetch the elements of several buckets at once, ahead of a walk through them.
 *
 * <p>The elements of a hash lie anywhere, and a walk meets each only when it is done with the one
 * before: it waits for memory once for each element, which in large maps is most of its time. BPF
 * has no instruction that prefetches, but loads whose results nobody needs do not wait for one
 * another.
 */
final class Prefetch {
  /** How many buckets at once: their elements should fit into the CPU's first cache. */
  static final int BUCKETS = 32;

  private static final int CACHE_LINE = 64;
  private static final int MOST_LINES = 4;

  private final Instructions code;
  private final HashElements in;
  private final HashElements.Cast cast;
  private final int elementBytes;

  /**
   * @param elementBytes of an element, its key and value included
   */
  Prefetch(Instructions code, HashElements in, HashElements.Cast cast, int elementBytes) {
    this.code = code;
    this.in = in;
    this.cast = cast;
    this.elementBytes = elementBytes;
  }

  /**
   * Fetches the first elements of buckets, then those that follow them: the address of a second one
   * is in the first. Needs registers 0 to 5.
   *
   * @param base the register of memory that has the address of the first of the buckets
   * @param offset where in that memory
   */
  void append(int base, int offset) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int none = first(base, offset, bucket);
      fetch();
      code.land(none);
    }
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int none = first(base, offset, bucket);
      code.load(3, 3, 0, 8);
      int single = code.jumpIfBits(3, 1);
      fetch();
      code.land(none, single);
    }
  }

  /** The address of a bucket's first element in r3, and a jump where it has none. */
  private int first(int base, int offset, int bucket) {
    code.load(1, base, offset, 8).plus(1, bucket * in.bucketBytes());
    code.move(2, cast.bucket()).callKernel(cast.function()).load(3, 0, in.head(), 8);
    return code.jumpIfBits(3, 1);
  }

  /** Loads something of each cache line of the element at r3. */
  private void fetch() {
    code.copy(1, 3).move(2, cast.element()).callKernel(cast.function()).load(4, 0, 0, 8);
    int end = Math.min(elementBytes, MOST_LINES * CACHE_LINE);
    for (int at = CACHE_LINE; at < end; at += CACHE_LINE) {
      code.load(4, 0, at, 1);
    }
  }
}
