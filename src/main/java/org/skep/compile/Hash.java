package org.skep.compile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A name for contents: SHA-256 over parts, each with its length, so that no two lists are alike.
 */
final class Hash {
  private static final int HEX_DIGITS = 32;

  private final MessageDigest digest;

  Hash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  Hash add(byte[] bytes) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes.length));
    digest.update(bytes);
    return this;
  }

  Hash add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  Hash add(List<String> texts) {
    add(Integer.toString(texts.size()));
    texts.forEach(this::add);
    return this;
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }

  /** Path, size and time of change: what tells a file from its next version without reading it. */
  static String stamp(Path file) {
    try {
      var a = Files.readAttributes(file, BasicFileAttributes.class);
      return file + " " + a.size() + " " + a.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      return file + " absent";
    }
  }
}
