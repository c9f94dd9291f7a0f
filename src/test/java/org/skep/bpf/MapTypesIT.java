package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.map.Reference;
import org.skep.bpf.read.Snapshot;

/** What is peculiar to a kind of map, seen from Java and from programs that use the same map. */
@Tag("privileged")
class MapTypesIT {
  private static final String MAPS =
      """
      #define KEYLESS(name, kind, n, v)                                                  \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(value, v); } name    \\
            SEC(".maps")
      #define MAP(name, kind, n, k, v)                                                   \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(key, k);             \\
                 __type(value, v); } name SEC(".maps")
      struct job { u32 id; char what[12]; };
      KEYLESS(queue, BPF_MAP_TYPE_QUEUE, 4, struct job);
      KEYLESS(stack, BPF_MAP_TYPE_STACK, 4, u32);
      KEYLESS(bloom, BPF_MAP_TYPE_BLOOM_FILTER, 100, u64);

      struct ipv4 { u32 prefixlen; u8 address[4]; };
      struct ipv6 { u32 prefixlen; u8 address[16]; };
      struct flow { u32 prefixlen; u16 port; u16 proto; };
      #define TRIE(name, k)                                                              \\
        struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 100);          \\
                 __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, k);                   \\
                 __type(value, u32); } name SEC(".maps")
      TRIE(routes, struct ipv4);
      TRIE(routes6, struct ipv6);
      TRIE(flows, struct flow);

      MAP(steps, BPF_MAP_TYPE_PROG_ARRAY, 4, u32, u32);
      MAP(groups, BPF_MAP_TYPE_CGROUP_ARRAY, 2, u32, u32);

      struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
                     __type(key, u32); __type(value, u64); };
      struct inner first_inner SEC(".maps"), second_inner SEC(".maps");
      MAP(other, BPF_MAP_TYPE_ARRAY, 8, u32, u64);
      struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4);
               __type(key, u32); __array(values, struct inner); } by_number SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4);
               __type(key, struct job); __array(values, struct inner); } by_job SEC(".maps") = {};

      u32 found, tail;

      SEC("tc") int produce(struct __sk_buff *ctx)
      {
        struct job job = {.id = 7, .what = "from C"};
        u32 top = 70;

        bpf_map_push_elem(&queue, &job, 0);
        bpf_map_push_elem(&stack, &top, 0);
        return 0;
      }

      SEC("tc") int in_bloom(struct __sk_buff *ctx)
      {
        u64 value = 4711;

        return bpf_map_peek_elem(&bloom, &value) == 0;
      }

      SEC("tc") int route(struct __sk_buff *ctx)
      {
        struct ipv4 key = {.prefixlen = 32, .address = {10, 1, 2, 3}};
        u32 *way = bpf_map_lookup_elem(&routes, &key);

        return way ? *way : 0;
      }

      SEC("tc") int step_one(struct __sk_buff *ctx) { tail = 1; return 11; }
      SEC("tc") int a_step_with_a_long_name(struct __sk_buff *ctx) { tail = 2; return 22; }
      SEC("tc") int dispatch(struct __sk_buff *ctx)
      {
        bpf_tail_call(ctx, &steps, 1);
        return 99;
      }

      SEC("tc") int count(struct __sk_buff *ctx)
      {
        u32 one = 1;
        u64 zero = 0, *n;
        void *inner = bpf_map_lookup_elem(&by_number, &one);

        if (!inner)
          return 1;
        bpf_map_update_elem(inner, &one, &zero, BPF_NOEXIST);
        n = bpf_map_lookup_elem(inner, &one);
        if (n)
          *n += 1;
        return 0;
      }
      """;

  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("kinds", MAPS);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static int run(String program) {
    return Run.once(object.program(program));
  }

  @Test
  void aQueueIsLookedAtAndNotTakenFrom() {
    BpfMap queue = object.map("queue");
    assertEquals(Optional.empty(), queue.peek());
    assertEquals(0, queue.table().rowCount());
    assertEquals(0, run("produce"));
    queue.push(Map.of("id", 8, "what", "from Java"));
    for (int look = 0; look < 3; look++) {
      assertEquals(Map.of("id", 7L, "what", "from C"), queue.peek().orElseThrow());
      Snapshot snapshot = queue.snapshot();
      assertEquals(List.of("id", "what"), snapshot.table().columnNames());
      assertEquals(1, snapshot.rows());
      assertFalse(snapshot.completeness().isComplete());
      assertTrue(snapshot.toString().contains("only the head"), snapshot::toString);
    }
    assertEquals(Map.of("id", 7L, "what", "from C"), queue.pop().orElseThrow());
    assertEquals(Map.of("id", 8L, "what", "from Java"), queue.pop().orElseThrow());
    assertEquals(Optional.empty(), queue.pop());
    var keyed = assertThrows(UnsupportedFeatureException.class, () -> queue.get(1));
    assertEquals(
        "get from map 'queue': a map of type queue has no keys (push() adds, peek() looks at its"
            + " head, pop() takes it)",
        keyed.getMessage());
  }

