package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a reading gives is taken back and gives the same bytes, for types that are made by chance
 * and laid out by clang: as Java values and as JSON text. The seeds are fixed.
 */
class RoundTripTest {
  private static final int STRUCTS = Integer.getInteger("skep.roundtrip.structs", 150);
  private static final int VALUES = 24;

  private static final String TYPES =
      """
      #define TAG(x) __attribute__((btf_decl_tag("skep:" x)))
      typedef signed char s8; typedef unsigned char u8; typedef short s16; typedef unsigned short u16;
      typedef int s32; typedef unsigned int u32; typedef long long s64; typedef unsigned long long u64;
      typedef u16 __be16; typedef u32 __be32; typedef u64 __be64; typedef const volatile u32 t32;
      typedef char name_t[5]; typedef u64 took_t TAG("ns"); typedef u32 port_t TAG("port");
      enum plain { P0, P7 = 7, P9 = 9 }; enum minus { M1 = -1, M0, M5 = 5 };
      enum huge { H = 0xffffffffffffffffULL, H1 = 1 }; enum low { L = -9223372036854775807LL - 1, L2 };
      enum small { S0, S1, S200 = 200 } __attribute__((packed));
      struct in_addr { __be32 s_addr; };
      struct in6_addr { union { u8 b[16]; u32 w[4]; } u; };
      struct empty { };
      """;

  private static final List<String> SCALARS =
      List.of(
          "u8 %s",
          "s8 %s",
          "u16 %s",
          "s16 %s",
          "u32 %s",
          "s32 %s",
          "u64 %s",
          "s64 %s",
          "__int128 %s",
          "unsigned __int128 %s",
          "char %s",
          "_Bool %s",
          "float %s",
          "double %s",
          "long double %s",
          "void *%s",
          "int (*%s)(int)",
          "enum plain %s",
          "enum minus %s",
          "enum huge %s",
          "enum low %s",
          "enum small %s",
          "__be16 %s",
          "__be32 %s",
          "__be64 %s",
          "t32 %s",
          "name_t %s",
          "took_t %s",
          "port_t %s",
          "char %s[6]",
          "char %s[17]",
          "u8 %s[3]",
          "s8 %s[2]",
          "u16 %s[2][2]",
          "char %s[2][3]",
          "_Bool %s[3]",
          "enum minus %s[2]",
          "struct in_addr %s",
          "struct in6_addr %s",
          "struct empty %s",
          "u32 %s TAG(\"ipv4\")",
          "u64 %s TAG(\"ipv4\")",
          "u8 %s[16] TAG(\"ipv6\")",
          "u8 %s[6] TAG(\"mac\")",
          "u64 %s TAG(\"mac\")",
          "u16 %s TAG(\"port\")",
          "s16 %s TAG(\"port\")",
          "u32 %s TAG(\"port\")",
          "u64 %s TAG(\"port\")",
          "__be16 %s TAG(\"port\")",
          "__be32 %s TAG(\"port\")",
          "u16 %s[3] TAG(\"port\")",
          "u64 %s TAG(\"time\")",
          "s32 %s TAG(\"errno\")",
          "u32 %s TAG(\"dev\")",
          "s32 %s TAG(\"hex\")",
          "char %s[4] TAG(\"hex\")");

  private static final List<String> BITS =
      List.of("u32", "s32", "u64", "s64", "u8", "s16", "enum plain", "enum minus", "_Bool");

  private static ClangObject object;

  @BeforeAll
  static void compile() {
    var random = new Random(11);
    var c = new StringBuilder(TYPES);
    for (int i = 0; i < STRUCTS; i++) {
      String packed = random.nextInt(3) == 0 ? " __attribute__((packed))" : "";
      String word = random.nextInt(6) == 0 ? "union" : "struct";
      c.append("typedef ").append(word).append(" {\n");
      members(c, random, "m", 0);
      c.append("}").append(packed).append(" g").append(i).append(";\n");
      c.append("g").append(i).append(" v").append(i).append(";\n");
    }
    for (int i = 0; i < SCALARS.size(); i++) {
      c.append(SCALARS.get(i).formatted("x" + i)).append(";\n");
    }
    object = ClangObject.of(c.toString(), "-Wno-everything");
  }

