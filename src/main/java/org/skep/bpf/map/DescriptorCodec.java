package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ToIntFunction;
import org.skep.btf.Format;
import org.skep.internal.libbpf.Libc;
import org.skep.table.ValueType;

/**
 * A value, or the key of a storage, that is written as a descriptor and read as a number.
 *
 * @param type what is read
 * @param open makes a descriptor of its own of what a user passes
 * @param named the number that is read, for a user
 * @param format of the number
 */
record DescriptorCodec(
    ValueType type, ToIntFunction<Object> open, LongFunction<Object> named, Format format)
    implements ValueCodec {

  @Override
  public Object read(MemorySegment bytes, long offset) {
    return named.apply(
        type.byteSize() == Long.BYTES
            ? bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, offset)
            : Integer.toUnsignedLong(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset)));
  }

  @Override
  public void write(Object value, MemorySegment bytes, long offset) {
    int fd = open.applyAsInt(value);
    if (type.byteSize() == Long.BYTES) {
      bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, fd);
    } else {
      bytes.set(ValueLayout.JAVA_INT_UNALIGNED, offset, fd);
    }
  }

  @Override
  public void release(MemorySegment bytes, long offset) {
    Libc.close(
        (int)
            (type.byteSize() == Long.BYTES
                ? bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, offset)
                : bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset)));
  }

  @Override
  public Map<String, Format> formats() {
    return format == Format.NONE ? Map.of() : Map.of("value", format);
  }
}
