package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.Uapi;

/**
 * The numbers of a map, as the kernel has them.
 *
 * @param type its kind
 * @param id its number in the kernel
 * @param keyBytes bytes of a key; 0 where it has no keys
 * @param valueBytes bytes of a value, of one CPU where it is per CPU
 * @param maxEntries how many entries it can hold, unsigned in the kernel
 * @param flags the flags of its creation
 * @param cpus values for each key: the possible CPUs where it is per CPU, else 1
 */
public record MapShape(
    BpfMapType type, int id, int keyBytes, int valueBytes, long maxEntries, int flags, int cpus) {

  /** The numbers of a map as its object defines it, before it is made. */
  public static MapShape of(MemorySegment map) {
    return new MapShape(
        BpfMapType.of(LibbpfMap.bpf_map__type(map)),
        0,
        LibbpfMap.bpf_map__key_size(map),
        LibbpfMap.bpf_map__value_size(map),
        Integer.toUnsignedLong(LibbpfMap.bpf_map__max_entries(map)),
        LibbpfMap.bpf_map__map_flags(map),
        1);
  }

  /** Whether programs find the same in both: how many entries there can be does not matter. */
  public boolean holdsTheSameAs(MapShape other) {
    return type == other.type && keyBytes == other.keyBytes && valueBytes == other.valueBytes;
  }

  /** In words: {@code a hash with keys of 4, values of 8 bytes, 1024 entries, flags 0}. */
  public String words() {
    return type.words()
        + " with keys of "
        + keyBytes
        + ", values of "
        + valueBytes
        + " bytes, "
        + maxEntries
        + " entries, flags "
        + flags;
  }

  /** The bytes between the values of two CPUs. */
  long cpuStride() {
    return type.isPerCpu() ? roundUp(valueBytes) : valueBytes;
  }

  /** The bytes that the kernel reads and writes for one key. */
  public long entryValueBytes() {
    return cpuStride() * cpus;
  }

  /** Whether its values can be mapped into memory. */
  public boolean isMappable() {
    return type == BpfMapType.ARRAY && (flags & Uapi.BPF_F_MMAPABLE) != 0;
  }

  public static long roundUp(long bytes) {
    return bytes + 7 & -8;
  }
}
