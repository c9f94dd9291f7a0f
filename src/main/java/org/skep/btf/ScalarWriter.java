package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.BtfType.Enumerator;
import org.skep.text.Addresses;
import org.skep.text.Nearest;
import org.skep.text.WholeNumber;

/** Writes numbers, characters, names of enums and addresses, each within its range. */
final class ScalarWriter {
  private final ByteOrder order;

  ScalarWriter(ByteOrder order) {
    this.order = order;
  }

  ScalarWriter in(ByteOrder other) {
    return other == order ? this : new ScalarWriter(other);
  }

  /**
   * @param meaning by which a port is written, and texts are taken that a number is shown as
   */
  void integer(
      BtfType.Int t,
      @Nullable Object value,
      MemorySegment bytes,
      long bitOffset,
      int bitSize,
      Meaning meaning) {
    switch (t.encoding()) {
      case BOOL -> bool(value, bytes, bitOffset, bitSize);
      case CHAR, SIGNED, UNSIGNED -> {
        if (t.isChar() && value instanceof Character c && c < 128) {
          Bits.writeBits(bytes, bitOffset, bitSize, c, order);
        } else if (t.isChar() && value instanceof String s && Text.encode(s).length == 1) {
          Bits.writeBits(bytes, bitOffset, bitSize, Text.encode(s)[0], order);
        } else if (meaning.isPort(bitSize)) {
          long port = checked(value, bitSize, false).longValue();
          long raw = meaning.networkOrder() ? port : Ports.bits(port, order);
          Bits.write(bytes, bitOffset, bitSize, BigInteger.valueOf(raw), order);
        } else {
          Object meant = value instanceof String s ? meant(s, t, bitSize, meaning) : value;
          number(meant, bytes, bitOffset, bitSize, t.signed());
        }
      }
    }
  }

  /** The number that a text of its meaning stands for, or the text. */
  private Object meant(String text, BtfType.Int t, int bitSize, Meaning meaning) {
    var shown = new NumberText(meaning.format(), bitSize, order);
    int address = shown.addressBytes();
    try {
      if (address > 0 && bitSize > address * Byte.SIZE && Addresses.isMeant(text, address)) {
        return Bits.unsigned(shown.bits(Addresses.parse(text, address)));
      }
      var named = shown.named(text.strip());
      if (named.isPresent()) {
        boolean negative = meaning.format() == Format.ERRNO && t.signed();
        return negative ? -named.getAsLong() : named.getAsLong();
      }
    } catch (IllegalArgumentException e) {
      throw new Mismatch(String.valueOf(e.getMessage()));
    }
    return text;
  }

  void number(
      @Nullable Object value, MemorySegment bytes, long bitOffset, int bitSize, boolean signed) {
    Bits.write(bytes, bitOffset, bitSize, checked(value, bitSize, signed), order);
  }

  private static BigInteger checked(@Nullable Object value, int bitSize, boolean signed) {
    BigInteger number = integerOf(value);
    var least = signed ? BigInteger.ONE.shiftLeft(bitSize - 1).negate() : BigInteger.ZERO;
    var most = BigInteger.ONE.shiftLeft(signed ? bitSize - 1 : bitSize).subtract(BigInteger.ONE);
    if (number == null || number.compareTo(least) < 0 || number.compareTo(most) > 0) {
      throw new Mismatch("a number from " + least + " to " + most, value);
    }
    return number;
  }

  void enumeration(
      List<Enumerator> names,
      boolean signed,
      @Nullable Object value,
      MemorySegment bytes,
      long bitOffset,
      int bitSize) {
    String name = value instanceof Enum<?> e ? e.name() : value instanceof String s ? s : null;
    if (name != null) {
      for (Enumerator e : names) {
        if (e.name().equals(name)) {
          Number meant = signed ? (Number) e.value() : Bits.unsigned(e.value());
          number(meant, bytes, bitOffset, bitSize, signed); // a bit field may be too narrow for it
          return;
        }
      }
      if (integerOf(name) == null) {
        var known = names.stream().map(Enumerator::name).toList();
        throw known.isEmpty()
            ? new Mismatch(
                "a number (its types do not have all bits of what names stand for)", value)
            : new Mismatch("one of " + shortened(known) + Nearest.hint(name, known), value);
      }
    }
    number(value, bytes, bitOffset, bitSize, signed);
  }

