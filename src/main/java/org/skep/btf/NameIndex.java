package org.skep.btf;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Which records have a name, by its hash: chains in two arrays, so that 150,000 cost little. */
final class NameIndex {
  private final int[] heads;
  private final int[] nexts;

  /**
   * @param nameOf the string offset of a record's name; 0 for none
   * @param hashOf the hash of the string at an offset
   */
  NameIndex(int count, IntUnaryOperator nameOf, IntUnaryOperator hashOf) {
    heads = new int[Integer.highestOneBit(Math.max(8, count)) * 2];
    nexts = new int[count];
    Arrays.fill(heads, -1);
    for (int i = count - 1; i >= 0; i--) { // backwards, so that a chain is in order
      int name = nameOf.applyAsInt(i);
      if (name != 0) {
        int slot = slot(hashOf.applyAsInt(name));
        nexts[i] = heads[slot];
        heads[slot] = i;
      }
    }
  }

  /** The first record that may have this name, or -1. */
  int first(byte[] name) {
    return heads[slot(BtfBytes.hash(name))];
  }

  /** The next record after this one that may have the same name, or -1. */
  int next(int record) {
    return nexts[record];
  }

  private int slot(int hash) {
    int mixed = hash * 0x9e3779b9;
    return (mixed ^ mixed >>> 15) & heads.length - 1;
  }
}
