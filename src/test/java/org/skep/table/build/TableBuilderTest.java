package org.skep.table.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.btf.Btf;
import org.skep.btf.ClangObject;
import org.skep.btf.Format;
import org.skep.btf.Text;
import org.skep.btf.ValueWriter;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import org.skep.table.ValueType;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

/** Bytes of keys, values and events as tables. */
class TableBuilderTest {
  private static final String C =
      """
      #define TAG(x) __attribute__((btf_decl_tag(x)))
      typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32;
      typedef unsigned long long u64; typedef long long s64; typedef int s32;
      typedef u16 __be16; typedef u32 __be32;
      enum color { RED, GREEN = 5 };
      struct who { u32 pid; char comm[16]; u32 dev; } who;
      struct stats { u64 count; u64 bytes TAG("skep:bytes"); u64 max TAG("skep:ns"); s64 ns; } stats;
      struct clash { u32 pid; u32 cpu; u32 key; u32 Count; u32 count; } clash;
      struct kinds { u8 small; u16 port; s32 number; _Bool flag; enum color color; float load;
        void *pointer; char letter; u32 low : 3; int high : 5; u64 slots[12]; u8 raw[3];
        __int128 wide; } kinds;
      struct formats { u32 v4 TAG("skep:ipv4"); u8 v6[16] TAG("skep:ipv6"); u8 mac[6] TAG("skep:mac");
        __be16 port TAG("skep:port"); int result TAG("skep:errno"); int sig TAG("skep:signal");
        u32 dev TAG("skep:dev"); u64 when TAG("skep:time"); u64 ip TAG("skep:ksym");
        int call TAG("skep:syscall"); u32 flags TAG("skep:hex"); __be32 seq; } formats;
      struct meant { u64 at TAG("skep:time"); u64 took TAG("skep:ns"); u16 port TAG("skep:port");
        u32 ip TAG("skep:ipv4"); int error TAG("skep:errno"); } meant;
      struct event { u32 pid; char path[]; } event;
      struct mixed { u64 count; double load; char comm[4]; } mixed;
      u32 u32v; u64 u64v; s64 s64v; u32 array[3]; struct { } empty;
      """;

  private static Btf btf;

  @BeforeAll
  static void compile() {
    btf = ClangObject.of(C).btf();
  }

  private static ValueType type(String name) {
    return ValueType.of(btf, btf.find(name).orElseThrow());
  }

  /** Values one after the other, each in so many bytes. */
  private static MemorySegment values(String type, int stride, Object... values) {
    var writer = new ValueWriter(btf, btf.find(type).orElseThrow());
    var bytes = MemorySegment.ofArray(new byte[stride * values.length]);
    for (int i = 0; i < values.length; i++) {
      writer.write(values[i], bytes, (long) i * stride);
    }
    return bytes;
  }

  private static Table table(String type, Object... values) {
    int stride = type(type).byteSize() + 3;
    var rows = TableBuilder.of("t", null, type(type));
    rows.add(null, 0, values(type, stride, values), stride, values.length);
    return rows.table();
  }

  private static List<String> texts(Table table, String column) {
    var texts = new ArrayList<String>();
    for (int i = 0; i < table.rowCount(); i++) {
      texts.add(table.getString(i, column));
    }
    return texts;
  }

  @Test
  void structsFlattenIntoColumnsByMemberPath() {
    var rows = TableBuilder.of("counts", type("struct who"), type("struct stats"));
    rows.add(
        values("struct who", 24, "{pid: 1, comm: bash, dev: 2}", "{pid: 4294967295, comm: cat}"),
        24,
        values("struct stats", 32, "{count: 7, bytes: 2048, max: 1500, ns: -1}", "{}"),
        32,
        2);
    Table table = rows.table();
    assertEquals("counts", table.name());
    assertEquals(List.of("pid", "comm", "dev", "count", "bytes", "max", "ns"), table.columnNames());
    assertEquals(List.of(1L, 4294967295L), table.longColumn("pid").asList());
    assertEquals(List.of("bash", "cat"), table.stringColumn("comm").asList());
    assertEquals(List.of(7L, 0L), table.longColumn("count").asList());
    assertEquals(List.of(-1L, 0L), table.longColumn("ns").asList());
  }

