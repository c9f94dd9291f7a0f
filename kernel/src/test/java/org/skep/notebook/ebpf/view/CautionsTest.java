package org.skep.notebook.ebpf.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which notes below a table ask for attention. */
class CautionsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,250 events in 2.0 s (600/s), 12 lost, the ring (256 KiB) at most 100 % full",
        "1,250 events in 2.0 s (600/s), at least 1,000 lost, the ring (256 KiB) at most 100 % full",
        "5 events in 1.0 s, loss unknown, the ring (64 KiB) at most 1 % full",
        "100 entries, read in 3 ms, complete, full, new keys are refused (max_entries is 100)",
        "100 entries, read in 3 ms, complete, 3 updates were refused",
        "3 keys vanished",
        "7 events were shorter than its type and left out",
        "the recording ends early: what came in its last seconds is missing"
      })
  void missingValuesAre(String note) {
    assertTrue(Cautions.isCaution(note));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,250 events in 2.0 s (600/s), none lost, the ring (256 KiB) at most 100 % full",
        "0 lost",
        "100 entries, read in 3 ms, complete",
        "showing 10 of 129",
        "column 'RX_2' is the member 'RX': columns cannot differ in capitals alone"
      })
  void routineIsNot(String note) {
    assertFalse(Cautions.isCaution(note));
  }
}
