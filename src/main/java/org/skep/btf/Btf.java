package org.skep.btf;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.BtfFormatException;

/**
 * A description of C's types: those of an object that clang compiled, or those of the running
 * Linux.
 *
 * <p>Types are numbered from 0, which is {@code void}. A split description (of an object or module)
 * refers to a base and continues its numbers. An instance never changes and may be used from
 * several threads; types are made when they are asked for.
 *
 * <p>Every method that takes a {@link TypeId} throws {@link IllegalArgumentException} for a number
 * that this description does not have.
 */
public final class Btf {
  private final BtfBytes bytes;
  private final @Nullable Btf base;
  private final int[] offsets;
  private final int stringStart;
  private final int stringEnd;
  private final int firstId;
  private final int firstString;
  private final BtfReader reader;
  private volatile @Nullable NameIndex names;
  private volatile @Nullable TagIndex tags;
  private volatile int pointerBytes;

  Btf(BtfBytes bytes, @Nullable Btf base, int[] offsets, int stringStart, int stringEnd) {
    this.bytes = bytes;
    this.base = base;
    this.offsets = offsets;
    this.stringStart = stringStart;
    this.stringEnd = stringEnd;
    this.firstId = base == null ? 1 : base.typeCount();
    this.firstString = base == null ? 0 : base.stringBytes();
    this.reader = new BtfReader(this, bytes);
  }

  /**
   * Reads raw BTF, such as the section {@code .BTF} of an object.
   *
   * @param bytes in either byte order; copied
   * @throws BtfFormatException when the bytes are no BTF
   */
  public static Btf parse(byte[] bytes) {
    return BtfScanner.scan(bytes.clone(), null);
  }

  /**
   * Reads raw BTF that continues another, such as that of a kernel module.
   *
   * @param bytes in the byte order of the base; copied
   * @throws BtfFormatException when the bytes are no BTF
   */
  public static Btf parse(byte[] bytes, Btf base) {
    return BtfScanner.scan(bytes.clone(), base);
  }

  /**
   * The types of the running Linux, read once.
   *
   * @throws org.skep.UnsupportedFeatureException when this Linux has no description of its types
   */
  public static Btf ofRunningLinux() {
    return RunningLinuxBtf.get();
  }

  /**
   * The types of an ELF object, from its section {@code .BTF}.
   *
   * @return empty when the object has no such section
   * @throws BtfFormatException when the bytes are no ELF object, or the section is no BTF
   */
  public static Optional<Btf> ofElf(byte[] elf) {
    return ElfObject.section(elf, ".BTF").map(section -> BtfScanner.scan(section, null));
  }

  /** This description as raw BTF, without its base; {@link #parse} reads it again. */
  public byte[] bytes() {
    return bytes.copy();
  }

  /** How many types there are, {@code void} and those of the base included. */
  public int typeCount() {
    return firstId + offsets.length;
  }

  /** The description that this one continues. */
  public Optional<Btf> base() {
    return Optional.ofNullable(base);
  }

  /** The byte order of this description and of the values that it describes. */
  public ByteOrder byteOrder() {
    return bytes.order();
  }

  /** All types in the order of their numbers, without {@code void} and those of the base. */
  public Stream<TypeId> types() {
    return IntStream.range(firstId, typeCount()).mapToObj(TypeId::new);
  }

  /** The type with this number. */
  public BtfType type(TypeId id) {
    if (id.value() == 0) {
      return new BtfType.Void();
    }
    Btf owner = ownerOf(id.value());
    return owner.reader.read(owner.offsetOf(id.value()));
  }

  /**
   * Finds a type by name: {@code struct who}, {@code union u}, {@code enum e}, or without such a
   * word a typedef or simple type, else a struct, union, enum or function of that name.
   */
  public Optional<TypeId> find(String name) {
    return TypeNames.find(this, name);
  }

  /** All types of this name, functions and variables too, whatever their kind. */
  public List<TypeId> findAll(String name) {
    var found = new java.util.ArrayList<TypeId>();
    if (base != null) {
      found.addAll(base.findAll(name));
    }
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    for (int i = nameIndex().first(wanted); i >= 0; i = nameIndex().next(i)) {
      if (nameEquals(offsets[i], wanted)) {
        found.add(new TypeId(firstId + i));
      }
    }
    return found;
  }

  /** The type that remains when typedefs, {@code const} and the like are taken away. */
  public TypeId resolve(TypeId id) {
    return TypeSizes.resolve(this, id);
  }

  /** The type that remains when typedefs, {@code const} and the like are taken away. */
  public BtfType resolved(TypeId id) {
    return type(resolve(id));
  }

