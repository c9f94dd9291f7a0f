package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BpfSourceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "..", "../a.h", "a/../b.h", "./a.h", "a//b.h", "a/", "/a.h", "a\"b.h"})
  void refusesANameByWhichNoTextCanInclude(String name) {
    var e =
        assertThrows(IllegalArgumentException.class, () -> new BpfSource.Header(name, "int x;"));
    assertEquals(
        "name header '"
            + name
            + "': not a relative path as it can stand in #include (such as 'events.h' or"
            + " 'net/events.h')",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.h", "net/a.h", "..a.h", "with blank.h", "h"})
  void takesEveryOtherName(String name) {
    assertEquals(name, new BpfSource.Header(name, "int x;").name());
  }

  @Test
  void refusesWhatHasNoEndAndWhatIsNoFile(@TempDir Path folder) throws Exception {
    for (Path each : java.util.List.of(Path.of("/dev/zero"), folder)) {
      assertThrows(IOException.class, () -> BpfSource.ofFile(each), each::toString);
    }
    Path text = Files.writeString(folder.resolve("a.bpf.c"), "int x;\n");
    assertEquals("int x;\n", BpfSource.ofFile(text).text());
  }
}
