package org.skep.bpf.attach;

import java.util.Arrays;

/**
 * Instructions of BPF as the kernel takes them. Registers are numbers from 0; jumps count
 * instructions from the one behind.
 */
final class Instructions {
  private static final int LOAD_NUMBER = 0x18; // BPF_LD | BPF_IMM | BPF_DW
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int MOVE = 0xb7;
  private static final int MOVE_REGISTER = 0xbf;
  private static final int ADD = 0x07;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int MAP = 1;

  private long[] made = new long[64];
  private int count;

  long[] toArray() {
    return Arrays.copyOf(made, count);
  }

  private Instructions add(int code, int to, int from, int number) {
    made[count++] =
        (code & 0xffL) | (long) (to | from << 4) << 8 | Integer.toUnsignedLong(number) << 32;
    return this;
  }

  /** A map by its descriptor. */
  Instructions map(int to, int fd) {
    return add(LOAD_NUMBER, to, MAP, fd).add(0, 0, 0, 0);
  }

  Instructions move(int to, int number) {
    return add(MOVE, to, 0, number);
  }

  Instructions copy(int to, int from) {
    return add(MOVE_REGISTER, to, from, 0);
  }

  Instructions plus(int to, int number) {
    return add(ADD, to, 0, number);
  }

  /**
   * Jumps ahead, to where {@link #land} says.
   *
   * @return the jump, for landing
   */
  int jumpIfEqual(int register, int number) {
    add(JUMP_IF_EQUAL, register, 0, number);
    return count - 1;
  }

  /** Has a jump go on with the next instruction. */
  void land(int jump) {
    made[jump] |= (long) (count - jump - 1) << 16;
  }

  Instructions call(int helper) {
    return add(CALL, 0, 0, helper);
  }

  Instructions exit() {
    return add(EXIT, 0, 0, 0);
  }
}
