package org.skep.bpf.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.SyscallException;
import org.skep.btf.Btf;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfObject;
import org.skep.internal.libbpf.LibbpfProgram;

/**
 * A {@code bpf_object} of libbpf, with its programs and maps by name. Whoever holds it closes it.
 */
public final class NativeObject {
  private static final List<String> SECTIONS = List.of(".rodata", ".data", ".bss", ".kconfig");

  private static final int LIBBPF_ERRNO_START = 4000;

  private final MemorySegment pointer;
  private final Map<String, MemorySegment> programs = new LinkedHashMap<>();
  private final Map<String, MemorySegment> maps = new LinkedHashMap<>();

  private NativeObject(MemorySegment pointer) {
    this.pointer = pointer;
    for (MemorySegment p = next(MemorySegment.NULL, false); p.address() != 0; p = next(p, false)) {
      programs.put(LibbpfProgram.bpf_program__name(p), p);
    }
    for (MemorySegment m = next(MemorySegment.NULL, true); m.address() != 0; m = next(m, true)) {
      maps.put(nameOf(m), m);
    }
  }

  /** The name in the source: libbpf puts the object's name before those of the usual sections. */
  private static String nameOf(MemorySegment map) {
    String name = LibbpfMap.bpf_map__name(map);
    return LibbpfMap.bpf_map__is_internal(map)
        ? SECTIONS.stream().filter(name::endsWith).findFirst().orElse(name)
        : name;
  }

  /**
   * Opens an ELF object.
   *
   * @throws SyscallException if libbpf refuses it; the message has libbpf's words
   */
  public static NativeObject open(String name, byte[] elf) {
    var told =
        Libbpf.captureLog(
            () -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, elf);
                CStruct options = CStruct.sized(arena, LibbpfObject.bpf_object_open_opts);
                options.set("object_name", CText.allocate(arena, name));
                return LibbpfObject.bpf_object__open_mem(bytes, elf.length, options.segment());
              }
            });
    Native.Pointer opened = told.value();
    if (opened.isNull()) {
      throw new SyscallException(
          "open object '" + name + "'",
          opened.errno(),
          LibbpfErrors.explain(elf, told.messages())
              .orElseGet(() -> unreadable(opened.errno(), told.messages())));
    }
    return new NativeObject(opened.segment());
  }

  /** libbpf has numbers of its own, from 4000 on, which are none of the kernel's. */
  private static String unreadable(int errno, List<String> messages) {
    boolean noObject = errno >= LIBBPF_ERRNO_START || messages.isEmpty();
    return noObject
        ? "not a BPF object"
            + (messages.isEmpty() ? "" : "; libbpf says: " + String.join("; ", messages))
            + " (an object is what clang makes of C with -target bpf; a file of C is loaded by its"
            + " name too)"
        : words(errno, messages);
  }

  /** What libbpf said, or else what its error number means. */
  public static String words(int errno, List<String> messages) {
    String code = Errno.wordsOf(errno) + " (" + Errno.nameOf(errno) + ")";
    return messages.isEmpty() ? code : code + "; libbpf says: " + String.join("; ", messages);
  }

  private MemorySegment next(MemorySegment after, boolean map) {
    return map
        ? LibbpfObject.bpf_object__next_map(pointer, after)
        : LibbpfObject.bpf_object__next_program(pointer, after);
  }

  public MemorySegment pointer() {
    return pointer;
  }

  /** The programs by function name, in the order of the file. */
  public Map<String, MemorySegment> programs() {
    return Collections.unmodifiableMap(programs);
  }

  /** The maps by name, in the order of the file, sections of globals among them. */
  public Map<String, MemorySegment> maps() {
    return Collections.unmodifiableMap(maps);
  }

  /** The names of the maps that hold sections of global variables. */
  public List<String> sections() {
    return maps.entrySet().stream()
        .filter(m -> LibbpfMap.bpf_map__is_internal(m.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  public MemorySegment program(String name) {
    return named(programs, name);
  }

  public MemorySegment map(String name) {
    return named(maps, name);
  }

  private static MemorySegment named(Map<String, MemorySegment> things, String name) {
    MemorySegment found = things.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no '" + name + "' among " + things.keySet());
    }
    return found;
  }

  /** The types, with the offsets of globals that libbpf filled in. */
  public Optional<Btf> types() {
    return typeBytes().map(Btf::parse);
  }

  /** The same as BTF. */
  public Optional<byte[]> typeBytes() {
    MemorySegment btf = LibbpfObject.bpf_object__btf(pointer);
    if (btf.address() == 0) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment data = LibbpfObject.btf__raw_data(btf, size);
      return data.address() == 0
          ? Optional.empty()
          : Optional.of(CText.bytes(data, size.get(ValueLayout.JAVA_INT, 0)));
    }
  }

  public void close() {
    Libbpf.captureLog(
        () -> {
          LibbpfObject.bpf_object__close(pointer);
          return true;
        });
  }
}
