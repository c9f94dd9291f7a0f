package org.skep.bpf.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.skep.BpfException;
import org.skep.bpf.base.NativeObject;
import org.skep.btf.Btf;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfObject;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/**
 * The program of {@code bpf/programs/hash_walk.bpf.c} as the running Linux takes it. libbpf loads
 * the object once in the life of a process, with small maps of its own, and so applies what is
 * relocated: where the kernel's structs have their members, and the number of a kernel function.
 * For that it reads all types of the kernel, some 90 ms of CPU time, which a map's first reading
 * shall not wait for. So a map gets a copy of the relocated instructions, in which only the
 * descriptors of maps are others, loaded as it is: in a millisecond.
 */
final class HashWalk {
  /** {@code shape} of the source, all that is in its section of constants. */
  static final StructLayout SHAPE =
      CStruct.layout(
          "shape",
          ValueLayout.JAVA_LONG.withName("values"),
          ValueLayout.JAVA_INT.withName("key_bytes"),
          ValueLayout.JAVA_INT.withName("value_bytes"),
          ValueLayout.JAVA_INT.withName("room"),
          ValueLayout.JAVA_INT.withName("buckets"),
          ValueLayout.JAVA_INT.withName("cast"),
          ValueLayout.JAVA_INT.withName("fetch"));

  private static final String OBJECT = "/org/skep/bpf/hash_walk.bpf.o";
  private static final String CONSTANTS = ".rodata";

  // of linux/bpf.h: an instruction that loads a number of 64 bits, and what its source register
  // says
  private static final int LOAD_NUMBER = 0x18;
  private static final int PSEUDO_MAP_FD = 1;
  private static final int PSEUDO_MAP_VALUE = 2;
  private static final int PSEUDO_FUNC = 4;

  /** What a descriptor in the instructions is of. */
  enum Role {
    NONE,
    ENTRIES,
    COLUMNS,
    SHAPE
  }

  private final long[] code;
  private final Role[] roles;
  private final byte[] types;
  private final int walk;
  private final int each;
  private final int start;
  private final boolean casts;

  /**
   * @param code the relocated instructions
   * @param roles whose descriptor an instruction has, by its index
   * @param types the BTF of the object
   * @param start the instruction that the callback begins with
   */
  private HashWalk(long[] code, Role[] roles, byte[] types, int start, boolean casts) {
    this.code = code;
    this.roles = roles;
    this.types = types;
    this.start = start;
    this.casts = casts;
    Btf btf = Btf.parse(types);
    this.walk = btf.find("walk").orElseThrow().value();
    this.each = btf.find("each").orElseThrow().value();
  }

  private static final class Running {
    static final Optional<HashWalk> LINUX = find();
  }

  /** Empty where the object is not in the jar, or the running Linux or its types reject it. */
  static Optional<HashWalk> ofRunningLinux() {
    return Running.LINUX;
  }

  private static Optional<HashWalk> find() {
    try (var in = HashWalk.class.getResourceAsStream(OBJECT)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] elf = in.readAllBytes();
      return relocate(elf, true).or(() -> relocate(elf, false));
    } catch (BpfException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<HashWalk> relocate(byte[] elf, boolean casts) {
    NativeObject object = NativeObject.open("hash_walk", elf);
    try {
      MemorySegment constants = LibbpfMap.bpf_map__initial_value(object.map(CONSTANTS));
      CStruct.of(constants, SHAPE).set("cast", casts ? 1 : 0).set("fetch", casts ? 1 : 0);
      int error = Libbpf.captureLog(() -> LibbpfObject.bpf_object__load(object.pointer())).value();
      return error == 0 ? Optional.of(of(object, casts)) : Optional.empty();
    } finally {
      object.close();
    }
  }

  private static HashWalk of(NativeObject object, boolean casts) {
    byte[] types = object.typeBytes().orElseThrow();
    long[] code = LibbpfProgram.bpf_program__insns(object.program("walk"));
    Role[] roles = new Role[code.length];
    int start = 0;
    for (int i = 0; i < code.length; i++) {
      roles[i] = role(object, code[i]);
      if (isLoad(code[i]) && source(code[i]) == PSEUDO_FUNC) {
        start = i + number(code[i]) + 1;
      }
    }
    return new HashWalk(code, roles, types, start, casts);
  }

  private static Role role(NativeObject object, long instruction) {
    int source = source(instruction);
    if (!isLoad(instruction) || (source != PSEUDO_MAP_FD && source != PSEUDO_MAP_VALUE)) {
      return Role.NONE;
    }
    int fd = number(instruction);
    if (fd == LibbpfMap.bpf_map__fd(object.map("entries"))) {
      return Role.ENTRIES;
    }
    return fd == LibbpfMap.bpf_map__fd(object.map("columns")) ? Role.COLUMNS : Role.SHAPE;
  }

  private static boolean isLoad(long instruction) {
    return (instruction & 0xff) == LOAD_NUMBER;
  }

  private static int source(long instruction) {
    return (int) (instruction >>> 12 & 0xf);
  }

  private static int number(long instruction) {
    return (int) (instruction >>> Integer.SIZE);
  }

  /** Whether there is {@code bpf_rdonly_cast}: Linux 6.2 or later. */
  boolean casts() {
    return casts;
  }

  /**
   * Loads a program for one map.
   *
   * @param shape of layout {@link #SHAPE}
   * @return its descriptor, or a negative error number
   */
  int load(int entries, int columns, CStruct shape) {
    int constants = BpfSyscall.createConstants(shape.segment());
    if (constants < 0) {
      return constants;
    }
    long[] own = code.clone();
    for (int i = 0; i < own.length; i++) {
      switch (roles[i]) {
        case ENTRIES -> own[i] = withNumber(own[i], entries);
        case COLUMNS -> own[i] = withNumber(own[i], columns);
        case SHAPE -> own[i] = withNumber(own[i], constants);
        case NONE -> {}
      }
    }
    int fd = BpfSyscall.loadWithCallback(Uapi.BPF_PROG_TYPE_SYSCALL, types, walk, each, start, own);
    Libc.close(constants); // the program holds them
    return fd;
  }

  private static long withNumber(long instruction, int number) {
    return (instruction & 0xffff_ffffL) | (long) number << Integer.SIZE;
  }
}
