package org.skep.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them. */
class NumberTextsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "fe80::1",
        "2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1",
        "1:2:3:4:5:6:7:8",
        "0:0:1::",
        "1:0:0:1::1"
      })
  void ipv6IsWrittenInItsShortestForm(String text) {
    assertEquals(text, NumberTexts.ipv6(InetAddress.ofLiteral(text).getAddress()));
  }
}
