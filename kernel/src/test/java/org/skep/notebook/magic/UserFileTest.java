package org.skep.notebook.magic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFileTest {
  @TempDir Path folder;

  private static void assertRefused(String expected, Consumer<String> use, String file) {
    assertEquals(expected, assertThrows(MagicException.class, () -> use.accept(file)).getMessage());
  }

  private String pipe() throws Exception {
    String pipe = folder.resolve("pipe").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    return pipe;
  }

  @Test
  void readsARegularFileUpToALimit() throws Exception {
    String file = Files.writeString(folder.resolve("a"), "12345").toString();
    assertArrayEquals("12345".getBytes(UTF_8), UserFile.read(file, 5));
    assertRefused(
        "read '" + file + "': 5 bytes, of 4 bytes at most", f -> UserFile.read(f, 4), file);
    String link = Files.createSymbolicLink(folder.resolve("l"), Path.of("a")).toString();
    assertEquals("12345", UserFile.readText(link, 5));
  }

  @Test
  void refusesAHugeFileWithoutReadingIt() throws Exception {
    Path huge = folder.resolve("huge");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertRefused(
        "read '" + huge + "': 1,099,511 MB, of 16 MB at most",
        f -> UserFile.read(f, 16_000_000),
        huge.toString());
  }

  @Test
  void refusesWhatIsNoFile() throws Exception {
    assertRefused("read '/dev/zero': a device, not a file", UserFile::toRead, "/dev/zero");
    String pipe = pipe();
    assertRefused("read '" + pipe + "': a pipe, not a file", UserFile::toRead, pipe);
    assertRefused("write '" + pipe + "': a pipe, not a file", UserFile::toWrite, pipe);
    String here = folder.toString();
    assertRefused("read '" + here + "': a folder, not a file", UserFile::toRead, here);
    assertRefused("write '" + here + "': a folder, not a file", UserFile::toWrite, here);
    assertRefused(
        "read '/proc/kmsg': a file of the kernel's, which may have no end (copy it first)",
        UserFile::toRead,
        "/proc/kmsg");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    String missing = folder.resolve("none").toString();
    assertRefused("read '" + missing + "': no such file", UserFile::toRead, missing);
    assertEquals(Path.of(missing), UserFile.toWrite(missing));
    String deeper = missing + "/b";
    assertRefused(
        "write '" + deeper + "': there is no folder '" + missing + "'", UserFile::toWrite, deeper);
    String link = Files.createSymbolicLink(folder.resolve("l"), Path.of("none")).toString();
    assertRefused(
        "read '" + link + "': a link to a file that does not exist", UserFile::toRead, link);
    assertRefused("read 'a\0b': not the name of a file", UserFile::toRead, "a\0b");
    assertRefused(
        "read 'no/such': no such file in '" + Path.of("").toAbsolutePath() + "'",
        UserFile::toRead,
        "no/such");
  }

  @Test
  void refusesBytesThatAreNoText() throws Exception {
    String file = Files.write(folder.resolve("b"), new byte[] {'a', (byte) 0xff}).toString();
    assertRefused("read '" + file + "': not a text in UTF-8", f -> UserFile.readText(f, 9), file);
  }
}
