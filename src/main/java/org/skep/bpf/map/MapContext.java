package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.base.Lifetime;
import org.skep.btf.Btf;

/**
 * What keeps a map there: the object that it is part of, or a descriptor of its own, closed when
 * nobody can reach the map any more.
 *
 * @param prefix what stands before the map's name in the title of a table
 * @param owner the object that it is part of
 * @param pointer libbpf's map; null for one that is not part of an object
 */
public record MapContext(
    String prefix,
    Lifetime lifetime,
    Mappings mappings,
    Optional<Btf> types,
    Optional<MapOwner> owner,
    @Nullable MemorySegment pointer) {
  public KernelObjectNames names() {
    return new KernelObjectNames(owner);
  }
}
