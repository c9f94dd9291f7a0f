package org.skep.table.build;

/**
 * Where values lie in {@link RowBytes}: groups, and within each group values.
 *
 * @param start the offset of the first value
 * @param groupStride from a group to the next
 * @param stride from a value to the next within its group
 */
record Slice(int start, int groupStride, int groups, int stride, int perGroup) {
  int count() {
    return Math.multiplyExact(groups, perGroup);
  }

  /** Where a value begins. */
  int at(int group, int value) {
    return start + group * groupStride + value * stride;
  }

  static Slice of(int start, int stride, int count) {
    return new Slice(start, 0, 1, stride, count);
  }
}
