package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.BtfFormatException;

/** Descriptions of types: what they say, and what is refused. */
class BtfTest {
  private static BtfBuilder small() {
    var b = new BtfBuilder();
    b.integer("int", 4, true);
    return b;
  }

  /** Bytes of which one place is wrong, and what is said of them. */
  record Wrong(String message, Supplier<byte[]> bytes) {
    @Override
    public String toString() {
      return message;
    }
  }

  private static Wrong wrong(String message, byte[] bytes) {
    return new Wrong(message, () -> bytes);
  }

  private static byte[] patched(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return copy;
  }

  static Stream<Wrong> wrongs() {
    byte[] sound = small().bytes();
    var array = new BtfBuilder();
    array.array(7, 1);
    var longName = new BtfBuilder();
    longName.type("x", BtfKind.TYPEDEF, 0, false, 9);
    return Stream.of(
        wrong("expected a BTF header of 24 bytes but was 0 bytes at offset 0", new byte[0]),
        wrong("expected the magic number 0xeb9f", patched(sound, 0, 0x01010101)),
        wrong(
            "expected BTF version 1 but was version 2 at offset 2", patched(sound, 0, 0x0002eb9f)),
        wrong("expected a header of 24 to", patched(sound, 4, 23)),
        wrong("expected a header of 24 to", patched(sound, 4, -1)),
        wrong("expected types within", patched(sound, 12, 1 << 20)),
        wrong("expected types at a multiple of 4 bytes", patched(patched(sound, 8, 2), 12, 4)),
        wrong("expected strings within", patched(sound, 20, -1)),
        wrong("expected strings that begin with a NUL", patched(sound, 20, 0)),
        wrong("expected a NUL at the end of the strings", patched(sound, 20, 3)),
        wrong(
            "expected a kind of type from 1 to 19 but was kind 20 at offset 28",
            patched(sound, 28, 20 << 24)),
        wrong("expected a kind of type from 1 to 19 but was kind 0", patched(sound, 28, 0)),
        wrong("expected a type record of kind 4 of", patched(sound, 28, 4 << 24 | 0xffff)),
        wrong(
            "expected a name within 5 bytes of strings but was string offset 99",
            patched(sound, 24, 99)),
        wrong(
            "expected an integer of 1, 2, 4, 8 or 16 bytes but was 3 bytes", patched(sound, 32, 3)),
        wrong("expected an integer of 1 to 32 bits but was 33 bits", patched(sound, 36, 33)),
        wrong("expected an integer of 1 to 32 bits but was 0 bits", patched(sound, 36, 0)),
        wrong(
            "expected an integer that is signed, a character or a boolean",
            patched(sound, 36, 3 << 24 | 32)),
        wrong("expected a type id below 2 but was type id 7", array.bytes()),
        wrong("expected a type id below 2 but was type id 9", longName.bytes()),
        wrong("expected an enum of 1, 2, 4 or 8 bytes but was 3", enumOf(3)));
  }

  private static byte[] enumOf(int byteSize) {
    var b = new BtfBuilder();
    b.type("e", BtfKind.ENUM, 0, false, byteSize);
    return b.bytes();
  }

  @ParameterizedTest
  @MethodSource("wrongs")
  void wrongBytesAreRefusedWithTheirPlace(Wrong wrong) {
    var error = assertThrows(BtfFormatException.class, () -> Btf.parse(wrong.bytes().get()));
    assertTrue(String.valueOf(error.getMessage()).startsWith(wrong.message()), error::toString);
  }

  enum Order {
    LITTLE(ByteOrder.LITTLE_ENDIAN),
    BIG(ByteOrder.BIG_ENDIAN);

    final ByteOrder order;

