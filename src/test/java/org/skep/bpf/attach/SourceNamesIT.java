package org.skep.bpf.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.BpfException;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.Cell;
import org.skep.host.SmallLibrary;
import org.skep.host.hooks.Hook;

/** Probes in binaries of C++, Rust and Go, by what they count when Python calls the functions. */
@Tag("privileged")
class SourceNamesIT {
  /** The symbols that g++ and rustc give to functions of these names. */
  private static final String MANGLED =
      """
      #define AS(symbol) __asm__(symbol)
      int a(int n) AS("_ZN4shop5priceEi");
      int b(int n) AS("_ZN4shop4CartIlE3addEli");
      int c(int n) AS("_ZN4shop4sellEi");
      int d(int n) AS("_ZN4shop4sellEl");
      int e(int n) AS("_ZN4core3fmt5Write10write_char17h5bb2cc1f1a5c1e3eE");
      int a(int n) { return n; }
      int b(int n) { return n; }
      int c(int n) { return n + 1; }
      int d(int n) { return n + 2; }
      int e(int n) { return n; }
      int plain(int n) { return n; }
      """;

  /** A section of Go's, and a function that returns at 0x9 and at 0xf. */
  private static final String GO =
      """
      __attribute__((section(".gopclntab"), used)) static const int table[4] = {1};
      __asm__(".text\\n.globl twice\\n.type twice,@function\\n"
        "twice: test %edi,%edi\\n jz 1f\\n mov $1,%eax\\n ret\\n"
        "1: mov $2,%eax\\n ret\\n .size twice, . - twice\\n");
      """;

  private static final String PROBES =
      """
      struct pt_regs;
      u64 hits;
      SEC("uprobe") int on_entry(struct pt_regs *c) { __sync_fetch_and_add(&hits, 1); return 0; }
      SEC("uretprobe") int on_return(struct pt_regs *c) { return 0; }
      SEC("uprobe.multi") int on_many(struct pt_regs *c) {
        __sync_fetch_and_add(&hits, 1);
        return 0;
      }
      SEC("uretprobe.multi") int on_returns(struct pt_regs *c) { return 0; }
      SEC("uprobe.session") int on_both(struct pt_regs *c) { return 0; }
      """;

  @TempDir private static Path folder;
  private static Path mangled;
  private static Path go;
  private static BpfObject object;

  @BeforeAll
  static void compile() throws Exception {
    mangled = SmallLibrary.compile(folder, "mangled", MANGLED);
    go = SmallLibrary.compile(folder, "go", GO);
    object = Cell.load("probes", PROBES);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static long hits(Path library, String calls) {
    long before = ((Number) object.global("hits").get()).longValue();
    Cell.succeed("python3", "-c", "import ctypes; l = ctypes.CDLL('" + library + "')\n" + calls);
    return ((Number) object.global("hits").get()).longValue() - before;
  }

  private static BpfLink attach(String program, String place) {
    BpfProgram p = object.program(program);
    return p.attach(p.pointAt(place));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop::price                      | _ZN4shop5priceEi",
        "shop::price(int)                 | _ZN4shop5priceEi",
        "_ZN4shop5priceEi                 | _ZN4shop5priceEi",
        "shop::Cart<long>::add            | _ZN4shop4CartIlE3addEli",
        "shop::Cart<long>::add(long, int) | _ZN4shop4CartIlE3addEli",
        "shop::sell(long)                 | _ZN4shop4sellEl",
        "core::fmt::Write::write_char     | _ZN4core3fmt5Write10write_char17h5bb2cc1f1a5c1e3eE",
        "plain                            | plain",
      })
  void aFunctionIsFoundByItsNameInTheSource(String name, String symbol) {
    String call = "l['" + symbol + "'](1)";
    try (BpfLink link = attach("on_entry", mangled + ":" + name)) {
      assertTrue(link.describe().contains(name), link::describe);
      assertEquals(1, hits(mangled, call));
      assertEquals(0, hits(mangled, "l['_ZN4shop4sellEi'](1)"));
    }
  }

  @Test
  void aPatternIsOfNamesInTheSourceToo() {
    try (BpfLink link = attach("on_many", mangled + ":shop::sell*")) {
      assertEquals(
          2,
          hits(mangled, "l['_ZN4shop4sellEi'](1); l['_ZN4shop4sellEl'](1); l.plain(1)"),
          link::describe);
    }
  }

