package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemberValuesTest {
  private final MemberValues values =
      MemberValues.of(
          new String[] {"count", "bytes"}, new Object[] {1L, 2L}, new MemberValues.Shown[0], null);

  @Test
  void isAMapLikeAnyOther() {
    var same = new LinkedHashMap<>(Map.of("bytes", 2L, "count", 1L));
    assertEquals(same, values);
    assertEquals(values, same);
    assertEquals(same.hashCode(), values.hashCode());
    assertEquals("{count=1, bytes=2}", values.toString());
    assertEquals(List.of("count", "bytes"), List.copyOf(values.keySet()));
    assertEquals(2L, values.get("bytes"));
    assertNull(values.get("max"));
    assertTrue(values.containsKey("count"));
  }

  @Test
  void aValueIsReplacedByNameOrEntry() {
    assertEquals(1L, values.put("count", 7L));
    values.entrySet().forEach(e -> e.setValue((Long) e.getValue() + 1));
    assertEquals(Map.of("count", 8L, "bytes", 3L), values);
  }

  @Test
  void whatIsNoMemberIsRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> values.put("byte", 1L));
    assertEquals("set 'byte': no such member (did you mean 'bytes'?)", e.getMessage());
    assertThrows(UnsupportedOperationException.class, () -> values.remove("count"));
  }
}