  /**
   * The bytes that a value of this type occupies; 0 for an empty struct and a flexible array.
   *
   * @throws IllegalArgumentException for a type without values, such as {@code void}, a function,
   *     or a struct that is not defined
   */
  public long byteSize(TypeId id) {
    return TypeSizes.byteSize(this, id);
  }

  /** The bytes of a pointer: 8, or 4 on a machine of 32 bits. */
  public int pointerByteSize() {
    if (pointerBytes == 0) {
      pointerBytes = base != null ? base.pointerByteSize() : TypeSizes.pointerByteSize(this);
    }
    return pointerBytes;
  }

  /**
   * The name with which a type was declared, without {@code struct} and the like; empty where it
   * has none. Faster than {@link #type}.
   */
  public String declaredName(TypeId id) {
    return rawName(id.value());
  }

  /** The type as C spells it: {@code struct who}, {@code u32}, {@code char[16]}. */
  public String nameOf(TypeId id) {
    return CSpelling.declaration(this, id, "");
  }

  /** A declaration as C spells it: {@code char comm[16]}, {@code int (*done)(void)}. */
  public String declarationOf(TypeId id, String name) {
    return CSpelling.declaration(this, id, name);
  }

  /**
   * The words attached to a declaration ({@code btf_decl_tag}).
   *
   * @param component the number of the member or argument; -1 for the declaration itself
   */
  public List<String> tagsOf(TypeId id, int component) {
    return ownerOf(id.value()) == this || base == null
        ? tagIndex().of(id, component)
        : Stream.concat(base.tagsOf(id, component).stream(), tagIndex().of(id, component).stream())
            .toList();
  }

  /**
   * The text at an offset of this description's strings, as the line information of a program
   * refers to it; empty past their end.
   */
  public String text(int offset) {
    return Integer.compareUnsigned(offset, stringBytes()) < 0 ? string(offset) : "";
  }

  int stringBytes() {
    return firstString + stringEnd - stringStart;
  }

  /** Kind, flag and count of members. */
  int infoOf(int id) {
    if (id == 0) {
      return 0;
    }
    Btf owner = ownerOf(id);
    return owner.bytes.int32(owner.offsetOf(id) + 4);
  }

  /** The size, or the type referred to, of a type with such a record. */
  int sizeOrTypeOf(int id) {
    Btf owner = ownerOf(id);
    return owner.bytes.int32(owner.offsetOf(id) + 8);
  }

  /** Where the record of a type begins in the bytes, for messages. */
  long recordOffset(TypeId id) {
    return id.value() == 0 ? 0 : ownerOf(id.value()).offsetOf(id.value());
  }

  String string(int offset) {
    if (Integer.compareUnsigned(offset, firstString) < 0 && base != null) {
      return base.string(offset);
    }
    int at = stringStart + offset - firstString;
    return at >= stringEnd ? "" : bytes.text(at, stringEnd);
  }

  /** The name of a type; {@code ""} when it has none. */
  String rawName(int id) {
    if (id == 0) {
      return "";
    }
    Btf owner = ownerOf(id);
    return owner.string(owner.bytes.int32(owner.offsetOf(id)));
  }

  private boolean nameEquals(int record, byte[] wanted) {
    int offset = bytes.int32(record);
    return offset < firstString
        ? base != null && base.stringEquals(offset, wanted)
        : bytes.textEquals(stringStart + offset - firstString, stringEnd, wanted);
  }

  private boolean stringEquals(int offset, byte[] wanted) {
    return offset < firstString
        ? base != null && base.stringEquals(offset, wanted)
        : bytes.textEquals(stringStart + offset - firstString, stringEnd, wanted);
  }

  private int stringHash(int offset) {
    return offset < firstString && base != null
        ? base.stringHash(offset)
        : bytes.textHash(stringStart + offset - firstString, stringEnd);
  }

  private NameIndex nameIndex() {
    NameIndex index = names;
    if (index == null) {
      index = new NameIndex(offsets.length, i -> bytes.int32(offsets[i]), this::stringHash);
      names = index;
    }
    return index;
  }

  private TagIndex tagIndex() {
    TagIndex index = tags;
    if (index == null) {
      index = TagIndex.of(this);
      tags = index;
    }
    return index;
  }

  private Btf ownerOf(int id) {
    if (id < firstId && base != null) {
      return base.ownerOf(id);
    }
    if (id < 0 || id >= typeCount()) {
      throw new IllegalArgumentException(
          "no type " + id + ": this description has " + typeCount() + " types");
    }
    return this;
  }

  private int offsetOf(int id) {
    return offsets[id - firstId];
  }

  @Override
  public String toString() {
    return "BTF of " + typeCount() + " types";
  }
}
