package org.skep.btf;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.ScalarWriter.Mismatch;

/** The forms in which arrays and structs may be given: Java's own, records, and JSON. */
final class GivenValue {
  private GivenValue() {}

  /** The elements of a list, a Java array or JSON. */
  static List<@Nullable Object> elements(@Nullable Object value, long count) {
    Object parsed = value instanceof String text ? parse(text) : value;
    if (parsed instanceof Collection<?> c) {
      return new ArrayList<>(c);
    }
    if (parsed != null && parsed.getClass().isArray()) {
      var list = new ArrayList<@Nullable Object>();
      for (int i = 0; i < Array.getLength(parsed); i++) {
        list.add(Array.get(parsed, i));
      }
      return list;
    }
    throw new Mismatch("a list of " + count + " elements", value);
  }

  private static @Nullable Object parse(String text) {
    try {
      return JsonText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Mismatch("JSON", text);
    }
  }

  /**
   * The members of a map, a record or JSON.
   *
   * @param type as C spells it, for the message
   */
  static Map<String, @Nullable Object> members(@Nullable Object value, String type) {
    Object parsed = value instanceof String text ? parse(text) : value;
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    switch (parsed) {
      case Map<?, ?> map -> map.forEach((name, v) -> named.put(String.valueOf(name), v));
      case Record r -> {
        for (RecordComponent c : r.getClass().getRecordComponents()) {
          named.put(c.getName(), component(r, c));
        }
      }
      case null, default -> throw new Mismatch("a map, a record or JSON for '" + type + "'", value);
    }
    return named;
  }

  private static @Nullable Object component(Record r, RecordComponent c) {
    try {
      var accessor = c.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(r);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "record '" + r.getClass().getSimpleName() + "': cannot read '" + c.getName() + "'", e);
    }
  }
}
