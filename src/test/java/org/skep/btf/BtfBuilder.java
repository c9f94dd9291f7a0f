package org.skep.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes BTF as no compiler would: old encodings, the other byte order, cycles, nonsense. */
final class BtfBuilder {
  private final ByteOrder order;
  private final int firstString;
  private final ByteArrayOutputStream types = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private int next;

  BtfBuilder() {
    this(ByteOrder.LITTLE_ENDIAN);
  }

  BtfBuilder(ByteOrder order) {
    this(order, 1, 0);
    strings.write(0);
  }

  private BtfBuilder(ByteOrder order, int firstId, int firstString) {
    this.order = order;
    this.next = firstId;
    this.firstString = firstString;
  }

  /** Continues another description. */
  static BtfBuilder on(Btf base) {
    return new BtfBuilder(base.byteOrder(), base.typeCount(), base.stringBytes());
  }

  int string(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    int offset = firstString + strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return offset;
  }

  /** Adds a record of these words after its name, and returns its number. */
  int type(String name, int kind, int count, boolean flag, int sizeOrType, int... rest) {
    word(string(name));
    word((flag ? 1 << 31 : 0) | kind << 24 | count);
    word(sizeOrType);
    for (int w : rest) {
      word(w);
    }
    return next++;
  }

  int integer(String name, int byteSize, boolean signed) {
    return oddInteger(name, byteSize, signed, 0, byteSize * 8);
  }

  int oddInteger(String name, int byteSize, boolean signed, int bitOffset, int bits) {
    return type(
        name, BtfKind.INT, 0, false, byteSize, (signed ? 1 << 24 : 0) | bitOffset << 16 | bits);
  }

  int array(int element, int count) {
    return type("", BtfKind.ARRAY, 0, false, 0, element, element, count);
  }

  /** A struct of members that are given as name, type, and place. */
  int struct(String name, int kind, int byteSize, boolean flag, Object... members) {
    int[] words = new int[members.length];
    for (int i = 0; i < members.length; i++) {
      words[i] = members[i] instanceof String s ? string(s) : (int) members[i];
    }
    return type(name, kind, members.length / 3, flag, byteSize, words);
  }

  private void word(int value) {
    types.writeBytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
  }

  byte[] bytes() {
    return ByteBuffer.allocate(24 + types.size() + strings.size())
        .order(order)
        .putShort((short) 0xeb9f)
        .put((byte) 1)
        .put((byte) 0)
        .putInt(24)
        .putInt(0)
        .putInt(types.size())
        .putInt(types.size())
        .putInt(strings.size())
        .put(types.toByteArray())
        .put(strings.toByteArray())
        .array();
  }

  Btf build() {
    return Btf.parse(bytes());
  }
}
