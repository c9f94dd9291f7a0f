package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.table.Nanoseconds;
import org.skep.table.NotedTable;
import tech.tablesaw.api.InstantColumn;

/** Values that a program writes, as tables and as Java values, and back to the program. */
@Tag("privileged")
class MeantValuesIT {
  private static final String C =
      """
      #define SKEP_NO_TYPES
      #include <bpf/bpf_endian.h>
      #include <skep.h>
      typedef __s16 s16;
      struct flow { u32 ip skep_ipv4; u16 port skep_port; s16 error skep_errno; u64 call skep_syscall; };
      struct payload { u32 size; char bytes[12]; char shown[6] skep_hex; };
      struct padded { u8 a; u32 b; };
      struct seen { u64 at skep_time; u64 then skep_time; u64 wide skep_ifindex; u32 lo skep_ifindex;
                    u32 gone skep_ifindex; u32 none skep_ifindex; u64 call skep_syscall; };
      struct seen last = { 1000000000, 1000000001, 0x100000001ULL, 1, 0x7ffffff0, 0, 0x100000001ULL };
      #define MAP(name, kind, k, v)                                                      \\
        struct { __uint(type, kind); __uint(max_entries, 8); __type(key, k);             \\
                 __type(value, v); } name SEC(".maps")
      MAP(flows, BPF_MAP_TYPE_HASH, u32, struct flow);
      MAP(by_ip, BPF_MAP_TYPE_HASH, __be32, __be16);
      MAP(sights, BPF_MAP_TYPE_ARRAY, u32, struct seen);
      MAP(texts, BPF_MAP_TYPE_HASH, char[8], struct payload);
      MAP(letters, BPF_MAP_TYPE_HASH, char, char);
      MAP(padded, BPF_MAP_TYPE_HASH, struct padded, u32);
      SEC("socket") int fill(void *ctx) {
        u32 k = 1;
        struct flow f = { bpf_htonl(0x0a000001), bpf_htons(80), -2, 257 };
        bpf_map_update_elem(&flows, &k, &f, 0);
        __be32 ip = bpf_htonl(0x0a000001);
        __be16 port = bpf_htons(443);
        bpf_map_update_elem(&by_ip, &ip, &port, 0);
        char cat[8] = {'c', 'a', 't'}, more[8] = {'c', 'a', 't', 0, 'y'};
        struct payload p = { 9, "ls\\0-l\\0/d", {0, 1, 2, 3, 0, 4} };
        bpf_map_update_elem(&texts, &cat, &p, 0);
        bpf_map_update_elem(&texts, &more, &p, 0);
        return 0;
      }
      SEC("socket") int pad(void *ctx) {
        struct padded one = {}, two;
        u32 v = 1;
        __builtin_memset(&two, 0xff, sizeof(two));
        two.a = 0;
        two.b = 0;
        bpf_map_update_elem(&padded, &one, &v, 0);
        bpf_map_update_elem(&padded, &two, &v, 0);
        return 0;
      }
      SEC("socket") int look(void *ctx) {
        u32 k = 2;
        struct flow *f = bpf_map_lookup_elem(&flows, &k);
        __be32 ip = bpf_htonl(0x0a000002);
        __be16 *port = bpf_map_lookup_elem(&by_ip, &ip);
        char five = '5';
        char *letter = bpf_map_lookup_elem(&letters, &five);
        return (f && f->ip == bpf_htonl(0x0a000002) && f->port == bpf_htons(8080) && f->error == -22)
             + 2 * (port && *port == bpf_htons(22)) + 4 * (letter && *letter == '7');
      }
      """;

  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("meant", C);
    Run.once(object.program("fill"));
  }

  @AfterAll
  static void close() {
    object.close();
  }

  @Test
  void aStructAsJavaValueShowsWhatItsMembersMean() {
    Object flow = object.map("flows").get(1).orElseThrow();
    assertEquals("{ip=10.0.0.1, port=80, error=ENOENT, call=openat}", flow.toString());
    assertEquals(Map.of("ip", 16777226L, "port", 80L, "error", -2L, "call", 257L), flow);
    assertEquals("{1=" + flow + "}", object.map("flows").entries().toString());
    record Flow(String ip, int port, int error) {}
    assertThrows(
        IllegalArgumentException.class,
        () -> object.map("flows").entries(Long.class, Flow.class),
        "the number is not taken for its text");
    record Ports(int port, int error) {}
    assertEquals(
        Map.of(1L, new Ports(80, -2)), object.map("flows").entries(Long.class, Ports.class));
    assertEquals("80", object.map("flows").table().column("port").getString(0));
  }

  /** In a global variable as in a map; a number that is too wide for a name is that of nothing. */
  @Test
  void aNumberWithoutANameStaysAndATimeIsTheSameWhereverItIsRead() {
    String names = "wide=4294967297, lo=lo, gone=2147483632, none=0, call=4294967297}";
    Object last = object.global("last").get();
    assertEquals(names, last.toString().substring(last.toString().indexOf("wide=")));
    object.map("sights").put(0, last);
    assertEquals(last.toString(), object.map("sights").get(0).orElseThrow().toString());
    var times = last.toString().substring("{at=".length()).split(", then=|, wide=", -1);
    assertEquals(1, Instant.parse(times[0]).until(Instant.parse(times[1])).toNanos());
    var row = object.map("sights").table().first(1);
    InstantColumn at = (InstantColumn) object.map("sights").table().column("at");
    assertEquals(
        Instant.parse(times[0]), Instant.EPOCH.plusNanos(Nanoseconds.of(at, 0).orElseThrow()));
    assertEquals(
        List.of("4294967297", "lo", "2147483632", "0"),
        List.of("wide", "lo", "gone", "none").stream().map(n -> row.getString(0, n)).toList());
  }

  @Test
  void aProgramFindsWhatWasPutByMeaning() {
    object.map("flows").put(2, "{ip: '10.0.0.2', port: 8080, error: EINVAL}");
    object.map("by_ip").put("10.0.0.2", 22);
    object.map("letters").put("5", "7");
    assertEquals(7, Run.once(object.program("look")));
    assertEquals(Optional.of("7"), object.map("letters").get("5"));
    object.map("flows").put(2, object.map("flows").get(2).orElseThrow());
    object.map("letters").entries().forEach(object.map("letters")::put);
    assertEquals(7, Run.once(object.program("look")));
    object.map("flows").remove(2);
    object.map("by_ip").remove(0x0a000002);
  }

  @Test
  void aNumberInNetworkOrderIsOneWhoeverWritesIt() {
    assertEquals(Optional.of(443L), object.map("by_ip").get(0x0a000001));
    assertEquals(Optional.of(443L), object.map("by_ip").get("10.0.0.1"));
    assertEquals(Map.of(0x0a000001L, 443L), object.map("by_ip").entries());
  }

  @Test
  void bytesBehindTheNulOfATextAreNotLost() {
    var entries = object.map("texts").entries();
    assertEquals(java.util.Set.of("cat", "cat\\x00y"), entries.keySet());
    var value =
        Map.of("size", 9L, "bytes", "ls\\x00-l\\x00/d", "shown", "\\x00\\x01\\x02\\x03\\x00\\x04");
    assertEquals(value, entries.get("cat"));
    assertEquals(Optional.of(value), object.map("texts").get("cat\\x00y"));
    var table = object.map("texts").table();
    assertEquals(
        java.util.Set.of("cat", "cat\\x00y"), java.util.Set.copyOf(table.stringColumn(0).asList()));
    assertEquals("ls", table.getString(0, "bytes"));
    assertEquals("000102030004", table.getString(0, "shown"));
    List<String> notes = NotedTable.notesOf(table);
    assertEquals(1, notes.stream().filter(n -> n.startsWith("'key': some texts have")).count());
    assertEquals(1, notes.stream().filter(n -> n.startsWith("'bytes': some texts have")).count());
    object.map("texts").put("cat\\x00y", value);
    assertEquals(2, object.map("texts").entries().size());
  }

  @Test
  void keysThatDifferInPaddingAreNotLostSilently() {
    Run.once(object.program("pad"));
    assertEquals(2, object.map("padded").table().rowCount());
    var e = assertThrows(IllegalStateException.class, object.map("padded")::entries);
    assertEquals(
        "read entries of map 'padded': 1 key differs from others in bytes",
        String.valueOf(e.getMessage()).substring(0, 64));
  }
}
