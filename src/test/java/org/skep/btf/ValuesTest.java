package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clang puts into memory is what we read, and what we write is what clang puts there. */
class ValuesTest {
  private static final BigInteger MAX_U64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static final String TYPES =
      """
      typedef signed char s8; typedef unsigned char u8; typedef short s16; typedef unsigned short u16;
      typedef int s32; typedef unsigned int u32; typedef long long s64; typedef unsigned long long u64;
      typedef u16 __be16; typedef u32 __be32; typedef __be32 address;
      typedef u32 t1; typedef const t1 t2; typedef volatile t2 t3;
      enum color { RED, GREEN = 5 };
      enum sign { MINUS = -1, PLUS = 1 };
      enum big { HUGE = 0xffffffffffffffffULL, ONE = 1 };
      enum low { LOWEST = -9223372036854775807LL - 1, ZERO = 0 };
      enum tiny { A, B } __attribute__((packed));
      enum narrow : s8 { NEGATIVE = -1, POSITIVE = 1 };
      enum mid : s16 { LOW = -32768, HIGH = 32767 };
      enum cut : u64 { CUT = 0xffffffff00000001ULL, UNCUT = 1 };
      enum whole : unsigned long long { WHOLE = 0xffffffff00000001ULL, SMALL = 1 };
      struct plain { u32 pid; char comm[8]; };
      struct packed { u8 a; u64 b; u16 c; struct plain d; } __attribute__((packed));
      struct bits { u32 a : 3; s32 b : 5; u32 c : 30; u64 d : 33; s64 e : 40; _Bool f : 1;
                    enum color g : 4; s8 h : 2; };
      struct packedbits { u8 a : 3; u32 b : 17; u64 c : 60; } __attribute__((packed));
      struct wide { unsigned __int128 low : 100; };
      struct anonymous { int kind; union { u32 four; u8 six[16]; struct { u16 x, y; }; }; };
      struct views { union { u32 word; u8 bytes[4]; } u; };
      struct empty { };
      struct holes { u8 a; u64 b; u8 c; };
      struct nested { struct plain list[2]; char names[2][4]; u16 grid[2][3]; };
      struct functions { void (*done)(struct functions *, int); void *data; };
      struct emptied { struct empty none; struct empty some[3]; u32 end[0]; u32 x; };
      struct in6_addr { union { u8 b[16]; u32 w[4]; } u; };
      """;

