package org.skep.bpf.read;

import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapShape;

/**
 * Reads a hash by a program that walks it within the kernel, which costs half of what reading in
 * batches costs. Where others changed what it was walking through, it stops, and the map is read in
 * batches, which hold a bucket's lock: a reading is as complete as in any other way. A map on which
 * that happened is walked again after a few readings, the more the oftener it happens.
 *
 * <p>For so long as it walks, the program holds its CPU, unless the kernel can be preempted: a
 * tenth of a second and more for a million entries. Larger maps are read in batches.
 */
public final class ForEachReader implements EntryReader {
  private static final int FIRST_ROOM = 4_096;

  /** Programs grow with their entries, and large ones gain nothing. */
  private static final int LARGEST_ENTRY = 512;

  /** How many readings go another way at most, before a walk is tried again. */
  private static final int LONGEST_PAUSE = 32;

  private final int fd;
  private final MapShape shape;
  private final EntryReader otherwise;
  private final int buckets;
  private @Nullable ForEachProgram program;
  private int wanted;
  private boolean refused;
  private int rests;
  private int pause;
  private long walks;

  /**
   * @param otherwise the way where this one cannot be gone, or its result cannot be trusted
   */
  public ForEachReader(int fd, MapShape shape, EntryReader otherwise) {
    this.fd = fd;
    this.shape = shape;
    this.otherwise = otherwise;
    this.buckets = buckets(shape.maxEntries());
    this.wanted = (int) Math.min(FIRST_ROOM, shape.maxEntries());
  }

  /** As many as the kernel makes: the next power of two. */
  private static int buckets(long entries) {
    return entries >= 1 << 30 ? 1 << 30 : Integer.highestOneBit((int) entries * 2 - 1);
  }

  /** Whether maps of this shape can be walked so. */
  public static boolean canRead(MapShape shape) {
    return (shape.type() == BpfMapType.HASH || shape.type() == BpfMapType.LRU_HASH)
        && shape.keyBytes() + shape.valueBytes() <= LARGEST_ENTRY
        && shape.maxEntries() < 1 << 30;
  }

  @Override
  public Completeness read(EntrySink sink, long limit) {
    if (limit < Integer.MAX_VALUE || !tryToRead(sink)) {
      return otherwise.read(sink, limit);
    }
    return Completeness.COMPLETE;
  }

  private synchronized boolean tryToRead(EntrySink sink) {
    if (rests > 0) {
      rests--;
      return false;
    }
    while (!refused) {
      ColumnArea area = ColumnArea.take(ForEachProgram.Layout.of(shape, wanted).bytes());
      if (area == null) {
        return false;
      }
      try {
        ForEachProgram walk = program(area);
        if (walk == null) {
          return false;
        }
        long count = walk.run();
        if (count == ForEachProgram.RACED) {
          pause = Math.min(2 * pause + 1, LONGEST_PAUSE);
          rests = pause;
          return false;
        }
        if (count < 0) {
          refused = true;
          return false;
        }
        if (count <= walk.room()) {
          ForEachProgram.Layout layout = walk.layout();
          sink.take(
              area.memory().asSlice(layout.keys()),
              area.memory().asSlice(layout.values()),
              layout.valueStride(),
              (int) count);
          pause = 0;
          walks++;
          return true;
        }
        wanted = (int) Math.min(count + count / 4, Math.max(count, shape.maxEntries()));
      } finally {
        area.give();
      }
    }
    return false;
  }

  private @Nullable ForEachProgram program(ColumnArea area) {
    ForEachProgram known = program;
    if (known != null && known.area() == area && known.room() >= wanted) {
      return known;
    }
    close();
    program = ForEachProgram.load(fd, shape, area, wanted, buckets);
    refused = program == null;
    return program;
  }

  /**
   * Has the program relocated for the running Linux, which the first reading of a hash in a process
   * would else wait for.
   */
  public static void prepare() {
    var _ = HashWalk.ofRunningLinux();
  }

  /** How many readings went this way. */
  public synchronized long walks() {
    return walks;
  }

  /** Whether the program of the last walk fetches elements ahead. */
  public synchronized boolean fetches() {
    return program != null && program.fetches();
  }

  /** Frees the program; the next reading makes another. */
  public synchronized void close() {
    if (program != null) {
      program.close();
      program = null;
    }
  }
}
