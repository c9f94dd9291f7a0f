package org.skep.notebook.magic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Files that a user names: they are regular and no larger than fits, or refused before anything is
 * opened that never ends or never begins, such as {@code /dev/zero} and a pipe.
 */
public final class UserFile {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FOLDER = 0040000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  /** File systems whose files are made while they are read, some without an end. */
  private static final Set<String> OF_THE_KERNEL =
      Set.of("proc", "sysfs", "tracefs", "debugfs", "securityfs");

  private UserFile() {}

  /**
   * The file, which can be read and is regular.
   *
   * @throws MagicException that names the file and what is wrong with it
   */
  public static Path toRead(String named) {
    Path file = path("read", named);
    try {
      int type = type(file);
      if (type != REGULAR) {
        throw refused("read", named, what(type) + ", not a file");
      }
      if (OF_THE_KERNEL.contains(Files.getFileStore(file).type())) {
        throw refused(
            "read", named, "a file of the kernel's, which may have no end (copy it first)");
      }
    } catch (IOException e) {
      throw refused("read", named, reason(file, e));
    }
    if (!Files.isReadable(file)) {
      throw refused("read", named, "permission denied");
    }
    return file;
  }

  /**
   * The file, which may be made or written anew.
   *
   * @throws MagicException that names the file and what is wrong with it
   */
  public static Path toWrite(String named) {
    Path file = path("write", named);
    try {
      int type = type(file);
      if (type == FOLDER || type == PIPE || type == SOCKET) {
        throw refused("write", named, what(type) + ", not a file");
      }
    } catch (NoSuchFileException e) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        throw refused("write", named, "there is no folder '" + folder + "'");
      }
    } catch (IOException e) {
      throw refused("write", named, reason(file, e));
    }
    return file;
  }

  /**
   * What is in the file.
   *
   * @param most bytes
   * @throws MagicException that names the file and what is wrong with it
   */
  public static byte[] read(String named, int most) {
    Path file = toRead(named);
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      if (size > most) {
        throw refused("read", named, size(size) + ", of " + size(most) + " at most");
      }
      var bytes = new ByteArrayOutputStream((int) size);
      bytes.writeBytes(in.readNBytes(most));
      if (in.read() >= 0) { // it grows
        throw refused("read", named, "more than " + size(most));
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw refused("read", named, reason(file, e));
    }
  }

  /** The text of the file, in UTF-8. */
  public static String readText(String named, int most) {
    byte[] bytes = read(named, most);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused("read", named, "not a text in UTF-8");
    }
  }

  private static Path path(String verb, String named) {
    try {
      return Path.of(
          named.startsWith("~/") ? System.getProperty("user.home") + named.substring(1) : named);
    } catch (InvalidPathException e) {
      throw refused(verb, named, "not the name of a file");
    }
  }

  private static int type(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & TYPE;
  }

  private static String what(int type) {
    return switch (type) {
      case FOLDER -> "a folder";
      case PIPE -> "a pipe";
      case SOCKET -> "a socket";
      default -> "a device";
    };
  }

  private static String reason(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ when Files.exists(file, LinkOption.NOFOLLOW_LINKS) ->
          "a link to a file that does not exist";
      case NoSuchFileException _ ->
          file.isAbsolute()
              ? "no such file"
              : "no such file in '" + Path.of("").toAbsolutePath() + "'";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String size(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }

  private static MagicException refused(String verb, String named, String why) {
    return new MagicException(verb + " '" + named + "': " + why);
  }
}
