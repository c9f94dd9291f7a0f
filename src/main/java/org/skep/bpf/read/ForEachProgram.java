package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.code.Instructions;
import org.skep.bpf.code.TypeWriter;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/**
 * A program that walks a hash and copies it into the shared area: keys and values, each in an array
 * of their own. It counts all entries, copies as many as there is room for, and stops where it was
 * led astray.
 *
 * <p>The kernel's walk takes no lock. It is led astray where an element is taken out of its chain
 * and used again for another key while the walk stands before it or on it; and it passes by a key
 * whose value is replaced while it is in that key's bucket, since the new element goes to the front
 * of the chain. So the program looks at what the kernel had to change for that, after it has copied
 * an entry:
 *
 * <ul>
 *   <li>that the element is the one that the element before it pointed to, and still points back to
 *       that one, or to its bucket where it is the first: it has been in the chain all the time
 *       that its key was copied;
 *   <li>at the end of a chain, that its bucket still has the same first element: nothing was
 *       replaced or added while the walk was in it;
 *   <li>that no later key of a chain is that of its first element: while a value is replaced, the
 *       new element is in front already and the old one still there;
 *   <li>that buckets come in their order.
 * </ul>
 *
 * @param fd to be closed by whoever holds this
 * @param area that it writes into
 * @param room for how many entries
 * @param fetches whether it has elements fetched ahead, as {@link Prefetch} does
 */
public record ForEachProgram(int fd, ColumnArea area, int room, Layout layout, boolean fetches) {
  /** What {@link #run} gives where the walk was led astray. */
  static final long RACED = Long.MIN_VALUE;

  private static final int FOR_EACH = 164;
  private static final int PROBE_READ_KERNEL = 113;

  // the head of the area
  private static final int COUNT = 0;
  private static final int BUCKETS = 8;
  private static final int BUCKET = 16;
  private static final int LAST = 24;
  private static final int FIRST = 32;
  private static final int NEXT = 40;
  private static final int STOPPED = 48;
  private static final int ELEMENT = 56;
  private static final int FIRST_PLACE = 64;
  private static final int FIRST_HASH = 72;
  private static final int FETCHED = 80;
  private static final int GROUP = 88;
  private static final int HEAD = 96;

  // registers that calls keep, and the one that points behind the stack
  private static final int AREA = 6;
  private static final int PLACE = 7;
  private static final int KEY = 8;
  private static final int OWN_BUCKET = 8;
  private static final int VALUE = 9;
  private static final int OWN_ELEMENT = 9;
  private static final int STACK = 10;

  /** Where on the stack a bucket's first element is read to. */
  private static final int FRONT = -8;

  /** What the kernel wants to know of functions that are called back. */
  private static final class Types {
    static final byte[] BTF;
    static final int MAIN;
    static final int EACH;

    static {
      TypeWriter types = new TypeWriter();
      int integer = types.integer("int", Integer.BYTES, true);
      MAIN = types.function("skep_walk", integer);
      EACH = types.function("skep_each", integer);
      BTF = types.toByteArray();
    }
  }

  /**
   * Where things are in the area.
   *
   * @param keys where keys begin, one after the other
   * @param values where values begin
   * @param valueStride from a value to the next
   * @param bytes of all
   */
  public record Layout(long keys, long values, int valueStride, long bytes) {
    public static Layout of(MapShape shape, int room) {
      long values = HEAD + MapShape.roundUp((long) room * shape.keyBytes());
      return new Layout(
          HEAD, values, shape.valueBytes(), values + (long) room * shape.valueBytes() + 8);
    }
  }

  /**
   * Loads one; null where the running Linux refuses it.
   *
   * @param buckets that the map has, a power of two
   */
  static @Nullable ForEachProgram load(
      int map, MapShape shape, ColumnArea area, int room, int buckets) {
    Optional<HashElements> elements = HashElements.ofRunningLinux();
    if (elements.isEmpty()) {
      return null;
    }
    HashElements in = elements.get();
    HashElements.Cast cast = buckets < Prefetch.BUCKETS ? null : in.cast();
    ForEachProgram loaded = load(map, shape, area, room, buckets, in, cast);
    return loaded != null || cast == null
        ? loaded
        : load(map, shape, area, room, buckets, in, null);
  }