  private static void members(StringBuilder c, Random random, String prefix, int depth) {
    int count = 1 + random.nextInt(depth == 0 ? 7 : 4);
    for (int i = 0; i < count; i++) {
      String name = prefix + i;
      int kind = random.nextInt(10);
      if (kind < 2) {
        String type = BITS.get(random.nextInt(BITS.size()));
        int most =
            type.equals("_Bool") ? 1 : type.endsWith("8") ? 8 : type.endsWith("16") ? 16 : 32;
        boolean padding = random.nextInt(6) == 0;
        c.append(type + " " + (padding ? "" : name) + " : " + (1 + random.nextInt(most)) + ";\n");
      } else if (kind < 4 && depth < 3) {
        boolean anonymous = random.nextBoolean();
        c.append(random.nextBoolean() ? "union {\n" : "struct {\n");
        members(c, random, name + "_", depth + 1);
        String array = random.nextInt(4) == 0 ? "[2]" : "";
        c.append(anonymous ? "};\n" : "} " + name + array + ";\n");
      } else {
        c.append(SCALARS.get(random.nextInt(SCALARS.size())).formatted(name)).append(";\n");
      }
    }
  }

  /** Bytes by chance, often of few values, so that zeros and ones and small numbers occur. */
  private static byte[] bytes(Random random, byte[] cover) {
    byte[] bytes = new byte[cover.length];
    random.nextBytes(bytes);
    int few = random.nextInt(4);
    for (int i = 0; i < bytes.length; i++) {
      if (few == 1 && random.nextBoolean()) {
        bytes[i] = 0;
      } else if (few == 2) {
        bytes[i] &= 1;
      } else if (few == 3) {
        bytes[i] = (byte) (random.nextInt(12) == 0 ? random.nextInt() : 0);
      }
      bytes[i] &= cover[i]; // padding is zero, whoever writes
    }
    return bytes;
  }

  private static JsonElement json(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var members = new JsonObject();
        map.forEach((name, v) -> members.add((String) name, json(v)));
        yield members;
      }
      case List<?> list -> {
        var elements = new JsonArray();
        list.forEach(e -> elements.add(json(e)));
        yield elements;
      }
      case Boolean b -> new JsonPrimitive(b);
      case Double d when d.isNaN() || d.isInfinite() -> new JsonPrimitive(d.toString());
      case Number n -> new JsonPrimitive(n);
      default -> new JsonPrimitive(value.toString());
    };
  }

  private static void check(String name, TypeId type, long seed) {
    var btf = object.btf();
    var reader = new ValueReader(btf, type);
    var writer = new ValueWriter(btf, type);
    byte[] cover = Coverage.of(new ResolvedTypes(btf), type);
    var random = new Random(seed);
    for (int i = 0; i < VALUES; i++) {
      byte[] bytes = bytes(random, cover);
      Object value = reader.read(bytes);
      String where = name + " round " + i + ": " + value + "\n" + TypeLayout.of(btf, type);
      assertArrayEquals(bytes, writer.toBytes(value), where);
      assertEquals(value, reader.read(writer.toBytes(value)), where);
      Object text =
          value instanceof Map || (value instanceof List<?> list && !list.isEmpty())
              ? new Gson().toJson(json(value))
              : value instanceof List ? value : value.toString();
      assertArrayEquals(bytes, writer.toBytes(text), () -> "as text: " + where);
    }
  }

  @Test
  void whatIsReadOfAStructIsTakenBack() {
    for (int i = 0; i < STRUCTS; i++) {
      check("g" + i, object.type("g" + i), i);
    }
  }

  @Test
  void whatIsReadOfAScalarIsTakenBack() {
    for (int i = 0; i < SCALARS.size(); i++) {
      check(SCALARS.get(i), object.type("x" + i), 1_000 + i);
    }
  }

  /** All 256 bytes that a {@code char} or {@code bool} may be. */
  @Test
  void everyByteIsTakenBack() {
    for (String name : List.of("x10", "x11", "x0", "x1")) {
      var type = object.type(name);
      for (int b = 0; b < 256; b++) {
        byte[] bytes = {(byte) b};
        Object value = new ValueReader(object.btf(), type).read(bytes);
        var writer = new ValueWriter(object.btf(), type);
        assertArrayEquals(bytes, writer.toBytes(value), name + " " + value);
      }
    }
  }

  /** Two keys whose bytes differ are two values, or {@code entries()} would lose one. */
  @Test
  void arraysOfCharThatDifferAreValuesThatDiffer() {
    var type = object.type("x29"); // char[6]
    var seen = new java.util.HashMap<Object, byte[]>();
    var random = new Random(5);
    for (int i = 0; i < 4_096; i++) {
      byte[] bytes = new byte[6];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) "\0\0\\x01na\u00e4".charAt(random.nextInt(9));
      }
      byte[] before = seen.put(new ValueReader(object.btf(), type).read(bytes), bytes);
      assertTrue(before == null || Arrays.equals(before, bytes));
    }
    assertTrue(seen.size() > 1_000, () -> seen.size() + " values");
  }
}
