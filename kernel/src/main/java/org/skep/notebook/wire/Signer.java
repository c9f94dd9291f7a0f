package org.skep.notebook.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs messages with the key of the connection file. Any thread may use it. */
final class Signer {
  private final @Nullable Mac prototype;

  /**
   * Prepares a signature scheme.
   *
   * @param scheme as in the connection file, such as {@code hmac-sha256}
   * @param key the shared key; empty switches signing off
   * @throws IllegalArgumentException if this Java knows no such scheme
   */
  Signer(String scheme, String key) {
    if (key.isEmpty()) {
      prototype = null;
      return;
    }
    String digest = scheme.toLowerCase(Locale.ROOT).replace("hmac-", "").replace("-", "");
    String algorithm = "Hmac" + digest.toUpperCase(Locale.ROOT);
    try {
      prototype = Mac.getInstance(algorithm);
      prototype.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "use signature scheme '" + scheme + "': not known to this Java (hmac-sha256 is)", e);
    }
  }

  /** Returns the signature over the parts in lower-case hexadecimal, empty without a key. */
  String sign(List<byte[]> parts) {
    if (prototype == null) {
      return "";
    }
    try {
      var mac = (Mac) prototype.clone();
      parts.forEach(mac::update);
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("copy a " + prototype.getAlgorithm(), e);
    }
  }

  /**
   * Tells whether {@code signature} is right, in a time that does not depend on where it differs.
   */
  boolean accepts(byte[] signature, List<byte[]> parts) {
    return prototype == null
        || MessageDigest.isEqual(sign(parts).getBytes(StandardCharsets.US_ASCII), signature);
  }
}
