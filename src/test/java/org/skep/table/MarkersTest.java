package org.skep.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.btf.ClangObject;
import org.skep.btf.Format;
import org.skep.btf.TypeId;
import org.skep.btf.TypeLayout;
import org.skep.btf.ValueReader;
import org.skep.btf.ValueWriter;
import org.skep.table.build.TablePlan;

/** Every marker of {@code skep.h} by value, on every type that it may stand behind. */
class MarkersTest {
  private static final Pattern MARKER =
      Pattern.compile("#define (skep_\\w+) skep_marker\\(\"(\\w+)\"\\)");

  private static final String TYPES =
      """
      typedef signed char s8; typedef unsigned char u8; typedef short s16; typedef unsigned short u16;
      typedef int s32; typedef unsigned int u32; typedef long long s64; typedef unsigned long long u64;
      typedef u16 __be16; typedef u32 __be32; typedef u64 __be64;
      struct in_addr { __be32 s_addr; };
      struct in6_addr { union { u8 b[16]; u32 w[4]; } u; };
      #define htons(x) __builtin_bswap16(x)
      #define htonl(x) __builtin_bswap32(x)
      #define htonll(x) __builtin_bswap64(x)
      """;

  /**
   * A member, what C puts into it, and what is to be seen.
   *
   * @param table in the column
   * @param struct in the text of the struct as a Java value
   * @param taken whether the text in the struct is taken as a value too
   */
  record Row(String member, String value, String table, String struct, boolean taken) {
    @Override
    public String toString() {
      return member + " = " + value;
    }
  }

  private static Row both(String member, String value, String text) {
    return new Row(member, value, text, text, true);
  }

  private static Row shown(String member, String value, String text) {
    return new Row(member, value, text, text, false);
  }

  private static Row named(String member, String value, String table) {
    return new Row(member, value, table, table, false);
  }

  private static final String TWELVE = "{0x5000,0x5000,0,0,0,0,0,0,0,0,0,0}";

