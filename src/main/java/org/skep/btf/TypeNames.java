package org.skep.btf;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Finds a type by what a person calls it. */
final class TypeNames {
  private TypeNames() {}

  static Optional<TypeId> find(Btf btf, String name) {
    String wanted = name.strip();
    int space = wanted.indexOf(' ');
    if (space > 0) {
      String rest = wanted.substring(space).strip();
      switch (wanted.substring(0, space)) {
        case "struct" -> {
          return best(btf, btf.findAll(rest), TypeNames::rankAsStruct);
        }
        case "union" -> {
          return best(btf, btf.findAll(rest), TypeNames::rankAsUnion);
        }
        case "enum" -> {
          return best(btf, btf.findAll(rest), t -> isEnum(t) ? 1 : 0);
        }
        default -> {} // a name of several words, such as "unsigned int"
      }
    }
    if (wanted.equals("void")) {
      return Optional.of(TypeId.VOID);
    }
    return best(btf, btf.findAll(wanted), TypeNames::rank);
  }

  private static Optional<TypeId> best(
      Btf btf, List<TypeId> candidates, ToIntFunction<BtfType> rank) {
    TypeId best = null;
    int bestRank = 0;
    for (TypeId id : candidates) {
      int r = rank.applyAsInt(btf.type(id));
      if (r > bestRank) {
        best = id;
        bestRank = r;
      }
    }
    return Optional.ofNullable(best);
  }

  private static int rankAsStruct(BtfType type) {
    return type instanceof BtfType.Struct
        ? 2
        : type instanceof BtfType.Forward f && !f.union() ? 1 : 0;
  }

  private static int rankAsUnion(BtfType type) {
    return type instanceof BtfType.Union
        ? 2
        : type instanceof BtfType.Forward f && f.union() ? 1 : 0;
  }

  private static boolean isEnum(BtfType type) {
    return type instanceof BtfType.Enum || type instanceof BtfType.Enum64;
  }

  private static int rank(BtfType type) {
    return switch (type) {
      case BtfType.Typedef t -> 9;
      case BtfType.Int t -> 9;
      case BtfType.Float t -> 9;
      case BtfType.Struct t -> 8;
      case BtfType.Union t -> 7;
      case BtfType.Enum t -> 6;
      case BtfType.Enum64 t -> 6;
      case BtfType.Function t -> 5;
      case BtfType.Variable t -> 4;
      case BtfType.DataSection t -> 3;
      case BtfType.Forward t -> 2;
      case BtfType.Void t -> 0;
      case BtfType.Pointer t -> 0;
      case BtfType.Array t -> 0;
      case BtfType.Const t -> 0;
      case BtfType.Volatile t -> 0;
      case BtfType.Restrict t -> 0;
      case BtfType.FunctionPrototype t -> 0;
      case BtfType.DeclTag t -> 0;
      case BtfType.TypeTag t -> 0;
    };
  }
}
