package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.SyscallException;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.run.TestRun;

@Tag("privileged")
class GlobalVariableIT {
  private static final String TEXT =
      """
      const volatile u32 wanted = 1;
      volatile u64 seen;
      volatile int step = 1;
      SEC("raw_tp/sys_enter") int count(void *ctx) {
        if (wanted == 7) seen += step;
        return 0;
      }
      """;

  @Test
  void constantsAreSetBeforeLoadingTheOthersAnyTime() throws InterruptedException {
    try (OpenBpfObject open = OpenBpfObject.open("globals", Cell.compile(TEXT))) {
      assertEquals(1L, open.global("wanted").get());
      open.global("wanted").set(7);
      assertThrows(IllegalArgumentException.class, () -> open.global("wanted").set(-1));
      try (BpfObject object = open.load()) {
        assertEquals(List.of("wanted"), names(object, ".rodata"));
        assertEquals(List.of("seen"), names(object, ".bss"));
        assertEquals(7L, object.global("wanted").get());
        var why = assertThrows(SyscallException.class, () -> object.global("wanted").set(8));
        assertTrue(
            String.valueOf(why.getMessage())
                .startsWith("set global variable 'wanted': it is const"),
            why::getMessage);
        assertTrue(String.valueOf(why.getMessage()).contains("--set"), why::getMessage);
        object.attachAll();
        Cell.command("true");
        assertTrue(((Number) object.global("seen").get()).longValue() > 0);
        object.global("step").set(0);
        long before = ((Number) object.global("seen").get()).longValue();
        Cell.command("true");
        assertEquals(before, ((Number) object.global("seen").get()).longValue());
        assertEquals(1, object.map(".bss").table().rowCount());
        assertEquals(List.of("seen"), object.map(".bss").table().columnNames());
        Runnable closing = object::close;
        closing.run();
        assertThrows(IllegalStateException.class, () -> object.global("seen").get());
      }
    }
  }

  /** What was set is set again where a program is refused and the object is opened anew. */
  @Test
  void settingsSurviveARefusedProgram() throws InterruptedException {
    try (OpenBpfObject open =
        OpenBpfObject.open("globals", Cell.compile(TEXT + BpfObjectIT.REFUSED))) {
      open.global("wanted").set(7);
      try (BpfObject object = open.load()) {
        assertEquals(7L, object.global("wanted").get());
      }
    }
  }

  /** clang has put the value of a constant into the code: setting it would change no program. */
  @Test
  void onlyVolatileConstantsAreSet() throws InterruptedException {
    String text =
        """
        typedef const u32 fixed;
        const u32 limit = 3;
        const u32 table[4] = {1, 2, 3, 4};
        fixed other = 4;
        static u32 quiet[4] = {9, 8, 7, 6};
        const volatile u32 open = 5;
        const volatile char word[8] = "abc";
        u32 plain = 6;
        u64 seen;
        SEC("syscall") int sum(u64 *index) {
          u64 i = *index & 3;
          seen = limit + other + open + plain + word[i] + table[i] + quiet[i];
          return 0;
        }
        """;
    try (OpenBpfObject open = OpenBpfObject.open("constants", Cell.compile(text))) {
      for (String constant : List.of("limit", "table", "other", "quiet")) {
        var why =
            assertThrows(
                IllegalArgumentException.class, () -> open.global(constant).set("7"), constant);
        assertTrue(String.valueOf(why.getMessage()).contains("'const volatile'"), why::getMessage);
      }
      open.global("open").set(50);
      open.global("word").set("xyz");
      open.global("plain").set(60);
      try (BpfObject object = open.load()) {
        assertEquals(3L, object.global("limit").get());
        assertThrows(IllegalArgumentException.class, () -> object.global("limit").set(7));
        var _ =
            object.program("sum").run(TestRun.once().context(new byte[] {1, 0, 0, 0, 0, 0, 0, 0}));
        assertEquals(
            BigInteger.valueOf(3 + 4 + 50 + 60 + 'y' + 2 + 8),
            new BigInteger(String.valueOf(object.global("seen").get())));
      }
    }
  }

  private static List<String> names(BpfObject object, String section) {
    return object.globals().stream()
        .filter(g -> g.section().equals(section))
        .map(GlobalVariable::name)
        .toList();
  }
}
