package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.BtfType.Member;
import org.skep.text.Nearest;

/** Reads structs into records: each component takes the member of its name. */
final class RecordReader {
  private record Place(TypeId type, long bitOffset, int bitFieldSize, Meaning meaning) {}

  private final ResolvedTypes types;
  private final MemorySegment bytes;
  private final ValueReader scalars;

  RecordReader(ResolvedTypes types, MemorySegment bytes) {
    this.types = types;
    this.bytes = bytes;
    this.scalars = new ValueReader(types);
  }

  <R extends Record> R read(TypeId struct, long offset, Class<R> recordClass) {
    List<Member> members =
        switch (types.of(struct)) {
          case BtfType.Struct t -> t.members();
          case BtfType.Union t -> t.members();
          default ->
              throw new IllegalArgumentException(
                  "read '" + types.btf().nameOf(struct) + "' into a record: it is not a struct");
        };
    RecordComponent[] components = recordClass.getRecordComponents();
    var arguments = new @Nullable Object[components.length];
    var classes = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent c = components[i];
      classes[i] = c.getType();
      Place place = find(struct, members, offset * 8, c.getName(), 0);
      if (place == null) {
        var names = new ArrayList<String>();
        names(members, names, 0);
        throw new IllegalArgumentException(
            "read '"
                + types.btf().nameOf(struct)
                + "' into record '"
                + recordClass.getSimpleName()
                + "': no member '"
                + c.getName()
                + "'"
                + Nearest.hint(c.getName(), names)
                + "\n"
                + TypeLayout.of(types.btf(), struct));
      }
      arguments[i] = component(place, c.getType(), c.getGenericType(), c.getName());
    }
    return create(recordClass, classes, arguments);
  }

  private @Nullable Place find(
      TypeId struct, List<Member> members, long startBit, String name, int depth) {
    for (int i = 0; i < members.size(); i++) {
      Member m = members.get(i);
      if (m.name().equals(name)) {
        Meaning meaning = types.at(struct).members().get(i);
        return new Place(m.type(), startBit + m.bitOffset(), m.bitFieldSize(), meaning);
      }
      if (m.name().isEmpty() && !m.isBitField() && depth < TypeSizes.DEPTH) {
        Place inner = find(m.type(), inner(m), startBit + m.bitOffset(), name, depth + 1);
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }

  private void names(List<Member> members, List<String> names, int depth) {
    for (Member m : members) {
      if (!m.name().isEmpty()) {
        names.add(m.name());
      } else if (depth < TypeSizes.DEPTH && names.size() < 1_000) {
        names(inner(m), names, depth + 1);
      }
    }
  }

  private List<Member> inner(Member m) {
    return switch (types.of(m.type())) {
      case BtfType.Struct t -> t.members();
      case BtfType.Union t -> t.members();
      default -> List.of();
    };
  }

  private Object component(Place place, Class<?> wanted, Type generic, String name) {
    long offset = place.bitOffset() / 8;
    if (place.bitFieldSize() == 0) {
      if (wanted == byte[].class) {
        return ValueReader.raw(bytes, offset, types.byteSize(place.type()));
      }
      if (wanted.isRecord() && wanted != Address.class) {
        return read(place.type(), offset, wanted.asSubclass(Record.class));
      }
      if (types.of(place.type()) instanceof BtfType.Array array) {
        return array(place, array, wanted, generic, name);
      }
    }
    return convert(scalar(place), wanted, name);
  }

  private Object array(
      Place place, BtfType.Array array, Class<?> wanted, Type generic, String name) {
    long size = types.byteSize(array.element());
    Class<?> elementClass =
        wanted.isArray()
            ? wanted.getComponentType()
            : generic instanceof ParameterizedType p
                    && p.getActualTypeArguments().length == 1
                    && p.getActualTypeArguments()[0] instanceof Class<?> c
                ? c
                : Object.class;
    if (!wanted.isArray()
        && (!wanted.isAssignableFrom(List.class) || elementClass == Object.class)) {
      return convert(scalar(place), wanted, name);
    }
    int count = (int) Math.min(array.count(), Integer.MAX_VALUE - 8);
    Object[] elements = new Object[count];
    for (int i = 0; i < count; i++) {
      var element =
          new Place(array.element(), place.bitOffset() + i * size * 8, 0, place.meaning());
      elements[i] = component(element, elementClass, elementClass, name + "[" + i + "]");
    }
    if (!wanted.isArray()) {
      return List.of(elements);
    }
    Object result = java.lang.reflect.Array.newInstance(elementClass, count);
    for (int i = 0; i < count; i++) {
      java.lang.reflect.Array.set(result, i, elements[i]);
    }
    return result;
  }

  private Object scalar(Place place) {
    return scalars.scalar(
        place.type(), bytes, place.bitOffset(), place.bitFieldSize(), place.meaning());
  }

  private static Object convert(Object value, Class<?> wanted, String name) {
    if (wanted.isInstance(value)) {
      return value;
    }
    if (value instanceof Address a && wanted == long.class) {
      return a.value();
    }
    if (value instanceof Double d && (wanted == double.class || wanted == Double.class)) {
      return d;
    }
    if (value instanceof Double d && (wanted == float.class || wanted == Float.class)) {
      return d.floatValue();
    }
    if (value instanceof Boolean && wanted == boolean.class) {
      return value;
    }
    if (value instanceof Number number && !(value instanceof Double)) {
      Object converted = integer(number, wanted);
      if (converted != null) {
        return converted;
      }
    }
    if (value instanceof String s && wanted.isEnum()) {
      for (Object constant : wanted.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(s)) {
          return constant;
        }
      }
    }
    if (value instanceof String s
        && s.length() == 1
        && (wanted == char.class || wanted == Character.class)) {
      return s.charAt(0);
    }
    throw new IllegalArgumentException(
        "component '"
            + name
            + "': a "
            + wanted.getSimpleName()
            + " cannot hold "
            + value
            + " (a "
            + (value instanceof Map
                ? "Map"
                : value instanceof List ? "List" : value.getClass().getSimpleName())
            + " can)");
  }

  private static @Nullable Object integer(Number number, Class<?> wanted) {
    if (wanted == BigInteger.class) {
      return BigInteger.valueOf(number.longValue());
    }
    if (!(number instanceof Long l)) {
      return null; // a number that needs a BigInteger
    }
    long v = l;
    if (wanted == long.class || wanted == Long.class) {
      return v;
    }
    if ((wanted == int.class || wanted == Integer.class) && v == (int) v) {
      return (int) v;
    }
    if ((wanted == short.class || wanted == Short.class) && v == (short) v) {
      return (short) v;
    }
    if ((wanted == byte.class || wanted == Byte.class) && v == (byte) v) {
      return (byte) v;
    }
    if ((wanted == boolean.class || wanted == Boolean.class) && (v == 0 || v == 1)) {
      return v == 1;
    }
    if (wanted == double.class || wanted == Double.class) {
      return (double) v;
    }
    return null;
  }

  private static <R extends Record> R create(
      Class<R> recordClass, Class<?>[] classes, @Nullable Object[] arguments) {
    try {
      Constructor<R> constructor = recordClass.getDeclaredConstructor(classes);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "record '" + recordClass.getSimpleName() + "' refuses " + Arrays.toString(arguments),
          e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "record '" + recordClass.getSimpleName() + "' cannot be made: " + e.getMessage(), e);
    }
  }
}