  void floating(int byteSize, @Nullable Object value, MemorySegment bytes, long offset) {
    int significant = WideFloat.significantBytes(byteSize);
    if (value instanceof String s && s.matches("0x[0-9a-f]{" + 2 * significant + "}")) {
      var bits = new BigInteger(s.substring(2), 16);
      Bits.write(bytes, offset * 8, significant * 8, bits, order);
      return;
    }
    double number =
        switch (value) {
          case Number n -> n.doubleValue();
          case String s -> decimal(s);
          case null, default -> throw new Mismatch("a number", value);
        };
    boolean tooLarge =
        (byteSize == 4 && Float.isInfinite((float) number) && !Double.isInfinite(number))
            || (byteSize == 2 && Math.abs(number) > 65_504 && !Double.isInfinite(number));
    if (tooLarge) {
      throw new Mismatch("a number that " + byteSize + " bytes can hold", value);
    }
    WideFloat.write(bytes, offset, byteSize, number, order);
  }

  void pointer(int byteSize, @Nullable Object value, MemorySegment bytes, long offset) {
    if (value instanceof Address a) {
      Bits.writeBits(bytes, offset * 8, byteSize * 8, a.value(), order);
    } else {
      number(value, bytes, offset * 8, byteSize * 8, false);
    }
  }

  private void bool(@Nullable Object value, MemorySegment bytes, long bitOffset, int bitSize) {
    @Nullable Boolean truth =
        switch (value) {
          case Boolean b -> b;
          case String s when s.equals("true") || s.equals("1") -> true;
          case String s when s.equals("false") || s.equals("0") -> false;
          case String s when s.startsWith("0x") -> {
            number(s, bytes, bitOffset, bitSize, false);
            yield null;
          }
          case Number n when BigInteger.ONE.equals(integerOf(n)) -> true;
          case Number n when BigInteger.ZERO.equals(integerOf(n)) -> false;
          case null, default -> throw new Mismatch("true or false", value);
        };
    if (truth != null) {
      Bits.writeBits(bytes, bitOffset, bitSize, truth ? 1 : 0, order);
    }
  }

  /** The whole number that a Java value or a text is; null if it is none. */
  private static @Nullable BigInteger integerOf(@Nullable Object value) {
    return switch (value) {
      case BigInteger b -> b;
      case Double d when d == Math.rint(d) && !Double.isInfinite(d) ->
          new BigDecimal(d).toBigInteger();
      case Double d -> null;
      case Float f -> integerOf((double) f);
      case BigDecimal d when Math.abs((long) d.scale()) > 1_000 -> null;
      case BigDecimal d when d.stripTrailingZeros().scale() <= 0 -> d.toBigInteger();
      case BigDecimal d -> null;
      case Number n -> BigInteger.valueOf(n.longValue());
      case String s -> WholeNumber.find(s).orElse(null);
      case null, default -> null;
    };
  }

  private static double decimal(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new Mismatch("a number", text);
    }
  }

  private static String shortened(List<String> names) {
    return names.size() <= 12
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 12)) + ", …";
  }

  /** A value that does not fit its type; {@link ValueWriter} says where. */
  static final class Mismatch extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Mismatch(String expected, @Nullable Object found) {
      super(
          "expected "
              + expected
              + " but was "
              + describe(found)
              + (found instanceof String s ? WholeNumber.hint(s) : ""));
    }

    Mismatch(String message) {
      super(message);
    }

    private static String describe(@Nullable Object found) {
      return switch (found) {
        case null -> "nothing";
        case String s -> "'" + shortened(s) + "'";
        case Number n -> n.toString();
        case Boolean b -> b.toString();
        case Address a -> a.toString();
        case Map<?, ?> m -> "a map " + shortened(m.toString());
        case Iterable<?> l -> "a list " + shortened(l.toString());
        default -> "a " + found.getClass().getSimpleName();
      };
    }

    private static String shortened(String text) {
      return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
  }
}
