package org.skep.btf;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.skep.btf.MemberValues.Shown;

/** A list like any other that is shown as what it means: an address, or its elements' meanings. */
public final class MeantList extends AbstractList<Object> implements RandomAccess {
  private final List<Object> elements;
  private final Shown each;
  private @Nullable String text;

  private MeantList(List<Object> elements, Shown each, @Nullable String text) {
    this.elements = elements;
    this.each = each;
    this.text = text;
  }

  /** The bytes or words of an address. */
  static List<Object> ofAddress(List<Object> elements, String text) {
    return new MeantList(elements, Shown.PLAIN, text);
  }

  /** Elements that are shown in the same way. */
  static List<Object> of(List<Object> elements, Shown each) {
    return each.equals(Shown.PLAIN) ? elements : new MeantList(elements, each, null);
  }

  /** The first elements of a list, shown as they are in it. */
  public static List<?> first(List<?> list, int count) {
    int size = Math.min(count, list.size());
    return list instanceof MeantList meant
        ? new MeantList(meant.elements.subList(0, size), meant.each, null)
        : list.subList(0, size);
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public Object set(int index, Object value) {
    text = null;
    return elements.set(index, value);
  }

  @Override
  public int size() {
    return elements.size();
  }

  @Override
  public String toString() {
    if (text != null) {
      return text;
    }
    var all = new StringJoiner(", ", "[", "]");
    elements.forEach(e -> all.add(each.text(e)));
    return all.toString();
  }
}