  private static @Nullable ForEachProgram load(
      int map,
      MapShape shape,
      ColumnArea area,
      int room,
      int buckets,
      HashElements in,
      HashElements.@Nullable Cast cast) {
    Layout layout = Layout.of(shape, room);
    int start = main(map, area.fd(), room, in, 0).count();
    Instructions code = main(map, area.fd(), room, in, start);
    each(code, shape, area.fd(), room, layout, in, cast, buckets - 1);
    int fd =
        BpfSyscall.loadWithCallback(
            Uapi.BPF_PROG_TYPE_SYSCALL, Types.BTF, Types.MAIN, Types.EACH, start, code.toArray());
    return fd < 0 ? null : new ForEachProgram(fd, area, room, layout, cast != null);
  }

  /** Begins, walks, and looks at the last bucket once more, if the walk has copied up to there. */
  private static Instructions main(int map, int area, int room, HashElements in, int callback) {
    Instructions code = new Instructions();
    code.mapValue(AREA, area).storeNumber(AREA, COUNT, 0).storeNumber(AREA, STOPPED, 0);
    code.storeNumber(AREA, BUCKET, -1).storeNumber(AREA, FETCHED, -1).storeNumber(AREA, NEXT, 1);
    code.map(1, map).load(2, 1, in.buckets(), 8).store(AREA, BUCKETS, 2, 8);
    code.function(2, callback).move(3, 0).move(4, 0).call(FOR_EACH);
    code.load(1, AREA, STOPPED, 8);
    int stopped = code.jumpIfEqual(1, 1);
    code.load(1, AREA, COUNT, 8);
    int full = code.jumpAtLeast(1, room + 1);
    code.load(1, AREA, NEXT, 8);
    int ended = code.jumpIfBits(1, 1);
    int missed = code.jump();
    code.land(ended);
    int changed = bucketIsChanged(code, in);
    int well = code.jump();
    code.land(missed, changed).storeNumber(AREA, STOPPED, 1);
    return code.land(stopped, full, well).move(0, 0).exit();
  }

  /** The callback: r2 is the key, r3 the value. */
  private static void each(
      Instructions code,
      MapShape shape,
      int area,
      int room,
      Layout layout,
      HashElements in,
      HashElements.@Nullable Cast cast,
      int mask) {
    // the count so far is in the area, where the verifier does not know it
    code.copy(KEY, 2).copy(VALUE, 3).mapValue(AREA, area).load(PLACE, AREA, COUNT, 8);
    code.copy(1, PLACE).plus(1, 1).store(AREA, COUNT, 1, 8);
    int full = code.jumpAtLeast(PLACE, room);
    code.copy(1, PLACE).times(1, shape.keyBytes()).plusRegister(1, AREA);
    code.plus(1, (int) layout.keys()).copyBytes(1, KEY, shape.keyBytes(), 0);
    code.copy(1, PLACE).times(1, layout.valueStride()).plusRegister(1, AREA);
    code.plus(1, (int) layout.values()).copyBytes(1, VALUE, shape.valueBytes(), 0);

    // what the element has before its key, onto the stack
    int header = -in.key();
    code.store(AREA, ELEMENT, KEY, 8)
        .load(OWN_ELEMENT, AREA, ELEMENT, 8)
        .plus(OWN_ELEMENT, -in.key());
    code.copy(3, OWN_ELEMENT).copy(1, STACK).plus(1, header + FRONT).move(2, in.key());
    code.call(PROBE_READ_KERNEL);
    int at = header + FRONT;
    code.load(OWN_BUCKET, STACK, at + in.hash(), 4).and(OWN_BUCKET, mask);
    code.load(2, STACK, at + HashElements.POINTED_FROM, 8);
    code.load(4, AREA, NEXT, 8);
    int first = code.jumpIfBits(4, 1);

    // one that follows in its chain
    int other = code.jumpUnlessEqual(OWN_ELEMENT, 4);
    code.load(5, AREA, BUCKET, 8);
    int elsewhere = code.jumpUnlessEqual(OWN_BUCKET, 5);
    code.load(5, AREA, LAST, 8);
    int moved = code.jumpUnlessEqual(2, 5);
    code.load(1, STACK, at + in.hash(), 4).load(5, AREA, FIRST_HASH, 8);
    int follows = code.jumpUnlessEqual(1, 5);
    int[] differs = jumpsUnlessKeyOfFirst(code, shape, room, layout);
    int twice = code.jump();

    // the first of a chain
    code.land(first).load(5, AREA, BUCKET, 8);
    int backwards = code.jumpAtMostSigned(OWN_BUCKET, 5);
    if (cast != null) {
      fetchAhead(code, shape, in, cast);
    }
    int changed = bucketIsChanged(code, in);
    bucket(code, in, OWN_BUCKET).load(2, STACK, at + HashElements.POINTED_FROM, 8);
    int notFirst = code.jumpUnlessEqual(2, 3);
    code.store(AREA, BUCKET, OWN_BUCKET, 8).store(AREA, FIRST, OWN_ELEMENT, 8);
    code.load(1, STACK, at + in.hash(), 4).store(AREA, FIRST_HASH, 1, 8);
    code.store(AREA, FIRST_PLACE, PLACE, 8);

    code.land(follows).land(differs).store(AREA, LAST, OWN_ELEMENT, 8);
    code.load(1, STACK, at, 8).store(AREA, NEXT, 1, 8);
    code.land(full).move(0, 0).exit();
    code.land(other, elsewhere, moved, twice, backwards, changed, notFirst);
    code.storeNumber(AREA, STOPPED, 1).move(0, 1).exit();
  }

