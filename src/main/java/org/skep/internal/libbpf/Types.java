package org.skep.internal.libbpf;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.ValueLayout;

/** The C types of the prototypes, short. */
final class Types {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout.OfBoolean BOOL = ValueLayout.JAVA_BOOLEAN;
  static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private Types() {}
}
