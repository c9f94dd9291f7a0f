package org.skep.compile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The little of ELF that tells whether an object has a section of some name. */
final class Elf {
  private static final int BIG_ENDIAN_MARK = 2;
  private static final int HEADER_BYTES = 64;

  private Elf() {}

  /** Whether this 64-bit object has such a section; an unreadable one has none. */
  static boolean hasSection(byte[] elf, String name) {
    if (elf.length < HEADER_BYTES) {
      return false;
    }
    var bytes =
        ByteBuffer.wrap(elf)
            .order(elf[5] == BIG_ENDIAN_MARK ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    try {
      long table = bytes.getLong(40);
      int entryBytes = Short.toUnsignedInt(bytes.getShort(58));
      int count = Short.toUnsignedInt(bytes.getShort(60));
      int namesIndex = Short.toUnsignedInt(bytes.getShort(62));
      long names = bytes.getLong(Math.toIntExact(table + (long) namesIndex * entryBytes + 24));
      for (int i = 0; i < count; i++) {
        int offset = bytes.getInt(Math.toIntExact(table + (long) i * entryBytes));
        if (startsWith(elf, Math.toIntExact(names + offset), name)) {
          return true;
        }
      }
      return false;
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      return false;
    }
  }

  private static boolean startsWith(byte[] elf, int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (elf[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return elf[at + name.length()] == 0;
  }
}
