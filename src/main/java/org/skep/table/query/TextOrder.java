package org.skep.table.query;

import it.unimi.dsi.fastutil.ints.IntComparator;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.text.Addresses;
import org.skep.text.Prefix;
import org.skep.text.WholeNumber;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/**
 * What the texts of a column are, where all of them are of one form: numbers, addresses, prefixes.
 * They are ordered and compared as what they are, so that {@code 10.0.0.9} is before {@code
 * 10.0.0.10}, and {@code 0x9} before {@code 0x10}. Other texts are ordered as texts.
 */
enum TextOrder {
  /** Whole numbers, decimal or hexadecimal. */
  NUMBER {
    @Override
    byte[] key(String text) {
      return WholeNumber.find(text)
          .map(number -> number.add(BIAS).toByteArray())
          .map(TextOrder::leftPadded)
          .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a number"));
    }
  },
  /** Addresses of IPv4, then those of IPv6, and prefixes of them. */
  ADDRESS {
    @Override
    byte[] key(String text) {
      Prefix prefix = Prefix.parse(text);
      byte[] address = prefix.address();
      return ByteBuffer.allocate(18)
          .put((byte) address.length)
          .put(address)
          .put(17, (byte) prefix.bits())
          .array();
    }
  },
  /** Hardware addresses. */
  MAC {
    @Override
    byte[] key(String text) {
      return Addresses.parse(text, 6);
    }
  },
  /** Numbers of devices: {@code 8:16}. */
  DEVICE {
    @Override
    byte[] key(String text) {
      int colon = text.indexOf(':');
      return ByteBuffer.allocate(16)
          .putLong(WholeNumber.parse(text.substring(0, Math.max(0, colon)), 0, Integer.MAX_VALUE))
          .putLong(WholeNumber.parse(text.substring(colon + 1), 0, Integer.MAX_VALUE))
          .array();
    }
  };

  /** Makes numbers of 64 digits positive, of both signs. */
  private static final BigInteger BIAS = BigInteger.ONE.shiftLeft(271);

  private static final int NUMBER_BYTES = 36;

  /** The key of what is missing: before all others. */
  private static final byte[] MISSING = {};

  /**
   * What a text is ordered by, as unsigned bytes.
   *
   * @throws IllegalArgumentException if the text is not of this form; the message says why
   */
  abstract byte[] key(String text);

  private static byte[] leftPadded(byte[] number) {
    byte[] padded = new byte[NUMBER_BYTES];
    System.arraycopy(number, 0, padded, padded.length - number.length, number.length);
    return padded;
  }

  /** The form of all texts of a column that has some; empty where they have none in common. */
  static Optional<TextOrder> of(Column<?> column) {
    if (!(column instanceof StringColumn texts)) {
      return Optional.empty();
    }
    for (TextOrder order : values()) {
      if (order.isOfAll(texts)) {
        return Optional.of(order);
      }
    }
    return Optional.empty();
  }

  private boolean isOfAll(StringColumn texts) {
    Map<String, Boolean> known = new HashMap<>();
    for (int row = 0; row < texts.size(); row++) {
      String text = texts.get(row);
      if (!text.isEmpty() && !known.computeIfAbsent(text, this::isOne)) {
        return false;
      }
    }
    return !known.isEmpty();
  }

  private boolean isOne(String text) {
    return find(text).isPresent();
  }

  /** What a text is ordered by; empty if it is not of this form. */
  Optional<byte[]> find(String text) {
    char first = text.isEmpty() ? ' ' : text.toLowerCase(Locale.ROOT).charAt(0);
    if (first != '-' && first != ':' && Character.digit(first, 16) < 0) {
      return Optional.empty(); // most texts: no need to make an exception
    }
    try {
      return Optional.of(key(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** An order of the rows of a column whose texts have a form in common; empty for others. */
  static Optional<IntComparator> order(Column<?> column) {
    return of(column).map(form -> form.orderOf((StringColumn) column));
  }

  private IntComparator orderOf(StringColumn texts) {
    Map<String, byte[]> keys = new HashMap<>();
    byte[][] ofRows = new byte[texts.size()][];
    for (int row = 0; row < ofRows.length; row++) {
      ofRows[row] = keys.computeIfAbsent(texts.get(row), t -> t.isEmpty() ? MISSING : key(t));
    }
    return (a, b) -> Arrays.compareUnsigned(ofRows[a], ofRows[b]);
  }

  /** The number that a text is; null if it is none. */
  static @Nullable BigInteger number(String text) {
    return WholeNumber.find(text).orElse(null);
  }
}
