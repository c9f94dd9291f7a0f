package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.run.TestRun;
import org.skep.bpf.run.TestRunResult;

/** Programs that run on given data: what they return, change, and how their time is told. */
@Tag("privileged")
class TestRunIT {
  private static final String PROGRAMS =
      """
      u64 runs;
      u64 first;
      struct pair { u64 in; u64 out; };

      SEC("xdp") int swap(struct xdp_md *c)
      {
        u8 *at = (void *)(long)c->data;
        if (at + 14 > (u8 *)(long)c->data_end)
          return XDP_ABORTED;
        __sync_fetch_and_add(&runs, 1);
        at[0] = 0xaa;
        return XDP_TX;
      }
      SEC("tc") int mark(struct __sk_buff *c) { c->mark = c->mark + 1; return 0; }
      SEC("raw_tp/sys_enter") int raw(struct bpf_raw_tracepoint_args *c)
      {
        first = c->args[1];
        return 7;
      }
      SEC("syscall") int twice(struct pair *p) { p->out = p->in * 2; return 3; }
      SEC("cgroup_skb/egress") int deny(struct __sk_buff *c) { return 0; }
      SEC("netfilter") int accept(void *c) { return 1; }
      SEC("sk_lookup") int look(struct bpf_sk_lookup *c) { return SK_PASS; }
      SEC("socket") int filter(struct __sk_buff *c) { return c->len; }
      SEC("tracepoint/sched/sched_switch") int trace(void *c) { return 0; }
      SEC("tp_btf/sched_switch") int typed(void *c) { return 0; }
      """;

  private static TestRunResult run(String program, TestRun how) throws InterruptedException {
    try (BpfObject object = Cell.load("run", PROGRAMS)) {
      return object.program(program).run(how);
    }
  }

  @Test
  void thePacketComesBackAsTheProgramLeftIt() throws Exception {
    byte[] packet = new byte[60];
    TestRunResult result = run("swap", TestRun.of(packet));
    assertEquals(3, result.returned());
    assertEquals("XDP_TX", result.returnedName());
    assertArrayEquals(packet, result.input());
    assertEquals((byte) 0xaa, result.output()[0]);
    assertEquals(60, result.output().length);
    assertTrue(result.batches().isEmpty());
    assertThrows(IllegalStateException.class, result::medianNanos);
  }

  @Test
  void aRepeatedRunIsMeasuredInBatches() throws Exception {
    try (BpfObject object = Cell.load("run", PROGRAMS)) {
      TestRunResult result = object.program("swap").run(TestRun.once().repeat(5_000));
      assertEquals(TestRun.BATCHES, result.batches().size());
      assertEquals(5_000, result.batches().getFirst().runs());
      assertTrue(result.quantile(0) <= result.medianNanos());
      assertTrue(result.medianNanos() <= result.quantile(1));
      assertTrue(result.emptyNanos().getAsDouble() <= result.quantile(1));
      assertEquals(TestRun.BATCHES, result.table().rowCount());
      assertTrue(result.notes().getFirst().contains("No data was given"), result::toString);
      long runs = ((Number) object.global("runs").get()).longValue();
      assertTrue(runs > 5_000L * TestRun.BATCHES, () -> runs + " runs");
    }
  }

  @Test
  void theContextGoesInAndComesBack() throws Exception {
    byte[] context = new byte[192];
    ByteBuffer.wrap(context).order(ByteOrder.nativeOrder()).putInt(8, 41);
    TestRunResult result = run("mark", TestRun.of(new byte[60]).context(context));
    assertEquals("TC_ACT_OK", result.returnedName());
    assertEquals(42, ByteBuffer.wrap(result.context()).order(ByteOrder.nativeOrder()).getInt(8));
  }

  @Test
  void aRawTracepointGetsItsArguments() throws Exception {
    try (BpfObject object = Cell.load("run", PROGRAMS)) {
      byte[] arguments = new byte[16];
      ByteBuffer.wrap(arguments).order(ByteOrder.nativeOrder()).putLong(8, 4711);
      assertEquals(7, object.program("raw").run(TestRun.once().context(arguments)).returned());
      assertEquals(4711L, ((Number) object.global("first").get()).longValue());
      TestRunResult timed = object.program("raw").run(TestRun.once().repeat(200));
      assertEquals(200, timed.batches().getFirst().runs());
      assertTrue(timed.medianNanos() > 0);
    }
  }

  @Test
  void aSyscallProgramGetsZerosOfItsArgumentsSize() throws Exception {
    assertEquals(16, run("twice", TestRun.once()).context().length);
    byte[] argument = new byte[16];
    ByteBuffer.wrap(argument).order(ByteOrder.nativeOrder()).putLong(21);
    TestRunResult result = run("twice", TestRun.once().context(argument));
    assertEquals(3, result.returned());
    assertEquals(42, ByteBuffer.wrap(result.context()).order(ByteOrder.nativeOrder()).getLong(8));
  }

  @Test
  void otherTypesRunOnWhatTheyUsuallyGet() throws Exception {
    assertEquals("drop", run("deny", TestRun.once().repeat(10)).returnedName());
    assertEquals("NF_ACCEPT", run("accept", TestRun.once().repeat(10)).returnedName());
    assertEquals("SK_PASS", run("look", TestRun.once().repeat(10)).returnedName());
    assertEquals(50, run("filter", TestRun.once().repeat(10)).returned());
  }

  @Test
  void whatCannotRunSaysWhatElseToDo() {
    for (String program : new String[] {"trace", "typed"}) {
      var e = assertThrows(UnsupportedFeatureException.class, () -> run(program, TestRun.once()));
      assertTrue(String.valueOf(e.getMessage()).contains("%prog stats"), e::toString);
    }
  }

  @Test
  void aPacketThatIsTooShortIsNamed() {
    var e = assertThrows(SyscallException.class, () -> run("swap", TestRun.of(new byte[10])));
    assertTrue(String.valueOf(e.getMessage()).contains("packet of 10 bytes"), e::toString);
    assertTrue(String.valueOf(e.getMessage()).contains("14 bytes or more"), e::toString);
  }
}
