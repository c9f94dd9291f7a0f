package org.skep.btf;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.skep.text.Nearest;

/**
 * The values of a struct by the names of its members, which all values of the type share: no more
 * than two objects for a struct, as many of them are read. A value can be replaced; what members
 * there are cannot be changed.
 */
class MemberValues extends AbstractMap<String, Object> {
  private final String[] names;
  private final Object[] values;
  private final Shown[] shown;
  private @Nullable String text;

  /** How the value of a member is shown. */
  @FunctionalInterface
  interface Shown {
    /** Shows it as what it is. */
    Shown PLAIN = String::valueOf;

    String text(Object value);
  }

  /**
   * Takes the arrays; the names are not written to.
   *
   * @param shown how each is shown; empty where all are shown as they are
   * @param text what the whole is shown as, an address; null where it has none
   */
  static MemberValues of(String[] names, Object[] values, Shown[] shown, @Nullable String text) {
    return shown.length == 0 && text == null
        ? new MemberValues(names, values, shown, null)
        : new Meant(names, values, shown, text);
  }

  private MemberValues(String[] names, Object[] values, Shown[] shown, @Nullable String text) {
    this.names = names;
    this.values = values;
    this.shown = shown;
    this.text = text;
  }

  private int find(@Nullable Object name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int size() {
    return names.length;
  }

  /** How the value of a member is shown. */
  Shown shown(String name) {
    int at = find(name);
    return at >= 0 && at < shown.length ? shown[at] : Shown.PLAIN;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return find(name) >= 0;
  }

  @Override
  public @Nullable Object get(@Nullable Object name) {
    int at = find(name);
    return at < 0 ? null : values[at];
  }

  /**
   * Replaces the value of a member.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  @Override
  public Object put(String name, Object value) {
    int at = find(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "set '" + name + "': no such member" + Nearest.hint(name, Arrays.asList(names)));
    }
    Object before = values[at];
    values[at] = value;
    text = null;
    return before;
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return names.length;
      }

      @Override
      public Iterator<Map.Entry<String, Object>> iterator() {
        return entries();
      }
    };
  }

  private Iterator<Map.Entry<String, Object>> entries() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < names.length;
      }

      @Override
      public Map.Entry<String, Object> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return new Member(next++);
      }
    };
  }

  /** A member, whose value is that of the struct. */
  private final class Member extends SimpleEntry<String, Object> {
    private static final long serialVersionUID = 1;
    private final int at;

    Member(int at) {
      super(names[at], values[at]);
      this.at = at;
    }

    @Override
    public Object setValue(Object value) {
      values[at] = value;
      text = null;
      return super.setValue(value);
    }
  }

  /** Those of which one at least means more than its number: a class with a text of its own. */
  private static final class Meant extends MemberValues {
    Meant(String[] names, Object[] values, Shown[] shown, @Nullable String text) {
      super(names, values, shown, text);
    }

    /**
     * The members with what they mean, as {@code {from=10.0.0.1, took=1.50 µs}}; {@link #get} has
     * the numbers.
     */
    @Override
    public String toString() {
      MemberValues of = this;
      if (of.text != null) {
        return of.text;
      }
      var all = new StringJoiner(", ", "{", "}");
      for (int i = 0; i < of.names.length; i++) {
        Shown how = i < of.shown.length ? of.shown[i] : Shown.PLAIN;
        all.add(of.names[i] + "=" + how.text(of.values[i]));
      }
      return all.toString();
    }
  }
}
