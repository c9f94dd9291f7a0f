package org.skep.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them. */
class AddressesTest {
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
    assertEquals(text, Addresses.text(InetAddress.ofLiteral(text).getAddress()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "10.0.0.1 ~ 4 ~ 0a000001",
        "255.255.255.255 ~ 4 ~ ffffffff",
        " 0.0.0.0 ~ 4 ~ 00000000",
        ":: ~ 16 ~ 00000000000000000000000000000000",
        "::1 ~ 16 ~ 00000000000000000000000000000001",
        "FE80::1 ~ 16 ~ fe800000000000000000000000000001",
        "1:2:3:4:5:6:7:8 ~ 16 ~ 00010002000300040005000600070008",
        "1:2:3:4:5:6:7:: ~ 16 ~ 00010002000300040005000600070000",
        "::ffff:1.2.3.4 ~ 16 ~ 00000000000000000000ffff01020304",
        "64:ff9b::192.0.2.1 ~ 16 ~ 0064ff9b0000000000000000c0000201",
        "02:00:00:00:00:fF ~ 6 ~ 0200000000ff",
        "02-00-00-00-00-01 ~ 6 ~ 020000000001"
      })
  void anAddressIsItsBytes(String text, int size, String hex) {
    assertEquals(hex, HexFormat.of().formatHex(Addresses.parse(text, size)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "10 ~ 4 ~ '10': an IPv4 address has four parts (write 10.0.0.0)",
        "1.2.3 ~ 4 ~ '1.2.3': an IPv4 address has four parts (write 1.2.3.0)",
        "1.2.3.4.5 ~ 4 ~ '1.2.3.4.5': an IPv4 address has four parts (write 10.0.0.1)",
        "010.0.0.1 ~ 4 ~ '010.0.0.1': part '010' begins with 0, which is octal to some programs (write 10)",
        "0x7f.0.0.1 ~ 4 ~ '0x7f.0.0.1': part '0x7f' is not a number from 0 to 255",
        "256.0.0.1 ~ 4 ~ '256.0.0.1': part '256' is not a number from 0 to 255",
        "1.2.3.-4 ~ 4 ~ '1.2.3.-4': part '-4' is not a number from 0 to 255",
        "1. 2.3.4 ~ 4 ~ '1. 2.3.4': part ' 2' is not a number from 0 to 255",
        "1.2.3. ~ 4 ~ '1.2.3.': part '' is not a number from 0 to 255",
        "١.2.3.4 ~ 4 ~ '١.2.3.4': part '١' is not a number from 0 to 255",
        "::ffff:1.2.3.4 ~ 4 ~ '::ffff:1.2.3.4': not an IPv4 address (write 1.2.3.4)",
        "1.2.3.4 ~ 16 ~ '1.2.3.4': not an IPv6 address (write ::ffff:1.2.3.4)",
        "fe80::1%eth0 ~ 16 ~ 'fe80::1%eth0': a zone belongs to a socket, not to the address (write fe80::1)",
        "1::2::3 ~ 16 ~ '1::2::3': group '' is not one to four hexadecimal digits",
        "::: ~ 16 ~ ':::': group '' is not one to four hexadecimal digits",
        "1:2:3:4:5:6:7 ~ 16 ~ '1:2:3:4:5:6:7': an IPv6 address has eight groups, or '::' for those that are zero",
        "1:2:3:4::5:6:7:8 ~ 16 ~ '1:2:3:4::5:6:7:8': '::' stands for one group of zeros at least, and eight are all",
        "12345::1 ~ 16 ~ '12345::1': group '12345' is not one to four hexadecimal digits",
        "1:2:3:4:5:6:7:8:9 ~ 16 ~ '1:2:3:4:5:6:7:8:9': an IPv6 address has eight groups",
        "02:00:00:00:00 ~ 6 ~ '02:00:00:00:00': not a hardware address (write one such as 02:00:00:00:00:01)",
        "02:00-00:00:00:01 ~ 6 ~ '02:00-00:00:00:01': not a hardware address (write one such as 02:00:00:00:00:01)"
      })
  void whatIsNoAddressIsRefusedWithWhatToWrite(String text, int size, String message) {
    var e = assertThrows(IllegalArgumentException.class, () -> Addresses.parse(text, size));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "0.0.0.0/0, 0.0.0.0/0",
    "10.0.0.1, 10.0.0.1/32",
    "10.0.0.1/32, 10.0.0.1/32",
    "fd00::/8, fd00::/8",
    "::/0, ::/0",
    "::1, ::1/128"
  })
  void aPrefixIsItsAddressAndItsBits(String text, String expected) {
    assertEquals(expected, Prefix.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "10/8 ~ '10/8': an IPv4 address has four parts (write 10.0.0.0)",
        "10.1/16 ~ '10.1/16': an IPv4 address has four parts (write 10.1.0.0)",
        "010.0.0.0/8 ~ '010.0.0.0/8': part '010' begins with 0, which is octal to some programs (write 10)",
        "10.0.0.0/33 ~ '10.0.0.0/33': the length of the prefix is a number from 0 to 32, not '33'",
        "10.0.0.0/-1 ~ '10.0.0.0/-1': the length of the prefix is a number from 0 to 32, not '-1'",
        "10.0.0.0/08 ~ '10.0.0.0/08': the length of the prefix is a number from 0 to 32, not '08'",
        "10.0.0.0/ ~ '10.0.0.0/': the length of the prefix is a number from 0 to 32, not ''",
        "10.0.0.0/8/8 ~ '10.0.0.0/8/8': the length of the prefix is a number from 0 to 32, not '8/8'",
        "10.0.0.0/255.0.0.0 ~ '10.0.0.0/255.0.0.0': the length of the prefix is a number from 0 to 32, not '255.0.0.0'",
        "::/129 ~ '::/129': the length of the prefix is a number from 0 to 128, not '129'",
        "10.1.2.3/8 ~ '10.1.2.3/8': bits are set behind the prefix (write 10.0.0.0/8 for the network, 10.1.2.3/32 for the address)",
        "fd00::1/8 ~ 'fd00::1/8': bits are set behind the prefix (write fd00::/8 for the network, fd00::1/128 for the address)"
      })
  void whatIsNoPrefixIsRefusedWithWhatToWrite(String text, String message) {
    var e = assertThrows(IllegalArgumentException.class, () -> Prefix.parse(text));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "42, 42",
    "-7, -7",
    "0x1F, 31",
    "-0x10, -16",
    "18446744073709551616, 18446744073709551616"
  })
  void aWholeNumberIsDecimalOrHexadecimal(String text, String number) {
    assertEquals(number, WholeNumber.find(text).orElseThrow().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "010", "-01", "+5", "1e3", "4K", "1_000", "0x", "--1", "1.0", "٣", "1 2", "0b1"
      })
  void otherNumbersAreRefused(String text) {
    assertEquals(java.util.Optional.empty(), WholeNumber.find(text));
    assertThrows(IllegalArgumentException.class, () -> WholeNumber.parse(text, 0, 100));
  }

  @ParameterizedTest
  @CsvSource({
    "10ms, ' (write 10000000 for nanoseconds)'",
    "1.5 s, ' (write 1500000000 for nanoseconds)'",
    "0.5us, ' (write 500 for nanoseconds)'",
    "64KiB, ' (write 65536 for bytes)'",
    "-2GiB, ' (write -2147483648 for bytes)'",
    "1_000, ' (write 1000)'",
    "1e3, ' (write 1000)'",
    "+5, ' (write 5)'",
    "5.0, ' (write 5)'",
    "0.5ns, ''",
    "5m, ''",
    "64K, ''",
    "1__0, ''",
    "010, ' (a leading zero makes it octal in C: write 10 or 0x8)'",
    "http, ''",
    "65536, ''",
    "-1, ''"
  })
  void aNumberInAnotherFormIsToldAsAPlainOne(String text, String hint) {
    assertEquals(hint, WholeNumber.hint(text));
  }
}
