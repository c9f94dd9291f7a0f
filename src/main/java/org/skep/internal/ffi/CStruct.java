package org.skep.internal.ffi;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A struct of C with members by name: no offset is ever written by hand. */
public final class CStruct {
  private final StructLayout layout;
  private final MemorySegment segment;

  private CStruct(StructLayout layout, MemorySegment segment) {
    this.layout = layout;
    this.segment = segment;
  }

  /**
   * Lays members out as a C compiler does: each at a multiple of its alignment, the whole padded to
   * the largest.
   */
  public static StructLayout layout(String name, MemoryLayout... members) {
    List<MemoryLayout> elements = new ArrayList<>();
    long offset = 0;
    long alignment = 1;
    for (MemoryLayout member : members) {
      long padding = -offset & (member.byteAlignment() - 1);
      if (padding > 0) {
        elements.add(MemoryLayout.paddingLayout(padding));
      }
      elements.add(member);
      offset += padding + member.byteSize();
      alignment = Math.max(alignment, member.byteAlignment());
    }
    long tail = -offset & (alignment - 1);
    if (tail > 0) {
      elements.add(MemoryLayout.paddingLayout(tail));
    }
    return MemoryLayout.structLayout(elements.toArray(MemoryLayout[]::new)).withName(name);
  }

  /** A struct of zeros. */
  public static CStruct allocate(SegmentAllocator allocator, StructLayout layout) {
    return new CStruct(layout, allocator.allocate(layout).fill((byte) 0));
  }

  /** The struct that memory begins with. */
  public static CStruct of(MemorySegment memory, StructLayout layout) {
    return new CStruct(layout, memory.asSlice(0, layout.byteSize()));
  }

  /**
   * A struct of zeros whose first member {@code sz} holds its size, as libbpf's options have it.
   */
  public static CStruct sized(SegmentAllocator allocator, StructLayout layout) {
    return allocate(allocator, layout).set("sz", layout.byteSize());
  }

  /** Where it is, to pass to C. */
  public MemorySegment segment() {
    return segment;
  }

  /** Sets a member of 8 bytes. */
  public CStruct set(String member, long value) {
    segment.set(ValueLayout.JAVA_LONG, offset(member), value);
    return this;
  }

  /** Sets a member of 4 bytes. */
  public CStruct set(String member, int value) {
    segment.set(ValueLayout.JAVA_INT, offset(member), value);
    return this;
  }

  /** Sets a member of 2 bytes. */
  public CStruct set(String member, short value) {
    segment.set(ValueLayout.JAVA_SHORT, offset(member), value);
    return this;
  }

  /** Sets a member of 1 byte. */
  public CStruct set(String member, boolean value) {
    segment.set(ValueLayout.JAVA_BOOLEAN, offset(member), value);
    return this;
  }

  /** Sets a pointer; what it points to must live as long as the struct is used. */
  public CStruct set(String member, MemorySegment value) {
    segment.set(ValueLayout.ADDRESS, offset(member), value);
    return this;
  }

  /** A member of 4 bytes. */
  public int getInt(String member) {
    return segment.get(ValueLayout.JAVA_INT, offset(member));
  }

  /** A member of 8 bytes. */
  public long getLong(String member) {
    return segment.get(ValueLayout.JAVA_LONG, offset(member));
  }

  /** What a pointer that was set points to. */
  public MemorySegment getPointer(String member, long byteSize) {
    return CText.sized(segment.get(ValueLayout.ADDRESS, offset(member)), byteSize);
  }

  /** A member that is an array of characters, up to its NUL. */
  public String getText(String member) {
    PathElement path = PathElement.groupElement(member);
    return CText.readBuffer(
        segment.asSlice(layout.byteOffset(path), layout.select(path).byteSize()));
  }

  private long offset(String member) {
    return layout.byteOffset(PathElement.groupElement(member));
  }
}
