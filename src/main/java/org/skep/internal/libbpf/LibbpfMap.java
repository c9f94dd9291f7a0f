package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.BOOL;
import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;

/** {@code bpf_map__*} of libbpf.h: a map of an object, before and after loading. */
public final class LibbpfMap {
  private static final NativeFunction NAME = pointerOf("bpf_map__name");
  private static final NativeFunction FD = intOf("bpf_map__fd");
  private static final NativeFunction TYPE = intOf("bpf_map__type");
  private static final NativeFunction INNER_MAP =
      Libbpf.LIBRARY.function("bpf_map__inner_map", FunctionDescriptor.of(POINTER, POINTER));
  private static final NativeFunction MAX_ENTRIES = intOf("bpf_map__max_entries");
  private static final NativeFunction SET_MAX_ENTRIES = setter("bpf_map__set_max_entries");
  private static final NativeFunction FLAGS = intOf("bpf_map__map_flags");
  private static final NativeFunction SET_FLAGS = setter("bpf_map__set_map_flags");
  private static final NativeFunction EXTRA =
      Libbpf.LIBRARY.function("bpf_map__map_extra", FunctionDescriptor.of(LONG, POINTER));
  private static final NativeFunction SET_EXTRA =
      Libbpf.LIBRARY.function("bpf_map__set_map_extra", FunctionDescriptor.of(INT, POINTER, LONG));
  private static final NativeFunction KEY_SIZE = intOf("bpf_map__key_size");
  private static final NativeFunction SET_KEY_SIZE = setter("bpf_map__set_key_size");
  private static final NativeFunction VALUE_SIZE = intOf("bpf_map__value_size");
  private static final NativeFunction SET_VALUE_SIZE = setter("bpf_map__set_value_size");
  private static final NativeFunction KEY_TYPE = intOf("bpf_map__btf_key_type_id");
  private static final NativeFunction VALUE_TYPE = intOf("bpf_map__btf_value_type_id");
  private static final NativeFunction SET_INNER_MAP_FD = setter("bpf_map__set_inner_map_fd");
  private static final NativeFunction REUSE_FD = setter("bpf_map__reuse_fd");
  private static final NativeFunction PIN_PATH = pointerOf("bpf_map__pin_path");
  private static final NativeFunction SET_PIN_PATH =
      Libbpf.LIBRARY.function(
          "bpf_map__set_pin_path", FunctionDescriptor.of(INT, POINTER, POINTER));
  private static final NativeFunction IS_INTERNAL =
      Libbpf.LIBRARY.function("bpf_map__is_internal", FunctionDescriptor.of(BOOL, POINTER));
  private static final NativeFunction SET_AUTOCREATE =
      Libbpf.LIBRARY.function("bpf_map__set_autocreate", FunctionDescriptor.of(INT, POINTER, BOOL));
  private static final NativeFunction INITIAL_VALUE =
      Libbpf.LIBRARY.function(
          "bpf_map__initial_value", FunctionDescriptor.of(POINTER, POINTER, POINTER));
  private static final NativeFunction ATTACH_STRUCT_OPS =
      Libbpf.LIBRARY.withErrno(
          "bpf_map__attach_struct_ops", FunctionDescriptor.of(POINTER, POINTER));

  private LibbpfMap() {}

