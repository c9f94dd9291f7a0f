package org.skep.btf;

import org.skep.BtfFormatException;

/** Resolves and measures types, however strangely the description refers to itself. */
final class TypeSizes {
  /** Deeper than any program of C; the running Linux itself stops at 32. */
  static final int DEPTH = 64;

  private TypeSizes() {}

  static TypeId resolve(Btf btf, TypeId id) {
    int current = id.value();
    for (int step = 0; step < DEPTH; step++) {
      switch (BtfKind.kindOf(btf.infoOf(current))) {
        case BtfKind.TYPEDEF,
            BtfKind.CONST,
            BtfKind.VOLATILE,
            BtfKind.RESTRICT,
            BtfKind.TYPE_TAG,
            BtfKind.VAR ->
            current = btf.sizeOrTypeOf(current);
        default -> {
          return current == id.value() ? id : new TypeId(current);
        }
      }
    }
    throw tooDeep(btf, id);
  }

  /** Whether a member of this type may be a bit field of the old sort; cheap and mostly false. */
  static boolean mayBeOddInteger(Btf btf, TypeId id) {
    return switch (BtfKind.kindOf(btf.infoOf(id.value()))) {
      case BtfKind.INT, BtfKind.TYPEDEF, BtfKind.CONST, BtfKind.VOLATILE, BtfKind.TYPE_TAG -> true;
      default -> false;
    };
  }

  static long byteSize(Btf btf, TypeId id) {
    long count = 1;
    TypeId current = id;
    for (int depth = 0; depth < DEPTH; depth++) {
      long size =
          switch (btf.resolved(current)) {
            case BtfType.Int t -> t.byteSize();
            case BtfType.Float t -> t.byteSize();
            case BtfType.Enum t -> t.byteSize();
            case BtfType.Enum64 t -> t.byteSize();
            case BtfType.Pointer t -> btf.pointerByteSize();
            case BtfType.Struct t -> t.byteSize();
            case BtfType.Union t -> t.byteSize();
            case BtfType.DataSection t -> t.byteSize();
            case BtfType.Array t -> {
              count = multiply(btf, id, count, t.count());
              current = t.element();
              yield -1;
            }
            case BtfType.Forward t ->
                throw new IllegalArgumentException(
                    "'" + btf.nameOf(id) + "' is declared here and not defined: it has no size");
            case BtfType.Void t -> throw sizeless(btf, id);
            case BtfType.Function t -> throw sizeless(btf, id);
            case BtfType.FunctionPrototype t -> throw sizeless(btf, id);
            case BtfType.DeclTag t -> throw sizeless(btf, id);
            case BtfType.Typedef t -> throw new AssertionError(t);
            case BtfType.Const t -> throw new AssertionError(t);
            case BtfType.Volatile t -> throw new AssertionError(t);
            case BtfType.Restrict t -> throw new AssertionError(t);
            case BtfType.TypeTag t -> throw new AssertionError(t);
            case BtfType.Variable t -> throw new AssertionError(t);
          };
      if (size >= 0) {
        return multiply(btf, id, count, size);
      }
    }
    throw tooDeep(btf, id);
  }

  /** As libbpf does it: C's {@code long} is as wide as a pointer on Linux. */
  static int pointerByteSize(Btf btf) {
    for (String name : new String[] {"long", "long int", "unsigned long", "long unsigned int"}) {
      for (TypeId id : btf.findAll(name)) {
        if (btf.type(id) instanceof BtfType.Int t && (t.byteSize() == 4 || t.byteSize() == 8)) {
          return t.byteSize();
        }
      }
    }
    return 8;
  }

  static BtfFormatException tooDeep(Btf btf, TypeId id) {
    return new BtfFormatException(
        "a type of at most " + DEPTH + " levels",
        "type " + id.value() + ", which has more or contains itself",
        btf.recordOffset(id));
  }

  private static long multiply(Btf btf, TypeId id, long count, long size) {
    long product = count * size;
    if (Math.multiplyHigh(count, size) != 0 || product < 0 || product > 1L << 40) {
      throw new BtfFormatException(
          "an array of at most 2^40 bytes",
          count + " times " + size + " in type " + id.value(),
          btf.recordOffset(id));
    }
    return product;
  }

  private static IllegalArgumentException sizeless(Btf btf, TypeId id) {
    return new IllegalArgumentException("'" + btf.nameOf(id) + "' has no values and no size");
  }
}
