package org.skep.btf;

/** The numbers that BTF gives to its kinds of types, and the shape of their records. */
final class BtfKind {
  static final int VOID = 0;
  static final int INT = 1;
  static final int PTR = 2;
  static final int ARRAY = 3;
  static final int STRUCT = 4;
  static final int UNION = 5;
  static final int ENUM = 6;
  static final int FWD = 7;
  static final int TYPEDEF = 8;
  static final int VOLATILE = 9;
  static final int CONST = 10;
  static final int RESTRICT = 11;
  static final int FUNC = 12;
  static final int FUNC_PROTO = 13;
  static final int VAR = 14;
  static final int DATASEC = 15;
  static final int FLOAT = 16;
  static final int DECL_TAG = 17;
  static final int TYPE_TAG = 18;
  static final int ENUM64 = 19;
  static final int LAST = ENUM64;

  /** Name, information, size or type: the part that all records have. */
  static final int RECORD_BYTES = 12;

  private BtfKind() {}

  static int kindOf(int info) {
    return info >>> 24 & 0x1f;
  }

  static int countOf(int info) {
    return info & 0xffff;
  }

  static boolean flagOf(int info) {
    return info < 0;
  }

  /** The bytes that follow the common part, once. */
  static int fixedBytes(int kind) {
    return switch (kind) {
      case INT, VAR, DECL_TAG -> 4;
      case ARRAY -> 12;
      default -> 0;
    };
  }

  /** The bytes that follow the common part, for each member. */
  static int bytesPerMember(int kind) {
    return switch (kind) {
      case STRUCT, UNION, DATASEC, ENUM64 -> 12;
      case ENUM, FUNC_PROTO -> 8;
      default -> 0;
    };
  }

  /** Whether the third word of the record is a type, and not a size. */
  static boolean refersToType(int kind) {
    return switch (kind) {
      case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DECL_TAG, TYPE_TAG ->
          true;
      default -> false;
    };
  }
}
