package org.skep.bpf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sections as texts of Linux 4.x and of {@code tc} scripts name them. */
class OldSectionsTest {
  @ParameterizedTest
  @CsvSource({
    "socket1, __sk_buff, socket",
    "socket/3, __sk_buff, socket",
    "xdp_prog1, xdp_md, xdp",
    "xdp2, xdp_md, xdp",
    "classifier/ingress, __sk_buff, classifier",
    "tc_flags, __sk_buff, tc",
    "tcp_flags, __sk_buff, tc",
    "sk_lookup/lookup, bpf_sk_lookup, sk_lookup",
    "cgroup/sock1, bpf_sock, cgroup/sock",
    "cgroup/getsockopt/mangle, bpf_sockopt, cgroup/getsockopt",
    "test_ctx, __sk_buff, tc",
    "test_ctx, xdp_md, xdp",
    "kprobe_sample, pt_regs, kprobe",
    "xdp_devmap/redirected, xdp_md, xdp/devmap",
    "dummy_tracepoint, my_arguments, tracepoint",
  })
  void nameOrContextTellsTheMeaning(String section, String context, String meaning) {
    var found = OldSections.of(section, Optional.of(context));
    assertEquals(Optional.of(meaning), found.map(OldSections.Meaning::section));
  }

  @Test
  void whatNothingTellsStaysUnknown() {
    assertEquals(Optional.empty(), OldSections.of("something", Optional.empty()));
    assertEquals(Optional.empty(), OldSections.of("", Optional.of("of_mine")));
  }
}
