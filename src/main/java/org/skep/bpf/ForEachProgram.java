package org.skep.bpf;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/**
 * A program that walks a hash and copies it into the shared area: hash numbers, keys and values,
 * each in an array of its own. It counts all entries, and copies as many as there is room for.
 *
 * @param fd to be closed by whoever holds this
 * @param area that it writes into
 * @param room for how many entries
 */
record ForEachProgram(int fd, ColumnArea area, int room, Layout layout) {
  private static final int FOR_EACH = 164;
  private static final int PROBE_READ_KERNEL = 113;
  private static final int HEAD = 64;

  /** The instruction with which the callback begins. */
  private static final int CALLBACK = 12;

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
  record Layout(long keys, long values, int valueStride, long bytes) {
    static Layout of(MapShape shape, int room) {
      long keys = HEAD + MapShape.roundUp((long) room * Integer.BYTES);
      long values = keys + MapShape.roundUp((long) room * shape.keyBytes());
      return new Layout(
          keys, values, shape.valueBytes(), values + (long) room * shape.valueBytes() + 8);
    }

    long hashes() {
      return HEAD;
    }
  }

  /** How far the hash number lies before the key in an element of the running Linux. */
  private static final class Element {
    static final Optional<Integer> HASH_BEFORE_KEY = find();

    private static Optional<Integer> find() {
      try {
        Btf linux = Btf.ofRunningLinux();
        return linux
            .find("struct htab_elem")
            .filter(id -> linux.type(id) instanceof BtfType.Struct)
            .flatMap(
                id -> {
                  BtfType.Struct element = (BtfType.Struct) linux.type(id);
                  long hash = offset(element, "hash");
                  long key = offset(element, "key");
                  return hash < 0 || key <= hash
                      ? Optional.empty()
                      : Optional.of((int) (key - hash) / Byte.SIZE);
                });
      } catch (BpfException e) {
        return Optional.empty();
      }
    }

    private static long offset(BtfType.Struct struct, String member) {
      return struct.members().stream()
          .filter(m -> m.name().equals(member))
          .mapToLong(BtfType.Member::bitOffset)
          .findFirst()
          .orElse(-1);
    }
  }

  /** Loads one; null where the running Linux refuses it. */
  static @Nullable ForEachProgram load(int map, MapShape shape, ColumnArea area, int room) {
    Optional<Integer> hashBeforeKey = Element.HASH_BEFORE_KEY;
    if (hashBeforeKey.isEmpty()) {
      return null;
    }
    Layout layout = Layout.of(shape, room);
    long[] code = code(map, shape, area.fd(), room, layout, hashBeforeKey.get());
    int fd =
        BpfSyscall.loadWithCallback(
            Uapi.BPF_PROG_TYPE_SYSCALL, Types.BTF, Types.MAIN, Types.EACH, CALLBACK, code);
    return fd < 0 ? null : new ForEachProgram(fd, area, room, layout);
  }

  private static long[] code(
      int map, MapShape shape, int area, int room, Layout layout, int hashBeforeKey) {
    Instructions code = new Instructions();
    code.mapValue(6, area).storeNumber(6, 0, 0).map(1, map).function(2, CALLBACK);
    code.move(3, 0).move(4, 0).call(FOR_EACH).move(0, 0).exit();
    assert code.count() == CALLBACK;
    // the callback: r2 is the key, r3 the value; the count so far is in the area, where the
    // verifier does not know it
    Instructions copy = new Instructions();
    copy.copy(8, 7).times(8, shape.keyBytes()).plusRegister(8, 6).plus(8, (int) layout.keys());
    copy.copyBytes(8, 2, shape.keyBytes(), 0);
    copy.copy(8, 7).times(8, layout.valueStride()).plusRegister(8, 6);
    copy.plus(8, (int) layout.values()).copyBytes(8, 3, shape.valueBytes(), 0);
    copy.copy(1, 7).times(1, Integer.BYTES).plusRegister(1, 6).plus(1, (int) layout.hashes());
    copy.move(3, 0).plusRegister(3, 2).plus(3, -hashBeforeKey);
    copy.move(2, Integer.BYTES).call(PROBE_READ_KERNEL);
    code.mapValue(6, area).load(7, 6, 0, 8).copy(8, 7).plus(8, 1).store(6, 0, 8, 8);
    code.jumpAtLeast(7, room, copy.count()).append(copy).move(0, 0).exit();
    return code.toArray();
  }

  /** Runs it: how many entries there were, or a negative error number. */
  long run() {
    try (Arena arena = Arena.ofConfined()) {
      CStruct run = CStruct.allocate(arena, BpfSyscall.test_run).set("prog_fd", fd);
      int result = BpfSyscall.bpf(BpfSyscall.BPF_PROG_TEST_RUN, run);
      return result < 0 ? result : area.memory().get(java.lang.foreign.ValueLayout.JAVA_LONG, 0);
    }
  }

  void close() {
    Libc.close(fd);
  }
}