  @Test
  void aFullStackSaysSoAndGivesTheNewestFirst() {
    BpfMap stack = object.map("stack");
    while (stack.peek().isPresent()) {
      stack.pop();
    }
    for (int i = 0; i < 4; i++) {
      stack.push(i);
    }
    var full = assertThrows(SyscallException.class, () -> stack.push(9));
    assertEquals(
        "push onto map 'stack': it is full (max_entries is 4; remove entries, or make it larger)",
        full.getMessage());
    assertEquals(Optional.of(3L), stack.peek());
    assertEquals(Optional.of(3L), stack.pop());
    assertEquals(Optional.of(2L), stack.pop());
  }

  @Test
  void aBloomFilterAnswersWhatWasAdded() {
    BpfMap bloom = object.map("bloom");
    assertFalse(bloom.contains(4711));
    assertEquals(0, run("in_bloom"));
    bloom.push(4711);
    assertTrue(bloom.contains(4711));
    assertEquals(1, run("in_bloom"));
    var walk = assertThrows(UnsupportedFeatureException.class, bloom::snapshot);
    assertTrue(String.valueOf(walk.getMessage()).contains("contains()"), walk::getMessage);
    assertThrows(UnsupportedFeatureException.class, bloom::pop);
    assertThrows(UnsupportedFeatureException.class, () -> object.map("other").push(1));
  }

  @Test
  void aTrieTakesAndShowsPrefixes() throws Exception {
    BpfMap routes = object.map("routes");
    routes.put("10.0.0.0/8", 1);
    assertEquals(1, run("route"));
    routes.put("10.1.0.0/16", 2);
    assertEquals(2, run("route"));
    assertEquals(Optional.of(2L), routes.get("10.1.200.1"));
    assertEquals(Optional.of(1L), routes.get(InetAddress.getByName("10.9.9.9")));
    assertEquals(Optional.empty(), routes.get("192.168.0.1"));
    assertEquals(java.util.Set.of("10.0.0.0/8", "10.1.0.0/16"), routes.entries().keySet());
    assertEquals(List.of("key", "value"), routes.table().columnNames());
    assertTrue(routes.table().stringColumn("key").contains("10.1.0.0/16"));
    assertTrue(routes.remove("{\"prefixlen\": 16, \"address\": [10, 1, 0, 0]}"));
    assertEquals(Optional.of(1L), routes.get("10.1.200.1"));
    var wrong = assertThrows(IllegalArgumentException.class, () -> routes.put("10.0.0.0/33", 1));
    assertEquals(
        "write prefix: expected an IPv4 prefix such as '10.0.0.0/8' but was '10.0.0.0/33': the length"
            + " of the prefix is a number from 0 to 32, not '33'",
        wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> routes.put("fd00::/8", 1));
    for (String text : List.of("10/8", "010.0.0.0/8", "10.1.2.3/8", "10.0.0.0/08", "1.2.3")) {
      assertThrows(IllegalArgumentException.class, () -> routes.put(text, 1), text);
    }
    assertEquals(Optional.empty(), routes.get("0.0.0.1"));

    BpfMap routes6 = object.map("routes6");
    routes6.put("2001:db8::/32", 6);
    routes6.put("2001:db8:0:1::/64", 7);
    assertEquals(Optional.of(6L), routes6.get("2001:db8:ffff::1"));
    assertEquals(Optional.of(7L), routes6.get("2001:db8:0:1::1"));
    assertTrue(routes6.table().stringColumn("key").contains("2001:db8:0:1::/64"));
  }

  @Test
  void aTrieOfOtherKeysKeepsItsMembers() {
    BpfMap flows = object.map("flows");
    flows.put(Map.of("prefixlen", 16, "port", 80), 3);
    assertEquals(List.of("prefixlen", "port", "proto", "value"), flows.table().columnNames());
    assertEquals(Optional.of(3L), flows.get(Map.of("prefixlen", 32, "port", 80, "proto", 6)));
  }