  /** Fetches the elements of the bucket and of its neighbours, where that was not done yet. */
  private static void fetchAhead(
      Instructions code, MapShape shape, HashElements in, HashElements.Cast cast) {
    code.load(5, AREA, FETCHED, 8);
    int done = code.jumpAtMostSigned(OWN_BUCKET, 5);
    code.copy(1, OWN_BUCKET).and(1, -Prefetch.BUCKETS).copy(5, 1).plus(5, Prefetch.BUCKETS - 1);
    code.store(AREA, FETCHED, 5, 8).times(1, in.bucketBytes());
    code.load(5, AREA, BUCKETS, 8).plusRegister(1, 5).store(AREA, GROUP, 1, 8);
    int elementBytes = in.key() + (int) MapShape.roundUp(shape.keyBytes()) + shape.valueBytes();
    new Prefetch(code, in, cast, elementBytes).append(AREA, GROUP);
    code.land(done);
  }

  /** Jumps from every part of the key that differs from the key of the chain's first element. */
  private static int[] jumpsUnlessKeyOfFirst(
      Instructions code, MapShape shape, int room, Layout layout) {
    List<Integer> jumps = new ArrayList<>();
    code.load(1, AREA, FIRST_PLACE, 8);
    jumps.add(code.jumpAtLeast(1, room)); // never; the verifier wants to see it
    code.times(1, shape.keyBytes()).plusRegister(1, AREA).plus(1, (int) layout.keys());
    code.copy(2, PLACE).times(2, shape.keyBytes()).plusRegister(2, AREA);
    code.plus(2, (int) layout.keys());
    for (int at = 0; at < shape.keyBytes(); ) {
      int width = Math.min(8, Integer.highestOneBit(shape.keyBytes() - at));
      code.load(3, 1, at, width).load(4, 2, at, width);
      jumps.add(code.jumpUnlessEqual(3, 4));
      at += width;
    }
    return jumps.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The address of a bucket's first element, in r3. */
  private static Instructions bucket(Instructions code, HashElements in, int bucket) {
    code.copy(1, bucket).times(1, in.bucketBytes()).plus(1, in.head());
    return code.load(3, AREA, BUCKETS, 8).plusRegister(3, 1);
  }

  /** Jumps where the bucket that the walk was in has another first element now. */
  private static int bucketIsChanged(Instructions code, HashElements in) {
    code.load(5, AREA, BUCKET, 8);
    int none = code.jumpIfEqual(5, -1);
    bucket(code, in, 5).copy(1, STACK).plus(1, FRONT).move(2, Long.BYTES).call(PROBE_READ_KERNEL);
    code.load(1, STACK, FRONT, 8).load(2, AREA, FIRST, 8);
    int changed = code.jumpUnlessEqual(1, 2);
    code.land(none);
    return changed;
  }

  /** Runs it: how many entries there were, {@link #RACED}, or a negative error number. */
  long run() {
    try (Arena arena = Arena.ofConfined()) {
      CStruct run = CStruct.allocate(arena, BpfSyscall.test_run).set("prog_fd", fd);
      int result = BpfSyscall.bpf(BpfSyscall.BPF_PROG_TEST_RUN, run);
      if (result < 0) {
        return result;
      }
      return area.memory().get(ValueLayout.JAVA_LONG, STOPPED) == 0
          ? area.memory().get(ValueLayout.JAVA_LONG, COUNT)
          : RACED;
    }
  }

  void close() {
    Libc.close(fd);
  }
}
