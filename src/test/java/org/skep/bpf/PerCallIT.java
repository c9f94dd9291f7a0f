package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.recording.Replay;
import org.skep.host.trace.TraceLog;

/** No call leaves a descriptor or a mapping behind. */
@Tag("privileged")
@Timeout(240)
class PerCallIT {
  private static final int CALLS = 100;

  /** What the collector and the allocator of the C library may do meanwhile. */
  private static final int ALLOWED = CALLS / 4;

  private static final String MAPS =
      """
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 100); __type(key, u32);
        __type(value, u64); } hash SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 5000); __type(key, u32);
        __type(value, u64); } array SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 10); __type(key, u32);
        __type(value, u64); } each SEC(".maps");
      struct prefix { u32 bits; u8 data[4]; };
      struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 10);
        __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct prefix); __type(value, u64);
      } trie SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 10); __type(value, u64);
      } queue SEC(".maps");
      struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32);
        __type(value, u64); } inner SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, u32);
        __array(values, struct inner); } outer SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __type(key, u32); __type(value, u32);
      } perf SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); } user SEC(".maps");
      u64 total;
      """;

  private static final String ATTACHED =
      """
      SEC("tracepoint/raw_syscalls/sys_enter") int on(void *c) { return 0; }
      struct bpf_iter__task { u64 meta; u64 task; };
      SEC("iter/task") int tasks(struct bpf_iter__task *c) { return 0; }
      """;

  @TempDir Path folder;

  private record Held(long descriptors, long mappings) {
    boolean isMoreThan(Held before) {
      return descriptors > before.descriptors + ALLOWED || mappings > before.mappings + ALLOWED;
    }