  @Test
  void aProgramIsPutWhereTailCallsGo() {
    BpfMap steps = object.map("steps");
    assertEquals(0, steps.table().rowCount());
    assertEquals(99, run("dispatch"));
    steps.put(1, object.program("step_one"));
    assertEquals(11, run("dispatch"));
    steps.put(1, object.program("a_step_with_a_long_name"));
    assertEquals(22, run("dispatch"));
    Reference held = assertInstanceOf(Reference.class, steps.get(1).orElseThrow());
    assertEquals("a_step_with_a_long_name", held.name());
    assertEquals(object.program("a_step_with_a_long_name").id(), held.id());
    assertEquals("a_step_with_a_long_name", steps.table().stringColumn("value").get(0));
    assertEquals(held.id(), steps.table().longColumn("value.raw").get(0));
    assertTrue(steps.snapshot().completeness().isComplete());
    assertEquals(Map.of(1L, held), steps.entries());
    assertTrue(steps.remove(1));
    assertEquals(99, run("dispatch"));
    steps.put(1, held);
    assertEquals(22, run("dispatch"));
    steps.remove(1);
    var wrong = assertThrows(IllegalArgumentException.class, () -> steps.put(0, "step_one"));
    assertEquals(
        "expected a program, such as NAME.program(\"FUNCTION\") but was 'step_one'",
        wrong.getMessage());
    var beyond =
        assertThrows(SyscallException.class, () -> steps.put(4, object.program("step_one")));
    assertEquals("put into map 'steps': no such index (it has 0 to 3)", beyond.getMessage());
  }

  @Test
  void aMapOfMapsTakesMapsAndShowsThem() {
    BpfMap outer = object.map("by_number");
    BpfMap first = object.map("first_inner");
    BpfMap second = object.map("second_inner");
    assertEquals(0, outer.table().rowCount());
    assertThrows(NoSuchElementException.class, () -> outer.inner(1));
    outer.put(1, first);
    assertEquals(0, run("count"));
    assertEquals(0, run("count"));
    assertEquals(Optional.of(2L), outer.inner(1).get(1));
    assertEquals(1, outer.inner(1).table().rowCount());
    outer.put(1, second);
    assertEquals(0, run("count"));
    assertEquals(Optional.of(2L), first.get(1));
    assertEquals(Optional.of(1L), outer.inner(1).get(1));
    assertEquals("second_inner", outer.table().stringColumn("value").get(0));
    assertEquals(second.id(), outer.table().longColumn("value.raw").get(0));
    var shape = assertThrows(SyscallException.class, () -> outer.put(0, object.map("other")));
    assertTrue(
        String.valueOf(shape.getMessage()).contains("type, flags and sizes of the inner map"),
        shape::getMessage);
    assertThrows(UnsupportedFeatureException.class, () -> first.inner(1));

    BpfMap byJob = object.map("by_job");
    byJob.put("{\"id\": 1, \"what\": \"x\"}", first);
    assertEquals(List.of("id", "what", "value", "value.raw"), byJob.table().columnNames());
    assertEquals("first_inner", byJob.table().stringColumn("value").get(0));
    assertTrue(byJob.remove(Map.of("id", 1, "what", "x")));
  }

  /** As others see it: by number alone, with the types that were loaded with it. */
  @Test
  void aMapIsOpenedByItsNumber() {
    BpfMap same = BpfMap.ofId(object.map("routes").id());
    assertEquals("routes", same.name());
    assertEquals("struct ipv4", same.key().name());
    BpfMap array = BpfMap.ofId(object.map("other").id());
    object.map("other").put(3, 33);
    assertEquals(Optional.of(33L), array.get(3));
    assertEquals(8, array.table().rowCount());
    assertThrows(IllegalStateException.class, array::owner);
    assertThrows(SyscallException.class, () -> BpfMap.ofId(Integer.MAX_VALUE));
  }

  @Test
  void aCgroupArrayTakesPaths() throws Exception {
    Path root = org.skep.host.Mounts.cgroup2().orElseThrow();
    BpfMap groups = object.map("groups");
    groups.put(0, root);
    groups.put(1, root.toString());
    assertTrue(groups.remove(1));
    assertFalse(groups.remove(1));
    var file = Files.createTempFile("skep", ".txt");
    assertThrows(IllegalArgumentException.class, () -> groups.put(0, file));
    var other = assertThrows(SyscallException.class, () -> groups.put(0, "/proc"));
    assertTrue(String.valueOf(other.getMessage()).contains("cgroup"), other::getMessage);
    var read = assertThrows(UnsupportedFeatureException.class, () -> groups.get(0));
    assertTrue(String.valueOf(read.getMessage()).contains("does not tell"), read::getMessage);
  }
}
