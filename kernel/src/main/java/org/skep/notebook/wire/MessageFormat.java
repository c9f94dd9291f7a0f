package org.skep.notebook.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages to frames and back: route, {@code <IDS|MSG>}, signature, header, parent header,
 * metadata, content, buffers. Any thread may use it.
 */
final class MessageFormat {
  /** The version of the protocol that the headers announce. */
  static final String PROTOCOL_VERSION = "5.4";

  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
  private static final int SIGNED_PARTS = 4;

  private final Signer signer;
  private final String session = UUID.randomUUID().toString();
  private final AtomicLong count = new AtomicLong();

  MessageFormat(Signer signer) {
    this.signer = signer;
  }

  /** Returns a header of this session. */
  JsonObject header(String type) {
    return Json.object(
        "msg_id",
        session + "_" + count.incrementAndGet(),
        "session",
        session,
        "username",
        "kernel",
        "date",
        now(),
        "msg_type",
        type,
        "version",
        PROTOCOL_VERSION);
  }

  /** Returns the time as the protocol writes it, with the zone. */
  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
  }

  /** Returns the answer to a request, to be sent back the way it came. */
  Message reply(Message request, String type, JsonObject metadata, JsonObject content) {
    return new Message(
        request.identities(), header(type), request.header(), metadata, content, List.of());
  }

  /** Returns a message for all clients; its topic is its type. */
  Message publication(String type, JsonObject parentHeader, JsonObject content) {
    return publication(type, parentHeader, new JsonObject(), content, List.of());
  }

  /** Returns a message for all clients, with metadata and buffers. */
  Message publication(
      String type,
      JsonObject parentHeader,
      JsonObject metadata,
      JsonObject content,
      List<byte[]> buffers) {
    return new Message(
        List.of(type.getBytes(StandardCharsets.UTF_8)),
        header(type),
        parentHeader,
        metadata,
        content,
        buffers);
  }

  List<byte[]> encode(Message message) {
    List<byte[]> signed =
        List.of(
            Json.bytes(message.header()),
            Json.bytes(message.parentHeader()),
            Json.bytes(message.metadata()),
            Json.bytes(message.content()));
    var frames = new ArrayList<>(message.identities());
    frames.add(DELIMITER);
    frames.add(signer.sign(signed).getBytes(StandardCharsets.US_ASCII));
    frames.addAll(signed);
    frames.addAll(message.buffers());
    return frames;
  }

  /**
   * Reads what a client sent.
   *
   * @throws MalformedMessageException if parts are missing, the signature is wrong, a part is no
   *     JSON object, or the header names no type or id
   */
  Message decode(List<byte[]> frames) throws MalformedMessageException {
    int delimiter = 0;
    while (delimiter < frames.size() && !Arrays.equals(frames.get(delimiter), DELIMITER)) {
      delimiter++;
    }
    int parts = delimiter + 2;
    if (frames.size() < parts + SIGNED_PARTS) {
      throw new MalformedMessageException(
          "expected <IDS|MSG>, a signature and four parts but was " + frames.size() + " frames");
    }
    List<byte[]> signed = frames.subList(parts, parts + SIGNED_PARTS);
    if (!signer.accepts(frames.get(delimiter + 1), signed)) {
      throw new MalformedMessageException("wrong signature");
    }
    var message =
        new Message(
            frames.subList(0, delimiter),
            parse("header", signed.get(0)),
            parse("parent header", signed.get(1)),
            parse("metadata", signed.get(2)),
            parse("content", signed.get(3)),
            frames.subList(parts + SIGNED_PARTS, frames.size()));
    if (message.type().isEmpty() || message.id().isEmpty()) {
      throw new MalformedMessageException("expected a header with msg_type and msg_id");
    }
    return message;
  }

  private static JsonObject parse(String part, byte[] json) throws MalformedMessageException {
    JsonElement element;
    try {
      element = JsonParser.parseString(new String(json, StandardCharsets.UTF_8));
    } catch (JsonParseException e) {
      throw new MalformedMessageException("expected JSON as " + part + ": " + e.getMessage());
    }
    if (element instanceof JsonObject object) {
      return object;
    }
    throw new MalformedMessageException("expected a JSON object as " + part);
  }
}