  private static NativeFunction intOf(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(INT, POINTER));
  }

  private static NativeFunction pointerOf(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(POINTER, POINTER));
  }

  private static NativeFunction setter(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(INT, POINTER, INT));
  }

  private static int call(NativeFunction function, MemorySegment map) {
    return Native.toInt(() -> (int) function.handle().invokeExact(map));
  }

  private static int call(NativeFunction function, MemorySegment map, int value) {
    return Native.toInt(() -> (int) function.handle().invokeExact(map, value));
  }

  /** Its name in the source, {@code .rodata} and the like for sections of globals. */
  public static String bpf_map__name(MemorySegment map) {
    return CText.read(Native.to(() -> (MemorySegment) NAME.handle().invokeExact(map)));
  }

  /** Its descriptor, owned by the object; negative before loading. */
  public static int bpf_map__fd(MemorySegment map) {
    return call(FD, map);
  }

  /** {@code enum bpf_map_type}. */
  public static int bpf_map__type(MemorySegment map) {
    return call(TYPE, map);
  }

  /** Unsigned. */
  public static int bpf_map__max_entries(MemorySegment map) {
    return call(MAX_ENTRIES, map);
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_map__set_max_entries(MemorySegment map, int entries) {
    return call(SET_MAX_ENTRIES, map, entries);
  }

  /** The template of the maps in a map of maps; null where the source has none. */
  public static MemorySegment bpf_map__inner_map(MemorySegment map) {
    return Native.to(() -> (MemorySegment) INNER_MAP.handle().invokeExact(map));
  }

  /** {@code BPF_F_*} of map creation. */
  public static int bpf_map__map_flags(MemorySegment map) {
    return call(FLAGS, map);
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_map__set_map_flags(MemorySegment map, int flags) {
    return call(SET_FLAGS, map, flags);
  }

  /** What a type of map asks for besides: of a bloom filter hashes, of an arena its address. */
  public static long bpf_map__map_extra(MemorySegment map) {
    return Native.<Long>to(() -> (long) EXTRA.handle().invokeExact(map));
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_map__set_map_extra(MemorySegment map, long extra) {
    return Native.toInt(() -> (int) SET_EXTRA.handle().invokeExact(map, extra));
  }

  /** Bytes of a key. */
  public static int bpf_map__key_size(MemorySegment map) {
    return call(KEY_SIZE, map);
  }

  /** Bytes of a value, of one CPU. */
  public static int bpf_map__value_size(MemorySegment map) {
    return call(VALUE_SIZE, map);
  }

  /** Sets the bytes of a key, before loading. */
  public static int bpf_map__set_key_size(MemorySegment map, int bytes) {
    return call(SET_KEY_SIZE, map, bytes);
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_map__set_value_size(MemorySegment map, int bytes) {
    return call(SET_VALUE_SIZE, map, bytes);
  }

  /** The key's type in the object's BTF; 0 for none. */
  public static int bpf_map__btf_key_type_id(MemorySegment map) {
    return call(KEY_TYPE, map);
  }

  /** The value's type in the object's BTF; 0 for none. */
  public static int bpf_map__btf_value_type_id(MemorySegment map) {
    return call(VALUE_TYPE, map);
  }

  /** Takes a map as the template of those in it, in place of the declared one. */
  public static int bpf_map__set_inner_map_fd(MemorySegment map, int fd) {
    return call(SET_INNER_MAP_FD, map, fd);
  }

  /** Takes an existing map in place of creating one; the descriptor is duplicated. May print. */
  public static int bpf_map__reuse_fd(MemorySegment map, int fd) {
    return call(REUSE_FD, map, fd);
  }

  /** Where it will be or is pinned; NULL for nowhere. */
  public static MemorySegment bpf_map__pin_path(MemorySegment map) {
    return Native.to(() -> (MemorySegment) PIN_PATH.handle().invokeExact(map));
  }

  /** Where loading shall pin it; NULL for nowhere. The path is copied. */
  public static int bpf_map__set_pin_path(MemorySegment map, MemorySegment path) {
    return Native.toInt(() -> (int) SET_PIN_PATH.handle().invokeExact(map, path));
  }

  /** Whether libbpf made it for a section of global variables. */
  public static boolean bpf_map__is_internal(MemorySegment map) {
    return Native.to(() -> (boolean) IS_INTERNAL.handle().invokeExact(map));
  }

  /** Whether loading shall create it. */
  public static int bpf_map__set_autocreate(MemorySegment map, boolean autocreate) {
    return Native.toInt(() -> (int) SET_AUTOCREATE.handle().invokeExact(map, autocreate));
  }

  /**
   * The bytes that loading will fill a section of globals with, owned by the map; empty for another
   * map.
   */
  public static MemorySegment bpf_map__initial_value(MemorySegment map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(LONG);
      MemorySegment bytes =
          Native.to(() -> (MemorySegment) INITIAL_VALUE.handle().invokeExact(map, size));
      return bytes.address() == 0 ? MemorySegment.NULL : sized(bytes, size.get(LONG, 0));
    }
  }

  // SAFETY: libbpf says that the map has so many bytes there; callers hold the object open.
  @SuppressWarnings("restricted")
  private static MemorySegment sized(MemorySegment bytes, long size) {
    return bytes.reinterpret(size);
  }

  /** Attaches a struct_ops map. May print. */
  public static Native.Pointer bpf_map__attach_struct_ops(MemorySegment map) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_STRUCT_OPS.handle().invokeExact(state, map));
  }
}
