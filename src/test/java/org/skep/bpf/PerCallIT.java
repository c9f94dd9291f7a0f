package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.read.Snapshot;
import org.skep.bpf.recording.Recording;
import org.skep.bpf.recording.Replay;
import org.skep.bpf.run.TestRun;
import org.skep.host.trace.TraceLog;
import org.skep.table.PerCpu;
import org.skep.table.query.FirstRows;

/** No call leaves a descriptor, a mapping or a thread behind. */
@Tag("privileged")
@Timeout(240)
class PerCallIT {
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

  private static final String ENDLESS =
      """
      SEC("socket") int loop(struct __sk_buff *c) { return *(int *) (long) c->len; }
      """;

  @TempDir Path folder;

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
      Leaks calls = new Leaks();
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
      assertEquals(List.of(), calls.find());
      assertTrue(calls.size() > 35);
    }
  }

  @Test
  void noOtherViewLeavesAnything() throws Throwable {
    String program = Producer.ring(1 << 16) + Producer.RESERVE;
    byte[] frozen =
        Cell.compile(MAPS.substring(0, MAPS.indexOf("struct { __uint(type, BPF_MAP_TYPE_ARRAY)")));
    try (BpfObject object = Cell.load("views", MAPS);
        BpfObject attached = Cell.load("attached", ATTACHED);
        BpfObject sender = Producer.load(program);
        BpfObject perfSender = Producer.load(Producer.PERF);
        BpfObject one = OpenBpfObject.open("frozen", frozen).load()) {
      BpfMap hash = object.map("hash");
      for (int i = 0; i < 50; i++) {
        hash.put(i, i);
      }
      object.map("queue").push(7);
      one.map("hash").freeze();
      BpfMap sent = sender.map("sent");
      BpfProgram on = attached.program("on");
      BpfProgram tasks = attached.program("tasks");
      Leaks calls = new Leaks();
      calls.put("first rows of a snapshot", () -> hash.snapshot(3).table());
      calls.put("sum of all CPUs", () -> object.map("each").snapshot(PerCpu.SUM).table());
      calls.put(
          "first rows",
          () -> hash.first(FirstRows.of(3, Optional.of("value > 2"), "-value"), PerCpu.EACH));
      calls.put("difference", () -> minus(hash));
      calls.put("another type", () -> hash.as("u32", "u64").table());
      calls.put("a type that is not there", () -> refused(() -> hash.as("struct no_such")));
      calls.put("entries of classes", () -> hash.entries(Integer.class, Long.class));
      calls.put("contains", () -> hash.contains(1));
      calls.put("peek", object.map("queue")::peek);
      calls.put("remove all", () -> hash.removeAll(List.of(1_000, 1_001)));
      calls.put("a frozen map that is written", () -> refused(() -> one.map("hash").put(1, 1)));
      calls.put("a map ID that is not there", () -> refused(() -> BpfMap.ofId(Integer.MAX_VALUE)));
      calls.put("no pin", () -> refused(() -> BpfMap.pinned(Path.of("/sys/fs/bpf/no/such"))));
      calls.put("a pin elsewhere", () -> refused(() -> hash.pin(folder.resolve("no-bpf-fs"))));
      calls.put("types", object::types);
      calls.put("name of a map", hash::toString);
      calls.put("attach target", () -> on.pointAt("sched:sched_switch"));
      calls.put("log", on::log);
      calls.put("memory of a program", on::memory);
      calls.put(
          "repeated runs",
          () -> sender.program("send").run(TestRun.once().context(new byte[24]).repeat(10)));
      calls.put("a refused run", () -> refused(() -> on.run(TestRun.once())));
      calls.put("machine code", on::machineCode);
      calls.put("text of an iteration", () -> tasks.iterate().table());
      calls.put(
          "link",
          () -> {
            try (BpfLink link = on.attach()) {
              assertTrue(link.id().isPresent() && link.state() instanceof LinkState.Attached);
            }
          });
      calls.put(
          "attach all",
          () -> {
            attached.attachAll();
            List.copyOf(attached.links()).forEach(BpfLink::close);
          });
      calls.put("object's statistics", () -> sender.statistics(Duration.ofMillis(1)).table());
      calls.put("no events", () -> sent.events().empty());
      calls.put(
          "so many events",
          () -> {
            Producer.send(sender, 3, 0);
            assertEquals(3, sent.events().read(3).table().rowCount());
          });
      calls.put(
          "events in the background",
          () -> {
            try (EventStream stream = sent.events().keep(10).open()) {
              Producer.send(sender, 3, 0);
              stream.await(Duration.ofMillis(2));
              stream.table();
              stream.latest();
              stream.status();
            }
          });
      calls.put(
          "perf events in the background",
          () -> {
            try (EventStream stream = perfSender.map("sent").events().bufferBytes(4096).open()) {
              Producer.send(perfSender, 3, 0);
              stream.await(Duration.ofMillis(2));
            }
          });
      calls.put(
          "events of a type that is not there",
          () -> refused(() -> sent.events().type("struct no_such").read(Duration.ZERO)));
      calls.put(
          "events that are read twice",
          () -> {
            try (EventStream _ = sent.events().open()) {
              refused(() -> sent.events().open());
            }
          });
      sent.events().record(folder.resolve("r"), Map.of()).read(Duration.ZERO);
      calls.put("recording", () -> Recording.read(folder.resolve("r"), 10));
      Path broken = Files.write(folder.resolve("broken"), new byte[] {1, 2, 3});
      calls.put("no recording", () -> refused(() -> Recording.read(broken, 10)));
      calls.put("no replay", () -> refused(() -> Replay.of(broken, 10)));
      calls.put("a broken object", () -> refused(() -> OpenBpfObject.open("b", new byte[64])));
      calls.put("an object that is refused", () -> refused(() -> Cell.load("loop", ENDLESS)));
      assertEquals(List.of(), calls.find());
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

  private static void minus(BpfMap map) {
    Snapshot earlier = map.snapshot();
    assertEquals(50, map.snapshot().minus(earlier).rowCount());
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
