package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.BtfFormatException;
import org.skep.SyscallException;
import org.skep.internal.ffi.Errno;
import org.skep.table.ValueType;

/**
 * A global variable of a program: {@code const volatile} ones are set before loading, the others
 * any time. It is memory that the programs share: a value of more than 8 bytes can be read while a
 * program is writing it.
 */
public final class GlobalVariable {
  /** Reaches the memory of a section while its object is in use. */
  public interface Memory {
    <T> T read(Function<MemorySegment, T> reader);

    void write(Consumer<MemorySegment> writer);
  }

  /** Memory without a byte. */
  public static final Memory NOWHERE =
      new Memory() {
        @Override
        public <T> T read(Function<MemorySegment, T> reader) {
          return reader.apply(MemorySegment.NULL);
        }

        @Override
        public void write(Consumer<MemorySegment> writer) {
          writer.accept(MemorySegment.NULL);
        }
      };

  private final String name;
  private final String section;
  private final long byteOffset;
  private final BtfCodec codec;
  private final boolean isFolded;
  private final Memory memory;

  /**
   * @param isFolded whether clang may have put its value into the code, so that no program reads it
   */
  GlobalVariable(
      String name,
      String section,
      long byteOffset,
      BtfCodec codec,
      boolean isFolded,
      Memory memory) {
    this.name = name;
    this.section = section;
    this.byteOffset = byteOffset;
    this.codec = codec;
    this.isFolded = isFolded;
    this.memory = memory;
  }

  /** Its name in the source. */
  public String name() {
    return name;
  }

  /** The section that it is in: {@code .rodata}, {@code .data} or {@code .bss}. */
  public String section() {
    return section;
  }

  /** Its type. */
  public ValueType type() {
    return codec.type();
  }

  public long byteOffset() {
    return byteOffset;
  }

  /** Its value now. */
  public Object get() {
    return memory.read(bytes -> codec.read(within(bytes), byteOffset));
  }

  /**
   * Sets it. In a struct, what is not given becomes zero.
   *
   * @throws IllegalArgumentException if the value is none of its type; the message shows the type.
   *     Also if it is {@code const} without {@code volatile}: clang has put its value into the code
   * @throws org.skep.SyscallException if it is read-only: {@code const} and loaded
   */
  public void set(Object value) {
    int size = codec.type().byteSize();
    MemorySegment ready = MemorySegment.ofArray(new long[size / Long.BYTES + 1]);
    String operation = "set global variable '" + name + "'";
    if (isFolded) {
      throw new IllegalArgumentException(
          operation
              + ": it is constant and not volatile, so the programs keep the value that they were"
              + " compiled with (declare it 'const volatile', and set it before loading)");
    }
    try {
      codec.write(value, ready, 0);
      memory.write(bytes -> store(ready, within(bytes), size));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(operation + ": " + e.getMessage(), e);
    } catch (SyscallException e) {
      throw Errno.EPERM.is(-e.errno()) && section.startsWith(".rodata") ? frozen(operation, e) : e;
    }
  }

  /** The types of a damaged object may place it anywhere. */
  private MemorySegment within(MemorySegment bytes) {
    long end = byteOffset + codec.type().byteSize();
    if (byteOffset < 0 || end > bytes.byteSize()) {
      throw new BtfFormatException(
          "variable '" + name + "' within the " + bytes.byteSize() + " bytes of " + section,
          codec.type().byteSize() + " bytes",
          byteOffset);
    }
    return bytes;
  }

  private static SyscallException frozen(String operation, SyscallException why) {
    return new SyscallException(
        operation,
        why.errno(),
        "it is const, and Linux froze it when the object was loaded (EPERM; set it before: --set"
            + " NAME=VALUE on the first line of the cell; without const it can be set any time)");
  }

  /** Programs read meanwhile: what a CPU can write at once is written at once. */
  private void store(MemorySegment ready, MemorySegment bytes, int size) {
    boolean aligned = size > 0 && (bytes.address() + byteOffset) % size == 0;
    switch (aligned ? size : 0) {
      case Integer.BYTES ->
          bytes.set(ValueLayout.JAVA_INT, byteOffset, ready.get(ValueLayout.JAVA_INT, 0));
      case Long.BYTES ->
          bytes.set(ValueLayout.JAVA_LONG, byteOffset, ready.get(ValueLayout.JAVA_LONG, 0));
      default -> MemorySegment.copy(ready, 0, bytes, byteOffset, size);
    }
  }

  @Override
  public String toString() {
    return type().name() + " " + name;
  }
}
