package org.skep.notebook.wire;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Builds and reads the JSON of messages. */
final class Json {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private Json() {}

  /** Returns {@code element} as UTF-8; an unpaired surrogate becomes a question mark. */
  static byte[] bytes(JsonElement element) {
    return GSON.toJson(element).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns an object of alternating names and values: JSON, strings, numbers, booleans, null. */
  static JsonObject object(@Nullable Object... namesAndValues) {
    var object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add(String.valueOf(namesAndValues[i]), element(namesAndValues[i + 1]));
    }
    return object;
  }

  /** Returns an array of the elements. */
  static JsonArray array(Iterable<?> elements) {
    var array = new JsonArray();
    elements.forEach(e -> array.add(element(e)));
    return array;
  }

  private static JsonElement element(@Nullable Object value) {
    return switch (value) {
      case null -> JsonNull.INSTANCE;
      case JsonElement json -> json;
      case Boolean bool -> new JsonPrimitive(bool);
      case Number number -> new JsonPrimitive(number);
      default -> new JsonPrimitive(value.toString());
    };
  }

  /** Returns a member that is a string, or {@code otherwise}. */
  static String string(JsonObject object, String name, String otherwise) {
    return (object.get(name) instanceof JsonPrimitive p && p.isString())
        ? p.getAsString()
        : otherwise;
  }

  /** Returns a member that is a boolean, or {@code otherwise}. */
  static boolean bool(JsonObject object, String name, boolean otherwise) {
    return (object.get(name) instanceof JsonPrimitive p && p.isBoolean())
        ? p.getAsBoolean()
        : otherwise;
  }

  /** Returns a member that is a number, cut to an int, or {@code otherwise}. */
  static int integer(JsonObject object, String name, int otherwise) {
    try {
      return (object.get(name) instanceof JsonPrimitive p && p.isNumber())
          ? p.getAsInt()
          : otherwise;
    } catch (NumberFormatException e) { // a number of JSON, but of no computer's
      return otherwise;
    }
  }

  /** Returns a member that is an object, or an empty one. */
  static JsonObject child(JsonObject object, String name) {
    return object.get(name) instanceof JsonObject child ? child : new JsonObject();
  }
}
