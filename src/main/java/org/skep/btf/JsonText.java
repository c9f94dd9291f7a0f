package org.skep.btf;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as a person types it, into maps, lists and exact numbers. */
final class JsonText {
  private JsonText() {}

  /**
   * @throws IllegalArgumentException when the text is no JSON
   */
  static @Nullable Object parse(String text) {
    try {
      return value(JsonParser.parseString(text));
    } catch (JsonParseException | NumberFormatException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException("no JSON: " + reason, e);
    }
  }

  private static @Nullable Object value(JsonElement element) {
    if (element.isJsonObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      element.getAsJsonObject().entrySet().forEach(e -> map.put(e.getKey(), value(e.getValue())));
      return map;
    }
    if (element.isJsonArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      element.getAsJsonArray().forEach(e -> list.add(value(e)));
      return list;
    }
    if (element.isJsonNull()) {
      return null;
    }
    var primitive = element.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    return primitive.isNumber() ? new BigDecimal(primitive.getAsString()) : primitive.getAsString();
  }
}
