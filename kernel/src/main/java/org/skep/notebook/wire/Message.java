package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * A message of the protocol. Its JSON is not to be changed once it was handed to a socket.
 *
 * @param identities the route to the client, or the topic of what is published
 * @param buffers binary parts behind the content
 */
record Message(
    List<byte[]> identities,
    JsonObject header,
    JsonObject parentHeader,
    JsonObject metadata,
    JsonObject content,
    List<byte[]> buffers) {

  Message {
    identities = List.copyOf(identities);
    buffers = List.copyOf(buffers);
  }

  /** Returns the kind of the message, such as {@code execute_request}. */
  String type() {
    return Json.string(header, "msg_type", "");
  }

  /** Returns the name that the sender gave to the message. */
  String id() {
    return Json.string(header, "msg_id", "");
  }
}
