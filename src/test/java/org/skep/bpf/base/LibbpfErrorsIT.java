package org.skep.bpf.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.BpfException;
import org.skep.bpf.Cell;

/** What is said of objects that libbpf refuses before the verifier sees them. */
@Tag("privileged")
class LibbpfErrorsIT {
  private static final int HEAD_LINES = 4;

  private static String refusal(String text) {
    var why = assertThrows(BpfException.class, () -> Cell.load("cell", text).close());
    return String.valueOf(why.getMessage());
  }

  /** The second line of each text uses what is missing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "extern int helper_elsewhere(int a);"
            + "| return helper_elsewhere(3);"
            + "| open object 'cell': line 6: nothing defines 'helper_elsewhere' ("
            + "| __ksym",
        "extern int CONFIG_NO_SUCH_THING __kconfig;"
            + "| return CONFIG_NO_SUCH_THING;"
            + "| load object 'cell': line 6: this kernel's configuration does not set"
            + " CONFIG_NO_SUCH_THING"
            + "| __weak",
        "extern int LINUX_NO_SUCH __kconfig;"
            + "| return LINUX_NO_SUCH;"
            + "| load object 'cell': line 6: 'LINUX_NO_SUCH' is not a kernel"
            + "| LINUX_KERNEL_VERSION",
        "extern const void no_such_symbol __ksym;"
            + "| return (long)&no_such_symbol;"
            + "| load object 'cell': line 6: this kernel has no symbol 'no_such_symbol'"
            + "| __weak",
        "extern const int init_task_of_nobody __ksym;"
            + "| return (long)&init_task_of_nobody;"
            + "| load object 'cell': line 6: the kernel's types do not have the variable"
            + "| extern const void init_task_of_nobody __ksym;",
        "extern int bpf_no_such_function(void) __ksym;"
            + "| return bpf_no_such_function();"
            + "| load object 'cell': line 6: this kernel has no function bpf_no_such_function()"
            + "| bpf_ksym_exists()",
        "struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32);"
            + " __type(value, u32); __uint(pinning, 100); } m SEC(\".maps\");"
            + "| u32 k = 0; return bpf_map_lookup_elem(&m, &k) != 0;"
            + "| the definition of map 'm' has __uint(pinning, 100), which other loaders know"
            + "| LIBBPF_PIN_BY_NAME",
        "struct m { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32);"
            + " __type(value, u32); }; struct m twins[2] SEC(\".maps\");"
            + "| u32 k = 0; return bpf_map_lookup_elem(&twins[1], &k) != 0;"
            + "| map 'twins' is not a single struct"
            + "| define each map on its own",
        "extern struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key,"
            + " u32); __type(value, u32); } m SEC(\".maps\");"
            + "| u32 k = 0; return bpf_map_lookup_elem(&m, &k) != 0;"
            + "| a map is declared extern"
            + "| --share",
      })
  void causeLineAndRemedyAreSaid(String before, String use, String beginning, String remedy) {
    String message =
        refusal(before.strip() + "\nSEC(\"tc\") int x(struct __sk_buff *c) { " + use + " }");
    assertTrue(message.contains(beginning.strip()), message);
    assertTrue(message.contains(remedy.strip()), message);
    assertFalse(message.contains("ESRCH") || message.contains("ENOENT"), message);
  }

  @Test
  void aFunctionOfTheCLibraryIsNotAnExtern() {
    String message =
        refusal(
            """
            SEC("tc") int x(struct __sk_buff *c) {
              char comm[16];
              char want[16] = "bash";
              bpf_get_current_comm(comm, 16);
              int n = bpf_get_prandom_u32() & 15;
              return __builtin_memcmp(comm, want, n);
            }
            """);
    assertTrue(
        message.startsWith(
            "open object 'cell': line "
                + (HEAD_LINES + 6)
                + ": clang calls memcmp() here, and BPF has no C library"),
        message);
  }

  @Test
  void anArrayOfProgramsOfTwoTypesIsSaidToBeOne() {
    String message =
        refusal(
            """
            int one(struct __sk_buff *c); int two(struct xdp_md *c);
            struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2);
              __uint(key_size, 4); __array(values, int(void *)); } jumps SEC(".maps") =
              { .values = { (void *)&one, (void *)&two } };
            SEC("tc") int one(struct __sk_buff *c) { bpf_tail_call(c, &jumps, 0); return 0; }
            SEC("xdp") int two(struct xdp_md *c) { return 2; }
            """);
    assertTrue(message.contains("array 'jumps' does not take program 'two' at index 1"), message);
  }

  @Test
  void linesAreThoseOfTheCompiler() {
    byte[] elf =
        Cell.compile(
            "extern int LINUX_KERNEL_VERSION __kconfig;\n\nSEC(\"tc\")\nint x(void *c)\n{\n"
                + "  return LINUX_KERNEL_VERSION;\n}");
    var line = org.skep.btf.SymbolLines.useOf(elf, "LINUX_KERNEL_VERSION").orElseThrow();
    assertEquals("cell.bpf.c", line.file());
    assertEquals(HEAD_LINES + 6, line.number());
    assertTrue(org.skep.btf.SymbolLines.useOf(elf, "nothing").isEmpty());
  }
}