    static Held now() throws IOException {
      System.gc();
      System.gc();
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
          Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
        return new Held(descriptors.count(), mappings.count());
      }
    }
  }

  @Test
  void noCallLeavesADescriptorOrAMapping() throws Throwable {
    String program = Producer.ring(1 << 16) + Producer.RESERVE;
    byte[] elf = Cell.compile(ATTACHED);
    try (BpfObject object = Cell.load("calls", MAPS);
        BpfObject attached = Cell.load("attached", ATTACHED);
        BpfObject sender = Producer.load(program)) {
      BpfMap hash = object.map("hash");
      for (int i = 0; i < 50; i++) {
        hash.put(i, i);
      }
      object.map("trie").put("10.0.0.0/8", 1);
      object.map("each").put(1, 1);
      object.map("outer").put(0, object.map("inner"));
      Path parquet = folder.resolve("map.parquet");
      hash.snapshot().record(parquet, Map.of());
      BpfMap sent = sender.map("sent");
      BpfProgram send = sender.program("send");
      BpfProgram on = attached.program("on");
      BpfProgram tasks = attached.program("tasks");
      Map<String, Executable> calls = new LinkedHashMap<>();
      calls.put("table", hash::table);
      calls.put("snapshot of an array", object.map("array")::snapshot);
      calls.put("per-CPU", object.map("each")::sum);
      calls.put("trie", object.map("trie")::table);
      calls.put("entries", hash::entries);
      calls.put("get", () -> hash.get(1));
      calls.put("put", () -> hash.put(1, 2));
      calls.put("put all", () -> hash.putAll(Map.of(1, 1, 2, 2)));
      calls.put("remove", () -> hash.remove(99));
      calls.put("clear", object.map("each")::clear);
      calls.put(
          "queue",
          () -> {
            object.map("queue").push(1);
            object.map("queue").pop();
          });
      calls.put("inner", () -> object.map("outer").inner(0).get(0));
      calls.put("put a map", () -> object.map("outer").put(1, object.map("inner")));
      calls.put("open by ID", () -> BpfMap.ofId(hash.id()).table());
      calls.put("global", () -> object.global("total").set(object.global("total").get()));
      calls.put(
          "send on a ring that has no program", () -> refused(() -> object.map("user").send(1)));
      calls.put("send on a map that is no ring", () -> refused(() -> hash.send(1)));
      calls.put("events", () -> sent.events().read(Duration.ZERO));
      calls.put("events of a perf buffer", () -> object.map("perf").events().read(Duration.ZERO));
      calls.put(
          "events into files",
          () ->
              sent.events()
                  .record(folder.resolve("r"), Map.of())
                  .parquet(folder.resolve("p"), Map.of())
                  .read(Duration.ZERO));
      calls.put(
          "events into a file that cannot be",
          () -> refused(() -> sent.events().record(folder.resolve("no/r"), Map.of()).open()));
      calls.put("record a map", () -> hash.snapshot().record(parquet, Map.of()));
      calls.put("replay a map", () -> Replay.of(parquet, 10));
      calls.put("replay events", () -> Replay.of(folder.resolve("r"), 10));
      calls.put("run", () -> Producer.send(sender, 1, 0));
      calls.put("info", send::info);
      calls.put("attach", () -> on.attach().close());
      calls.put("attach to what is not there", () -> refused(() -> on.attach(on.pointAt("a:b"))));
      calls.put("attachment", on::attachment);
      calls.put("statistics", () -> send.statistics(Duration.ofMillis(1)));
      calls.put("disassembly", send::disassembly);
      calls.put("log", () -> TraceLog.read(Duration.ofMillis(1)));
      calls.put("iterate", tasks::iterate);
      calls.put("pin", () -> Files.delete(pinned(hash)));
      calls.put(
          "open by path",
          () -> {
            Path pin = pinned(hash);
            BpfMap.pinned(pin).table();
            Files.delete(pin);
          });
      calls.put("open and close", () -> OpenBpfObject.open("calls", elf).close());
      calls.put("open and drop", () -> OpenBpfObject.open("calls", elf));
      calls.put("load and close", () -> OpenBpfObject.open("calls", elf).load().close());
      calls.put("memory", hash::memory);
      List<String> wrong = new ArrayList<>();
      for (var call : calls.entrySet()) {
        repeat(call.getValue(), 20);
        Held before = Held.now();
        repeat(call.getValue(), CALLS);
        Held after = Held.now();
        for (int i = 0; i < 40 && after.isMoreThan(before); i++) {
          Thread.sleep(50); // what the collector found is closed on other threads
          after = Held.now();
        }
        if (after.isMoreThan(before)) {
          wrong.add(call.getKey() + ": " + before + " then " + after);
        }
      }
      assertEquals(List.of(), wrong);
      assertTrue(calls.size() > 20);
    }
  }

  private static Path pinned(BpfMap map) {
    Path pin = Path.of("/sys/fs/bpf/skep-per-call-" + ProcessHandle.current().pid());
    map.pin(pin);
    return pin;
  }

  /** What nobody closes is freed all the same. */
  @Test
  void anOpenObjectThatIsDroppedIsFreed() throws Exception {
    byte[] elf = Cell.compile(ATTACHED);
    List<BooleanSupplier> freed = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      freed.add(OpenBpfObject.open("dropped", elf).isFreed());
    }
    for (int i = 0; i < 100 && !freed.stream().allMatch(BooleanSupplier::getAsBoolean); i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertTrue(freed.stream().allMatch(BooleanSupplier::getAsBoolean));
    OpenBpfObject kept = OpenBpfObject.open("kept", elf);
    BooleanSupplier keptIsFreed = kept.isFreed();
    kept.load().close();
    assertFalse(keptIsFreed.getAsBoolean(), "the loaded object frees it");
  }

  private static void repeat(Executable call, int times) throws Throwable {
    for (int i = 0; i < times; i++) {
      call.execute();
    }
  }

  private static void refused(Executable call) throws Throwable {
    try {
      call.execute();
    } catch (RuntimeException e) {
      assertTrue(e.getMessage() != null);
      return;
    }
    throw new AssertionError("it was not refused");
  }
}
