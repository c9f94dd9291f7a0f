package org.skep.notebook.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignerTest {
  private static final List<byte[]> PARTS =
      List.of("what do ya want".getBytes(UTF_8), " for nothing?".getBytes(UTF_8));

  @ParameterizedTest
  @CsvSource({
    "hmac-sha256, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "hmac-md5, 750c783e6ab0b503eaa86e310a5db738",
    "HMAC-SHA1, effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
  })
  void signsAsTheStandardsExamples(String scheme, String expected) {
    assertEquals(expected, new Signer(scheme, "Jefe").sign(PARTS));
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
