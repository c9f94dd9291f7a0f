package org.skep.bpf.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameLookupTest {
  private static String refusal(List<String> names) {
    return String.valueOf(
        assertThrows(
                IllegalArgumentException.class,
                () -> NameLookup.find("map", "wanted", names, Function.identity(), "o"))
            .getMessage());
  }

  @Test
  void aFewNamesAreListedAndHundredsCounted() {
    assertEquals("object 'o' has no map 'wanted' (it has none)", refusal(List.of()));
    assertEquals("object 'o' has no map 'wanted' (it has 'a', 'b')", refusal(List.of("a", "b")));
    assertEquals(
        "object 'o' has no map 'wanted' (it has '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',"
            + " '10', '11' and 288 more)",
        refusal(IntStream.range(0, 300).mapToObj(Integer::toString).toList()));
  }
}
