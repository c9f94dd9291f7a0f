package org.skep.btf;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.skep.btf.BtfType.Enumerator;
import org.skep.btf.BtfType.Member;

/** Writes a type down as C with the place of everything in it. */
public final class TypeLayout {
  private static final int MAX_LINES = 5_000;

  private record Line(String code, String note) {}

  private final Btf btf;
  private final List<Line> lines = new ArrayList<>();

  private TypeLayout(Btf btf) {
    this.btf = btf;
  }

  /**
   * The type as C writes it down, with the offset and size of every member, the holes between them
   * and the bits of bit fields. Many lines for a struct, one for a simple type.
   */
  public static String of(Btf btf, TypeId id) {
    return new TypeLayout(btf).of(id);
  }

  private String of(TypeId id) {
    TypeId resolved = btf.resolve(id);
    switch (btf.type(resolved)) {
      case BtfType.Struct t -> aggregate(id, "struct", t.name(), t.members(), t.byteSize(), false);
      case BtfType.Union t -> aggregate(id, "union", t.name(), t.members(), t.byteSize(), true);
      case BtfType.Enum t -> enumeration(t.name(), t.byteSize(), t.signed(), t.enumerators());
      case BtfType.Enum64 t -> enumeration(t.name(), t.byteSize(), t.signed(), t.enumerators());
      case BtfType.DataSection t -> section(t);
      case BtfType.Function t -> simple(id, resolved);
      case BtfType.FunctionPrototype t -> simple(id, resolved);
      case BtfType.Void t -> simple(id, resolved);
      case BtfType.Forward t -> simple(id, resolved);
      case BtfType.Int t -> simple(id, resolved);
      case BtfType.Float t -> simple(id, resolved);
      case BtfType.Pointer t -> simple(id, resolved);
      case BtfType.Array t -> simple(id, resolved);
      case BtfType.DeclTag t -> simple(id, resolved);
      case BtfType.Typedef t -> throw new AssertionError(t);
      case BtfType.Const t -> throw new AssertionError(t);
      case BtfType.Volatile t -> throw new AssertionError(t);
      case BtfType.Restrict t -> throw new AssertionError(t);
      case BtfType.TypeTag t -> throw new AssertionError(t);
      case BtfType.Variable t -> throw new AssertionError(t);
    }
    return text();
  }

  private void simple(TypeId id, TypeId resolved) {
    String name = btf.nameOf(id);
    String meant = btf.nameOf(resolved);
    String code =
        name.equals(meant) ? name + ";" : "typedef " + btf.declarationOf(resolved, name) + ";";
    lines.add(new Line(code, sized(resolved) ? bytes(btf.byteSize(resolved)) : ""));
  }

  private boolean sized(TypeId resolved) {
    return switch (btf.type(resolved)) {
      case BtfType.Void t -> false;
      case BtfType.Function t -> false;
      case BtfType.FunctionPrototype t -> false;
      case BtfType.Forward t -> false;
      case BtfType.DeclTag t -> false;
      case BtfType.Array t -> sized(btf.resolve(elementOf(t)));
      default -> true;
    };
  }

  private TypeId elementOf(BtfType.Array array) {
    TypeId element = array.element();
    for (int i = 0; i < TypeSizes.DEPTH; i++) {
      if (btf.resolved(element) instanceof BtfType.Array inner) {
        element = inner.element();
      } else {
        return element;
      }
    }
    throw TypeSizes.tooDeep(btf, element);
  }

  private void enumeration(String name, int byteSize, boolean signed, List<Enumerator> names) {
    lines.add(new Line(("enum " + name).strip() + " {", bytes(byteSize)));
    for (Enumerator e : names) {
      String value = signed ? Long.toString(e.value()) : Long.toUnsignedString(e.value());
      lines.add(new Line("    " + e.name() + " = " + value + ",", ""));
    }
    lines.add(new Line("};", ""));
  }

