package org.skep.bpf.load;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.Note;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.btf.Btf;
import org.skep.btf.Field;
import org.skep.btf.Fields;
import org.skep.btf.TypeId;
import org.skep.internal.libbpf.LibbpfMap;

/**
 * Warns of keys with bytes that no member has, where a program leaves there what the stack held.
 * The kernel compares all bytes of a key, so that one key becomes many, whose members look the
 * same.
 */
public final class PaddedKeys {
  private PaddedKeys() {}

  /** A warning for each hash that is given such keys. */
  public static List<Note> notes(NativeObject object, byte[] elf) {
    Optional<Btf> types = object.types();
    if (types.isEmpty()) {
      return List.of();
    }
    Map<String, TypeId> keys = new LinkedHashMap<>();
    Map<String, BitSet> gaps = new LinkedHashMap<>();
    object
        .maps()
        .forEach(
            (name, map) -> {
              TypeId key = new TypeId(LibbpfMap.bpf_map__btf_key_type_id(map));
              if (isHash(map) && !key.equals(TypeId.VOID)) {
                BitSet unnamed = gaps(types.get(), key);
                if (!unnamed.isEmpty()) {
                  keys.put(name, key);
                  gaps.put(name, unnamed);
                }
              }
            });
    if (gaps.isEmpty()) {
      return List.of();
    }
    List<Note> notes = new ArrayList<>();
    KeyUses.of(elf, gaps)
        .forEach(
            (map, uses) -> {
              if (!uses.unwritten().isEmpty() || !uses.unseen().isEmpty()) {
                notes.add(
                    Note.warning(
                        words(
                            map,
                            types.get().nameOf(requireNonNull(keys.get(map))),
                            requireNonNull(gaps.get(map)),
                            uses)));
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

  private static BitSet gaps(Btf types, TypeId key) {
    BitSet unnamed = new BitSet();
    try {
      unnamed.set(0, Math.toIntExact(types.byteSize(key)));
      for (Field field : Fields.flatten(types, key)) {
        unnamed.clear((int) field.byteOffset(), (int) (field.byteOffset() + field.byteSize()));
      }
      return unnamed;
    } catch (RuntimeException e) {
      return new BitSet(); // a type that nobody can read is said when the map is read
    }
  }

  private static String words(String map, String type, BitSet gap, KeyUses.Uses uses) {
    int bytes = gap.cardinality();
    String padding = bytes == 1 ? "1 byte" : bytes + " bytes";
    return "the keys of '"
        + map
        + "' ("
        + type
        + ") have "
        + padding
        + " of padding, which "
        + (uses.unwritten().isEmpty()
            ? "'" + String.join("', '", uses.unseen()) + "' may leave unset"
            : "'" + String.join("', '", uses.unwritten()) + "' leaves unset")
        + ": keys that differ there are different keys (clear it first:"
        + " __builtin_memset(&key, 0, sizeof(key)))";
  }
}
