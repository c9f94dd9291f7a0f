package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.skep.btf.Text;

/**
 * Entries of a map as a Java map, which has one entry for equal keys: so keys that are different
 * bytes and yet equal as Java values are counted, and refused at the end.
 */
final class DistinctEntries<K, V> {
  private final String map;
  private final Map<K, V> entries = new LinkedHashMap<>();
  private final Map<K, byte[]> keys = new HashMap<>();
  private long hidden;
  private String example = "";

  DistinctEntries(String map) {
    this.map = map;
  }

  /** Adds an entry; one that was read before is replaced. */
  void add(K key, MemorySegment bytes, V value) {
    byte[] own = bytes.toArray(ValueLayout.JAVA_BYTE);
    byte[] before = keys.putIfAbsent(key, own);
    if (before != null && !Arrays.equals(before, own)) {
      hidden++;
      example = key + " is " + Text.hex(before) + " and " + Text.hex(own);
    }
    entries.put(key, value);
  }

  /**
   * All that were added.
   *
   * @throws IllegalStateException if one would hide another
   */
  Map<K, V> all() {
    if (hidden > 0) {
      throw new IllegalStateException(
          "read entries of map '"
              + map
              + "': "
              + hidden
              + (hidden == 1 ? " key differs" : " keys differ")
              + " from others in bytes that the Java value does not have: "
              + example
              + " (table() has a row for each; in the program set all bytes of a key to zero before"
              + " filling it, in Java give the record a component for each member)");
    }
    return entries;
  }
}