  private void section(BtfType.DataSection section) {
    lines.add(new Line("section " + section.name() + " {", bytes(section.byteSize())));
    for (BtfType.SectionVariable v : section.variables()) {
      lines.add(
          new Line(
              "    " + btf.nameOf(v.variable()) + ";",
              v.byteOffset() + ", " + bytes(v.byteSize())));
    }
    lines.add(new Line("};", ""));
  }

  private void aggregate(
      TypeId id, String word, String name, List<Member> members, long byteSize, boolean union) {
    String title = name.isEmpty() ? btf.nameOf(id) : word + " " + name;
    lines.add(new Line(title.endsWith("{…}") ? word + " {" : title + " {", bytes(byteSize)));
    members(btf.resolve(id), members, 0, byteSize * 8, 1, union);
    lines.add(new Line("};", ""));
  }

  private void members(
      TypeId of, List<Member> members, long startBit, long bitSize, int depth, boolean union) {
    String indent = "    ".repeat(depth);
    long end = 0;
    for (int i = 0; i < members.size(); i++) {
      Member m = members.get(i);
      if (lines.size() > MAX_LINES) {
        lines.add(new Line(indent + "/* and more */", ""));
        return;
      }
      if (!union) {
        hole(indent, end, m.bitOffset());
      }
      long size = m.isBitField() ? m.bitFieldSize() : btf.byteSize(m.type()) * 8;
      member(m, markers(of, i), startBit + m.bitOffset(), size, indent, depth);
      end = Math.max(end, m.bitOffset() + size);
    }
    if (!union) {
      hole(indent, end, bitSize);
    }
  }

  /** What skep.h's markers say of a member, as they stand behind its name. */
  private String markers(TypeId of, int member) {
    return btf.tagsOf(of, member).stream()
        .flatMap(tag -> Format.ofTag(tag).stream())
        .map(format -> " skep_" + format.word())
        .collect(Collectors.joining());
  }

  private void member(
      Member m, String markers, long bitOffset, long bitSize, String indent, int depth) {
    if (m.isBitField()) {
      String where = bitOffset / 8 + " bit " + bitOffset % 8;
      lines.add(
          new Line(
              indent + btf.declarationOf(m.type(), m.name()) + " : " + bitSize + markers + ";",
              where + ", " + count(bitSize, "bit")));
      return;
    }
    String place = bitOffset / 8 + ", " + bytes(bitSize / 8);
    BtfType type = btf.type(m.type());
    List<Member> inner =
        switch (type) {
          case BtfType.Struct t when t.name().isEmpty() -> t.members();
          case BtfType.Union t when t.name().isEmpty() -> t.members();
          default -> null;
        };
    if (inner == null || depth >= TypeSizes.DEPTH) {
      lines.add(new Line(indent + btf.declarationOf(m.type(), m.name()) + markers + ";", place));
      return;
    }
    boolean union = type instanceof BtfType.Union;
    lines.add(new Line(indent + (union ? "union {" : "struct {"), place));
    members(m.type(), inner, bitOffset, bitSize, depth + 1, union);
    lines.add(new Line(indent + (m.name().isEmpty() ? "};" : "} " + m.name() + markers + ";"), ""));
  }

  private void hole(String indent, long from, long to) {
    if (to > from) {
      long bits = to - from;
      lines.add(
          new Line(
              indent
                  + "/* hole of "
                  + (bits % 8 == 0 ? bytes(bits / 8) : count(bits, "bit"))
                  + " */",
              ""));
    }
  }

  private String text() {
    int width = 0;
    for (Line line : lines) {
      if (!line.note().isEmpty() && line.code().length() <= 60) {
        width = Math.max(width, line.code().length());
      }
    }
    var text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.code());
      if (!line.note().isEmpty()) {
        text.repeat(' ', Math.max(0, width - line.code().length()));
        text.append("  /* ").append(line.note()).append(" */");
      }
      text.append('\n');
    }
    text.setLength(text.length() - 1);
    return text.toString();
  }

  private static String bytes(long count) {
    return count(count, "byte");
  }

  private static String count(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}
