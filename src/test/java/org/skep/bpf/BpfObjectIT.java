package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.VerifierException;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.map.BpfMapType;

@Tag("privileged")
class BpfObjectIT {
  static final String COUNT =
      """
      struct {
        __uint(type, BPF_MAP_TYPE_HASH);
        __uint(max_entries, 1024);
        __type(key, u32);
        __type(value, u64);
      } counts SEC(".maps");

      SEC("raw_tp/sys_enter")
      int count(void *ctx) {
        u32 pid = bpf_get_current_pid_tgid() >> 32;
        u64 one = 1, *n = bpf_map_lookup_elem(&counts, &pid);
        if (n) __sync_fetch_and_add(n, 1);
        else bpf_map_update_elem(&counts, &pid, &one, BPF_ANY);
        return 0;
      }
      """;

  static final String REFUSED =
      """
      SEC("raw_tp/sys_exit")
      int bad(void *ctx) {
        return *(volatile int *)(long)ctx + *(volatile int *)0;
      }
      """;

  @Test
  void loadsAttachesAndCloses() {
    BpfObject object = Cell.load("counting", COUNT);
    BpfProgram program = object.program("count");
    var loaded = assertInstanceOf(LoadOutcome.Loaded.class, program.loaded());
    assertTrue(loaded.instructions() > 10, loaded::toString);
    assertTrue(loaded.verification().compareTo(Duration.ZERO) > 0, program::log);
    object.attachAll();
    var attached =
        assertInstanceOf(AttachOutcome.Attached.class, program.attachment().orElseThrow());
    assertEquals("raw tracepoint 'sys_enter'", attached.link().describe());
    int id = program.id();
    int link = attached.link().id().orElseThrow();
    assertTrue(Cell.command("bpftool", "-j", "prog", "show", "id", "" + id).contains("\"count\""));
    assertTrue(
        Cell.command("bpftool", "-j", "link", "show", "id", "" + link).contains("sys_enter"));
    object.close();
    object.close();
    Cell.awaitGone("link", link);
    Cell.awaitGone("prog", id);
    var closed = assertThrows(IllegalStateException.class, program::id);
    assertEquals("object 'counting' is closed (run its cell again)", closed.getMessage());
    assertTrue(attached.link().isClosed());
  }

  @Test
  void whatLoadsIsLoadedBesideWhatIsRefused() {
    try (BpfObject object = Cell.load("mixed", COUNT + REFUSED)) {
      assertInstanceOf(LoadOutcome.Loaded.class, object.program("count").loaded());
      var refused = assertInstanceOf(LoadOutcome.Refused.class, object.program("bad").loaded());
      var why = assertInstanceOf(VerifierException.class, refused.why());
      assertTrue(why.log().contains("R1 type=ctx") || why.log().contains("0: "), why.log());
      assertEquals(why.log(), object.program("bad").log());
      object.attachAll();
      assertEquals(1, object.links().size());
      assertTrue(object.program("bad").attachment().isEmpty());
    }
  }

  @Test
  void anObjectOfWhichNothingLoadsIsRefused() {
    var why = assertThrows(VerifierException.class, () -> Cell.load("bad", REFUSED));
    assertEquals("bad", why.program());
    assertTrue(
        String.valueOf(why.getMessage()).startsWith("load program 'bad': "), why::getMessage);
    assertFalse(why.log().isBlank());
  }

