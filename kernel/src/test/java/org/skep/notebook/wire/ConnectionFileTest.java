package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionFileTest {
  private static final String PORTS =
      "\"shell_port\": 1, \"control_port\": 2, \"stdin_port\": 3, \"iopub_port\": 4, \"hb_port\": 5";

  @TempDir Path folder;

  private ConnectionFile read(String text) throws IOException {
    return ConnectionFile.read(Files.writeString(folder.resolve("kernel-1.json"), text));
  }

  @Test
  void tellsAddressesAndKey() throws Exception {
    ConnectionFile file =
        read("{\"transport\": \"tcp\", \"ip\": \"127.0.0.1\", \"key\": \"k\", " + PORTS + "}");
    assertEquals("tcp://127.0.0.1:1", file.endpoint(file.shellPort()));
    assertEquals("hmac-sha256", file.signatureScheme());
    assertFalse(file.toString().contains("k,"), "the key is in " + file);
  }

  @Test
  void putsAnIpv6AddressIntoBrackets() throws Exception {
    assertEquals("tcp://[::1]:9", read("{\"ip\": \"::1\", " + PORTS + "}").endpoint(9));
  }

  @Test
  void namesAFileThatIsNotThere() {
    Path missing = folder.resolve("missing.json");
    var e = assertThrows(IOException.class, () -> ConnectionFile.read(missing));
    assertEquals("read connection file '" + missing + "': no such file", e.getMessage());
  }

  @Test
  void saysWhyAFileCannotBeRead() {
    var e = assertThrows(IOException.class, () -> ConnectionFile.read(folder));
    assertEquals("read connection file '" + folder + "': Is a directory", e.getMessage());
    Path file = folder.resolve("kernel-2.json");
    String path = file.toString();
    assertEquals(
        "read connection file '"
            + path
            + "': permission denied (its owner alone may read it: start the kernel as the user who"
            + " started Jupyter)",
        ConnectionFile.unreadable(file, new AccessDeniedException(path)).getMessage());
    assertEquals(
        "read connection file '" + path + "': Too many levels of symbolic links",
        ConnectionFile.unreadable(
                file, new FileSystemException(path, null, "Too many levels of symbolic links"))
            .getMessage());
    assertEquals(
        "read connection file '" + path + "': EOFException",
        ConnectionFile.unreadable(file, new EOFException()).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | expected a JSON object",
        "[] | expected a JSON object",
        "{} | shell_port",
        "{\"shell_port\": \"x\"} | shell_port",
        "{\"shell_port\": 70000} | 70000",
        "{\"transport\": \"carrier pigeon\"} | carrier pigeon",
      })
  void saysWhatIsWrongWithAFile(String text, String expected) {
    var e = assertThrows(IOException.class, () -> read(text));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e::toString);
    assertTrue(String.valueOf(e.getMessage()).contains("kernel-1.json"), e::toString);
  }
}
