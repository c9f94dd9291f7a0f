package org.skep.notebook.wire;

import com.google.gson.JsonObject;

/**
 * One thing in several representations. Not to be changed once it was handed over: it is written
 * later, on another thread.
 *
 * @param data MIME type to content: a string, base 64 for images, or JSON
 * @param metadata MIME type to an object with, for example, {@code width} and {@code height}
 */
public record MimeData(JsonObject data, JsonObject metadata) {

  /** Returns {@code text} as {@code text/plain}. */
  public static MimeData plain(String text) {
    var data = new JsonObject();
    data.addProperty("text/plain", text);
    return new MimeData(data, new JsonObject());
  }
}
