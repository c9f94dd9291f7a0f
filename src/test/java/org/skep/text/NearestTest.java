package org.skep.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  @Test
  void swappedNeighboursAreOneChange() {
    assertEquals(1, Nearest.changes("opne", "open"));
    assertEquals(3, Nearest.changes("", "abc"));
    assertEquals("", Nearest.hint("zzz", Stream.of("open")));
    assertEquals(" (did you mean 'open'?)", Nearest.hint("opne", Stream.of("open", "close")));
    assertEquals(" (did you mean 'open'?)", Nearest.hint("opne", List.of("open", "close")));
  }

  /** A name of which more than half would change was not meant. */
  @ParameterizedTest
  @CsvSource({
    "x, q, ''",
    "x, X, X",
    "ab, cd, ''",
    "ab, ac, ac",
    "cat, cpu, ''",
    "cnt, count, count",
    "pdi, pid, pid",
    "'', a, ''",
    "sh, show_all_things, show_all_things",
    "s, show, ''",
    "write, sys_enter_write, sys_enter_write",
  })
  void aNameIsNearWhereLessThanHalfOfItChanges(String typed, String known, String near) {
    assertEquals(near, Nearest.to(typed, List.of(known)).orElse(""), typed);
  }

  @Test
  void onlyTheNearestAreMeant() {
    assertEquals(
        List.of("malloc"), Nearest.to("maloc", Stream.of("mlock", "calloc", "malloc", "free"), 3));
    assertEquals(List.of("at", "cat"), Nearest.to("ct", Stream.of("cat", "at", "pod"), 3));
    assertEquals(
        List.of("sys_enter_open", "sys_exit_open"),
        Nearest.to("open", Stream.of("sys_exit_open", "sys_enter_open", "sys_enter_read"), 3));
  }
}
