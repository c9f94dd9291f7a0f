package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Types taken apart into leaves. */
class FieldsTest {
  private static final String C =
      """
      #define TAG(x) __attribute__((btf_decl_tag(x)))
      typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32;
      typedef unsigned long long u64; typedef u16 __be16; typedef u32 __be32;
      typedef u64 duration TAG("skep:ns");
      typedef __be16 port TAG("skep:port");
      enum color { RED };
      struct in6_addr { union { u8 b[16]; u32 w[4]; } u; };
      struct in_addr { __be32 s_addr; };
      struct inner { u32 major; u32 minor; };
      struct all {
        u32 pid; char comm[16]; struct inner dev; struct { u8 x; } named; struct { u8 y; };
        union { u32 word; u8 bytes[4]; }; union { u16 a; int b; } views;
        u32 low : 4; int high : 5; _Bool flag; enum color color; double load; void *pointer;
        void (*callback)(int);
        u64 few[3]; u64 many[9]; struct inner list[2]; u16 grid[2][2]; char names[2][4]; u8 raw[20];
        signed char small[2]; __int128 wide; struct { } none;
        u64 latency TAG("skep:ns"); duration typed; u32 size TAG("skep:bytes");
        u32 v4 TAG("skep:ipv4"); u32 v6[4] TAG("skep:ipv6"); u8 mac[6] TAG("skep:mac");
        struct in_addr ip; struct in6_addr ip6; __be32 seq; port dport; u16 sport TAG("skep:port");
        u64 times[2] TAG("skep:ns"); u32 unknown TAG("something else");
        char tail[];
      };
      struct all all;
      u64 scalar; char text[8]; u32 array[4];
      struct deep { struct { struct { struct inner list[2]; } c; } b; } deep;
      """;

  private static ClangObject compiled;

  @BeforeAll
  static void compile() {
    compiled = ClangObject.of(C);
  }

  private static String line(Field f) {
    return f.path()
        + " "
        + f.kind()
        + " "
        + f.bitOffset() / 8
        + (f.bitField() ? "." + f.bitOffset() % 8 : "")
        + "+"
        + f.bitSize()
        + (f.signed() ? " signed" : "")
        + (f.networkOrder() ? " network" : "")
        + (f.format() == Format.NONE ? "" : " " + f.format());
  }

  private static List<String> fields(String type) {
    return Fields.flatten(compiled.btf(), compiled.type(type)).stream()
        .map(FieldsTest::line)
        .toList();
  }

  @Test
  void aStructGivesItsLeavesByPath() {
    assertEquals(
        """
        pid INTEGER 0+32
        comm TEXT 4+128
        dev.major INTEGER 20+32
        dev.minor INTEGER 24+32
        named.x INTEGER 28+8
        y INTEGER 29+8
        word INTEGER 32+32
        bytes BYTES 32+32
        views.a INTEGER 36+16
        views.b INTEGER 36+32 signed
        low INTEGER 40.0+4
        high INTEGER 40.4+5 signed
        flag BOOL 42+8
        color ENUM 44+32
        load FLOAT 48+64 signed
        pointer POINTER 56+64
        callback POINTER 64+64
        few[0] INTEGER 72+64
        few[1] INTEGER 80+64
        few[2] INTEGER 88+64
        many COMPOSITE 96+576
        list[0].major INTEGER 168+32
        list[0].minor INTEGER 172+32
        list[1].major INTEGER 176+32
        list[1].minor INTEGER 180+32
        grid[0][0] INTEGER 184+16
        grid[0][1] INTEGER 186+16
        grid[1][0] INTEGER 188+16
        grid[1][1] INTEGER 190+16
        names[0] TEXT 192+32
        names[1] TEXT 196+32
        raw BYTES 200+160
        small[0] INTEGER 220+8 signed
        small[1] INTEGER 221+8 signed
        wide INTEGER 224+128 signed
        latency INTEGER 240+64 NANOS
        typed INTEGER 248+64 NANOS
        size INTEGER 256+32 BYTES
        v4 BYTES 260+32 IPV4
        v6 BYTES 264+128 IPV6
        mac BYTES 280+48 MAC
        ip BYTES 288+32 network IPV4
        ip6 BYTES 292+128 network IPV6
        seq INTEGER 308+32 network
        dport INTEGER 312+16 network PORT
        sport INTEGER 314+16 PORT
        times[0] INTEGER 320+64 NANOS
        times[1] INTEGER 328+64 NANOS
        unknown INTEGER 336+32
        tail TEXT 340+0
        """,
        String.join("\n", fields("struct all")) + "\n");
  }

  @Test
  void aScalarIsItsOwnLeaf() {
    assertEquals(List.of(" INTEGER 0+64"), fields("scalar"));
    assertEquals(List.of(" TEXT 0+64"), fields("text"));
    assertEquals(
        List.of("[0] INTEGER 0+32", "[1] INTEGER 4+32", "[2] INTEGER 8+32", "[3] INTEGER 12+32"),
        fields("array"));
  }

  @Test
  void pathsGoAsDeepAsTheTypeDoes() {
    assertEquals("b.c.list[1].minor INTEGER 12+32", fields("struct deep").getLast());
  }

  @Test
  void aTypeWithoutValuesHasNoLeaves() {
    assertThrows(IllegalArgumentException.class, () -> Fields.flatten(compiled.btf(), TypeId.VOID));
  }

  @Test
  void everyStructOfTheRunningLinuxCanBeTakenApart() {
    var btf = Btf.ofRunningLinux();
    btf.types()
        .filter(id -> id.value() % 5 == 0)
        .filter(id -> btf.type(id) instanceof BtfType.Struct)
        .forEach(
            id -> {
              for (Field f : Fields.flatten(btf, id)) {
                assertTrue(f.bitOffset() + f.bitSize() <= btf.byteSize(id) * 8, f::toString);
              }
            });
  }
}
