package org.skep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessLimitsTest {
  private static Optional<String> tooLow(String files, String space) {
    return ProcessLimits.tooLow(
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             96282                96282                processes
        Max open files            %-20s 524288               files
        Max address space         %-20s unlimited            bytes
        """
            .formatted(files, space));
  }

  @Test
  void aLimitThatIsTooLowIsNamedWithItsRemedy() {
    assertEquals(
        Optional.of(
            "this process may open 64 files, and the kernel needs 192 or more (ulimit -n 1024, or"
                + " LimitNOFILE=1024 of a systemd service)"),
        tooLow("64", "unlimited"));
    assertEquals(
        Optional.of(
            "this process may use 4096 MiB of address space, and the kernel needs 6144 MiB (ulimit"
                + " -v unlimited, or LimitAS=infinity of a systemd service)"),
        tooLow("1024", "4294967296"));
  }

  @Test
  void ordinaryLimitsAreEnough() {
    assertEquals(Optional.empty(), tooLow("192", "6442450944"));
    assertEquals(Optional.empty(), tooLow("unlimited", "unlimited"));
    assertEquals(Optional.empty(), ProcessLimits.tooLow());
  }
}
