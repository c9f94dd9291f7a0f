package org.skep.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LockedMemoryTest {
  private static final List<String> LIMITS =
      List.of(
          "Limit                     Soft Limit           Hard Limit           Units     ",
          "Max resident set          unlimited            unlimited            bytes     ",
          "Max locked memory         65536                65536                bytes     ");

  @Test
  void theLimitIsReadAsLinuxTellsIt() {
    assertEquals("64 KiB", LockedMemory.limit(LIMITS));
    assertEquals(
        "unlimited", LockedMemory.limit(List.of("Max locked memory  unlimited  unlimited  bytes")));
    assertEquals("unknown", LockedMemory.limit(List.of()));
    assertTrue(LockedMemory.limit().matches("unlimited|\\d+ KiB"), LockedMemory.limit());
  }

  /** What looks like missing rights is none on an old Linux; on a newer one it is. */
  @Test
  void onlyAnOldLinuxIsBoundByIt() {
    assertTrue(
        LockedMemory.bound(LinuxVersion.parse("5.10.0-28-amd64"), "64 KiB")
            .orElseThrow()
            .contains("may have 64 KiB; start it after `ulimit -l unlimited`"));
    assertEquals(
        Optional.empty(), LockedMemory.bound(LinuxVersion.parse("5.10.0-28-amd64"), "unlimited"));
    assertEquals(Optional.empty(), LockedMemory.bound(LinuxVersion.parse("5.11.0"), "64 KiB"));
    assertEquals(Optional.empty(), LockedMemory.bound(LinuxVersion.parse("6.18.1"), "64 KiB"));
  }
}
