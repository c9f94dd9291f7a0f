package org.skep.bpf.base;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.text.Nearest;

/** Finds things by name, and says what there is where one is not found. */
public final class NameLookup {
  private static final int SHOWN = 12;

  private NameLookup() {}

  public static <T> T find(
      String kind, String wanted, List<T> things, Function<T, String> name, String object) {
    for (T thing : things) {
      if (name.apply(thing).equals(wanted)) {
        return thing;
      }
    }
    String near = Nearest.hint(wanted, things.stream().map(name));
    throw new IllegalArgumentException(
        "object '"
            + object
            + "' has no "
            + kind
            + " '"
            + wanted
            + "'"
            + (near.isEmpty() ? " (it has " + list(things, name) + ")" : near));
  }

  private static <T> String list(List<T> things, Function<T, String> name) {
    return things.isEmpty()
        ? "none"
        : things.stream()
                .limit(SHOWN)
                .map(t -> "'" + name.apply(t) + "'")
                .collect(Collectors.joining(", "))
            + (things.size() > SHOWN ? " and " + (things.size() - SHOWN) + " more" : "");
  }
}