    Order(ByteOrder order) {
      this.order = order;
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothByteOrdersAreReadAndWritten(Order order) {
    var b = new BtfBuilder(order.order);
    int u32 = b.integer("u32", 4, false);
    int s16 = b.integer("s16", 2, true);
    int struct =
        b.struct(
            "s",
            BtfKind.STRUCT,
            12,
            true,
            "a",
            u32,
            0,
            "b",
            s16,
            32,
            "low",
            u32,
            3 << 24 | 64,
            "high",
            u32,
            21 << 24 | 67);
    Btf btf = b.build();
    assertEquals(order.order, btf.byteOrder());
    var id = new TypeId(struct);
    var bytes = ByteBuffer.allocate(12).order(order.order).putInt(0x01020304).putShort((short) -2);
    // bit fields begin with the lowest bit in little endian, with the highest in big endian
    int word = order.order == ByteOrder.LITTLE_ENDIAN ? 0x12345 << 3 | 5 : 5 << 29 | 0x12345 << 8;
    bytes.putInt(8, word);
    Map<String, Object> expected = Map.of("a", 0x01020304L, "b", -2L, "low", 5L, "high", 0x12345L);
    assertEquals(expected, new ValueReader(btf, id).read(bytes.array()));
    assertArrayEquals(bytes.array(), new ValueWriter(btf, id).toBytes(expected));
  }

  @Test
  void oldBitFieldsAreReadFromTheirOddIntegers() {
    var b = new BtfBuilder();
    int three = b.oddInteger("int", 4, true, 0, 3);
    int shifted = b.oddInteger("int", 4, false, 3, 5);
    int alias = b.type("five", BtfKind.TYPEDEF, 0, false, shifted);
    int struct =
        b.struct("s", BtfKind.STRUCT, 4, false, "a", three, 0, "b", alias, 0, "c", three, 8);
    Btf btf = b.build();
    assertEquals(
        Map.of("a", -3L, "b", 21L, "c", 2L),
        new ValueReader(btf, new TypeId(struct)).read(new byte[] {(byte) (21 << 3 | 5), 2, 0, 0}));
  }

  @Test
  void aSplitDescriptionContinuesItsBase() {
    var b = new BtfBuilder();
    int u32 = b.integer("u32", 4, false);
    Btf base = b.build();
    var split = BtfBuilder.on(base);
    int struct = split.struct("module_thing", BtfKind.STRUCT, 4, false, "count", u32, 0);
    Btf btf = Btf.parse(split.bytes(), base);
    assertEquals(2, struct);
    assertEquals(3, btf.typeCount());
    assertEquals(Optional.of(new TypeId(1)), btf.find("u32"));
    assertEquals(Optional.of(new TypeId(2)), btf.find("struct module_thing"));
    assertEquals(
        Map.of("count", 7L), new ValueReader(btf, new TypeId(2)).read(new byte[] {7, 0, 0, 0}));
    assertTrue(base.find("struct module_thing").isEmpty());
    assertEquals(List.of(new TypeId(2)), btf.types().toList());
  }

  @Test
  void typesThatContainThemselvesAreNoTrap() {
    var b = new BtfBuilder();
    int typedef = b.type("loop", BtfKind.TYPEDEF, 0, false, 1);
    int array = b.array(2, 3);
    int struct = b.struct("s", BtfKind.STRUCT, 8, false, "s", 3, 0);
    int pointer = b.type("", BtfKind.PTR, 0, false, 4);
    int prototype = b.type("", BtfKind.FUNC_PROTO, 2, false, 5, 0, 5, 0, 5);
    Btf btf = b.build();
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThrows(BtfFormatException.class, () -> btf.byteSize(new TypeId(typedef)));
          assertThrows(BtfFormatException.class, () -> btf.byteSize(new TypeId(array)));
          assertTrue(btf.nameOf(new TypeId(pointer)).endsWith("*"));
          assertTrue(btf.nameOf(new TypeId(prototype)).contains("…"));
          var reader = new ValueReader(btf, new TypeId(struct));
          assertThrows(BtfFormatException.class, () -> reader.read(new byte[8]));
          assertThrows(BtfFormatException.class, () -> Fields.flatten(btf, new TypeId(struct)));
          assertTrue(TypeLayout.of(btf, new TypeId(struct)).contains("struct s s;"));
        });
  }

