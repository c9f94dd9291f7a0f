package org.skep.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names at both ends of the lists and around their gaps. */
class LinuxNamesTest {
  @ParameterizedTest
  @CsvSource({
    "-1, EPERM",
    "-2, ENOENT",
    "-11, EAGAIN",
    "-22, EINVAL",
    "-34, ERANGE",
    "-40, ELOOP",
    "-41, -41",
    "-42, ENOMSG",
    "-57, EBADSLT",
    "-58, -58",
    "-59, EBFONT",
    "-75, EOVERFLOW",
    "-95, EOPNOTSUPP",
    "-110, ETIMEDOUT",
    "-115, EINPROGRESS",
    "-133, EHWPOISON",
    "-134, -134",
    "-512, ERESTARTSYS",
    "-524, ENOTSUPP",
    "0, 0",
    "2, ENOENT",
    "22, EINVAL",
    "41, 41",
    "524, ENOTSUPP",
    "4096, 4096",
    "-9223372036854775808, -9223372036854775808",
    "9223372036854775807, 9223372036854775807"
  })
  void errors(long result, String name) {
    assertEquals(name, LinuxNames.error(result));
  }

  @ParameterizedTest
  @CsvSource({
    "1, SIGHUP",
    "9, SIGKILL",
    "17, SIGCHLD",
    "31, SIGSYS",
    "0, 0",
    "32, 32",
    "34, SIGRTMIN+0",
    "64, SIGRTMIN+30",
    "65, 65"
  })
  void signals(long number, String name) {
    assertEquals(name, LinuxNames.signal(number));
  }
}
