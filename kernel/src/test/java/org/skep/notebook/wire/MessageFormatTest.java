package org.skep.notebook.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFormatTest {
  private final MessageFormat format = new MessageFormat(new Signer("hmac-sha256", "key"));

  private Message message() {
    return new Message(
        List.of("client".getBytes(UTF_8)),
        format.header("execute_request"),
        new JsonObject(),
        new JsonObject(),
        Json.object("code", "\"ü😀\" // </script>", "silent", false),
        List.of(new byte[] {0, 1, -1}, new byte[0]));
  }

  @Test
  void whatIsEncodedIsDecoded() throws Exception {
    Message sent = message();
    Message read = format.decode(format.encode(sent));
    assertEquals(sent.header(), read.header());
    assertEquals(sent.content(), read.content());
    assertEquals("execute_request", read.type());
    assertArrayEquals(sent.identities().getFirst(), read.identities().getFirst());
    assertEquals(2, read.buffers().size());
    assertArrayEquals(new byte[] {0, 1, -1}, read.buffers().getFirst());
  }

  @Test
  void severalIdentitiesAreKept() throws Exception {
    var frames = new ArrayList<>(format.encode(message()));
    frames.addFirst("proxy".getBytes(UTF_8));
    assertEquals(2, format.decode(frames).identities().size());
  }

  @Test
  void aReplyGoesBackTheWayTheRequestCame() {
    Message request = message();
    Message reply = format.reply(request, "execute_reply", new JsonObject(), new JsonObject());
    assertEquals(request.identities(), reply.identities());
    assertEquals(request.header(), reply.parentHeader());
    assertNotEquals(request.id(), reply.id());
  }

  @Test
  void theDateHasAZone() {
    String date = Json.string(format.header("status"), "date", "");
    assertEquals(0, OffsetDateTime.parse(date).getOffset().getTotalSeconds());
  }

  @Test
  void anUnpairedSurrogateBecomesAQuestionMark() throws Exception {
    var broken =
        new Message(
            List.of(),
            format.header("stream"),
            new JsonObject(),
            new JsonObject(),
            Json.object("text", "a\ud83d"),
            List.of());
    Message read = format.decode(format.encode(broken));
    assertEquals("a?", Json.string(read.content(), "text", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void missingFramesAreSaid(int kept) {
    var frames = format.encode(message()).subList(0, Math.min(kept, 6));
    assertThrows(MalformedMessageException.class, () -> format.decode(frames));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{", "\"text\"", "{} {}", "{\"msg_type\": 1}", "{}"})
  void aHeaderThatIsNoHeaderIsSaid(String header) {
    var signed = new ArrayList<>(List.of(header.getBytes(UTF_8)));
    for (int i = 0; i < 3; i++) {
      signed.add("{}".getBytes(UTF_8));
    }
    var frames = new ArrayList<>(List.of("<IDS|MSG>".getBytes(UTF_8)));
    frames.add(new Signer("hmac-sha256", "key").sign(signed).getBytes(UTF_8));
    frames.addAll(signed);
    assertThrows(MalformedMessageException.class, () -> format.decode(frames));
  }

  @Test
  void changedBytesAreNeverAccepted() {
    var random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      var frames = new ArrayList<>(format.encode(message()));
      int frame = 1 + random.nextInt(6); // behind the identity and before the unsigned buffers
      byte[] bytes = frames.get(frame).clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      frames.set(frame, bytes);
      assertThrows(MalformedMessageException.class, () -> format.decode(frames));
    }
  }

  @Test
  void rubbishWithoutSignatureIsSaidInAWord() {
    var unsigned = new MessageFormat(new Signer("hmac-sha256", ""));
    var random = new Random(6);
    for (int i = 0; i < 5_000; i++) {
      var frames = new ArrayList<>(unsigned.encode(message()));
      int frame = random.nextInt(frames.size());
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      frames.set(frame, bytes);
      try {
        assertTrue(unsigned.decode(frames).type().length() > 0);
      } catch (MalformedMessageException e) {
        assertTrue(e.toString().length() > 0);
      }
    }
  }
}