  @Test
  void typesThatDoubleAtEveryLevelAreNoTrap() {
    var b = new BtfBuilder();
    int inner = b.struct("", BtfKind.STRUCT, 0, false);
    for (int i = 0; i < 60; i++) {
      inner = b.struct("", BtfKind.UNION, 0, false, "a" + i, inner, 0, "", inner, 0);
    }
    var type = new TypeId(inner);
    Btf btf = b.build();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThrows(
              BtfFormatException.class, () -> new ValueReader(btf, type).read(new byte[0]));
          assertTrue(TypeLayout.of(btf, type).lines().count() < 20_000);
          assertThrows(BtfFormatException.class, () -> Fields.flatten(btf, type));
          var writer = new ValueWriter(btf, type);
          assertThrows(BtfFormatException.class, () -> writer.toBytes("{wrong: 1}"));
        });
  }

  @Test
  void hugeArraysAreMeasuredAndNotMade() {
    var b = new BtfBuilder();
    int u64 = b.integer("u64", 8, false);
    int empty = b.struct("empty", BtfKind.STRUCT, 0, false);
    int million = b.array(u64, 1_000_000);
    int trillion = b.array(million, -1);
    int nothing = b.array(empty, -1);
    Btf btf = b.build();
    assertEquals(8_000_000, btf.byteSize(new TypeId(million)));
    assertThrows(BtfFormatException.class, () -> btf.byteSize(new TypeId(trillion)));
    assertEquals(0, btf.byteSize(new TypeId(nothing)));
    assertTrue(
        new ValueReader(btf, new TypeId(nothing)).read(new byte[0]) instanceof List<?> l
            && l.size() <= 1 << 16);
  }

  @Test
  void aMemberBeyondItsStructIsRefusedWhenItIsRead() {
    var b = new BtfBuilder();
    int u64 = b.integer("u64", 8, false);
    int struct = b.struct("s", BtfKind.STRUCT, 8, false, "a", u64, 8);
    Btf btf = b.build();
    var reader = new ValueReader(btf, new TypeId(struct));
    assertThrows(BtfFormatException.class, () -> reader.read(new byte[8]));
  }

  @Test
  void typesAreSpelledAsInC() {
    var object =
        ClangObject.of(
            """
            typedef unsigned u32; struct who { u32 pid; }; struct forward;
            const char *a; char *const b = 0; char c[16]; int d[2][3]; int (*e)(struct who *, char);
            int (*f[4])(void); int (*g)[5]; struct who h; enum en { A } i; volatile const u32 j;
            struct { int x; } k; void *l; struct forward *m; void (*n)(int, ...);
            int (*(*o)(int))(char); long long p; double q; const char *const r[2];
            """,
            "-Wno-everything");
    var expected =
        Map.ofEntries(
            Map.entry("a", "const char *a"),
            Map.entry("b", "char *const b"),
            Map.entry("c", "char c[16]"),
            Map.entry("d", "int d[2][3]"),
            Map.entry("e", "int (*e)(struct who *, char)"),
            Map.entry("f", "int (*f[4])(void)"),
            Map.entry("g", "int (*g)[5]"),
            Map.entry("h", "struct who h"),
            Map.entry("i", "enum en i"),
            Map.entry("j", "const volatile u32 j"),
            Map.entry("k", "struct {…} k"),
            Map.entry("l", "void *l"),
            Map.entry("m", "struct forward *m"),
            Map.entry("n", "void (*n)(int, ...)"),
            Map.entry("o", "int (*(*o)(int))(char)"),
            Map.entry("p", "long long p"),
            Map.entry("q", "double q"),
            Map.entry("r", "const char *const r[2]"));
    expected.forEach(
        (name, spelling) -> assertEquals(spelling, object.btf().nameOf(object.type(name))));
  }

  @Test
  void aLayoutShowsOffsetsHolesAndBitFields() {
    var object =
        ClangObject.of(
            """
            struct who { char a; unsigned b : 3; unsigned : 0; struct { short x; int y; } c;
                         union { int d; char e; }; } who;
            enum { RED, BLUE = 7 } color;
            """);
    assertEquals(
        """
        struct who {             /* 16 bytes */
            char a;              /* 0, 1 byte */
            unsigned int b : 3;  /* 1 bit 0, 3 bits */
            /* hole of 21 bits */
            struct {             /* 4, 8 bytes */
                short x;         /* 4, 2 bytes */
                /* hole of 2 bytes */
                int y;           /* 8, 4 bytes */
            } c;
            union {              /* 12, 4 bytes */
                int d;           /* 12, 4 bytes */
                char e;          /* 12, 1 byte */
            };
        };
        """,
        TypeLayout.of(object.btf(), object.type("struct who")) + "\n");
    assertEquals(
        "enum {  /* 4 bytes */\n    RED = 0,\n    BLUE = 7,\n};",
        TypeLayout.of(object.btf(), object.btf().resolve(object.type("color"))));
  }

  @Test
  void objectsWithoutTypesHaveNone() {
    byte[] elf = ClangObject.of("int x;").elf();
    assertTrue(Btf.ofElf(elf).isPresent());
    byte[] renamed = elf.clone();
    for (int i = 0; i + 4 < renamed.length; i++) {
      if (Arrays.equals(
          Arrays.copyOfRange(renamed, i, i + 5), new byte[] {'.', 'B', 'T', 'F', 0})) {
        renamed[i + 1] = 'X';
      }
    }
    assertTrue(Btf.ofElf(renamed).isEmpty());
    assertThrows(BtfFormatException.class, () -> Btf.ofElf(new byte[100]));
  }

  @Test
  void anUnknownNumberIsTheCallersMistake() {
    Btf btf = small().build();
    assertThrows(IllegalArgumentException.class, () -> btf.type(new TypeId(2)));
    assertThrows(IllegalArgumentException.class, () -> btf.byteSize(TypeId.VOID));
    assertThrows(IllegalArgumentException.class, () -> new TypeId(-1));
  }
}
