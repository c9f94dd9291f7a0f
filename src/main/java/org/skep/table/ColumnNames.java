package org.skep.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.skep.btf.Field;

/**
 * Names the columns of a key and a value: member paths; {@code key} and {@code value} for scalars;
 * {@code key.} and {@code value.} before a name that occurs in both. Tablesaw does not tell
 * capitals from small letters, so a name that differs in them alone gets a number.
 */
final class ColumnNames {
  private final List<String> keyNames;
  private final List<String> valueNames;

  /**
   * @param taken names of other columns, such as {@code cpu}
   */
  ColumnNames(List<Field> key, List<Field> value, Set<String> taken) {
    var keys = key.stream().map(f -> plain("key", f.path())).toList();
    var values = value.stream().map(f -> plain("value", f.path())).toList();
    var inKey = lower(keys);
    var inValue = lower(values);
    Set<String> used = new HashSet<>(taken);
    keyNames = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String name = keys.get(i);
      boolean clash = inValue.contains(lower(name)) || taken.contains(lower(name));
      keyNames.add(free(clash && isMember(key.get(i)) ? "key." + name : name, used));
    }
    valueNames = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String name = values.get(i);
      boolean clash = inKey.contains(lower(name)) || taken.contains(lower(name));
      valueNames.add(free(clash && isMember(value.get(i)) ? "value." + name : name, used));
    }
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

  private static String free(String name, Set<String> used) {
    String candidate = name;
    for (int i = 2; !used.add(lower(candidate)); i++) {
      candidate = name + "_" + i;
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
