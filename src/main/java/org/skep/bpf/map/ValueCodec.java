package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import org.skep.table.ValueType;

/** What Java values the bytes of a map's keys or values are, and back. */
public sealed interface ValueCodec
    permits BtfCodec, DescriptorCodec, PrefixCodec, RedirectCodec, StackCodec {
  /** The type by which the bytes become columns. */
  ValueType type();

  Object read(MemorySegment bytes, long offset);

  /**
   * Writes a value.
   *
   * @throws IllegalArgumentException if it is none of this form
   */
  void write(Object value, MemorySegment bytes, long offset);

  /** Lets go of what writing took hold of; the kernel has what it needs. */
  default void release(MemorySegment bytes, long offset) {}

  /** What stands for all the bytes in one column; null where each member has its own. */
  default @Nullable Function<byte[], String> text() {
    return null;
  }

  /** What numbers mean beyond what their type says, by column. */
  default Map<String, Format> formats() {
    return Map.of();
  }
}
