package org.skep.btf;

import java.util.List;

/**
 * One type of C, as BTF describes it. Types refer to each other by {@link TypeId}, because they
 * form cycles; {@link Btf#type(TypeId)} follows a reference. A type without a name has the name
 * {@code ""}.
 */
@SuppressWarnings("JavaLangClash") // these are C's words for its types
public sealed interface BtfType {
  /** No type at all: what a function without result returns, or {@code void *} points to. */
  record Void() implements BtfType {}

  /**
   * An integer, a character or a boolean.
   *
   * @param byteSize the bytes that it occupies: 1, 2, 4, 8 or 16
   * @param bitOffset where its bits begin within those bytes; not 0 in old bit fields only
   * @param bitSize how many bits count; fewer than the bytes hold in old bit fields only
   * @param encoding how the bits are meant
   */
  record Int(String name, int byteSize, int bitOffset, int bitSize, Encoding encoding)
      implements BtfType {
    /** Whether the highest bit is the sign. */
    public boolean signed() {
      return encoding == Encoding.SIGNED;
    }

    /** Whether this is C's {@code char}, so that an array of it is text. */
    public boolean isChar() {
      return byteSize == 1 && (encoding == Encoding.CHAR || name.equals("char"));
    }
  }

  /** How the bits of an {@link Int} are meant. */
  enum Encoding {
    /** A number from 0. */
    UNSIGNED,
    /** A number in two's complement. */
    SIGNED,
    /** A character. Compilers mark few: see {@link Int#isChar()}. */
    CHAR,
    /** True or false. */
    BOOL
  }

  /** The address of a value of another type. */
  record Pointer(TypeId target) implements BtfType {}

  /**
   * A fixed number of values of one type.
   *
   * @param index the type of an index, of no importance
   * @param count the number of elements; 0 for a flexible array at the end of a struct
   */
  record Array(TypeId element, TypeId index, long count) implements BtfType {}

  /** Members one after the other. */
  record Struct(String name, long byteSize, List<Member> members) implements BtfType {}

  /** Members in the same place. */
  record Union(String name, long byteSize, List<Member> members) implements BtfType {}

  /**
   * A member of a struct or union.
   *
   * @param name {@code ""} for an anonymous struct or union, whose members belong to the parent
   * @param bitOffset from the start of the struct
   * @param bitFieldSize the bits of a bit field; 0 for a member that is none
   */
  record Member(String name, TypeId type, long bitOffset, int bitFieldSize) {
    /** Whether the member is a bit field. */
    public boolean isBitField() {
      return bitFieldSize != 0;
    }
  }

  /**
   * Named numbers of up to 32 bits.
   *
   * @param byteSize 1, 2, 4 or 8
   */
  record Enum(String name, int byteSize, boolean signed, List<Enumerator> enumerators)
      implements BtfType {
    /**
     * The names whose values are known. BTF of this kind has 32 bits of each value, and clang makes
     * it of an enum of 64 bits too where its type is a typedef: then none are.
     */
    public List<Enumerator> known() {
      return byteSize > Integer.BYTES ? List.of() : enumerators;
    }
  }

  /**
   * Named numbers of up to 64 bits.
   *
   * @param byteSize 1, 2, 4 or 8
   */
  record Enum64(String name, int byteSize, boolean signed, List<Enumerator> enumerators)
      implements BtfType {}

  /**
   * One name of an enum.
   *
   * @param value the number; of an unsigned 64-bit enum, its bits
   */
  record Enumerator(String name, long value) {}

  /** A struct or union that is declared and not defined. */
  record Forward(String name, boolean union) implements BtfType {}

  /** Another name of a type. */
  record Typedef(String name, TypeId target) implements BtfType {}

  /** A type that does not change. */
  record Const(TypeId target) implements BtfType {}

  /** A type whose every access counts. */
  record Volatile(TypeId target) implements BtfType {}

  /** A pointer that has no alias. */
  record Restrict(TypeId target) implements BtfType {}

  /** A function with its name; the arguments are in its prototype. */
  record Function(String name, TypeId prototype, Linkage linkage) implements BtfType {}

  /** Whether other objects see a function or variable. */
  enum Linkage {
    /** Seen in its own object alone. */
    STATIC,
    /** Seen everywhere. */
    GLOBAL,
    /** Defined elsewhere. */
    EXTERN
  }

  /**
   * What a function takes and returns.
   *
   * @param variadic whether more arguments may follow
   */
  record FunctionPrototype(TypeId result, List<Parameter> parameters, boolean variadic)
      implements BtfType {}

  /** An argument of a function. */
  record Parameter(String name, TypeId type) {}

  /** A global variable. */
  record Variable(String name, TypeId type, Linkage linkage) implements BtfType {}

  /** A section of an object, such as {@code .bss}, with its variables. */
  record DataSection(String name, long byteSize, List<SectionVariable> variables)
      implements BtfType {}

  /**
   * Where a variable lies in its section.
   *
   * @param variable a {@link Variable}, or a {@link Function} in a section of functions
   */
  record SectionVariable(TypeId variable, long byteOffset, long byteSize) {}

  /** A floating point number of 2, 4, 8, 12 or 16 bytes. */
  record Float(String name, int byteSize) implements BtfType {}

  /**
   * A word attached to a declaration, as {@code skep:ns} to a member.
   *
   * @param component the number of the member or argument that is meant; -1 for the whole
   */
  record DeclTag(String text, TypeId target, int component) implements BtfType {}

  /** A word attached to the target of a pointer, as {@code user}. */
  record TypeTag(String text, TypeId target) implements BtfType {}
}
