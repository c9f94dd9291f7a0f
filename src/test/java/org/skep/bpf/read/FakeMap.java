package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.MapSyscalls;

/**
 * A map that answers as {@code generic_map_lookup_batch} and its like do in the kernel, with keys
 * of 8 and values of 4 bytes. Tests let calls fail, and change it between calls.
 */
class FakeMap implements MapSyscalls {
  static final int KEY_BYTES = 8;

  private final MapFd map;
  final NavigableMap<byte[], Integer> entries = new TreeMap<>(order());

  /** Whether the slots without a value are keys too, as in an array of maps. */
  final boolean slots;

  /** Is run after each call of any kind, with the key at which the walk stands. */
  Consumer<byte[]> afterCall = key -> {};

  /** Answers the batch call of this number, from 1; 0 lets it be done. */
  IntUnaryOperator batchErrors = number -> 0;

  /** Answers the single call of this number; 0 lets it be done. */
  IntUnaryOperator singleErrors = number -> 0;

  int batchCalls;
  int singleCalls;

  FakeMap(BpfMapType type, int maxEntries) {
    this.map =
        new MapFd(
            "fake", -1, new MapShape(type, 0, KEY_BYTES, Integer.BYTES, maxEntries, 0, 1), this);
    this.slots = type == BpfMapType.ARRAY_OF_MAPS;
  }

  MapFd descriptor() {
    return map;
  }

  private static Comparator<byte[]> order() {
    var trie = new TrieOrder(KEY_BYTES);
    return (a, b) -> trie.compare(MemorySegment.ofArray(a), 0, MemorySegment.ofArray(b), 0);
  }

  /** The key of a number: a prefix of all 32 bits, so that the order is that of the numbers. */
  static byte[] key(int number) {
    byte[] key = new byte[KEY_BYTES];
    MemorySegment.ofArray(key).set(ValueLayout.JAVA_INT_UNALIGNED, 0, Integer.SIZE);
    for (int i = 0; i < Integer.BYTES; i++) {
      key[4 + i] = (byte) (number >>> (24 - 8 * i));
    }
    return key;
  }

  static int number(byte[] key) {
    int number = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      number = number << 8 | Byte.toUnsignedInt(key[4 + i]);
    }
    return number;
  }

  FakeMap fill(int count) {
    for (int i = 0; i < count; i++) {
      entries.put(key(i), i);
    }
    return this;
  }

  private static byte[] read(MemorySegment memory, long at) {
    return memory.asSlice(at, KEY_BYTES).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The key behind another; the first behind one that is not there. */
  byte @Nullable [] after(byte @Nullable [] key) {
    if (slots) {
      int next = key == null ? 0 : number(key) + 1;
      return next < map.shape().maxEntries() ? key(next) : null;
    }
    if (entries.isEmpty()) {
      return null;
    }
    return key == null || !entries.containsKey(key) ? entries.firstKey() : entries.higherKey(key);
  }

  private int single(byte[] key, IntSupplier work) {
    int error = singleErrors.applyAsInt(++singleCalls);
    int result = error != 0 ? error : work.getAsInt();
    afterCall.accept(key);
    return result;
  }

  @Override
  public int nextKey(int fd, MemorySegment key, MemorySegment next) {
    byte[] from = key.address() == 0 ? null : read(key, 0);
    byte[] found = after(from);
    if (found == null) {
      return -Errno.ENOENT.number();
    }
    return single(
        found,
        () -> {
          MemorySegment.copy(found, 0, next, ValueLayout.JAVA_BYTE, 0, KEY_BYTES);
          return 0;
        });
  }

  @Override
  public int lookup(int fd, MemorySegment key, MemorySegment value) {
    byte[] wanted = read(key, 0);
    Integer found = entries.get(wanted);
    if (found == null) {
      return -Errno.ENOENT.number();
    }
    return single(
        wanted,
        () -> {
          value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, found);
          return 0;
        });
  }

  @Override
  public int update(int fd, MemorySegment key, MemorySegment value, long flags) {
    byte[] wanted = read(key, 0);
    return single(
        wanted,
        () -> {
          entries.put(wanted, value.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
          return 0;
        });
  }

  @Override
  public int delete(int fd, MemorySegment key) {
    byte[] wanted = read(key, 0);
    return single(wanted, () -> entries.remove(wanted) == null ? -Errno.ENOENT.number() : 0);
  }

  @Override
  public int lookupBatch(
      int fd,
      MemorySegment in,
      MemorySegment out,
      MemorySegment keys,
      MemorySegment values,
      MemorySegment count) {
    int error = batchErrors.applyAsInt(++batchCalls);
    if (error != 0) {
      return error;
    }
    int room = count.get(ValueLayout.JAVA_INT, 0);
    byte[] at = in.address() == 0 ? null : read(in, 0);
    int done = 0;
    int result = 0;
    while (done < room) {
      byte[] next = after(at);
      if (next == null) {
        result = -Errno.ENOENT.number();
        break;
      }
      Integer value = entries.get(next);
      if (value == null) {
        result = -Errno.EINTR.number(); // as Linux before 6.14 does at an empty slot
        break;
      }
      MemorySegment.copy(next, 0, keys, ValueLayout.JAVA_BYTE, (long) done * KEY_BYTES, KEY_BYTES);
      values.set(ValueLayout.JAVA_INT_UNALIGNED, done * 4L, value);
      done++;
      at = next;
    }
    count.set(ValueLayout.JAVA_INT, 0, done);
    if (done > 0) {
      MemorySegment.copy(at, 0, out, ValueLayout.JAVA_BYTE, 0, KEY_BYTES);
      afterCall.accept(at);
    }
    return result;
  }

  @Override
  public int updateBatch(int fd, MemorySegment keys, MemorySegment values, MemorySegment count) {
    return batch(
        count,
        i ->
            entries.put(
                read(keys, (long) i * KEY_BYTES),
                values.get(ValueLayout.JAVA_INT_UNALIGNED, i * 4L)));
  }

  @Override
  public int deleteBatch(int fd, MemorySegment keys, MemorySegment count) {
    return batch(count, i -> entries.remove(read(keys, (long) i * KEY_BYTES)));
  }

  /** How many entries a batch comes to before the error of its number; -1 writes no count. */
  int completedBeforeError = -1;

  private int batch(MemorySegment count, IntConsumer one) {
    int error = batchErrors.applyAsInt(++batchCalls);
    int asked = count.get(ValueLayout.JAVA_INT, 0);
    int done = error == 0 ? asked : Math.max(0, completedBeforeError);
    for (int i = 0; i < done; i++) {
      one.accept(i);
    }
    if (error == 0 || completedBeforeError >= 0) {
      count.set(ValueLayout.JAVA_INT, 0, done);
    }
    return error;
  }
}