  @Test
  void aRefusedTrampolineIsNotCalledMemlock() {
    String text =
        """
        SEC("fentry/do_nanosleep")
        int on_sleep(void *ctx) { return 0; }
        """;
    try (BpfObject object = Cell.load("fentry", text)) {
      assertInstanceOf(LoadOutcome.Loaded.class, object.program("on_sleep").loaded());
    } catch (UnsupportedFeatureException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("trampolines"), e::getMessage);
      assertFalse(String.valueOf(e.getMessage()).contains("memlock"), e::getMessage);
    }
  }

  @Test
  void aMapThatLinuxDoesNotMakeIsNamedWithItsSizes() {
    var large =
        assertThrows(
            SyscallException.class, () -> Cell.load("large", COUNT.replace("1024", "2000000000")));
    assertTrue(
        String.valueOf(large.getMessage())
            .startsWith("create map 'counts': too big (E2BIG; hash with keys of 4, values of 8"),
        large::getMessage);
    var keyed =
        assertThrows(
            SyscallException.class,
            () ->
                Cell.load(
                    "keyed",
                    "struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 4);"
                        + " __type(key, u32); __type(value, u32); } line SEC(\".maps\");"));
    assertTrue(
        String.valueOf(keyed.getMessage()).startsWith("create map 'line': invalid argument"),
        keyed::getMessage);
    assertTrue(String.valueOf(keyed.getMessage()).contains("it has no keys"), keyed::getMessage);
  }

  /** libbpf 1.1 completes a perf buffer neither where it says a type nor within another map. */
  @Test
  void perfBuffersNeedNoSizes() {
    try (BpfObject object =
        Cell.load(
            "buffers",
            """
            struct event { u32 a; char b[40]; };
            struct {
              __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
              __type(value, struct event);
            } typed SEC(".maps");
            struct inner { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); };
            struct {
              __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
              __uint(max_entries, 4);
              __type(key, u64);
              __type(value, u32);
              __array(values, struct inner);
            } outer SEC(".maps");
            SEC("raw_tp/sys_enter") int send(void *ctx) {
              struct event e = {};
              u64 zero = 0;
              void *buffer = bpf_map_lookup_elem(&outer, &zero);
              if (buffer) bpf_perf_event_output(ctx, buffer, BPF_F_CURRENT_CPU, &e, sizeof(e));
              bpf_perf_event_output(ctx, &typed, BPF_F_CURRENT_CPU, &e, sizeof(e));
              return 0;
            }
            """)) {
      assertEquals(BpfMapType.PERF_EVENT_ARRAY, object.map("typed").type());
      object.map("outer").put(0, object.map("typed"));
      assertEquals(1, object.map("outer").table().rowCount());
    }
  }

  @Test
  void aFunctionWithoutAHookIsAnsweredWithOne() {
    var why =
        assertThrows(
            SyscallException.class, () -> Cell.load("bare", "int count(void *ctx) { return 0; }"));
    assertTrue(
        String.valueOf(why.getMessage())
            .startsWith("load program 'count': no section (write its attach"),
        why::getMessage);
    var unknown =
        assertThrows(
            SyscallException.class,
            () -> Cell.load("odd", "SEC(\"something\") int count(void *ctx) { return 0; }"));
    assertTrue(String.valueOf(unknown.getMessage()).contains("--type count=TYPE"));
  }

  @Test
  void whatIsNoObjectIsCalledSo() {
    for (byte[] bytes : List.of(new byte[0], "no ELF".getBytes(StandardCharsets.UTF_8))) {
      var why = assertThrows(SyscallException.class, () -> OpenBpfObject.open("odd", bytes));
      assertTrue(
          String.valueOf(why.getMessage()).startsWith("open object 'odd': not a BPF object"),
          why::getMessage);
    }
  }

  /** Each of them would cost a load, so that an object of many took long. */
  @Test
  void allTrampolinesAreRefusedWithTheFirst() {
    String text =
        COUNT
            + """
            SEC("fentry/__x64_sys_getpgid") int in(void *ctx) { return 0; }
            SEC("fexit/__x64_sys_getpgid") int out(void *ctx) { return 0; }
            """;
    try (BpfObject object = Cell.load("trampolines", text)) {
      assertInstanceOf(LoadOutcome.Loaded.class, object.program("count").loaded());
      for (String name : List.of("in", "out")) {
        switch (object.program(name).loaded()) {
          case LoadOutcome.Loaded _ -> {} // this Linux has them
          case LoadOutcome.Refused(var why) -> {
            assertInstanceOf(UnsupportedFeatureException.class, why);
            assertTrue(String.valueOf(why.getMessage()).contains("'" + name + "'"));
          }
          case LoadOutcome.Skipped _ -> throw new AssertionError(name);
        }
      }
    }
  }
}
