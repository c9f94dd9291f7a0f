package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.UnsupportedFeatureException;
import org.skep.VerifierException;

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
}
