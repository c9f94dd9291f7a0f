package org.skep.notebook.display;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/** Any object as plain text of bounded size, whatever its own methods do. */
final class PlainText {
  /** Characters of one value; more than a person reads, and little for a page. */
  static final int LONGEST = 50_000;

  /** Characters of a value within another. */
  static final int LONGEST_WITHIN = 2_000;

  /** Elements of one collection. */
  static final int MOST = 200;

  /** Collections within collections. */
  static final int DEEPEST = 8;

  /** Columns that a collection takes before it is broken into lines. */
  static final int WIDTH = 100;

  private final Predicate<Throwable> letThrough;
  private final UnaryOperator<String> spelling;

  /**
   * @param letThrough what is never caught, such as the sign that the cell is to stop
   * @param spelling how the names of classes are spelled in what objects say of themselves
   */
  PlainText(Predicate<Throwable> letThrough, UnaryOperator<String> spelling) {
    this.letThrough = letThrough;
    this.spelling = spelling;
  }

  String of(@Nullable Object value) {
    try {
      return new Sketch().of(value, 0);
    } catch (Throwable e) {
      return thrown(value, "showing it", e);
    }
  }

  private String thrown(@Nullable Object value, String what, Throwable e) {
    if (letThrough.test(e)) {
      throw PlainText.<RuntimeException>as(e);
    }
    String name = value == null ? "null" : value.getClass().getTypeName();
    String message;
    try {
      message = cut(String.valueOf(e), 500);
    } catch (Throwable again) {
      message = e.getClass().getName();
    }
    return spelling.apply(name + " [" + what + " threw " + message + "]");
  }

  /** The beginning of a text, and how much is missing; never half of a character. */
  static String cut(CharSequence text, int most) {
    int length = text.length();
    if (length <= most) {
      return text.toString();
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.subSequence(0, end)
        + String.format(Locale.ROOT, "… [%,d characters more]", length - end);
  }

  /** Whether a collection says more than its elements do: what the members of a struct mean. */
  private static boolean hasOwnText(Object collection) {
    try {
      Class<?> says = collection.getClass().getMethod("toString").getDeclaringClass();
      return says.getModule() != Object.class.getModule();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** One value being written: knows which collections it is in. */
  private final class Sketch {
    private final Set<Object> inside = Collections.newSetFromMap(new IdentityHashMap<>());

    String of(@Nullable Object value, int depth) {
      int most = depth == 0 ? LONGEST : LONGEST_WITHIN;
      return switch (value) {
        case null -> "null";
        case CharSequence text -> guarded(text, () -> cut(text, most));
        case byte[] bytes when depth == 0 -> HexDump.of(bytes, 1024);
        case Optional<?> optional ->
            optional.isEmpty()
                ? "Optional.empty"
                : "Optional[" + of(optional.get(), depth + 1) + "]";
        case Map<?, ?> map when hasOwnText(map) -> ownText(map, most);
        case Collection<?> all when hasOwnText(all) -> ownText(all, most);
        case Table table when depth > 0 -> guarded(table, () -> cut(Grid.brief(table), most));
        case Map<?, ?> map -> container(map, "{", "}", depth, new Elements.OfMap(map));
        case Collection<?> all -> container(all, "[", "]", depth, new Elements.OfCollection(all));
        case BaseStream<?, ?> stream -> "a stream, left as it is [.toList() shows its elements]";
        case Iterator<?> iterator -> "an iterator, left as it is";
        case Object array when array.getClass().isArray() ->
            container(array, "[", "]", depth, new Elements.OfArray(array));
        default -> ownText(value, most);
      };
    }

    private String ownText(Object value, int most) {
      return guarded(
          value, () -> spelling.apply(cut(String.valueOf((Object) value.toString()), most)));
    }

    private String guarded(Object value, java.util.function.Supplier<String> text) {
      try {
        return text.get();
      } catch (Throwable e) {
        return thrown(value, "its toString()", e);
      }
    }

    private String container(Object self, String open, String close, int depth, Elements elements) {
      if (!inside.add(self)) {
        return open + "…" + close;
      }
      try {
        if (depth == DEEPEST) {
          return open + "…" + close;
        }
        return lay(open, close, depth, parts(elements, depth));
      } finally {
        inside.remove(self);
      }
    }

    private List<String> parts(Elements elements, int depth) {
      List<String> parts = new ArrayList<>();
      int length = 0;
      int most = depth == 0 ? LONGEST : LONGEST_WITHIN;
      try {
        while (elements.hasNext()) {
          if (parts.size() == MOST || length > most) {
            parts.add(more(elements.count() - parts.size()));
            break;
          }
          String part = elements.next(this, depth + 1);
          parts.add(part);
          length += part.length() + 2;
        }
      } catch (Throwable e) {
        parts.add(thrown(null, "going on", e).replaceFirst("^null ", ""));
      }
      return parts;
    }

    private String more(long count) {
      return count > 0 ? String.format(Locale.ROOT, "… [%,d more]", count) : "… [more]";
    }

    /**
     * On one line where it fits; else a line for each part that is long, or lines filled with
     * parts.
     */
    private String lay(String open, String close, int depth, List<String> parts) {
      int length = parts.stream().mapToInt(p -> p.length() + 2).sum();
      if (depth > 0 || length <= WIDTH) {
        return open + String.join(", ", parts) + close;
      }
      boolean eachOnALine = open.equals("{") || length > 16 * parts.size();
      StringBuilder text = new StringBuilder(open);
      int lineStart = 0;
      for (int i = 0; i < parts.size(); i++) {
        boolean full = text.length() - lineStart + parts.get(i).length() > WIDTH;
        if (i > 0) {
          text.append(',');
          if (eachOnALine || full) {
            text.append('\n');
            lineStart = text.length();
          }
          text.append(' ');
        }
        text.append(parts.get(i));
      }
      return text.append(close).toString();
    }
  }

  /** The elements of a collection, an array or a map, one after the other. */
  private sealed interface Elements {
    boolean hasNext();

    String next(Sketch sketch, int depth);

    /** How many there are, as far as the collection knows. */
    long count();

    /** Of a collection: only its iterator is asked. */
    final class OfCollection implements Elements {
      private final Collection<?> all;
      private final Iterator<?> iterator;

      OfCollection(Collection<?> all) {
        this.all = all;
        this.iterator = all.iterator();
      }

      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public String next(Sketch sketch, int depth) {
        return sketch.of(iterator.next(), depth);
      }

      @Override
      public long count() {
        return all.size();
      }
    }

    /** Of a map, as {@code key=value}. */
    final class OfMap implements Elements {
      private final Map<?, ?> map;
      private final Iterator<? extends Map.Entry<?, ?>> iterator;

      OfMap(Map<?, ?> map) {
        this.map = map;
        this.iterator = map.entrySet().iterator();
      }

      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public String next(Sketch sketch, int depth) {
        Map.Entry<?, ?> entry = iterator.next();
        return sketch.of(entry.getKey(), depth) + "=" + sketch.of(entry.getValue(), depth);
      }

      @Override
      public long count() {
        return map.size();
      }
    }

    /** Of an array of any type. */
    final class OfArray implements Elements {
      private final Object array;
      private int at;

      OfArray(Object array) {
        this.array = array;
      }

      @Override
      public boolean hasNext() {
        return at < Array.getLength(array);
      }

      @Override
      public String next(Sketch sketch, int depth) {
        return sketch.of(Array.get(array, at++), depth);
      }

      @Override
      public long count() {
        return Array.getLength(array);
      }
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: throws e as it is
  private static <E extends Throwable> E as(Throwable e) throws E {
    throw (E) e;
  }
}
