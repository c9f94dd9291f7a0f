package org.skep.bpf.code;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a few types of C as BTF, in the order of this machine. Types are numbered from 1. */
public final class TypeWriter {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 24;
  private static final int INT = 1;
  private static final int STRUCT = 4;
  private static final int SIGNED = 1 << 24;

  private final ByteArrayOutputStream types = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private int count;

  public TypeWriter() {
    strings.write(0);
  }

  public int integer(String name, int bytes, boolean signed) {
    return type(name, INT << 24, bytes, (signed ? SIGNED : 0) | bytes * Byte.SIZE);
  }

  /** A struct of two members of one type. */
  public int pair(String name, String first, String second, int type, int bytes) {
    return type(
        name,
        STRUCT << 24 | 2,
        2 * bytes,
        string(first),
        type,
        0,
        string(second),
        type,
        bytes * Byte.SIZE);
  }

  private int type(String name, int info, int sizeOrType, int... rest) {
    word(string(name));
    word(info);
    word(sizeOrType);
    for (int word : rest) {
      word(word);
    }
    return ++count;
  }

  private int string(String text) {
    int offset = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return offset;
  }

  private void word(int word) {
    types.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(word).array());
  }

  public byte[] toByteArray() {
    ByteBuffer all =
        ByteBuffer.allocate(HEADER + types.size() + strings.size()).order(ByteOrder.nativeOrder());
    all.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER);
    all.putInt(0).putInt(types.size()).putInt(types.size()).putInt(strings.size());
    return all.put(types.toByteArray()).put(strings.toByteArray()).array();
  }
}
