package org.skep.table;

/**
 * Where values lie in memory: groups, and within each group values.
 *
 * @param start the offset of the first value
 * @param groupStride from a group to the next
 * @param stride from a value to the next within its group
 */
record Run(long start, long groupStride, int groups, long stride, int perGroup) {
  int count() {
    return Math.multiplyExact(groups, perGroup);
  }

  static Run of(long start, long stride, int count) {
    return new Run(start, 0, 1, stride, count);
  }
}
