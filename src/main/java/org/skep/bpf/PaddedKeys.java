package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.skep.Note;
import org.skep.btf.Btf;
import org.skep.btf.Field;
import org.skep.btf.Fields;
import org.skep.btf.TypeId;
import org.skep.internal.libbpf.LibbpfMap;

/**
 * Warns of keys with bytes that no member has. The kernel compares all bytes of a key; what a
 * program leaves in the gaps makes one key into many, whose members look the same.
 */
final class PaddedKeys {
  private PaddedKeys() {}

  /** A warning for each hash whose keys have such bytes. */
  static List<Note> notes(NativeObject object) {
    List<Note> notes = new ArrayList<>();
    Optional<Btf> types = object.types();
    object
        .maps()
        .forEach(
            (name, map) -> {
              TypeId key = new TypeId(LibbpfMap.bpf_map__btf_key_type_id(map));
              if (types.isPresent() && isHash(map) && !key.equals(TypeId.VOID)) {
                note(types.get(), name, key).map(Note::warning).ifPresent(notes::add);
              }
            });
    return notes;
  }

  private static boolean isHash(MemorySegment map) {
    return switch (BpfMapType.of(LibbpfMap.bpf_map__type(map))) {
      case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS, SOCKHASH -> true;
      default -> false;
    };
  }

  private static Optional<String> note(Btf types, String map, TypeId key) {
    try {
      long bytes = types.byteSize(key);
      BitSet named = new BitSet();
      for (Field field : Fields.flatten(types, key)) {
        named.set((int) field.byteOffset(), (int) (field.byteOffset() + field.byteSize()));
      }
      long gaps = bytes - named.cardinality();
      return gaps == 0
          ? Optional.empty()
          : Optional.of(
              "the keys of '"
                  + map
                  + "' ("
                  + types.nameOf(key)
                  + ") have "
                  + (gaps == 1 ? "1 byte" : gaps + " bytes")
                  + " of padding: a program has to clear it (__builtin_memset(&key, 0,"
                  + " sizeof(key))), as keys that differ there are different keys");
    } catch (RuntimeException e) {
      return Optional.empty(); // a type that nobody can read is said when the map is read
    }
  }
}
