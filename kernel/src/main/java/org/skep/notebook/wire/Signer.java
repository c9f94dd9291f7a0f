package org.skep.notebook.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Signs messages with the key of the connection file, by HMAC (RFC 2104). Any thread may use it.
 *
 * <p>On a plain digest, as {@link javax.crypto.Mac} first verifies the providers of all ciphers: a
 * tenth of the time to the first reply.
 */
final class Signer {
  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  /** The digests after the padded key; null where nothing is signed. */
  private final @Nullable MessageDigest inner;

  private final @Nullable MessageDigest outer;

  /**
   * Prepares a signature scheme.
   *
   * @param scheme as in the connection file, such as {@code hmac-sha256}
   * @param key the shared key; empty switches signing off
   * @throws IllegalArgumentException if this Java knows no such scheme
   */
  Signer(String scheme, String key) {
    if (key.isEmpty()) {
      inner = null;
      outer = null;
      return;
    }
    byte[] secret = key.getBytes(StandardCharsets.UTF_8);
    MessageDigest digest = digest(scheme);
    int block = digest.getDigestLength() > 32 ? 128 : 64; // of SHA-384 and SHA-512, and of the rest
    byte[] padded = Arrays.copyOf(secret.length > block ? digest.digest(secret) : secret, block);
    inner = keyed(copy(digest), padded, INNER_PAD);
    outer = keyed(digest, padded, OUTER_PAD);
  }

  private static MessageDigest digest(String scheme) {
    String name = scheme.toUpperCase(Locale.ROOT).replaceFirst("^HMAC-", "");
    try {
      return MessageDigest.getInstance(
          name.replaceFirst("^SHA-?(?=1$|224$|256$|384$|512$)", "SHA-"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(
          "use signature scheme '" + scheme + "': not known to this Java (hmac-sha256 is)", e);
    }
  }

  private static MessageDigest keyed(MessageDigest digest, byte[] key, byte pad) {
    for (byte b : key) {
      digest.update((byte) (b ^ pad));
    }
    return digest;
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("copy a " + digest.getAlgorithm(), e);
    }
  }

  /** Returns the signature over the parts in lower-case hexadecimal, empty without a key. */
  String sign(List<byte[]> parts) {
    if (inner == null || outer == null) {
      return "";
    }
    MessageDigest message = copy(inner);
    parts.forEach(message::update);
    return HexFormat.of().formatHex(copy(outer).digest(message.digest()));
  }

  /**
   * Tells whether {@code signature} is right, in a time that does not depend on where it differs.
   */
  boolean accepts(byte[] signature, List<byte[]> parts) {
    return inner == null
        || MessageDigest.isEqual(sign(parts).getBytes(StandardCharsets.US_ASCII), signature);
  }
}
