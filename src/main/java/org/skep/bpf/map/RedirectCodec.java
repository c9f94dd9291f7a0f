package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import org.skep.internal.libbpf.Libc;
import org.skep.table.ValueType;

/**
 * The value of a map that packets are redirected by: an interface or the length of a CPU's queue,
 * and where the value is of 8 bytes a program that runs there.
 *
 * @param type one number, or a struct of it and {@code prog}
 * @param names finds programs by number
 */
record RedirectCodec(ValueType type, boolean toInterface, KernelObjectNames names)
    implements ValueCodec {
  private static final int PROGRAM = Integer.BYTES;

  private boolean hasProgram() {
    return type.byteSize() > PROGRAM;
  }

  private String member() {
    return toInterface ? "ifindex" : "qsize";
  }

  @Override
  public Object read(MemorySegment bytes, long offset) {
    Object first = first(Integer.toUnsignedLong(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset)));
    if (!hasProgram()) {
      return first;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(member(), first);
    int id = bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset + PROGRAM);
    members.put("prog", id == 0 ? 0L : names.program(id));
    return members;
  }

  private Object first(long number) {
    return toInterface ? names.networkInterface(number) : number;
  }

  @Override
  public void write(Object value, MemorySegment bytes, long offset) {
    Object first = value;
    Object program = null;
    if (value instanceof Map<?, ?> members) {
      for (Object name : members.keySet()) {
        if (!name.equals(member()) && !name.equals("prog")) {
          throw wrong(value);
        }
      }
      first = members.get(member());
      program = members.get("prog");
    }
    int number = toInterface ? FileDescriptors.networkInterface(first) : queue(first, value);
    if (program != null && !hasProgram()) {
      throw new IllegalArgumentException(
          "write value: it has no room for a program (declare it as struct "
              + (toInterface ? "bpf_devmap_val" : "bpf_cpumap_val")
              + ")");
    }
    bytes.set(ValueLayout.JAVA_INT_UNALIGNED, offset, number);
    if (hasProgram()) {
      boolean none = program == null || (program instanceof Number n && n.longValue() == 0);
      bytes.set(
          ValueLayout.JAVA_INT_UNALIGNED,
          offset + PROGRAM,
          none ? 0 : FileDescriptors.program(java.util.Objects.requireNonNull(program)));
    }
  }

  private int queue(@Nullable Object given, Object value) {
    if (given instanceof Number n && n.longValue() > 0 && n.longValue() <= Integer.MAX_VALUE) {
      return n.intValue();
    }
    throw wrong(value);
  }

  private IllegalArgumentException wrong(Object value) {
    return new IllegalArgumentException(
        "write value: expected "
            + (toInterface
                ? "an interface such as 'eth0', or {ifindex=eth0, prog=PROGRAM}"
                : "the length of the queue in packets, or {qsize=192, prog=PROGRAM}")
            + " but was '"
            + value
            + "'");
  }

  @Override
  public void release(MemorySegment bytes, long offset) {
    int fd = hasProgram() ? bytes.get(ValueLayout.JAVA_INT_UNALIGNED, offset + PROGRAM) : 0;
    if (fd > 0) {
      Libc.close(fd);
    }
  }

  @Override
  public Map<String, Format> formats() {
    if (!hasProgram()) {
      return toInterface ? Map.of("value", Format.IFINDEX) : Map.of();
    }
    return toInterface
        ? Map.of("ifindex", Format.IFINDEX, "prog", Format.PROGRAM)
        : Map.of("prog", Format.PROGRAM);
  }
}
