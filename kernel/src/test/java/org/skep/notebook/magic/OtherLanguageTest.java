package org.skep.notebook.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherLanguageTest {

  private static Optional<String> hint(String cell) {
    return OtherLanguage.hint(cell, "bpf"::equals);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'%bpf a --no-attach\nSEC(\"tc\") int f(void *c) { return 0; }' | (did you mean",
        "'#include <linux/bpf.h>\nint x;' | %%bpf NAME",
        "'SEC(\"xdp\") int f(struct xdp_md *c) { return 0; }' | %%bpf NAME",
        "'!ls -l' | %sh COMMAND",
        "'pip install numpy' | %sh COMMAND",
        "'ls' | %sh COMMAND",
        "'/list' | is a command of the jshell tool",
        "'/vars x' | is a command of the jshell tool",
      })
  void aCellOfAnotherLanguageIsToldHowItBegins(String cell, String expected) {
    assertTrue(hint(cell).orElse("").contains(expected), () -> cell + " => " + hint(cell));
  }

  @ParameterizedTest
  @ValueSource(strings = {"int x = y;", "foo(1", "// a\nmake(3);", "%bpf", "cat.speak(;"})
  void javaWithAMistakeIsTakenForJava(String cell) {
    assertEquals(Optional.empty(), hint(cell), cell);
  }
}
