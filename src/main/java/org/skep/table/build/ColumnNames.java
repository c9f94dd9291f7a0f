package org.skep.table.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.skep.btf.Field;

/**
 * Names the columns of a key and a value: member paths; {@code key} and {@code value} for scalars;
 * {@code key.} and {@code value.} before a name that occurs in both. Tablesaw does not tell
 * capitals from small letters, so a name that differs in them alone gets a number, and is found by
 * the name that it could not have ({@link #renamed}).
 */
final class ColumnNames {
  private final List<String> keyNames = new ArrayList<>();
  private final List<String> valueNames = new ArrayList<>();
  private final Map<String, String> renamed = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param taken names of other columns, such as {@code cpu}
   */
  ColumnNames(List<Field> key, List<Field> value, Set<String> taken) {
    var keys = key.stream().map(f -> plain("key", f.path())).toList();
    var values = value.stream().map(f -> plain("value", f.path())).toList();
    var inKey = lower(keys);
    var inValue = lower(values);
    Set<String> used = new HashSet<>(taken);
    for (int i = 0; i < keys.size(); i++) {
      String name = keys.get(i);
      boolean clash = inValue.contains(lower(name)) || taken.contains(lower(name));
      keyNames.add(free(clash && isMember(key.get(i)) ? "key." + name : name, used));
    }
    for (int i = 0; i < values.size(); i++) {
      String name = values.get(i);
      boolean clash = inKey.contains(lower(name)) || taken.contains(lower(name));
      valueNames.add(free(clash && isMember(value.get(i)) ? "value." + name : name, used));
    }
  }

  /** The names of columns by the names that they could not have. */
  Map<String, String> renamed() {
    return renamed;
  }

  /** A sentence for each column that has another name than its member. */
  List<String> notes() {
    return notes;
  }

  List<String> keyNames() {
    return keyNames;
  }

  List<String> valueNames() {
    return valueNames;
  }

  private static boolean isMember(Field field) {
    return !field.path().isEmpty() && field.path().charAt(0) != '[';
  }

  private static String plain(String part, String path) {
    return path.isEmpty() || path.charAt(0) == '[' ? part + path : path;
  }

  private String free(String name, Set<String> used) {
    String candidate = name;
    for (int i = 2; !used.add(lower(candidate)); i++) {
      candidate = name + "_" + i;
    }
    if (!candidate.equals(name)) {
      boolean again = keyNames.contains(name) || valueNames.contains(name);
      if (!again) {
        renamed.putIfAbsent(name, candidate);
      }
      notes.add(
          again
              ? "column '" + candidate + "' is a further member '" + name + "'"
              : "column '"
                  + candidate
                  + "' is the member '"
                  + name
                  + "': columns cannot differ in capitals alone");
    }
    return candidate;
  }

  private static Set<String> lower(List<String> names) {
    var set = new HashSet<String>();
    names.forEach(name -> set.add(lower(name)));
    return set;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