  private static final List<Row> ROWS =
      List.of(
          // durations and sizes: the unit with one to four digits before the point
          shown("u64 v skep_ns", "1500", "1.50 µs"),
          shown("u64 v skep_ns", "0", "0 ns"),
          shown("u32 v skep_ns", "999", "999 ns"),
          shown("s64 v skep_ns", "-2500000", "-2.50 ms"),
          shown("s32 v skep_ns", "2000000000", "2.00 s"),
          new Row("u64 v[2] skep_ns", "{5, 1500}", "5 ns", "[5 ns, 1.50 µs]", false),
          shown(
              "u64 v[9] skep_ns",
              "{1500}",
              "[1.50 µs, 0 ns, 0 ns, 0 ns, 0 ns, 0 ns, 0 ns, 0 ns, 0 ns]"),
          shown("u64 v skep_bytes", "2048", "2.00 KiB"),
          shown("u32 v skep_bytes", "1000", "1000 B"),
          shown("u64 v skep_bytes", "1ULL << 40", "1.00 TiB"),
          // a moment: by the clock
          new Row("u64 v skep_time", "1000", "1970-01-01T00:00:01.000Z", "@1000", false),
          // addresses in network order
          both("u32 v skep_ipv4", "htonl(0x0a000001)", "10.0.0.1"),
          both("s32 v skep_ipv4", "htonl(0xfffffffe)", "255.255.255.254"),
          both("__be32 v skep_ipv4", "htonl(0xc0a80102)", "192.168.1.2"),
          both("u64 v skep_ipv4", "htonl(0x0a000001)", "10.0.0.1"),
          both("__be64 v skep_ipv4", "htonll(0x0a000001)", "10.0.0.1"),
          both("u8 v[4] skep_ipv4", "{10, 0, 0, 1}", "10.0.0.1"),
          both("struct in_addr v", "{htonl(0x0a000001)}", "10.0.0.1"),
          new Row(
              "u32 v[2] skep_ipv4",
              "{htonl(0x0a000001), htonl(0x7f000001)}",
              "10.0.0.1",
              "[10.0.0.1, 127.0.0.1]",
              false),
          shown(
              "u32 v[9] skep_ipv4",
              "{htonl(0x0a000001)}",
              "[10.0.0.1, 0.0.0.0, 0.0.0.0, 0.0.0.0, 0.0.0.0, 0.0.0.0, 0.0.0.0, 0.0.0.0, 0.0.0.0]"),
          both("u8 v[16] skep_ipv6", "{0xfe, 0x80, [15] = 1}", "fe80::1"),
          both("u32 v[4] skep_ipv6", "{htonl(0xfd000000), 0, 0, htonl(2)}", "fd00::2"),
          both("u64 v[2] skep_ipv6", "{htonll(0xfd00000000000000), htonll(3)}", "fd00::3"),
          both("unsigned __int128 v skep_ipv6", "(unsigned __int128)1 << 120", "::1"),
          both("struct in6_addr v", "{.u = {.b = {[15] = 1}}}", "::1"),
          both("u8 v[16] skep_ipv6", "{[10] = 0xff, 0xff, 1, 2, 3, 4}", "::ffff:1.2.3.4"),
          both("u8 v[6] skep_mac", "{2, 0, 0, 0, 0, 0xff}", "02:00:00:00:00:ff"),
          both("char v[6] skep_mac", "{2, 0, 0, 0, 0, 1}", "02:00:00:00:00:01"),
          both("u64 v skep_mac", "0xff0000000002ULL", "02:00:00:00:00:ff"),
          // ports in network order, wherever they were assigned to
          both("u16 v skep_port", "htons(80)", "80"),
          both("u16 v skep_port", "htons(65535)", "65535"),
          both("s16 v skep_port", "(short)htons(150)", "150"),
          both("s16 v skep_port", "(short)htons(50000)", "50000"),
          both("__be16 v skep_port", "htons(443)", "443"),
          both("u32 v skep_port", "htons(80)", "80"),
          both("s32 v skep_port", "htons(50000)", "50000"),
          both("u64 v skep_port", "htons(80)", "80"),
          both("u32 v : 16 skep_port", "htons(80)", "80"),
          both("__be32 v skep_port", "htonl(80)", "80"),
          both("__be64 v skep_port", "htonll(80)", "80"),
          shown("u32 v skep_port", "htonl(80)", "80"),
          shown("u64 v skep_port", "htonll(8080)", "8080"),
          shown("__be32 v skep_port", "htons(80)", "80"),
          new Row("u16 v[2] skep_port", "{htons(22), htons(80)}", "22", "[22, 80]", false),
          shown("u16 v[12] skep_port", TWELVE, "[80, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"),
          // error numbers of either sign
          both("s32 v skep_errno", "-2", "ENOENT"),
          both("s64 v skep_errno", "-110", "ETIMEDOUT"),
          both("s16 v skep_errno", "-22", "EINVAL"),
          both("u32 v skep_errno", "2", "ENOENT"),
          shown("s32 v skep_errno", "2", "ENOENT"),
          shown("u32 v skep_errno", "-2", "ENOENT"),
          shown("u64 v skep_errno", "(u32)-2", "ENOENT"),
          shown("u64 v skep_errno", "-2", "ENOENT"),
          shown("u8 v skep_errno", "-11", "EAGAIN"),
          both("s32 v skep_errno", "0", "0"),
          both("s64 v skep_errno", "4096", "4096"),
          both("u32 v skep_signal", "9", "SIGKILL"),
          both("u32 v skep_dev", "8 << 20 | 1", "8:1"),
          // numbers that this machine names
          named("u64 v skep_ksym", "0xffffffff81000010", "ksym ffffffff81000010"),
          named("void *v skep_ksym", "(void *)0xffffffff81000010", "ksym ffffffff81000010"),
          named("s32 v skep_kstack", "7", "kstack 7"),
          named("s32 v skep_ustack", "8", "ustack 8"),
          named("u64 v skep_syscall", "257", "syscall 101"),
          named("u64 v skep_cgroup", "5", "cgroup 5"),
          named("u32 v skep_ifindex", "1", "ifindex 1"),
          // hexadecimal
          both("u32 v skep_hex", "0xdeadbeef", "0xdeadbeef"),
          both("u64 v skep_hex", "~0ULL", "0xffffffffffffffff"),
          shown("s32 v skep_hex", "-1", "0xffffffff"),
          both("u32 v : 5 skep_hex", "31", "0x1f"),
          new Row("char v[4] skep_hex", "{0, 1, 0, 2}", "00010002", "\\x00\\x01\\x00\\x02", true),
          shown("u32 v[9] skep_hex", "{16}", "[0x10, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0]"));

