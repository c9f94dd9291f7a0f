package org.skep.compile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * A text of C to compile, and what it may include.
 *
 * @param name how diagnostics and the verifier's log name it, such as {@code opens}
 * @param text the C text
 * @param headers texts that {@code #include "name"} finds
 * @param includeDirectories folders that are searched after {@code headers} and before the system's
 * @param flags further flags for clang, such as {@code -DLIMIT=5}
 */
public record BpfSource(
    String name,
    String text,
    List<Header> headers,
    List<Path> includeDirectories,
    List<String> flags) {

  private static final int LARGEST_TEXT = 64 << 20;

  /**
   * A text that others may include.
   *
   * @param name as it is written in {@code #include "name"}; may name folders, but not {@code ..}
   *     nor {@code .}, as clang looks for it by the name that is written
   * @param text its C text
   */
  public record Header(String name, String text) {
    public Header {
      if (!isName(name)) {
        throw new IllegalArgumentException(
            "name header '"
                + name
                + "': not a relative path as it can stand in #include (such as 'events.h' or"
                + " 'net/events.h')");
      }
    }
  }

  private static boolean isName(String name) {
    var plain = Path.of(name);
    return !name.isBlank()
        && !plain.isAbsolute()
        && plain.normalize().toString().equals(name)
        && !plain.startsWith("..")
        && name.chars().noneMatch(c -> c < ' ' || c == '"' || c == '\\')
        && StreamSupport.stream(plain.spliterator(), false)
            .allMatch(part -> part.toString().getBytes(StandardCharsets.UTF_8).length < 256);
  }

  public BpfSource {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name a C source: the name is blank");
    }
    headers = List.copyOf(headers);
    includeDirectories = includeDirectories.stream().map(Path::toAbsolutePath).toList();
    flags = List.copyOf(flags);
  }

  /** A text on its own. */
  public static BpfSource of(String name, String text) {
    return new BpfSource(name, text, List.of(), List.of(), List.of());
  }

  /**
   * The text of a file; what it includes is searched in its own folder as well.
   *
   * @throws IOException if the file cannot be read, or is no text, or larger than 64 MiB
   */
  public static BpfSource ofFile(Path file) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    return new BpfSource(
        String.valueOf(file.getFileName()),
        read(file),
        List.of(),
        folder == null ? List.of() : List.of(folder),
        List.of());
  }

  /** Old texts have names of authors in Latin-1. */
  static String read(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new IOException(
          attributes.isDirectory() ? "a folder, not a file" : "not a regular file");
    }
    if (attributes.size() > LARGEST_TEXT) {
      throw new IOException("larger than any C source: " + attributes.size() + " bytes");
    }
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST_TEXT);
    }
    for (byte each : bytes) {
      if (each == 0) {
        throw new IOException("not C source, as it contains a zero byte (objects end in .o)");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** The same source with these headers. */
  public BpfSource withHeaders(List<Header> newHeaders) {
    return new BpfSource(name, text, newHeaders, includeDirectories, flags);
  }

  /** The same source with these folders to search. */
  public BpfSource withIncludeDirectories(List<Path> newDirectories) {
    return new BpfSource(name, text, headers, newDirectories, flags);
  }

  /** The same source with these further flags for clang. */
  public BpfSource withFlags(List<String> newFlags) {
    return new BpfSource(name, text, headers, includeDirectories, newFlags);
  }
}
