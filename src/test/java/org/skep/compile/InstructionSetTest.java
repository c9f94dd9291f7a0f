package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstructionSetTest {
  @ParameterizedTest
  @CsvSource({
    "6.18.44-fc, v3",
    "7.3.0, v3",
    "5.12.0-rc1, v3",
    "5.11.22-generic, v2",
    "4.18.0-553.el8, v2",
    "10.0, v3",
    "unknown, v2"
  })
  void whatTheRunningLinuxHasIsUsed(String linux, String cpu) {
    assertEquals(cpu, InstructionSet.of(linux).cpu());
  }

  @Test
  void anOlderSetIsNamedWithTheReason() {
    assertTrue(
        InstructionSet.of("5.10.1")
            .describe()
            .startsWith("compiled with -mcpu=v2, as Linux 5.10 lacks instructions of v3"),
        InstructionSet.of("5.10.1").describe());
  }

  @Test
  void theLastFlagOfTheTextCounts() {
    var set = InstructionSet.of("5.10").orOf(List.of("-mcpu=v1", "-DX", "-mcpu=v4"));
    assertEquals(new InstructionSet("v4", ""), set);
  }
}
