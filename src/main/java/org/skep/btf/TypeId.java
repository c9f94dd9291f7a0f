package org.skep.btf;

/**
 * The number of a type within one {@link Btf}; 0 is {@code void}.
 *
 * @param value not negative
 */
public record TypeId(int value) implements Comparable<TypeId> {
  /** The type {@code void}. */
  public static final TypeId VOID = new TypeId(0);

  /** Checks the number. */
  public TypeId {
    if (value < 0) {
      throw new IllegalArgumentException("type id " + value + " is negative");
    }
  }

  @Override
  public int compareTo(TypeId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "[" + value + "]";
  }
}
