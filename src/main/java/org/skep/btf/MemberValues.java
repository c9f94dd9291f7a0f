package org.skep.btf;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of a struct by the names of its members, which all values of the type share: no more
 * than two objects for a struct, as many of them are read. A value can be replaced; what members
 * there are cannot be changed.
 */
final class MemberValues extends AbstractMap<String, Object> {
  private final String[] names;
  private final Object[] values;

  /** Takes both arrays; the names are not written to. */
  MemberValues(String[] names, Object[] values) {
    this.names = names;
    this.values = values;
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
      return super.setValue(value);
    }
  }
}
