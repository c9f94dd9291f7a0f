package org.skep.btf;

import java.util.StringJoiner;
import org.skep.btf.BtfType.Parameter;

/**
 * Spells types as C does, from the inside out: the name, then what surrounds it ({@code *}, {@code
 * [16]}, {@code (int)}), and the innermost type in front.
 */
final class CSpelling {
  /** A spelling that takes more steps is no longer one that a person reads. */
  private static final int STEPS = 2_000;

  private final Btf btf;
  private int steps;

  private CSpelling(Btf btf) {
    this.btf = btf;
  }

  static String declaration(Btf btf, TypeId id, String name) {
    return new CSpelling(btf).spell(id, name, 0);
  }

  private String spell(TypeId id, String declarator, int depth) {
    if (++steps > STEPS || depth > TypeSizes.DEPTH) {
      return join("…", declarator);
    }
    return switch (btf.type(id)) {
      case BtfType.Void t -> join("void", declarator);
      case BtfType.Int t -> join(named(t.name(), "int"), declarator);
      case BtfType.Float t -> join(named(t.name(), "float"), declarator);
      case BtfType.Typedef t -> join(t.name(), declarator);
      case BtfType.Struct t -> join(tagged("struct", t.name()), declarator);
      case BtfType.Union t -> join(tagged("union", t.name()), declarator);
      case BtfType.Enum t -> join(tagged("enum", t.name()), declarator);
      case BtfType.Enum64 t -> join(tagged("enum", t.name()), declarator);
      case BtfType.Forward t -> join(tagged(t.union() ? "union" : "struct", t.name()), declarator);
      case BtfType.Pointer t -> spell(t.target(), pointer(t.target(), declarator), depth + 1);
      case BtfType.Array t ->
          spell(t.element(), declarator + "[" + (t.count() == 0 ? "" : t.count()) + "]", depth + 1);
      case BtfType.FunctionPrototype t ->
          spell(t.result(), declarator + "(" + parameters(t, depth) + ")", depth + 1);
      case BtfType.Function t ->
          spell(t.prototype(), declarator.isEmpty() ? t.name() : declarator, depth + 1);
      case BtfType.Variable t ->
          spell(t.type(), declarator.isEmpty() ? t.name() : declarator, depth + 1);
      case BtfType.Const t -> qualified("const", t.target(), declarator, depth);
      case BtfType.Volatile t -> qualified("volatile", t.target(), declarator, depth);
      case BtfType.Restrict t -> qualified("restrict", t.target(), declarator, depth);
      case BtfType.TypeTag t -> spell(t.target(), declarator, depth + 1);
      case BtfType.DeclTag t -> spell(t.target(), declarator, depth + 1);
      case BtfType.DataSection t -> join(t.name(), declarator);
    };
  }

  /** A pointer to an array or function is in parentheses. */
  private String pointer(TypeId target, String declarator) {
    boolean bind =
        switch (btf.type(unqualified(target))) {
          case BtfType.Array t -> true;
          case BtfType.FunctionPrototype t -> true;
          default -> false;
        };
    return bind ? "(*" + declarator + ")" : "*" + declarator;
  }

  private TypeId unqualified(TypeId id) {
    TypeId current = id;
    for (int i = 0; i < TypeSizes.DEPTH; i++) {
      switch (btf.type(current)) {
        case BtfType.Const t -> current = t.target();
        case BtfType.Volatile t -> current = t.target();
        case BtfType.TypeTag t -> current = t.target();
        default -> {
          return current;
        }
      }
    }
    return current;
  }

  /** {@code const} stands before a simple type and behind the star of a pointer. */
  private String qualified(String word, TypeId target, String declarator, int depth) {
    return btf.type(unqualified(target)) instanceof BtfType.Pointer
        ? spell(target, join(word, declarator), depth + 1)
        : word + " " + spell(target, declarator, depth + 1);
  }

  private String parameters(BtfType.FunctionPrototype prototype, int depth) {
    if (prototype.parameters().isEmpty()) {
      return prototype.variadic() ? "..." : "void";
    }
    var list = new StringJoiner(", ");
    for (Parameter p : prototype.parameters()) {
      if (steps > STEPS) {
        list.add("…");
        break;
      }
      list.add(spell(p.type(), p.name(), depth + 1));
    }
    if (prototype.variadic()) {
      list.add("...");
    }
    return list.toString();
  }

  private static String tagged(String word, String name) {
    return name.isEmpty() ? word + " {…}" : word + " " + name;
  }

  private static String named(String name, String otherwise) {
    return name.isEmpty() ? otherwise : name;
  }

  private static String join(String type, String declarator) {
    if (declarator.isEmpty()) {
      return type;
    }
    return declarator.charAt(0) == '[' ? type + declarator : type + " " + declarator;
  }
}
