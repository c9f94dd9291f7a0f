package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.skep.internal.libbpf.LibbpfMap;

/** A map of a loaded object. */
public final class BpfMap {
  private final BpfObject object;
  private final String name;
  private final BpfMapType type;
  private final int fd;
  private final int maxEntries;

  BpfMap(BpfObject object, String name, MemorySegment pointer) {
    this.object = object;
    this.name = name;
    this.type = BpfMapType.of(LibbpfMap.bpf_map__type(pointer));
    this.fd = LibbpfMap.bpf_map__fd(pointer);
    this.maxEntries = LibbpfMap.bpf_map__max_entries(pointer);
  }

  /** Its name in the source. */
  public String name() {
    return name;
  }

  /** What kind of map it is. */
  public BpfMapType type() {
    return type;
  }

  /** How many entries it can hold. */
  public int maxEntries() {
    return maxEntries;
  }

  /** The object that it is part of. */
  public BpfObject owner() {
    return object;
  }

  <T> T withDescriptor(IntFunction<T> work) {
    return object.lifetime().use(() -> work.apply(fd));
  }
}
