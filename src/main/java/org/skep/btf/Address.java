package org.skep.btf;

/**
 * The value of a pointer. It says where something lies in the memory of the Linux that was read; it
 * cannot be followed from here.
 *
 * @param value all 64 bits, to be taken as unsigned
 */
public record Address(long value) implements Comparable<Address> {
  /** Whether this is C's {@code NULL}. */
  public boolean isNull() {
    return value == 0;
  }

  @Override
  public int compareTo(Address other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Hexadecimal, as {@code 0xffff888100a0b000}. */
  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}