  @Test
  void aNameOfSeveralFunctionsIsRefusedWithTheirSymbols() {
    assertEquals(
        "attach 'on_entry' to uprobe '"
            + mangled
            + ":shop::sell': 2 functions have this name (add the types of its parameters, or take"
            + " the symbol: 'shop::sell(int)' is _ZN4shop4sellEi, 'shop::sell(long)' is"
            + " _ZN4shop4sellEl)",
        refusal("on_entry", mangled + ":shop::sell"));
  }

  @Test
  void aNameThatIsNearIsShownWithItsSymbol() {
    assertEquals(
        "attach 'on_entry' to uprobe '"
            + mangled
            + ":shop::prize': it names no such function (did you mean 'shop::price'"
            + " (_ZN4shop5priceEi)?)",
        refusal("on_entry", mangled + ":shop::prize"));
  }

  @Test
  void hooksAreListedByTheirNamesInTheSource() {
    List<Hook> hooks = org.skep.host.hooks.Hooks.find("uprobe:" + mangled + ":*price*");
    assertEquals(List.of(mangled + ":_ZN4shop5priceEi"), hooks.stream().map(Hook::name).toList());
    assertTrue(
        hooks.getFirst().note().startsWith("shop::price(int), at 0x"), hooks.getFirst()::note);
    Set<String> sell = new TreeSet<>();
    org.skep.host.hooks.Hooks.find("uprobe:" + mangled + ":shop::s*")
        .forEach(h -> sell.add(h.name()));
    assertEquals(Set.of(mangled + ":_ZN4shop4sellEi", mangled + ":_ZN4shop4sellEl"), sell);
  }

  private static String refusal(String program, String place) {
    return String.valueOf(
        assertThrows(BpfException.class, () -> attach(program, place)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"on_return", "on_returns", "on_both"})
  void probesAtReturnsOfGoAreRefusedAndThoseAtItsReturnInstructionsOffered(String program) {
    String refusal = refusal(program, go + ":twice");
    assertTrue(refusal.contains("'" + go + "' is a Go program"), refusal);
    assertTrue(
        refusal.endsWith(
            "(use SEC(\"uprobe\") at its entry and at its RET instructions: --on "
                + program
                + "="
                + go
                + ":twice+0x9 --on "
                + program
                + "="
                + go
                + ":twice+0xf)"),
        refusal);
    assertTrue(refusal(program, go + ":tw*").contains("'objdump -d' shows"));
  }

  /** As linkers and packers leave it: no section names, and programs of 32 bits. */
  @Test
  void goIsRecognisedWithoutItsSections() throws Exception {
    Path bare =
        SmallLibrary.compile(
            folder,
            "bare",
            """
            __attribute__((section(".x"), used, aligned(16)))
            static const char info[32] = "\\xff Go buildinf:";
            int twice(int n) { return 2 * n; }
            """);
    String refused = refusal("on_return", bare + ":twice");
    assertTrue(refused.contains("'" + bare + "' is a Go program"), refused);
    byte[] narrow = Files.readAllBytes(bare);
    narrow[4] = 1; // ELFCLASS32
    Path other = Files.write(folder.resolve("narrow"), narrow);
    refused = refusal("on_return", other + ":0x1000");
    assertTrue(refused.contains("'" + other + "' is a Go program"), refused);
    Path mention =
        SmallLibrary.compile(
            folder,
            "mention",
            "const char *text = \"no Go buildinf: at all\"; int one(void) { return 1; }");
    attach("on_return", mention + ":one").close();
  }

  @Test
  void theOfferedProbesCountTheReturns() {
    BpfLink first = attach("on_entry", go + ":twice+0x9");
    try (BpfLink entry = attach("on_entry", go + ":twice");
        BpfLink second = attach("on_entry", go + ":twice+0xf")) {
      assertEquals(6, hits(go, "l.twice(0); l.twice(1); l.twice(2)"), entry::describe);
      first.close();
      assertEquals(4, hits(go, "l.twice(0); l.twice(1); l.twice(2)"), second::describe);
    } finally {
      first.close();
    }
  }
}
