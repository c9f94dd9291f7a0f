package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * What one end of a comm tells the other.
 *
 * @param buffers binary parts that {@code data} refers to by agreement of both ends
 */
public record CommMessage(JsonObject data, JsonObject metadata, List<byte[]> buffers) {

  /** Copies the list, not the bytes. */
  public CommMessage {
    buffers = List.copyOf(buffers);
  }

  /** A message without metadata and buffers. */
  public CommMessage(JsonObject data) {
    this(data, new JsonObject(), List.of());
  }
}
