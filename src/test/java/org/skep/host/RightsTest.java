package org.skep.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RightsTest {
  private static final Capabilities NONE = new Capabilities(0);
  private static final Capabilities BPF = new Capabilities(1L << 39);
  private static final Capabilities ADMIN = new Capabilities(1L << 21);
  private static final LinuxVersion NEW = LinuxVersion.parse("6.12.1");
  private static final LinuxVersion OLD = LinuxVersion.parse("5.4.0");
  private static final String MACHINE = "0          0 4294967295";

  @Test
  void aUserWithoutRightsHearsWhatIsMissingAndHowToGetIt() {
    assertEquals(
        "this process lacks CAP_BPF (start Jupyter as root, such as by `sudo jupyter lab"
            + " --allow-root`, or with CAP_BPF, CAP_PERFMON for tracing, and CAP_NET_ADMIN for"
            + " networks; or start the virtual machine, by `make vm`)",
        Rights.missing(NONE, NEW, "2", MACHINE).orElseThrow());
    assertEquals(
        "this process lacks CAP_SYS_ADMIN (start Jupyter as root, such as by `sudo jupyter lab"
            + " --allow-root`; or start the virtual machine, by `make vm`)",
        Rights.missing(NONE, OLD, "1", MACHINE).orElseThrow());
  }

  @Test
  void whoMayLoadIsNotStopped() {
    assertEquals(Optional.empty(), Rights.missing(BPF, NEW, "2", MACHINE));
    assertEquals(Optional.empty(), Rights.missing(ADMIN, OLD, "1", MACHINE));
    assertEquals(Optional.empty(), Rights.missing(NONE, NEW, "0", MACHINE));
    assertEquals(Optional.empty(), Rights.missing(BPF, NEW, "", ""));
  }

  @Test
  void rightsOfAUserNamespaceAreNotTheMachines() {
    assertTrue(
        Rights.missing(ADMIN, NEW, "2", "0       1000          1")
            .orElseThrow()
            .contains("user namespace"));
  }
}
