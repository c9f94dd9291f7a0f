package org.skep.notebook.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignerTest {
  private static final List<byte[]> PARTS =
      List.of("what do ya want".getBytes(UTF_8), " for nothing?".getBytes(UTF_8));

  @ParameterizedTest
  @CsvSource({
    "hmac-sha256, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "hmac-sha512, 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    "hmac-md5, 750c783e6ab0b503eaa86e310a5db738",
    "HMAC-SHA1, effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
  })
  void signsAsTheStandardsExamples(String scheme, String expected) {
    assertEquals(expected, new Signer(scheme, "Jefe").sign(PARTS));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 127, 128, 129, 300})
  void signsWithKeysOfEveryLengthAsTheJdkDoes(int length) throws Exception {
    String key = "k".repeat(length);
    for (var name : Map.of("sha256", "HmacSHA256", "sha384", "HmacSHA384").entrySet()) {
      var mac = Mac.getInstance(name.getValue());
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), name.getValue()));
      PARTS.forEach(mac::update);
      assertEquals(
          HexFormat.of().formatHex(mac.doFinal()),
          new Signer("hmac-" + name.getKey(), key).sign(PARTS));
    }
  }

  @Test
  void acceptsItsOwnSignatureAndNoOther() {
    var signer = new Signer("hmac-sha256", "a key");
    byte[] signature = signer.sign(PARTS).getBytes(UTF_8);
    assertTrue(signer.accepts(signature, PARTS));
    signature[5] ^= 1;
    assertFalse(signer.accepts(signature, PARTS));
    assertFalse(signer.accepts(new byte[0], PARTS));
  }

  @Test
  void anEmptyKeySwitchesSigningOff() {
    var signer = new Signer("hmac-sha256", "");
    assertEquals("", signer.sign(PARTS));
    assertTrue(signer.accepts("anything".getBytes(UTF_8), PARTS));
  }

  @Test
  void anUnknownSchemeIsNamed() {
    var e = assertThrows(IllegalArgumentException.class, () -> new Signer("rot13", "key"));
    assertTrue(String.valueOf(e.getMessage()).contains("'rot13'"), e::toString);
  }
}
