package org.skep.bpf.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.internal.libbpf.Libc;

/** What users put into maps for a process, and what they then hear. */
class FileDescriptorsTest {
  @ParameterizedTest
  @ValueSource(
      longs = {0, -1, Integer.MIN_VALUE, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE})
  void aNumberThatIsNoPidIsRefused(long pid) {
    var refused = assertThrows(IllegalArgumentException.class, () -> FileDescriptors.process(pid));
    assertEquals("expected a PID from 1 to 2147483647 but was " + pid, refused.getMessage());
  }

  @Test
  void aPidWithoutAProcessIsNamed() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> FileDescriptors.process(Integer.MAX_VALUE));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("process '2147483647': no such process"),
        refused.getMessage());
  }

  @Test
  void aProcessIsNamedInSeveralWays() {
    ProcessHandle self = ProcessHandle.current();
    for (Object name : new Object[] {self, self.pid(), (int) self.pid()}) {
      int fd = FileDescriptors.process(name);
      assertTrue(fd >= 0);
      Libc.close(fd);
    }
  }
}
