package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be given for a C value, and what is said of the rest. */
@SuppressWarnings("ArrayRecordComponent") // records of users may have arrays
class ValueWriterTest {
  private static final String C =
      """
      typedef unsigned char u8; typedef unsigned int u32; typedef unsigned long long u64;
      typedef unsigned short __be16;
      enum color { RED, GREEN = 5 }; enum mode { NARROW, WIDE = 9 };
      struct in6_addr { union { u8 b[16]; u32 w[4]; } u; };
      struct dev { u8 major; u32 minor; };
      struct who { u32 pid; char comm[8]; struct dev dev; u64 slots[2]; u8 mac[6]; enum color color;
        _Bool flag; float load; void *pointer; char letter; int low : 3; __be16 port;
        union { u32 four; u8 bytes[4]; }; struct in6_addr ip; enum mode mode : 2; } who;
      struct tail { u32 count; u64 data[]; } tail;
      """;

  private static ClangObject object;
  private static ValueWriter writer;
  private static ValueReader reader;

  @BeforeAll
  static void compile() {
    object = ClangObject.of(C);
    writer = new ValueWriter(object.btf(), object.type("struct who"));
    reader = new ValueReader(object.btf(), object.type("struct who"));
  }

  private static @Nullable Object written(Object value, String member) {
    return ((Map<?, ?>) reader.read(writer.toBytes(value))).get(member);
  }

  record Dev(int major, long minor) {}

  record Who(long pid, String comm, Dev dev) {}

  @Test
  void mapsRecordsAndJsonMeanTheSame() {
    var map = new LinkedHashMap<String, Object>();
    map.put("pid", 7);
    map.put("comm", "bash");
    map.put("dev", Map.of("major", (byte) 8, "minor", 1L));
    byte[] bytes = writer.toBytes(map);
    assertArrayEquals(bytes, writer.toBytes(new Who(7, "bash", new Dev(8, 1))));
    assertArrayEquals(
        bytes,
        writer.toBytes("{\"pid\": 7, \"comm\": \"bash\", \"dev\": {\"major\": 8, \"minor\": 1}}"));
  }

