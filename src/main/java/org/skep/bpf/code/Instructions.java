package org.skep.bpf.code;

import java.util.Arrays;

/**
 * Instructions of BPF as the kernel takes them, for programs that are made here and need no
 * compiler. Registers are numbers from 0; jumps count instructions from the one behind.
 */
public final class Instructions {
  private static final int LOAD_NUMBER = 0x18; // BPF_LD | BPF_IMM | BPF_DW
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int MOVE = 0xb7;
  private static final int MOVE_REGISTER = 0xbf;
  private static final int ADD = 0x07;
  private static final int ADD_REGISTER = 0x0f;
  private static final int MULTIPLY = 0x27;
  private static final int AND = 0x57;
  private static final int JUMP = 0x05;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int JUMP_IF_BITS = 0x45;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_UNLESS_EQUAL_REGISTER = 0x5d;
  private static final int JUMP_AT_MOST_SIGNED_REGISTER = 0xdd;
  private static final int LOAD = 0x61; // BPF_LDX | BPF_MEM, of the width 0
  private static final int STORE = 0x63;
  private static final int STORE_NUMBER = 0x7a; // of 8 bytes
  private static final int MAP = 1;
  private static final int MAP_VALUE = 2;
  private static final int FUNCTION = 4;
  private static final int OF_KERNEL = 2;

  private long[] made = new long[64];
  private int count;

  /** How many there are so far. */
  public int count() {
    return count;
  }

  public long[] toArray() {
    return Arrays.copyOf(made, count);
  }

  private Instructions add(int code, int to, int from, int offset, int number) {
    if (count == made.length) {
      made = Arrays.copyOf(made, 2 * count);
    }
    made[count++] =
        (code & 0xffL)
            | (long) (to | from << 4) << 8
            | (offset & 0xffffL) << 16
            | Integer.toUnsignedLong(number) << 32;
    return this;
  }

  /** A map by its descriptor. */
  public Instructions map(int to, int fd) {
    return add(LOAD_NUMBER, to, MAP, 0, fd).add(0, 0, 0, 0, 0);
  }

  /** The address of the one value of an array. */
  public Instructions mapValue(int to, int fd) {
    return add(LOAD_NUMBER, to, MAP_VALUE, 0, fd).add(0, 0, 0, 0, 0);
  }

  /** The function that begins at an instruction. */
  public Instructions function(int to, int start) {
    return add(LOAD_NUMBER, to, FUNCTION, 0, start - count - 1).add(0, 0, 0, 0, 0);
  }

  public Instructions move(int to, int number) {
    return add(MOVE, to, 0, 0, number);
  }

  public Instructions copy(int to, int from) {
    return add(MOVE_REGISTER, to, from, 0, 0);
  }

  public Instructions plus(int to, int number) {
    return add(ADD, to, 0, 0, number);
  }

  public Instructions plusRegister(int to, int from) {
    return add(ADD_REGISTER, to, from, 0, 0);
  }

  public Instructions times(int to, int number) {
    return add(MULTIPLY, to, 0, 0, number);
  }

  /** Reads 1, 2, 4 or 8 bytes. */
  public Instructions load(int to, int from, int offset, int bytes) {
    return add(LOAD | width(bytes), to, from, offset, 0);
  }

  /** Writes 1, 2, 4 or 8 bytes. */
  public Instructions store(int to, int offset, int from, int bytes) {
    return add(STORE | width(bytes), to, from, offset, 0);
  }

  /** Writes a number of 8 bytes. */
  public Instructions storeNumber(int to, int offset, int number) {
    return add(STORE_NUMBER, to, 0, offset, number);
  }

  private static int width(int bytes) {
    return switch (bytes) {
      case 1 -> 0x10;
      case 2 -> 0x08;
      case 4 -> 0x00;
      default -> 0x18;
    };
  }

  /** Copies bytes, through a register that is lost. */
  public Instructions copyBytes(int to, int from, int bytes, int through) {
    int at = 0;
    while (at < bytes) {
      int width = Math.min(8, Integer.highestOneBit(bytes - at));
      load(through, from, at, width).store(to, at, through, width);
      at += width;
    }
    return this;
  }

  public Instructions and(int to, int bits) {
    return add(AND, to, 0, 0, bits);
  }

  /**
   * Jumps ahead, to where {@link #land} says.
   *
   * @return the jump, for landing
   */
  public int jump() {
    return jump(JUMP, 0, 0, 0);
  }

  public int jumpAtLeast(int register, int number) {
    return jump(JUMP_AT_LEAST, register, 0, number);
  }

  public int jumpIfBits(int register, int bits) {
    return jump(JUMP_IF_BITS, register, 0, bits);
  }

  public int jumpIfEqual(int register, int number) {
    return jump(JUMP_IF_EQUAL, register, 0, number);
  }

  public int jumpUnlessEqual(int register, int other) {
    return jump(JUMP_UNLESS_EQUAL_REGISTER, register, other, 0);
  }

  public int jumpAtMostSigned(int register, int other) {
    return jump(JUMP_AT_MOST_SIGNED_REGISTER, register, other, 0);
  }

  private int jump(int code, int register, int other, int number) {
    add(code, register, other, 0, number);
    return count - 1;
  }

  /** Has jumps go on with the next instruction. */
  public Instructions land(int... jumps) {
    for (int jump : jumps) {
      made[jump] |= (long) (count - jump - 1) << 16;
    }
    return this;
  }

  public Instructions call(int helper) {
    return add(CALL, 0, 0, 0, helper);
  }

  /** Calls a function of the kernel by the number of its type. */
  public Instructions callKernel(int function) {
    return add(CALL, 0, OF_KERNEL, 0, function);
  }

  public Instructions exit() {
    return add(EXIT, 0, 0, 0, 0);
  }
}