  /** Around every length at which a text is taken apart in another way. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 8, 9, 12, 15, 16, 17, 24, 33})
  void textsOfEveryLengthEndAtTheirNul(int size) {
    Btf sized = ClangObject.of("struct text { char text[" + size + "]; } text;").btf();
    var rows =
        TableBuilder.of("t", null, ValueType.of(sized, sized.find("struct text").orElseThrow()));
    var bytes = MemorySegment.ofArray(new byte[2 * size * (size + 1)]);
    var expected = new ArrayList<String>();
    for (int row = 0; row < 2 * (size + 1); row++) { // each length, without and with bytes behind
      int length = row / 2;
      for (int i = 0; i < size; i++) {
        int letter = i < length ? 'a' + i % 26 : i > length && row % 2 == 1 ? 'z' : 0;
        bytes.set(ValueLayout.JAVA_BYTE, (long) row * size + i, (byte) letter);
      }
      expected.add("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz".substring(0, length));
    }
    rows.add(null, 0, bytes, size, 2 * (size + 1));
    assertEquals(expected, texts(rows.table(), "text"));
  }

  /** More rows than are taken apart at once, which lie close together and far apart. */
  @ParameterizedTest
  @ValueSource(ints = {8, 24, 30_000})
  void rowsBeyondWhatIsTakenAtOnceComeInTheirOrder(int stride) {
    int count = stride == 30_000 ? 50 : 10_000;
    var rows = TableBuilder.of("t", null, type("u64v"));
    var bytes = MemorySegment.ofArray(new byte[stride * (count - 1) + 8]);
    var expected = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * stride, 7L * i);
      expected.add(7L * i);
    }
    rows.add(null, 0, bytes, stride, count);
    assertEquals(expected, rows.table().longColumn("value").asList());
  }

  /** Columns of every kind, and so many texts that those of dropped rows are forgotten. */
  @Test
  void onlyTheLastRowsAreKept() {
    var rows = TableBuilder.of("t", null, type("struct kinds"));
    var events = TableBuilder.of("t", null, type("struct event"));
    rows.keepLast(70);
    events.keepLast(3);
    int size = type("struct kinds").byteSize();
    for (int i = 0; i < 5_000; i += 100) {
      var batch = new Object[100];
      for (int j = 0; j < batch.length; j++) {
        int n = i + j;
        batch[j] =
            ("{small: %d, number: -%d, flag: %b, color: %d, load: %d.5, pointer: %d, wide: %d,"
                    + " slots: [%d,0,0,0,0,0,0,0,0,0,0,0]}")
                .formatted(n % 200, n, n % 3 == 0, n, n, n, n, n);
        byte[] event = ("pid.path" + n).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        events.addEvent(MemorySegment.ofArray(event), 0, event.length);
      }
      rows.add(null, 0, values("struct kinds", size, batch), size, batch.length);
      if (i == 2_000) {
        assertEquals(-2_030L, rows.table().longColumn("number").get(0));
      }
    }
    Table table = rows.table();
    assertEquals(70, table.rowCount());
    for (int i = 0; i < 70; i++) {
      int n = 4_930 + i;
      assertEquals(-n, table.longColumn("number").get(i));
      assertEquals("0x" + Integer.toHexString(n), table.getString(i, "pointer"));
      assertEquals("" + n, table.getString(i, "color"));
      assertEquals(n % 3 == 0, table.booleanColumn("flag").get(i));
      assertEquals(n, table.longColumn("wide").get(i));
      assertEquals(n + 0.5, table.doubleColumn("load").get(i));
      assertTrue(table.getString(i, "slots").startsWith("[" + n + ", 0"));
    }
    assertEquals(List.of("path4997", "path4998", "path4999"), texts(events.table(), "path"));
    assertThrows(IllegalStateException.class, () -> rows.keepLast(5));
  }

  @Test
  void quantitiesStayNumbersAndPrintWithUnits() {
    Table table =
        table("struct stats", "{bytes: 2048, max: 1500}", "{bytes: 1000, max: 2500000000}");
    assertEquals(List.of(2048L, 1000L), table.longColumn("bytes").asList());
    assertEquals(List.of("2.00 KiB", "1000 B"), texts(table, "bytes"));
    assertEquals(List.of("1.50 µs", "2.50 s"), texts(table, "max"));
  }

  @Test
  void namesInBothKeyAndValueArePrefixed() {
    var plan = TablePlan.of("t", type("struct who"), type("struct clash"));
    assertEquals(
        List.of("key.pid", "comm", "dev", "value.pid", "cpu", "key", "Count", "count_2"),
        plan.rows().table().columnNames());
    assertEquals(
        List.of("key", "cpu", "pid", "value.cpu", "value.key", "Count", "count_2"),
        TablePlan.of("t", type("u32v"), type("struct clash"))
            .perCpu(2, PerCpu.EACH)
            .rows()
            .table()
            .columnNames());
    assertEquals(
        List.of("key", "pid", "cpu", "value.key", "Count", "count_2"),
        TablePlan.of("t", type("u32v"), type("struct clash")).rows().table().columnNames());
  }

  @Test
  void aMemberThatDiffersByCaseAloneIsFoundByItsNameAndNoted() {
    Table table = table("struct clash", "{Count: 1, count: 2}");
    assertEquals(2L, ((Number) table.column("count").get(0)).longValue());
    assertEquals(1L, ((Number) table.column("Count").get(0)).longValue());
    assertEquals(
        List.of("column 'count_2' is the member 'count': columns cannot differ in capitals alone"),
        NotedTable.notesOf(table));
  }

  @ParameterizedTest
  @CsvSource({"u32v, u64v, key value", "array, u32v, key[0] key[1] key[2] value"})
  void scalarsAreKeyAndValue(String key, String value, String columns) {
    assertEquals(
        List.of(columns.split(" ", -1)),
        TableBuilder.of("t", type(key), type(value)).table().columnNames());
  }

  @Test
  void everyKindHasItsColumn() {
    Table table =
        table(
            "struct kinds",
            "{small: 255, port: 65535, number: -2147483648, flag: true, color: GREEN, load: 0.5,"
                + " pointer: '0xffff888100000000', letter: x, low: 7, high: -16,"
                + " slots: [1,2,3,4,5,6,7,8,9,10,11,18446744073709551615], raw: [1,2,255],"
                + " wide: -3}",
            "{color: 3}");
    assertEquals(
        List.of(
            ColumnType.INTEGER,
            ColumnType.INTEGER,
            ColumnType.LONG,
            ColumnType.BOOLEAN,
            ColumnType.STRING,
            ColumnType.DOUBLE,
            ColumnType.STRING,
            ColumnType.STRING,
            ColumnType.INTEGER,
            ColumnType.INTEGER,
            ColumnType.STRING,
            ColumnType.STRING,
            ColumnType.LONG),
        table.types());
    assertEquals(
        List.of(
            "255",
            "65535",
            "-2147483648",
            "true",
            "GREEN",
            "0.5",
            "0xffff888100000000",
            "x",
            "7",
            "-16",
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18446744073709551615]",
            "0102ff",
            "-3"),
        table.columns().stream().map(c -> c.getString(0)).toList());
    assertEquals("3", table.getString(1, "color"));
    assertEquals("0x0", table.getString(1, "pointer"));
    assertEquals("\\x00", table.getString(1, "letter"));
  }

  @Test
  void numbersBeyond63BitsAreFlaggedAndNeverNegative() {
    Table table = table("u64v", BigInteger.TWO.pow(63), 5L, "18446744073709551615");
    assertEquals(List.of("value", "value.exact"), table.columnNames());
    assertEquals(0x1p63, table.doubleColumn("value").getDouble(0));
    assertEquals(
        List.of("9223372036854775808", "5", "18446744073709551615"),
        table.stringColumn("value.exact").asList());
    assertTrue(NotedTable.notesOf(table).getFirst().contains("2 values do not fit into 63 bits"));
    assertInstanceOf(
        tech.tablesaw.api.LongColumn.class, table("u64v", Long.MAX_VALUE).column("value"));
  }

  @Test
  void theSmallestNumberIsNotTakenForAMissingOne() {
    Table table = table("s64v", Long.MIN_VALUE, 1L);
    assertEquals(0, table.column("value").countMissing());
    assertEquals("-9223372036854775808", table.getString(0, "value.exact"));
    assertEquals(0, table("struct kinds", "{number: -2147483648}").column("number").countMissing());
  }

  @Test
  void wideNumbersAreExact() {
    Table table = table("struct kinds", Map.of("wide", BigInteger.TWO.pow(100)));
    assertEquals(BigInteger.TWO.pow(100).toString(), table.getString(0, "wide.exact"));
  }

  @Test
  void numbersAreNamedApartFromTheRows() {
    var asked = new ArrayList<Long>();
    var rows =
        TablePlan.of("t", null, type("struct formats"))
            .names(
                Format.SYSCALL,
                n -> {
                  asked.add(n);
                  return "call " + n;
                })
            .rows();
    int size = type("struct formats").byteSize();
    rows.add(null, 0, values("struct formats", size, "{call: 257}", "{call: 0}"), size, 2);
    rows.add(null, 0, values("struct formats", size, "{call: 257}"), size, 1);
    assertEquals(List.of(), asked, "named while rows were added");
    var unnamed = rows.unnamed();
    rows.add(null, 0, values("struct formats", size, "{call: 3}"), size, 1);
    unnamed.forEach(Naming::resolve);
    assertEquals(List.of(257L, 0L), asked);
    unnamed.forEach(Naming::store);
    assertEquals(
        List.of("call 257", "call 0", "call 257", "call 3"),
        rows.table().stringColumn("call").asList());
    assertEquals(List.of(257L, 0L, 3L), asked, "each distinct number once");
    assertEquals(List.of(), rows.unnamed());
  }

  @Test
  void formatsShowTheMeaningAndKeepTheNumber() {
    var plan =
        TablePlan.of("t", null, type("struct formats"))
            .names(Format.KSYM, a -> "symbol+" + Long.toHexString(a & 0xff))
            .names(Format.SYSCALL, n -> n == 257 ? "openat" : Long.toString(n))
            .clock(Instant::ofEpochMilli);
    var rows = plan.rows();
    int size = type("struct formats").byteSize();
    rows.add(
        null,
        0,
        values(
            "struct formats",
            size,
            "{v4: '10.0.0.1', v6: 'fe80::1', mac: '02:00:00:00:00:ff', port: 443, result: -2,"
                + " sig: 9, dev: 8388609, when: 1000, ip: '0xffffffff81000010', call: 257,"
                + " flags: '0xffffffff', seq: 1}"),
        size,
        1);
    Table table = rows.table();
    assertEquals(
        List.of(
            "v4",
            "v6",
            "mac",
            "port",
            "result",
            "sig",
            "dev",
            "when",
            "ip",
            "call",
            "flags",
            "seq",
            "result.raw",
            "sig.raw",
            "dev.raw",
            "when.raw",
            "ip.raw",
            "call.raw"),
        table.columnNames());
    assertEquals(
        List.of(
            "10.0.0.1",
            "fe80::1",
            "02:00:00:00:00:ff",
            "443",
            "ENOENT",
            "SIGKILL",
            "8:1",
            "1970-01-01T00:00:01.000Z",
            "symbol+10",
            "openat",
            "0xffffffff",
            "1",
            "-2",
            "9",
            "8388609",
            "1000",
            "0xffffffff81000010",
            "257"),
        table.columns().stream().map(c -> c.getString(0)).toList());
  }

  @Test
  void withoutNamesNumbersStayNumbers() {
    Table table = table("struct formats", "{ip: 16, call: 3}");
    assertEquals("0x10", table.getString(0, "ip"));
    assertEquals(List.of(3L), table.longColumn("call").asList());
    assertFalse(table.containsColumn("call.raw"));
  }

  @Test
  void aColumnCanBeGivenAnotherMeaning() {
    var plan = TablePlan.of("t", null, type("struct stats")).format("ns", Format.NANOS);
    var rows = plan.rows();
    rows.add(null, 0, values("struct stats", 32, "{ns: 1000000}"), 32, 1);
    assertEquals("1.00 ms", rows.table().getString(0, "ns"));
    var error = assertThrows(IllegalArgumentException.class, () -> plan.format("nss", Format.HEX));
    assertTrue(String.valueOf(error.getMessage()).contains("did you mean 'ns'"));
  }

  @Test
  void eachCpuHasItsRow() {
    var rows = TablePlan.of("t", type("u32v"), type("u32v")).perCpu(3, PerCpu.EACH).rows();
    // every value is rounded up to 8 bytes
    rows.add(values("u32v", 4, 7L, 8L), 4, values("u32v", 8, 1L, 2L, 3L, 4L, 5L, 6L), 24, 2);
    Table table = rows.table();
    assertEquals(List.of("key", "cpu", "value"), table.columnNames());
    assertEquals(List.of(7L, 7L, 7L, 8L, 8L, 8L), table.longColumn("key").asList());
    assertEquals(List.of(0, 1, 2, 0, 1, 2), table.intColumn("cpu").asList());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), table.longColumn("value").asList());
  }

  @ParameterizedTest
  @CsvSource({"SUM, 16, 2.5", "MIN, 1, 0.5", "MAX, 15, 2.0"})
  void cpusAreCombined(PerCpu how, long count, double load) {
    var rows = TablePlan.of("t", type("u32v"), type("struct mixed")).perCpu(2, how).rows();
    rows.add(
        values("u32v", 4, 7L),
        4,
        values("struct mixed", 24, "{count: 1, load: 2}", "{count: 15, load: 0.5}"),
        48,
        1);
    Table table = rows.table();
    assertEquals(List.of("key", "count", "load"), table.columnNames());
    assertEquals(List.of(count), table.longColumn("count").asList());
    assertEquals(List.of(load), table.doubleColumn("load").asList());
    assertTrue(NotedTable.notesOf(table).getFirst().contains("'comm' is not a quantity"));
  }

  /**
   * Ports, addresses and errors do not add up; times have a first and a last one, and 0 is none.
   */
  @ParameterizedTest
  @CsvSource({"SUM, took, 8, ", "MIN, at took, 0, 1000000005", "MAX, at took, 5, 2000000007"})
  void onlyWhatHasASumIsAddedOverCpus(PerCpu how, String columns, long took, @Nullable Long at) {
    var rows = TablePlan.of("t", null, type("struct meant")).perCpu(3, how).rows();
    rows.add(
        null,
        0,
        values(
            "struct meant",
            32,
            "{at: 2000000007, took: 3, port: 80, ip: 1, error: -2}",
            "{at: 1000000005, took: 5, port: 80, ip: 1, error: -2}",
            "{}"),
        96,
        1);
    Table table = rows.table();
    List<String> names = table.columnNames().stream().filter(n -> !n.endsWith(".raw")).toList();
    assertEquals(List.of(columns.split(" ", -1)), names);
    assertEquals(took, table.longColumn("took").getLong(0));
    assertEquals(at, at == null ? null : table.column("at.raw").get(0));
    assertEquals(at == null ? 4 : 3, NotedTable.notesOf(table).size());
  }

  @Test
  void aSumMayNeedMoreBitsThanItsParts() {
    var rows = TablePlan.of("t", null, type("u64v")).perCpu(2, PerCpu.SUM).rows();
    rows.add(null, 0, values("u64v", 8, "18446744073709551615", 1L), 16, 1);
    assertEquals("18446744073709551616", rows.table().getString(0, "value.exact"));
  }

  @Test
  void bytesWithoutATypeAreHexadecimal() {
    var rows = TableBuilder.of("t", ValueType.ofBytes(3), ValueType.ofBytes(2));
    rows.add(
        MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6}),
        3,
        MemorySegment.ofArray(new byte[] {-1, 0, 16, 1}),
        2,
        2);
    Table table = rows.table();
    assertEquals(List.of("010203", "040506"), texts(table, "key"));
    assertEquals(List.of("ff00", "1001"), texts(table, "value"));
  }

  @Test
  void bytesBehindTheNulOfATextAreShownInAKeyAndNotedInAValue() {
    var keys =
        values("struct who", 24, "{comm: bash}", "{comm: bash}", "{comm: '0123456789abcdef'}");
    keys.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 24 + 4 + 15, (byte) 'x');
    var rows = TableBuilder.of("t", type("struct who"), null);
    rows.add(keys, 24, null, 0, 3);
    NotedTable table = rows.table();
    assertEquals(
        List.of("bash", "bash" + "\\x00".repeat(11) + "x", "0123456789abcdef"),
        texts(table, "comm"));
    assertEquals(
        "'comm': some texts have bytes behind their NUL, shown as \\x00 and what follows, which make"
            + " them different keys (set all bytes of a key to zero before filling it)",
        table.notes().getFirst());
    var asValues = TableBuilder.of("t", null, type("struct who"));
    asValues.add(null, 0, keys, 24, 3);
    assertEquals(List.of("bash", "bash", "0123456789abcdef"), texts(asValues.table(), "comm"));
    assertEquals(
        "'comm': some texts have bytes behind their NUL, which are not shown (skep_hex behind the"
            + " member shows all bytes; Java values have them too)",
        asValues.table().notes().getFirst());
  }

  @Test
  void manyDistinctTextsKeepTheirRows() {
    var rows = TableBuilder.of("t", type("struct who"), null);
    var writer = new ValueWriter(btf, btf.find("struct who").orElseThrow());
    int count = 20_000;
    var keys = MemorySegment.ofArray(new byte[24 * count]);
    for (int i = 0; i < count; i++) {
      writer.write(Map.of("pid", i, "comm", "task-" + i % 7_000), keys, 24L * i);
    }
    for (int from = 0; from < count; from += 1_000) {
      rows.add(keys.asSlice(24L * from), 24, null, 0, 1_000);
    }
    Table table = rows.table();
    assertEquals(7_000, table.stringColumn("comm").countUnique());
    for (int i = 0; i < count; i++) {
      assertEquals("task-" + i % 7_000, table.stringColumn("comm").get(i));
    }
    assertEquals(3, table.stringColumn("comm").isEqualTo("task-1").size());
  }

  @Test
  void tablesawCanWorkOnTheColumns() {
    Table table = table("struct mixed", "{comm: b, count: 2}", "{comm: '', count: 3}", "{comm: b}");
    assertEquals(List.of("", "b", "b"), texts(table.sortOn("comm"), "comm"));
    assertEquals(1, table.stringColumn("comm").countMissing());
    assertEquals(2, table.where(table.stringColumn("comm").isEqualTo("b")).rowCount());
    assertEquals(2, table.countBy("comm").rowCount());
    table.stringColumn("comm").append("new");
    assertEquals("new", table.stringColumn("comm").get(3));
  }

  @Test
  void eventsMayHaveATailAndShortOnesAreCounted() {
    var rows = TableBuilder.of("t", null, type("struct event"));
    byte[] event = new byte[12];
    event[0] = 7;
    System.arraycopy(
        "/etc\0junk".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, event, 4, 8);
    assertTrue(rows.addEvent(MemorySegment.ofArray(event), 0, 12));
    assertTrue(rows.addEvent(MemorySegment.ofArray(event), 0, 4));
    assertFalse(rows.addEvent(MemorySegment.ofArray(event), 0, 3));
    NotedTable table = rows.table();
    assertEquals(List.of("/etc", ""), texts(table, "path"));
    assertEquals(List.of(7L, 7L), table.longColumn("pid").asList());
    assertEquals(List.of("1 event was shorter than its type and left out"), table.notes());
  }

  /** The ring of rows gives a place to a whole value that a part of one had before, and back. */
  @Test
  void onlyRowsOfPartsMissWhatTheyDoNotHave() {
    var rows = TableBuilder.of("t", null, type("struct mixed"));
    rows.keepLast(3);
    for (int i = 0; i < 5; i++) {
      MemorySegment value = values("struct mixed", 24, "{count: " + (i + 1) + ", comm: abc}");
      if (i % 2 == 0) {
        rows.addPart(value, 0, 4);
      } else {
        rows.addEvent(value, 0, value.byteSize());
      }
    }
    Table table = rows.table();
    assertEquals(3, table.rowCount());
    for (int row = 0; row < 3; row++) {
      boolean part = row != 1;
      assertEquals(part, table.column("count").isMissing(row), "row " + row);
      assertEquals(part ? "" : "abc", table.getString(row, "comm"));
    }
    assertThrows(IllegalArgumentException.class, () -> rows.addPart(values("u64v", 8, 1), 0, 0));
  }

  @Test
  void aTableStaysWhenItsRowsAreForgotten() {
    var rows = TableBuilder.of("t", null, type("struct mixed"));
    rows.add(null, 0, values("struct mixed", 24, "{count: 1, comm: a}"), 24, 1);
    Table first = rows.table();
    rows.clear();
    rows.add(null, 0, values("struct mixed", 24, "{count: 2, comm: b}"), 24, 1);
    Table second = rows.table();
    assertEquals("1 a", first.getString(0, "count") + " " + first.getString(0, "comm"));
    assertEquals("2 b", second.getString(0, "count") + " " + second.getString(0, "comm"));
    assertEquals(1, second.rowCount());
  }

  @Test
  void drainedRowsAreGoneAndOthersMayCome() {
    var rows = TableBuilder.of("t", null, type("struct mixed"));
    rows.add(null, 0, values("struct mixed", 24, "{count: 1, comm: a}", "{comm: b}"), 24, 2);
    assertEquals(List.of("a", "b"), texts(rows.drain(List.of("complete")), "comm"));
    assertEquals(0, rows.rowCount());
    rows.add(null, 0, values("struct mixed", 24, "{count: 2, comm: c}"), 24, 1);
    assertEquals(List.of("c"), texts(rows.drain(List.of()), "comm"));
  }

  @ParameterizedTest
  @CsvSource({
    "SUM, u64v, 9223372036854775807, 1, 9223372036854775808",
    "SUM, s64v, -9223372036854775808, -1, -9223372036854775809",
    "SUM, s64v, 9223372036854775807, -1, 9223372036854775806",
    "MAX, u64v, 18446744073709551615, 1, 18446744073709551615",
    "MIN, u64v, 18446744073709551615, 1, 1",
    "MIN, s64v, -9223372036854775808, 1, -9223372036854775808",
    "MAX, s64v, -5, -3, -3",
  })
  void combinedNumbersAreExactAtTheEdges(
      PerCpu how, String type, BigInteger first, BigInteger second, String expected) {
    var rows = TablePlan.of("t", null, type(type)).perCpu(2, how).rows();
    rows.add(null, 0, values(type, 8, first, second), 16, 1);
    Table table = rows.table();
    boolean exact = table.containsColumn("value.exact");
    assertEquals(expected, table.getString(0, exact ? "value.exact" : "value"));
    assertEquals(0, table.column("value").countMissing());
  }

  @Test
  void tooLittleMemoryIsRefused() {
    var rows = TableBuilder.of("t", null, type("u64v"));
    var bytes = MemorySegment.ofArray(new byte[15]);
    assertThrows(IllegalArgumentException.class, () -> rows.add(null, 0, bytes, 8, 2));
    assertThrows(IllegalArgumentException.class, () -> rows.add(null, 0, null, 8, 1));
    assertThrows(IllegalArgumentException.class, () -> rows.addEvent(bytes, 10, 8));
    assertEquals(0, rows.rowCount());
  }

  @Test
  void emptyTypesAndTablesAreTables() {
    assertEquals(0, TableBuilder.of("t", type("empty"), type("u32v")).table().rowCount());
    assertEquals(
        List.of("value"), TableBuilder.of("t", type("empty"), type("u32v")).table().columnNames());
  }

  @Test
  void valuesWithoutATypeAreReadAndWrittenInHexadecimal() {
    var bytes = MemorySegment.ofArray(new byte[3]);
    var type = ValueType.ofBytes(3);
    type.write("0x01 ff:00", bytes, 0);
    assertEquals("01ff00", type.read(bytes, 0));
    assertEquals("01ff00", Text.hex(bytes.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
    assertThrows(IllegalArgumentException.class, () -> type.write("0102", bytes, 0));
    assertThrows(IllegalArgumentException.class, () -> type.write("nonsense", bytes, 0));
  }

  @Test
  void aTableThatTheHeapCannotHoldIsRefusedBeforeItIsTried() {
    TableBuilder rows = TableBuilder.of("large", ValueType.ofBytes(4), ValueType.ofBytes(8));
    var refused =
        assertThrows(IllegalStateException.class, () -> rows.expect(Integer.MAX_VALUE - 8));
    assertTrue(String.valueOf(refused.getMessage()).contains("snapshot(LIMIT)"));
    rows.expect(1_000);
    assertEquals(0, rows.table().rowCount());
  }

  /** A table that was made stays what it is when rows are added behind it, drained or not. */
  @Test
  void aTableKeepsItsNumbersWhenOthersFollow() {
    assertTrue(LongColumns.areWrapped(), "Tablesaw's constructor is not to be had");
    for (boolean drained : new boolean[] {false, true}) {
      TableBuilder rows = TableBuilder.of("t", null, type("struct stats"));
      long[] numbers = {1, 2, 3, 4};
      var column = LongColumns.of("n", numbers);
      column.append(5);
      assertEquals(5, column.size());
      assertEquals(5, column.get(4));
      MemorySegment bytes = MemorySegment.ofArray(new byte[64 * 32]); // as many as room is made for
      rows.add(null, 0, bytes, 32, 64);
      Table first = drained ? rows.drain(List.of()) : rows.table();
      List<?> before = List.copyOf(first.column(0).asList());
      bytes.fill((byte) 1);
      rows.add(null, 0, bytes, 32, 64);
      assertEquals(before, first.column(0).asList());
    }
  }
}