  private static final Set<Format> OF_THE_MACHINE =
      Set.of(
          Format.KSYM, Format.KSTACK, Format.USTACK, Format.SYSCALL, Format.CGROUP, Format.IFINDEX);

  private static final Map<String, String> MARKERS = new LinkedHashMap<>();
  private static ClangObject object;

  @BeforeAll
  static void compile() throws IOException {
    var header = MARKER.matcher(Files.readString(Path.of("../bpf/include/skep.h")));
    while (header.find()) {
      MARKERS.put(header.group(1), header.group(2));
    }
    var c = new StringBuilder(TYPES);
    MARKERS.forEach(
        (marker, word) ->
            c.append("#define ")
                .append(marker)
                .append(" __attribute__((btf_decl_tag(\"skep:" + word + "\")))\n"));
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      c.append("struct r%d { %s; } __attribute__((packed));\n".formatted(i, row.member()));
      c.append(
          "struct r%1$d v%1$d __attribute__((section(\"s%1$d\"))) = {%2$s};\n"
              .formatted(i, row.value()));
    }
    object = ClangObject.of(c.toString(), "-Wno-everything");
  }

  static Stream<Row> rows() {
    return ROWS.stream();
  }

  private static TypeId type(Row row) {
    return object.type("struct r" + ROWS.indexOf(row));
  }

  private static byte[] bytes(Row row) {
    return object.section("s" + ROWS.indexOf(row));
  }

  private static ValueReader reader(Row row) {
    Map<Format, java.util.function.LongFunction<String>> names =
        OF_THE_MACHINE.stream()
            .collect(Collectors.toMap(f -> f, f -> n -> f.word() + " " + Long.toHexString(n)));
    names.put(Format.TIME, n -> "@" + n);
    return new ValueReader(object.btf(), type(row), names);
  }

  private static Map<?, ?> read(Row row, byte[] bytes) {
    return (Map<?, ?>) reader(row).read(bytes);
  }

  @Test
  void everyMarkerOfTheHeaderIsTried() {
    assertTrue(MARKERS.size() >= 17, MARKERS::toString);
    for (String marker : MARKERS.keySet()) {
      assertTrue(
          marker.equals("skep_record")
              || ROWS.stream().anyMatch(r -> r.member().endsWith(" " + marker)),
          marker);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isShownInTablesAsWhatItMeans(Row row) {
    var plan =
        TablePlan.of("t", null, ValueType.of(object.btf(), type(row))).clock(Instant::ofEpochMilli);
    for (Format format : OF_THE_MACHINE) {
      plan = plan.names(format, n -> format.word() + " " + Long.toHexString(n));
    }
    var rows = plan.rows();
    byte[] bytes = bytes(row);
    rows.add(null, 0, MemorySegment.ofArray(bytes), bytes.length, 1);
    assertEquals(row.table(), rows.table().column(0).getString(0));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isShownInJavaValuesAsWhatItMeans(Row row) {
    assertEquals("{v=" + row.struct() + "}", read(row, bytes(row)).toString());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isTakenBackAsItWasRead(Row row) {
    var writer = new ValueWriter(object.btf(), type(row));
    assertArrayEquals(bytes(row), writer.toBytes(read(row, bytes(row))));
    if (row.taken()) {
      assertArrayEquals(bytes(row), writer.toBytes(Map.of("v", row.struct())));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isPartOfTheTypeAsC(Row row) {
    String layout = TypeLayout.of(object.btf(), type(row));
    String marker = row.member().replaceAll(".*?( skep_\\w+)?$", "$1") + ";";
    assertTrue(layout.lines().toList().get(1).contains(marker), layout);
  }

  /** The number behind a meaning is the value itself. */
  @Test
  void theRawNumberStaysAtHand() {
    var found = new ArrayList<Object>();
    for (Row row : ROWS) {
      if (Set.of("u32 v skep_ipv4", "u64 v skep_ns", "s32 v skep_errno").contains(row.member())) {
        found.add(read(row, bytes(row)).get("v"));
      }
    }
    assertEquals(List.of(1500L, 0L, 16777226L, -2L, 2L, 0L), found);
  }
}
