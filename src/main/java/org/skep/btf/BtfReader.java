package org.skep.btf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.skep.btf.BtfType.Encoding;
import org.skep.btf.BtfType.Enumerator;
import org.skep.btf.BtfType.Linkage;
import org.skep.btf.BtfType.Member;
import org.skep.btf.BtfType.Parameter;
import org.skep.btf.BtfType.SectionVariable;

/** Makes one type out of its record, whose bounds {@link BtfScanner} has checked. */
final class BtfReader {
  private static final Linkage[] LINKAGES = Linkage.values();

  private final Btf btf;
  private final BtfBytes bytes;

  BtfReader(Btf btf, BtfBytes bytes) {
    this.btf = btf;
    this.bytes = bytes;
  }

  BtfType read(int at) {
    int info = bytes.int32(at + 4);
    boolean flag = BtfKind.flagOf(info);
    int count = BtfKind.countOf(info);
    int body = at + BtfKind.RECORD_BYTES;
    String name = btf.string(bytes.int32(at));
    int byteSize = bytes.int32(at + 8);
    return switch (BtfKind.kindOf(info)) {
      case BtfKind.INT -> integer(name, byteSize, bytes.int32(body));
      case BtfKind.PTR -> new BtfType.Pointer(id(at + 8));
      case BtfKind.ARRAY -> new BtfType.Array(id(body), id(body + 4), bytes.uint32(body + 8));
      case BtfKind.STRUCT ->
          new BtfType.Struct(name, bytes.uint32(at + 8), members(body, count, flag));
      case BtfKind.UNION ->
          new BtfType.Union(name, bytes.uint32(at + 8), members(body, count, flag));
      case BtfKind.ENUM -> enumeration(name, byteSize, flag, enumerators(body, count, flag));
      case BtfKind.ENUM64 -> new BtfType.Enum64(name, byteSize, flag, enumerators64(body, count));
      case BtfKind.FWD -> new BtfType.Forward(name, flag);
      case BtfKind.TYPEDEF -> new BtfType.Typedef(name, id(at + 8));
      case BtfKind.VOLATILE -> new BtfType.Volatile(id(at + 8));
      case BtfKind.CONST -> new BtfType.Const(id(at + 8));
      case BtfKind.RESTRICT -> new BtfType.Restrict(id(at + 8));
      case BtfKind.FUNC -> new BtfType.Function(name, id(at + 8), linkage(count));
      case BtfKind.FUNC_PROTO -> prototype(id(at + 8), body, count);
      case BtfKind.VAR -> new BtfType.Variable(name, id(at + 8), linkage(bytes.int32(body)));
      case BtfKind.DATASEC ->
          new BtfType.DataSection(name, bytes.uint32(at + 8), variables(body, count));
      case BtfKind.FLOAT -> new BtfType.Float(name, byteSize);
      case BtfKind.DECL_TAG -> new BtfType.DeclTag(name, id(at + 8), bytes.int32(body));
      case BtfKind.TYPE_TAG -> new BtfType.TypeTag(name, id(at + 8));
      default -> throw new AssertionError("the scanner let kind " + BtfKind.kindOf(info) + " pass");
    };
  }

  private TypeId id(int at) {
    return new TypeId(bytes.int32(at));
  }

  private static BtfType.Int integer(String name, int byteSize, int data) {
    var encoding =
        switch (data >>> 24 & 0xf) {
          case 1 -> Encoding.SIGNED;
          case 2 -> Encoding.CHAR;
          case 4 -> Encoding.BOOL;
          default -> Encoding.UNSIGNED;
        };
    return new BtfType.Int(name, byteSize, data >>> 16 & 0xff, data & 0xff, encoding);
  }

  private static Linkage linkage(int number) {
    return LINKAGES[number < 0 || number >= LINKAGES.length ? 0 : number];
  }

  private List<Member> members(int body, int count, boolean flag) {
    var members = new Member[count];
    for (int i = 0; i < count; i++) {
      int at = body + 12 * i;
      String name = btf.string(bytes.int32(at));
      TypeId type = id(at + 4);
      int place = bytes.int32(at + 8);
      members[i] =
          flag
              ? new Member(name, type, place & 0xffffff, place >>> 24)
              : plainMember(name, type, Integer.toUnsignedLong(place));
    }
    return List.of(members);
  }

  /** Old compilers put the offset and size of a bit field into an integer of its own. */
  private Member plainMember(String name, TypeId type, long bitOffset) {
    if (TypeSizes.mayBeOddInteger(btf, type)
        && btf.resolved(type) instanceof BtfType.Int number
        && number.bitSize() != number.byteSize() * 8) {
      return new Member(name, type, bitOffset + number.bitOffset(), number.bitSize());
    }
    return new Member(name, type, bitOffset, 0);
  }

  private List<Enumerator> enumerators(int body, int count, boolean signed) {
    var enumerators = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      int at = body + 8 * i;
      long value = signed ? bytes.int32(at + 4) : bytes.uint32(at + 4);
      enumerators.add(new Enumerator(btf.string(bytes.int32(at)), value));
    }
    return List.copyOf(enumerators);
  }

  /**
   * An enum, signed where its values are. clang says of one whose type is a typedef ({@code enum e
   * : s8}) that it is unsigned, and has 32 bits of each value nevertheless.
   */
  private static BtfType enumeration(
      String name, int byteSize, boolean signed, List<Enumerator> enumerators) {
    boolean isNarrow = byteSize == Byte.BYTES || byteSize == Short.BYTES;
    if (signed || !isNarrow || enumerators.stream().allMatch(e -> e.value() >> 31 == 0)) {
      return new BtfType.Enum(name, byteSize, signed, enumerators);
    }
    return new BtfType.Enum(
        name,
        byteSize,
        true,
        enumerators.stream().map(e -> new Enumerator(e.name(), (int) e.value())).toList());
  }

  private List<Enumerator> enumerators64(int body, int count) {
    var enumerators = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      int at = body + 12 * i;
      long value = bytes.uint32(at + 8) << 32 | bytes.uint32(at + 4);
      enumerators.add(new Enumerator(btf.string(bytes.int32(at)), value));
    }
    return List.copyOf(enumerators);
  }

  private BtfType.FunctionPrototype prototype(TypeId result, int body, int count) {
    var parameters = new Parameter[count];
    for (int i = 0; i < count; i++) {
      parameters[i] = new Parameter(btf.string(bytes.int32(body + 8 * i)), id(body + 8 * i + 4));
    }
    boolean variadic =
        count > 0
            && parameters[count - 1].name().isEmpty()
            && parameters[count - 1].type().equals(TypeId.VOID);
    var named = variadic ? Arrays.copyOf(parameters, count - 1) : parameters;
    return new BtfType.FunctionPrototype(result, List.of(named), variadic);
  }

  private List<SectionVariable> variables(int body, int count) {
    var variables = new SectionVariable[count];
    for (int i = 0; i < count; i++) {
      int at = body + 12 * i;
      variables[i] = new SectionVariable(id(at), bytes.uint32(at + 4), bytes.uint32(at + 8));
    }
    return List.of(variables);
  }
}