  @Test
  void whatIsNotNamedIsZeroAndSoIsPadding() {
    var memory = MemorySegment.ofArray(new byte[(int) writer.byteSize()]);
    memory.fill((byte) 0xff);
    writer.write(Map.of("dev", Map.of("major", 1)), memory, 0);
    byte[] expected = new byte[(int) writer.byteSize()];
    expected[12] = 1;
    assertArrayEquals(expected, memory.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "{pid: '0xff'} ~ pid ~ 255",
        "{pid: 1e3} ~ pid ~ 1000",
        "{pid: 5.0} ~ pid ~ 5",
        "{slots: [18446744073709551615, '0']} ~ slots ~ [18446744073709551615, 0]",
        "{color: GREEN} ~ color ~ GREEN",
        "{color: 5} ~ color ~ GREEN",
        "{color: 4} ~ color ~ 4",
        "{flag: true} ~ flag ~ true",
        "{flag: 1} ~ flag ~ true",
        "{load: 0.5} ~ load ~ 0.5",
        "{load: '-2.5'} ~ load ~ -2.5",
        "{pointer: '0xffff888100000000'} ~ pointer ~ 0xffff888100000000",
        "{letter: x} ~ letter ~ x",
        "{letter: 7} ~ letter ~ \\x07",
        "{letter: '\\\\x07'} ~ letter ~ \\x07",
        "{low: -4} ~ low ~ -4",
        "{port: 443} ~ port ~ 443",
        "{comm: '12345678'} ~ comm ~ 12345678",
        "{comm: 'a\\\\x01b'} ~ comm ~ a\\x01b",
        "{mac: '02:00:00:00:00:ff'} ~ mac ~ [2, 0, 0, 0, 0, 255]",
        "{four: '10.0.0.1'} ~ bytes ~ [10, 0, 0, 1]",
        "{bytes: '10.0.0.1'} ~ bytes ~ [10, 0, 0, 1]",
        "{four: 1} ~ bytes ~ [1, 0, 0, 0]",
        "{four: 1, bytes: [1, 0, 0, 0]} ~ four ~ 1",
        "{ip: '::1'} ~ ip ~ ::1",
        "{ip: '::ffff:1.2.3.4'} ~ ip ~ ::ffff:1.2.3.4",
        "{ip: {u: {b: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]}}} ~ ip ~ ::1",
        "{letter: '5'} ~ letter ~ 5",
        "{letter: '\\\\\\\\'} ~ letter ~ \\\\",
        "{flag: '0x02'} ~ flag ~ 0x02",
        "{comm: 'a\\\\x00b'} ~ comm ~ a\\x00b",
      })
  void isTaken(String json, String member, String expected) {
    assertEquals(expected, String.valueOf(written(json, member)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "{pidd: 1} ~ has no member 'pidd' (did you mean 'pid'?)",
        "{dev: {mayor: 1}} ~ 'dev' has no member 'mayor' (did you mean 'major'?)",
        "{pid: -1} ~ 'pid' expected a number from 0 to 4294967295 but was -1",
        "{pid: 4294967296} ~ 'pid' expected a number from 0 to 4294967295 but was 4294967296",
        "{pid: 1.5} ~ 'pid' expected a number",
        "{pid: null} ~ 'pid' expected a number from 0 to 4294967295 but was nothing",
        "{pid: many} ~ 'pid' expected a number from 0 to 4294967295 but was 'many'",
        "{pid: [1]} ~ 'pid' expected a number",
        "{pid: 1e1000000000} ~ 'pid' expected a number",
        "{dev: {major: 256}} ~ 'dev.major' expected a number from 0 to 255 but was 256",
        "{dev: 1} ~ 'dev' expected a map, a record or JSON for 'struct dev' but was 1",
        "{slots: [1]} ~ 'slots' expected 2 elements but was 1",
        "{slots: [1, -1]} ~ 'slots[1]' expected a number from 0 to 18446744073709551615 but was -1",
        "{slots: 1} ~ 'slots' expected a list of 2 elements but was 1",
        "{comm: '123456789'} ~ 'comm' expected at most 8 bytes but was 9",
        "{comm: 1} ~ 'comm' expected a list of 8 elements but was 1",
        "{mac: '02:00'} ~ 'mac' expected an address: '02:00': not a hardware address (write one such as 02:00:00:00:00:01)",
        "{color: BLUE} ~ 'color' expected one of RED, GREEN but was 'BLUE'",
        "{color: GREN} ~ 'color' expected one of RED, GREEN (did you mean 'GREEN'?) but was 'GREN'",
        "{flag: 2} ~ 'flag' expected true or false but was 2",
        "{pid: '010'} ~ 'pid' expected a number from 0 to 4294967295 but was '010' (a leading zero makes it octal in C: write 10 or 0x8)",
        "{pid: '٣'} ~ 'pid' expected a number from 0 to 4294967295 but was '٣'",
        "{four: '10.0.1'} ~ 'four' expected an address: '10.0.1': an IPv4 address has four parts (write 10.0.1.0)",
        "{four: '010.0.0.1'} ~ part '010' begins with 0, which is octal to some programs (write 10)",
        "{ip: 'fe80::1%eth0'} ~ a zone belongs to a socket, not to the address (write fe80::1)",
        "{ip: '10.0.0.1'} ~ not an IPv6 address (write ::ffff:10.0.0.1)",
        "{mode: WIDE} ~ 'mode' expected a number from 0 to 3 but was 9",
        "{load: 1e300} ~ 'load' expected a number that 4 bytes can hold but was 1E+300",
        "{load: x} ~ 'load' expected a number but was 'x'",
        "{low: 4} ~ 'low' expected a number from -4 to 3 but was 4",
        "{four: 1, bytes: [2, 0, 0, 0]} ~ its views 'four' and 'bytes' contradict each other",
        "[1, 2] ~ expected a map, a record or JSON for 'struct who'",
        "{pid ~ expected JSON but was '{pid'",
      })
  void isRefusedWithItsPlaceAndTheLayout(String json, String message) {
    var error = assertThrows(IllegalArgumentException.class, () -> writer.toBytes(json));
    String said = String.valueOf(error.getMessage());
    assertTrue(said.startsWith("write 'struct who': "), said);
    assertTrue(said.contains(message), said);
    assertTrue(said.contains("char comm[8];"), said);
  }

  @Test
  void nothingIsWrittenWhereSomethingIsWrong() {
    var memory = MemorySegment.ofArray(new byte[(int) writer.byteSize()]);
    assertThrows(
        IllegalArgumentException.class, () -> writer.write("{pid: 1, comm: 1}", memory, 0));
    assertEquals(0, memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalArgumentException.class, () -> writer.write("{}", memory, 1));
  }

  @Test
  void rawBytesAreTakenForTexts() {
    byte[] raw = {1, 0, 2, 0, 0, 0, 0, (byte) 0xff};
    byte[] bytes = writer.toBytes(Map.of("comm", raw));
    assertArrayEquals(raw, Arrays.copyOfRange(bytes, 4, 12));
    var twice = new ValueReader(object.btf(), object.type("struct who"));
    record Raw(byte[] comm) {}
    assertArrayEquals(raw, twice.read(MemorySegment.ofArray(bytes), 0, Raw.class).comm());
  }

  enum Color {
    RED,
    GREEN
  }

  record Everything(
      int pid,
      String comm,
      Dev dev,
      List<Long> slots,
      short[] mac,
      Color color,
      boolean flag,
      float load,
      Address pointer,
      char letter,
      byte low,
      Integer port,
      BigInteger four,
      Object ip) {}

  @Test
  void structsAreReadIntoRecords() {
    byte[] bytes =
        writer.toBytes(
            "{pid: 7, comm: bash, dev: {major: 1, minor: 2}, slots: [3, 4], mac: [1,2,3,4,5,6],"
                + " color: GREEN, flag: true, load: 0.5, pointer: 16, letter: x, low: -1, port: 80,"
                + " four: 9}");
    var all = reader.read(MemorySegment.ofArray(bytes), 0, Everything.class);
    assertEquals(7, all.pid());
    assertEquals("bash", all.comm());
    assertEquals(new Dev(1, 2), all.dev());
    assertEquals(List.of(3L, 4L), all.slots());
    assertArrayEquals(new short[] {1, 2, 3, 4, 5, 6}, all.mac());
    assertEquals(Color.GREEN, all.color());
    assertTrue(all.flag());
    assertEquals(0.5f, all.load());
    assertEquals(new Address(16), all.pointer());
    assertEquals('x', all.letter());
    assertEquals(-1, all.low());
    assertEquals(80, all.port());
    assertEquals(BigInteger.valueOf(9), all.four());
    assertEquals(
        Map.of(
            "u", Map.of("b", java.util.Collections.nCopies(16, 0L), "w", List.of(0L, 0L, 0L, 0L))),
        all.ip());
    assertArrayEquals(
        bytes, writer.toBytes(reader.read(bytes))); // and whatever is read can be written
  }

  record Wrong(int pdi) {}

  record Small(byte pid) {}

  record Picky(int pid) {
    Picky {
      throw new IllegalStateException("never");
    }
  }

  @Test
  void aRecordThatDoesNotFitIsRefused() {
    var memory = MemorySegment.ofArray(writer.toBytes("{pid: 300}"));
    var wrong =
        assertThrows(IllegalArgumentException.class, () -> reader.read(memory, 0, Wrong.class));
    assertTrue(
        String.valueOf(wrong.getMessage()).contains("no member 'pdi' (did you mean 'pid'?)"));
    var small =
        assertThrows(IllegalArgumentException.class, () -> reader.read(memory, 0, Small.class));
    assertTrue(String.valueOf(small.getMessage()).contains("a byte cannot hold 300 (a Long can)"));
    var picky =
        assertThrows(IllegalArgumentException.class, () -> reader.read(memory, 0, Picky.class));
    assertInstanceOf(IllegalStateException.class, picky.getCause());
  }

  @Test
  void aFlexibleArrayHasAsManyElementsAsThereAreBytes() {
    var tail = new ValueReader(object.btf(), object.type("struct tail"));
    byte[] bytes = new byte[31];
    bytes[0] = 2;
    bytes[8] = 3;
    bytes[16] = 4;
    var memory = MemorySegment.ofArray(bytes);
    assertEquals("{count=2, data=[]}", tail.read(memory, 0).toString());
    assertEquals("{count=2, data=[3, 4]}", tail.read(memory, 0, 31).toString());
    assertThrows(IllegalArgumentException.class, () -> tail.read(memory, 0, 32));
    assertThrows(IllegalArgumentException.class, () -> tail.read(memory, 0, 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "bash",
        "a b",
        "ä€😀",
        "\\x01\\x7f\\xff",
        "\\n\\t\\r",
        "a\\\\b",
        "\\xc3(",
        "\\xed\\xa0\\x80",
        "\\xe2\\x80\\xae"
      })
  void textComesBackAsItsBytes(String text) {
    byte[] bytes = Text.encode(text);
    assertEquals(text, Text.decode(bytes));
  }

  @Test
  void everyPairOfBytesHasItsOwnText() {
    byte[] bytes = new byte[2];
    for (int i = 1; i < 256; i++) {
      for (int j = 1; j < 256; j++) {
        bytes[0] = (byte) i;
        bytes[1] = (byte) j;
        String text = Text.decode(bytes);
        assertArrayEquals(bytes, Text.encode(text), text);
        assertTrue(text.chars().noneMatch(Character::isISOControl), text);
      }
    }
    assertEquals("a", Text.decode("a\0b".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @CsvSource({"0", "-0.0", "1", "-1.5", "0.1", "1e308", "4.9e-324", "Infinity", "-Infinity", "NaN"})
  void floatsOfEveryWidthKeepWhatTheyCan(double value) {
    var memory = MemorySegment.ofArray(new byte[16]);
    for (int byteSize : new int[] {8, 12, 16}) {
      for (var order : List.of(java.nio.ByteOrder.LITTLE_ENDIAN, java.nio.ByteOrder.BIG_ENDIAN)) {
        if (byteSize == 12 && order == java.nio.ByteOrder.BIG_ENDIAN) {
          continue; // x86 alone has that
        }
        memory.fill((byte) 0);
        WideFloat.write(memory, 0, byteSize, value, order);
        assertEquals(value, WideFloat.read(memory, 0, byteSize, order), byteSize + " " + order);
      }
    }
  }
}
