package org.skep.bpf.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.skep.bpf.attach.FixedCpuSenders.Fixed;

/** Calls of bpf_perf_event_output among instructions. */
class FixedCpuSendersTest {
  private static final int OUTPUT = 25;

  @Test
  void aConstantCpuIsFound() {
    for (int helper : new int[] {OUTPUT, 111, 121}) {
      long[] code =
          new Instructions().map(2, 40).move(3, 0).move(5, 8).call(helper).exit().toArray();
      assertEquals(List.of(new Fixed(0, OptionalInt.of(40))), FixedCpuSenders.of(code));
    }
    long[] third =
        new Instructions().move(6, 3).map(7, 40).copy(2, 7).copy(3, 6).call(OUTPUT).toArray();
    assertEquals(List.of(new Fixed(3, OptionalInt.of(40))), FixedCpuSenders.of(third));
  }

  @Test
  void theCurrentCpuIsNoFixedOne() {
    long[] signed = new Instructions().map(2, 40).move(3, -1).call(OUTPUT).exit().toArray();
    assertEquals(List.of(), FixedCpuSenders.of(signed));
    long[] wide = new Instructions().map(2, 40).map(3, -1).call(OUTPUT).exit().toArray();
    wide[2] &= ~0xf000L; // a number, and no map
    assertEquals(List.of(), FixedCpuSenders.of(wide));
  }

  @Test
  void whatOnlyTheRunDecidesIsNotFound() {
    var code = new Instructions().map(2, 40).move(3, 0);
    int jump = code.jumpIfEqual(1, 7);
    code.move(3, -1);
    code.land(jump);
    assertEquals(List.of(), FixedCpuSenders.of(code.call(OUTPUT).exit().toArray()));
    long[] computed = new Instructions().move(3, 0).plus(3, 5).call(OUTPUT).toArray();
    assertEquals(List.of(), FixedCpuSenders.of(computed));
    long[] clobbered = new Instructions().move(3, 0).call(5).call(OUTPUT).toArray();
    assertEquals(List.of(), FixedCpuSenders.of(clobbered));
    long[] other = new Instructions().map(2, 40).move(3, 0).call(130).toArray();
    assertEquals(List.of(), FixedCpuSenders.of(other));
  }

  @Test
  void aMapThatOnlyTheRunDecidesIsUnknown() {
    long[] code = new Instructions().copy(2, 1).move(3, 0).call(OUTPUT).toArray();
    assertEquals(List.of(new Fixed(0, OptionalInt.empty())), FixedCpuSenders.of(code));
  }
}