  /** A variable of C, and the value that it has. */
  record Case(String type, String initializer, Object expected) {
    @Override
    public String toString() {
      return type + " = " + initializer;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("u8 v", "255", 255L),
          new Case("s8 v", "-128", -128L),
          new Case("u16 v", "65535", 65535L),
          new Case("s16 v", "-32768", -32768L),
          new Case("u32 v", "0xffffffff", 4294967295L),
          new Case("s32 v", "-2147483647 - 1", -2147483648L),
          new Case("u64 v", "9223372036854775807ULL", Long.MAX_VALUE),
          new Case("u64 v", "9223372036854775808ULL", BigInteger.ONE.shiftLeft(63)),
          new Case("u64 v", "~0ULL", MAX_U64),
          new Case("s64 v", "-9223372036854775807LL - 1", Long.MIN_VALUE),
          new Case("__int128 v", "-3", -3L),
          new Case(
              "unsigned __int128 v",
              "~(unsigned __int128)0",
              BigInteger.TWO.pow(128).subtract(BigInteger.ONE)),
          new Case("__int128 v", "(__int128)1 << 126", BigInteger.TWO.pow(126)),
          new Case("_Bool v", "1", true),
          new Case("char v", "'x'", "x"),
          new Case("char v", "0", "\\x00"),
          new Case("char v", "-1", "\\xff"),
          new Case("float v", "1.5f", 1.5),
          new Case("double v", "-0.1", -0.1),
          new Case("t3 v", "7", 7L),
          new Case("__be16 v", "0x5000", 80L),
          new Case("address v", "0x0100007f", 0x7f000001L),
          new Case("enum color v", "5", "GREEN"),
          new Case("enum color v", "3", 3L),
          new Case("enum sign v", "-1", "MINUS"),
          new Case("enum sign v", "-2", -2L),
          new Case("enum big v", "HUGE", "HUGE"),
          new Case("enum big v", "0xfffffffffffffffeULL", MAX_U64.subtract(BigInteger.ONE)),
          new Case("enum low v", "LOWEST", "LOWEST"),
          new Case("enum tiny v", "B", "B"),
          new Case("enum narrow v", "NEGATIVE", "NEGATIVE"),
          new Case("enum narrow v", "(enum narrow)-7", -7L),
          new Case("enum narrow v", "POSITIVE", "POSITIVE"),
          new Case("enum mid v", "LOW", "LOW"),
          new Case("enum mid v", "HIGH", "HIGH"),
          new Case("enum cut v", "CUT", new BigInteger("18446744069414584321")),
          new Case("enum cut v", "UNCUT", 1L),
          new Case("enum whole v", "WHOLE", "WHOLE"),
          new Case("enum whole v", "SMALL", "SMALL"),
          new Case("void *v", "(void *)0xffff888100000000ULL", new Address(0xffff888100000000L)),
          new Case("int (*v)(int, char *)", "0", new Address(0)),
          new Case("char v[4]", "\"abcd\"", "abcd"),
          new Case("char v[8]", "\"ab\"", "ab"),
          new Case("char v[8]", "\"\\xc3\\xa4\\n\\xff\\\\\"", "ä\\n\\xff\\\\"),
          new Case("u8 v[3]", "{1, 2, 255}", List.of(1L, 2L, 255L)),
          new Case("s8 v[2]", "{-1, 1}", List.of(-1L, 1L)),
          new Case("u16 v[2][2]", "{{1, 2}, {3, 4}}", List.of(List.of(1L, 2L), List.of(3L, 4L))),
          new Case("struct plain v", "{7, \"bash\"}", map("pid", 7L, "comm", "bash")),
          new Case(
              "struct packed v",
              "{1, 2, 3, {4, \"x\"}}",
              map("a", 1L, "b", 2L, "c", 3L, "d", map("pid", 4L, "comm", "x"))),
          new Case(
              "struct bits v",
              "{5, -7, 0x3fffffff, 0x1ffffffffULL, -5, 1, GREEN, -2}",
              map(
                  "a",
                  5L,
                  "b",
                  -7L,
                  "c",
                  0x3fffffffL,
                  "d",
                  0x1ffffffffL,
                  "e",
                  -5L,
                  "f",
                  true,
                  "g",
                  "GREEN",
                  "h",
                  -2L)),
          new Case(
              "struct packedbits v",
              "{6, 0x1abcd, 0xfedcba987654321ULL}",
              map("a", 6L, "b", 0x1abcdL, "c", 0xfedcba987654321L)),
          new Case(
              "struct wide v",
              "{((unsigned __int128)1 << 99) + 5}",
              map("low", BigInteger.TWO.pow(99).add(BigInteger.valueOf(5)))),
          new Case(
              "struct anonymous v",
              "{.kind = 1, .six = {1, 2, 3, 4, 5}}",
              map(
                  "kind",
                  1L,
                  "four",
                  0x04030201L,
                  "six",
                  bytes(16, 1, 2, 3, 4, 5),
                  "x",
                  0x0201L,
                  "y",
                  0x0403L)),
          new Case(
              "struct views v",
              "{.u = {.word = 0x01020304}}",
              map("u", map("word", 0x01020304L, "bytes", bytes(4, 4, 3, 2, 1)))),
          new Case("struct holes v", "{1, 2, 3}", map("a", 1L, "b", 2L, "c", 3L)),
          new Case(
              "struct nested v",
              "{{{1, \"a\"}, {2, \"b\"}}, {\"abcd\", \"e\"}, {{1, 2, 3}, {4, 5, 6}}}",
              map(
                  "list", List.of(map("pid", 1L, "comm", "a"), map("pid", 2L, "comm", "b")),
                  "names", List.of("abcd", "e"),
                  "grid", List.of(List.of(1L, 2L, 3L), List.of(4L, 5L, 6L)))),
          new Case(
              "struct functions v",
              "{0, (void *)16}",
              map("done", new Address(0), "data", new Address(16))),
          new Case(
              "struct emptied v",
              "{.x = 9}",
              map("none", map(), "some", List.of(map(), map(), map()), "end", List.of(), "x", 9L)));

  private static ClangObject compiled;

  static Map<String, Object> map(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  private static List<Long> bytes(int count, int... first) {
    var list = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      list.add(i < first.length ? (long) first[i] : 0L);
    }
    return list;
  }

  @BeforeAll
  static void compile() {
    var c = new StringBuilder(TYPES);
    for (int i = 0; i < CASES.size(); i++) {
      Case test = CASES.get(i);
      c.append("__attribute__((section(\"s").append(i).append("\"))) ");
      c.append(test.type().replaceFirst("\\bv\\b", "v" + i));
      c.append(" = ").append(test.initializer()).append(";\n");
    }
    compiled = ClangObject.of(c.toString(), "-Wno-everything");
  }

  static Stream<Case> cases() {
    return CASES.stream();
  }

  private static TypeId typeOf(Case test) {
    return compiled.type("v" + CASES.indexOf(test));
  }

  private static byte[] bytesOf(Case test) {
    return compiled.section("s" + CASES.indexOf(test));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadAsCMeansIt(Case test) {
    assertEquals(
        test.expected(), new ValueReader(compiled.btf(), typeOf(test)).read(bytesOf(test)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWrittenAsCWritesIt(Case test) {
    assertArrayEquals(
        bytesOf(test), new ValueWriter(compiled.btf(), typeOf(test)).toBytes(test.expected()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadWhereverItLies(Case test) {
    byte[] value = bytesOf(test);
    byte[] moved = new byte[value.length + 3];
    Arrays.fill(moved, (byte) 0xa5);
    System.arraycopy(value, 0, moved, 3, value.length);
    var reader = new ValueReader(compiled.btf(), typeOf(test));
    assertEquals(test.expected(), reader.read(java.lang.foreign.MemorySegment.ofArray(moved), 3));
  }
}
