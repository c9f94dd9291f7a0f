package org.skep.table.build;

import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.strings.IntDictionaryMap;

/**
 * Distinct values, each a few words of 64 bits, and the text of each: a row keeps a number, and a
 * text is made once for each distinct value.
 */
final class Dictionary {
  private static final int MISSING_KEY = Integer.MAX_VALUE;

  private final int words;
  private final List<@Nullable String> texts = new ArrayList<>();
  private int unnamed;
  private long[] values;
  private int[] slots = new int[1024];

  /**
   * @param words how many words make a value
   */
  Dictionary(int words) {
    this.words = Math.max(2, words);
    this.values = new long[64 * this.words];
  }

  /**
   * The code of a value of up to two words; negative if it is new, and {@link #add} must follow.
   */
  int find(long first, long second) {
    int mask = slots.length - 1;
    int slot = (int) mixed(mixed(0, first), second) & mask;
    for (; slots[slot] != 0; slot = (slot + 1) & mask) {
      int at = (slots[slot] - 1) * 2;
      if (values[at] == first && values[at + 1] == second) {
        return slots[slot] - 1;
      }
    }
    return ~slot;
  }

  /** The code of a value; negative if it is new, and {@link #add} must follow. */
  int find(long[] value) {
    int mask = slots.length - 1;
    int slot = hash(value, 0) & mask;
    for (; slots[slot] != 0; slot = (slot + 1) & mask) {
      int at = (slots[slot] - 1) * words;
      int i = 0;
      while (i < words && values[at + i] == value[i]) {
        i++;
      }
      if (i == words) {
        return slots[slot] - 1;
      }
    }
    return ~slot;
  }

  /**
   * Adds a value that was not found.
   *
   * @param text null if it is to be named later
   */
  int add(int notFound, @Nullable String text, long... value) {
    int code = texts.size();
    if ((code + 1) * words > values.length) {
      values = Arrays.copyOf(values, values.length * 2);
    }
    System.arraycopy(value, 0, values, code * words, words);
    texts.add(text);
    unnamed += text == null ? 1 : 0;
    slots[~notFound] = code + 1;
    if (texts.size() * 2 > slots.length) {
      rehash();
    }
    return code;
  }

  /** The first words of the values that have no text yet. */
  long[] unnamed() {
    long[] numbers = new long[unnamed];
    int at = 0;
    for (int code = 0; at < unnamed; code++) {
      if (texts.get(code) == null) {
        numbers[at++] = values[code * words];
      }
    }
    return numbers;
  }

  /** Gives a value its text; nothing if it is not there any more. */
  void name(long first, String text) {
    int code = find(first, 0);
    if (code >= 0 && texts.set(code, text) == null) {
      unnamed--;
    }
  }

  private void rehash() {
    slots = new int[slots.length * 4];
    int mask = slots.length - 1;
    for (int code = 0; code < texts.size(); code++) {
      int slot = hash(values, code * words) & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = code + 1;
    }
  }

  private int hash(long[] from, int at) {
    long hash = 0;
    for (int i = 0; i < words; i++) {
      hash = mixed(hash, from[at + i]);
    }
    return (int) hash;
  }

  private static long mixed(long hash, long word) {
    long mixed = (hash ^ word) * 0x9e3779b97f4a7c15L;
    return mixed ^ (mixed >>> 32);
  }

  /**
   * Forgets values that no row has any more, once they are most of them.
   *
   * @param codes of the rows, changed to the new codes
   */
  void keepUsed(int[] codes, int rows) {
    if (texts.size() <= 1024 + rows) {
      return;
    }
    var old = new ArrayList<>(texts);
    long[] oldValues = values;
    int[] renamed = new int[old.size()];
    Arrays.fill(renamed, -1);
    texts.clear();
    unnamed = 0;
    values = new long[64 * words];
    slots = new int[1024];
    long[] value = new long[words];
    for (int row = 0; row < rows; row++) {
      int code = codes[row];
      if (renamed[code] < 0) {
        System.arraycopy(oldValues, code * words, value, 0, words);
        renamed[code] = add(find(value), old.get(code), value);
      }
      codes[row] = renamed[code];
    }
  }

  void clear() {
    texts.clear();
    unnamed = 0;
    Arrays.fill(slots, 0);
  }

  /** The column of these codes, given to Tablesaw as the dictionary that it keeps anyway. */
  StringColumn column(String name, int[] codes, int rows) {
    int distinct = texts.size();
    var keyToText = new Int2ObjectOpenHashMap<String>(distinct);
    var textToKey = new Object2IntOpenHashMap<String>(distinct);
    textToKey.defaultReturnValue(Integer.MIN_VALUE);
    int[] keys = new int[distinct]; // two values may have one text
    for (int code = 0; code < distinct; code++) {
      String text = String.valueOf(texts.get(code));
      int known = textToKey.getInt(text);
      if (known != Integer.MIN_VALUE) {
        keys[code] = known;
        continue;
      }
      keys[code] = text.isEmpty() ? MISSING_KEY : code; // Tablesaw's key of the empty text
      textToKey.put(text, keys[code]);
      keyToText.put(keys[code], text);
    }
    int[] counts = new int[distinct];
    int[] values = new int[rows];
    for (int row = 0; row < rows; row++) {
      counts[codes[row]]++;
      values[row] = keys[codes[row]];
    }
    var keyToCount = new Int2IntOpenHashMap(distinct);
    for (int code = 0; code < distinct; code++) {
      keyToCount.addTo(keys[code], counts[code]);
    }
    return StringColumn.createInternal(
        name,
        new IntDictionaryMap.IntDictionaryBuilder()
            .setNextIndex(distinct)
            .setKeyToValue(keyToText)
            .setValueToKey(textToKey)
            .setKeyToCount(keyToCount)
            .setValues(values)
            .build());
  }
}
