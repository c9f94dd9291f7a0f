package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.bpf.map.BtfCodec;
import org.skep.bpf.map.EntryAccess;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.PrefixCodec;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.MapSyscalls;

/**
 * Writes and removes many entries, thousands in a call where the kernel has that for the kind of
 * map, else one by one.
 */
public record ManyEntries(EntryAccess access) {
  private static final int ENTRIES = 65_536;
  private static final long BYTES = 8 << 20;

  /** Whether keys and values are bytes and nothing that has to be held open meanwhile. */
  private boolean inBatches() {
    return access.shape().type().hasBatch()
        && (access.key() instanceof BtfCodec || access.key() instanceof PrefixCodec)
        && access.value() instanceof BtfCodec;
  }

  /**
   * Puts all of them.
   *
   * @param one puts one, where the kernel takes no more at a time
   * @return how many
   */
  public int put(Map<?, ?> entries, BiConsumer<Object, Object> one) {
    Iterator<? extends Map.Entry<?, ?>> rest = entries.entrySet().iterator();
    int room = room(entries.size());
    int done = 0;
    List<Map.Entry<?, ?>> batch = new ArrayList<>(room);
    try (Arena arena = Arena.ofConfined()) {
      boolean batches = inBatches() && room > 1;
      MemorySegment keys = arena.allocate(batches ? (long) room * keyBytes() : 8, 8);
      MemorySegment values = arena.allocate(batches ? room * valueBytes() : 8, 8);
      while (rest.hasNext()) {
        batch.clear();
        while (rest.hasNext() && batch.size() < room) {
          batch.add(rest.next());
        }
        int result = batches ? write(batch, keys, values, done) : 0;
        if (!batches || result < 0) {
          batches = false;
          for (Map.Entry<?, ?> entry : batch) {
            putOne(entry, one, done, entries.size());
            done++;
          }
        } else {
          done += batch.size();
        }
      }
    }
    return done;
  }

  /**
   * @return -1 where the kernel does not take batches of this kind
   */
  private int write(
      List<Map.Entry<?, ?>> batch, MemorySegment keys, MemorySegment values, int done) {
    for (int i = 0; i < batch.size(); i++) {
      access.key().write(batch.get(i).getKey(), keys, (long) i * keyBytes());
      access.encode(batch.get(i).getValue(), values, i * valueBytes());
    }
    int[] written = {batch.size()};
    int result = call(written, count -> calls().updateBatch(fd(), keys, values, count));
    if (written[0] == 0 && MapFd.hasNoBatch(result)) {
      return -1;
    }
    if (result < 0) {
      BpfException why = access.map().refused("put into", result);
      throw stopped(why, -result, batch.get(written[0]).getKey(), done + written[0], "put");
    }
    return 0;
  }

  private void putOne(Map.Entry<?, ?> entry, BiConsumer<Object, Object> one, int done, int all) {
    try {
      one.accept(entry.getKey(), entry.getValue());
    } catch (SyscallException e) {
      throw all == 1 ? e : stopped(e, e.errno(), entry.getKey(), done, "put");
    }
  }

  /** Says how far it came, in the words of the refusal. */
  private BpfException stopped(BpfException why, int errno, Object key, int done, String verb) {
    String operation = "put into map '" + access.map().name() + "'";
    String words = String.valueOf(why.getMessage());
    return new SyscallException(
        operation,
        errno,
        (words.startsWith(operation + ": ") ? words.substring(operation.length() + 2) : words)
            + "; "
            + done
            + (done == 1 ? " entry was " : " entries were ")
            + verb
            + " before that of key '"
            + key
            + "'");
  }

  /**
   * Removes keys.
   *
   * @param one removes one, where the kernel takes no more at a time
   * @return how many of them were there
   */
  public int remove(Collection<?> wanted, Predicate<Object> one) {
    int removed = 0;
    if (!inBatches()) {
      for (Object key : wanted) {
        removed += one.test(key) ? 1 : 0;
      }
      return removed;
    }
    int room = room(wanted.size());
    Iterator<?> rest = wanted.iterator();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = arena.allocate((long) room * keyBytes(), 8);
      while (rest.hasNext()) {
        int filled = 0;
        for (; rest.hasNext() && filled < room; filled++) {
          access.key().write(rest.next(), keys, (long) filled * keyBytes());
        }
        removed += delete(keys, filled);
      }
    }
    return removed;
  }

  /**
   * Removes all that is there when it is read.
   *
   * @return how many were still there when they were to be removed
   */
  public int clear(MapReading reading) {
    List<byte[]> pieces = new ArrayList<>();
    reading.read(
        (keys, values, stride, count) ->
            pieces.add(keys.asSlice(0, (long) count * keyBytes()).toArray(ValueLayout.JAVA_BYTE)),
        Long.MAX_VALUE);
    int removed = 0;
    for (byte[] piece : pieces) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment keys = arena.allocate(piece.length, 8);
        MemorySegment.copy(piece, 0, keys, ValueLayout.JAVA_BYTE, 0, piece.length);
        removed += delete(keys, piece.length / keyBytes());
      }
    }
    return removed;
  }

  /** A key that is not there ends a batch: the next begins behind it. */
  private int delete(MemorySegment keys, int count) {
    int removed = 0;
    boolean batches = access.shape().type().hasBatch();
    int at = 0;
    while (at < count) {
      MemorySegment from = keys.asSlice((long) at * keyBytes());
      int[] gone = {count - at};
      int result;
      if (batches) {
        result = call(gone, number -> calls().deleteBatch(fd(), from, number));
        if (gone[0] == 0 && MapFd.hasNoBatch(result)) {
          batches = false;
          continue;
        }
      } else {
        result = use(() -> calls().delete(fd(), from));
        gone[0] = result == 0 ? 1 : 0;
      }
      removed += gone[0];
      at += gone[0];
      if (Errno.ENOENT.is(result)) {
        at++;
      } else if (result < 0) {
        throw access.map().refused("remove from", result);
      }
    }
    return removed;
  }

  /** A call that takes a number of entries and leaves how many it came to. */
  @FunctionalInterface
  private interface Counted {
    int call(MemorySegment count);
  }

  private int call(int[] count, Counted work) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, count[0]);
      int asked = count[0];
      int result = use(() -> work.call(number));
      count[0] = MapFd.completed(number, asked, result, false);
      return result;
    }
  }

  private int use(IntSupplier work) {
    access.lifetime().enter();
    try {
      return work.getAsInt();
    } finally {
      access.lifetime().exit();
    }
  }

  private int room(int entries) {
    return Math.clamp(BYTES / (keyBytes() + valueBytes() + 1), 1, Math.clamp(entries, 1, ENTRIES));
  }

  private int fd() {
    return access.map().fd();
  }

  private MapSyscalls calls() {
    return access.map().calls();
  }

  private int keyBytes() {
    return access.shape().keyBytes();
  }

  private long valueBytes() {
    return access.shape().entryValueBytes();
  }
}
