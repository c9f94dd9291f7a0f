package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.skep.table.ValueType;

/**
 * A stack as the kernel keeps it: addresses, the innermost first, zeros behind the last. Those of
 * the kernel are named by its symbols; those of processes stay numbers.
 *
 * @param type so many bytes
 */
record StackCodec(ValueType type, KernelObjectNames names) implements ValueCodec {
  private List<String> frames(MemorySegment bytes, long offset) {
    List<String> frames = new ArrayList<>();
    for (long at = offset; at + Long.BYTES <= offset + type.byteSize(); at += Long.BYTES) {
      long address = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      if (address == 0) {
        break;
      }
      frames.add(names.symbol(address));
    }
    return frames;
  }

  @Override
  public Object read(MemorySegment bytes, long offset) {
    return frames(bytes, offset);
  }

  @Override
  public void write(Object value, MemorySegment bytes, long offset) {
    throw new IllegalArgumentException("write stack: the kernel alone writes stacks");
  }

  @Override
  public Function<byte[], String> text() {
    return stack -> KernelObjectNames.text(frames(MemorySegment.ofArray(stack), 0));
  }
}
