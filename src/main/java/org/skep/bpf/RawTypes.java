package org.skep.bpf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.table.ValueType;

/** The types of values that the kernel itself defines, for maps whose source need not name them. */
final class RawTypes {
  private static final int INT = 1;
  private static final int STRUCT = 4;
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 24;

  private static final ByteArrayOutputStream TYPES = new ByteArrayOutputStream();
  private static final ByteArrayOutputStream STRINGS = new ByteArrayOutputStream();

  private static final Btf BTF;

  static {
    STRINGS.write(0);
    words(name("u32"), INT << 24, 4, 32);
    words(name("u64"), INT << 24, 8, 64);
    pair("bpf_devmap_val", "ifindex");
    pair("bpf_cpumap_val", "qsize");
    ByteBuffer all =
        ByteBuffer.allocate(HEADER + TYPES.size() + STRINGS.size()).order(ByteOrder.nativeOrder());
    all.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER);
    all.putInt(0).putInt(TYPES.size()).putInt(TYPES.size()).putInt(STRINGS.size());
    all.put(TYPES.toByteArray()).put(STRINGS.toByteArray());
    BTF = Btf.parse(all.array());
  }

  static final ValueType U32 = ValueType.of(BTF, new TypeId(1));
  static final ValueType U64 = ValueType.of(BTF, new TypeId(2));

  /** {@code struct bpf_devmap_val}: an interface, and a program to run there. */
  static final ValueType DEVMAP = ValueType.of(BTF, new TypeId(3));

  /** {@code struct bpf_cpumap_val}: the length of a queue, and a program to run there. */
  static final ValueType CPUMAP = ValueType.of(BTF, new TypeId(4));

  private RawTypes() {}

  /** A struct of a number and a program. */
  private static void pair(String struct, String first) {
    words(name(struct), STRUCT << 24 | 2, 8, name(first), 1, 0, name("prog"), 1, 32);
  }

  private static int name(String text) {
    int offset = STRINGS.size();
    STRINGS.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    STRINGS.write(0);
    return offset;
  }

  private static void words(int... all) {
    for (int word : all) {
      TYPES.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(word).array());
    }
  }
}
