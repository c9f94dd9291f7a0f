package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.CompileException;
import org.skep.CompileException.Severity;

class BpfCompilerTest {
  private static final String COUNT =
      """
      struct {
        __uint(type, BPF_MAP_TYPE_HASH);
        __uint(max_entries, 10240);
        __type(key, u32);
        __type(value, u64);
      } counts SEC(".maps");

      SEC("tracepoint/raw_syscalls/sys_enter")
      int count(void *ctx) {
        u32 pid = bpf_get_current_pid_tgid() >> 32;
        u64 one = 1;
        bpf_map_update_elem(&counts, &pid, &one, BPF_ANY);
        return 0;
      }
      """;

  /** Shared, so that the headers are prepared once. */
  @TempDir static Path shared;

  private static BpfCompiler compiler;

  @BeforeAll
  static void findCompiler() throws InterruptedException {
    compiler = new BpfCompiler(Clang.find(), shared);
  }

  @Test
  void textWithoutIncludesGetsTheDefaultsAndSaysSo() throws InterruptedException {
    var object = compiler.compile(BpfSource.of("count", COUNT));
    var elf = object.elf();
    assertAll(
        () -> assertArrayEquals(new byte[] {0x7f, 'E', 'L', 'F'}, Arrays.copyOf(elf, 4)),
        () -> assertTrue(Elf.hasSection(elf, ".BTF")),
        () -> assertTrue(Elf.hasSection(elf, "license")),
        () -> assertEquals(2, object.notes().size(), object.notes()::toString),
        () -> assertEquals(List.of(), object.warnings()));
  }

  /** Beside the calls that send events stand their types, also of texts with their own includes. */
  @Test
  void theObjectDescribesTheEventsThatItSends() throws InterruptedException {
    var text =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct event { int pid; const char name[8]; };
        struct {
          __uint(type, BPF_MAP_TYPE_RINGBUF);
          __uint(max_entries, 4096);
        } ring SEC(".maps");
        SEC("xdp") int pass(struct xdp_md *ctx) {
          struct event *const e = bpf_ringbuf_reserve(&ring, sizeof(*e), 0);
          if (e)
            bpf_ringbuf_submit(e, 0);
          const char text[] = "text";
          return bpf_ringbuf_output(&ring, text, sizeof(text), 0) ? XDP_DROP : XDP_PASS;
        }
        """;
    var elf = compiler.compile(BpfSource.of("sends", text)).elf();
    assertTrue(Elf.hasSection(elf, ".skep.records"));
    assertTrue(new String(elf, StandardCharsets.ISO_8859_1).contains("&ring"));
    var comma = "bpf_ringbuf_output(&ring, &(struct event){1, {2}}, 12, 0)";
    var odd = text.replaceFirst("bpf_ringbuf_output\\([^)]*\\)[^)]*\\)", comma);
    assertTrue(odd.contains(comma));
    assertTrue(compiler.compile(BpfSource.of("odd", odd)).elf().length > 0);
  }

  @Test
  void aMapMayBeCalledLikeAFunctionOfC() throws InterruptedException {
    for (String name : List.of("log", "exp", "index")) {
      assertTrue(
          compiler.compile(BpfSource.of("named", COUNT.replace("counts", name))).elf().length > 0);
    }
  }

  /** In the object, and where the source asks for it, a header has the name that it was given. */
  @Test
  void aHeaderIsNamedAsTheSourceIncludesIt() throws InterruptedException {
    var header =
        new BpfSource.Header(
            "net/where.h", "static const char *volatile where = __FILE__; static int two(void);\n");
    for (String includes : List.of("", "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n")) {
      var text =
          includes
              + "#include \"net/where.h\"\n"
              + "SEC(\"xdp\") int pass(void *ctx) { return where[0]; }\n"
              + "char self[] SEC(\".data.self\") = \"<\" __FILE__ \">\";\n";
      var source = BpfSource.of("named", text).withHeaders(List.of(header));
      var elf = new String(compiler.compile(source).elf(), StandardCharsets.ISO_8859_1);
      assertTrue(elf.contains("\0net/where.h\0"), includes);
      assertTrue(elf.contains("<named>"), includes);
    }
  }

  /** Another process may do so to keep the cache small, whenever it is. */
  @Test
  void headersThatWereDeletedAreMadeAgain(@TempDir Path cache) throws Exception {
    var own = new BpfCompiler(compiler.clang(), cache);
    var text =
        """
        #include <uapi/linux/bpf.h>
        #include "bpf_helpers.h"
        SEC("socket1") int prog(struct __sk_buff *skb) { u32 n = load_byte(skb, LIMIT); return n; }
        char _license[] SEC("license") = "GPL";
        """;
    assertTrue(own.compile(BpfSource.of("old", text.replace("LIMIT", "1"))).elf().length > 0);
    try (var files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertTrue(own.compile(BpfSource.of("old", text.replace("LIMIT", "2"))).elf().length > 0);
    assertTrue(own.compile(BpfSource.of("plain", COUNT)).elf().length > 0);
  }

  @Test
  void commentedIncludeIsNoInclude() throws InterruptedException {
    var text = "// #include <x.h>\n/*\n#include <y.h>\n*/\n" + COUNT;
    assertTrue(compiler.compile(BpfSource.of("commented", text)).elf().length > 0);
  }

  @Test
  void textWithIncludesIsCompiledAsItStands() throws InterruptedException {
    var text =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        typedef int u64; /* would clash with vmlinux.h */
        char LICENSE[] SEC("license") = "Dual BSD/GPL";
        SEC("xdp") int pass(struct xdp_md *ctx) { return XDP_PASS; }
        """;
    var object = compiler.compile(BpfSource.of("own", text));
    assertEquals(List.of(), object.notes());
  }

  @Test
  void licenceInAHeaderIsFound() throws InterruptedException {
    var header =
        new BpfSource.Header(
            "common.h",
            """
            #include <vmlinux.h>
            #include <bpf/bpf_helpers.h>
            char LICENSE[] SEC("license") = "GPL";
            """);
    var source =
        BpfSource.of("included", "#include \"common.h\"\nSEC(\"xdp\") int f(void *c){return 2;}")
            .withHeaders(List.of(header));
    assertEquals(List.of(), compiler.compile(source).notes());
  }

  @Test
  void sameTextAgainComesFromTheCache() throws InterruptedException {
    var first = compiler.compile(BpfSource.of("again", COUNT));
    var second = compiler.compile(BpfSource.of("again", COUNT));
    assertTrue(second.cached());
    assertArrayEquals(first.elf(), second.elf());
    assertEquals(first.notes(), second.notes());
    var other = compiler.compile(BpfSource.of("again", COUNT + "\n"));
    assertFalse(other.cached());
  }

  @Test
  void changedIncludedFileIsCompiledAnew(@TempDir Path folder) throws Exception {
    var header = folder.resolve("limit.h");
    Files.writeString(header, "#define LIMIT 1\n");
    var source =
        BpfSource.of("limit", "#include <limit.h>\nint limit = LIMIT;")
            .withIncludeDirectories(List.of(folder));
    assertFalse(compiler.compile(source).cached());
    assertTrue(compiler.compile(source).cached());
    Files.writeString(header, "#define LIMIT 100\n");
    assertFalse(compiler.compile(source).cached());
  }

  @Test
  void errorsAreOnTheCellsLinesInCharacters() {
    var text =
        """
        /* é */ int f(void) { return missing; }
        int g(void) { int x = 1 return x; }
        """;
    var failure =
        assertThrows(CompileException.class, () -> compiler.compile(BpfSource.of("broken", text)));
    var errors =
        failure.diagnostics().stream().filter(d -> d.severity() == Severity.ERROR).toList();
    assertAll(
        () -> assertEquals("broken", errors.get(0).file()),
        () -> assertEquals(1, errors.get(0).line()),
        () -> assertEquals(text.indexOf("missing") + 1, errors.get(0).column()),
        () -> assertEquals(2, errors.get(1).line()),
        () -> assertEquals(";", errors.get(1).fixes().getFirst().replacement()),
        () ->
            assertEquals(
                "compile 'broken': line 1: use of undeclared identifier 'missing'"
                    + " (the first of 2 errors)",
                failure.getMessage()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return strcmp(p, \"a\")|bpf_strncmp(text, sizeof(text), \"word\")",
        "return strlen(p)|no 'strlen'",
        "return malloc(n) != 0|per-CPU array map",
        "return printf(\"a\")|bpf_printk",
        "return snprintf(p, 8, \"a\")|BPF_SNPRINTF",
        "return getpid()|bpf_get_current_pid_tgid() >> 32",
        "return getuid()|bpf_get_current_uid_gid()",
        "return time(0)|bpf_ktime_get_ns()",
        "sleep(1); return 0|cannot sleep",
        "return rand()|bpf_get_prandom_u32()",
        "exit(1); return 0|return ends the program",
        "return open(p, 0)|no system calls",
        "printk(p); return 0|bpf_printk",
        "return copy_from_user(p, p, 8)|bpf_probe_read_user()",
        "return errno|negative error number",
        "return current != 0|bpf_get_current_task_btf()",
        "return jiffies|bpf_jiffies64()",
        "return n * 1.5|BPF has no floating-point numbers",
        "return (unsigned __int128)n * n >> 64|no numbers of 128 bits",
        "memcpy(p, p + 2000, n); return 0|bpf_probe_read_kernel()",
        "memcpy(p, p + 2000, 1025); return 0|above 1,024 bytes",
        "return n / *p|-mcpu=v4",
      })
  void whatBpfLacksIsNamedWithWhatStandsInForIt(String statement, String words) {
    var text = "long f(char *p, long n) { " + statement + "; }";
    var failure =
        assertThrows(CompileException.class, () -> compiler.compile(BpfSource.of("lacks", text)));
    assertMessage(words, failure);
    assertFalse(failure.diagnostics().toString().contains("include the header"), failure::toString);
  }

  @Test
  void whatFitsIsCompiledInline() throws InterruptedException {
    var text = "long f(char *p, long n) { memcpy(p, p + 2000, 1024); return memcmp(p, p + 8, 8); }";
    assertTrue(compiler.compile(BpfSource.of("inline", text)).elf().length > 0);
  }

  /** libbpf's header of USDT makes maps, so that only texts get it that use it. */
  @Test
  void argumentsOfUsdtProbesAreReadWithoutAnInclude() throws InterruptedException {
    var text =
        """
        SEC("usdt/./app:app:req") int BPF_USDT(on_req, s32 arg1, u64 arg2)
        {
            long third = 0;
            bpf_usdt_arg(ctx, 2, &third);
            return arg1 + arg2 + third + bpf_usdt_cookie(ctx);
        }
        """;
    var object = compiler.compile(BpfSource.of("probe", text));
    assertTrue(new String(object.elf(), StandardCharsets.ISO_8859_1).contains("__bpf_usdt_specs"));
    assertTrue(object.notes().toString().contains("bpf/usdt.bpf.h"), object.notes()::toString);
  }

  @Test
  void namesOfSchedulersThatLinuxLacksAreExplained() {
    var failure =
        assertThrows(
            CompileException.class,
            () -> compiler.compile(BpfSource.of("scheduler", "long f(void) { return SCX_NONE; }")));
    assertMessage("built without sched_ext", failure);
  }

  @Test
  void tooLargeAStackIsExplainedOnce() {
    var text =
        """
        SEC("tc") int f(void *ctx) {
          volatile char big[1024];
          for (int i = 0; i < 1024; i++) big[i] = i;
          return big[bpf_get_prandom_u32() & 1023];
        }
        """;
    var failure =
        assertThrows(CompileException.class, () -> compiler.compile(BpfSource.of("big", text)));
    assertMessage("512 bytes", failure);
  }

  @Test
  void errorInAHeaderNamesTheLineThatIncludesIt() {
    var source =
        BpfSource.of("includes", "\n#include \"bad.h\"\n")
            .withHeaders(List.of(new BpfSource.Header("bad.h", "int x = y;\n")));
    var failure = assertThrows(CompileException.class, () -> compiler.compile(source));
    var error = failure.diagnostics().get(0);
    var note = failure.diagnostics().get(1);
    assertAll(
        () -> assertEquals("bad.h", error.file()),
        () -> assertEquals("includes", note.file()),
        () -> assertEquals(2, note.line()));
  }

  @Test
  void brokenCacheIsMadeAnew(@TempDir Path folder) throws Exception {
    var here = new BpfCompiler(Clang.find(), folder);
    here.compile(BpfSource.of("count", COUNT));
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "rubbish");
      }
    }
    var again = new BpfCompiler(Clang.find(), folder).compile(BpfSource.of("count", COUNT));
    assertFalse(again.cached());
    // And behind the back of a compiler that has it in memory.
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pch")).toList()) {
        Files.write(file, new byte[100]);
      }
    }
    assertTrue(here.compile(BpfSource.of("count2", COUNT)).elf().length > 0);
  }

  @Test
  void unwritableCacheIsReplacedByATemporaryOne() throws InterruptedException, IOException {
    var file = Files.createFile(shared.resolve("a-file"));
    var here = new BpfCompiler(Clang.find(), file.resolve("cache"));
    assertTrue(
        here.compile(BpfSource.of("own", "#include <linux/bpf.h>\nint x;")).elf().length > 0);
  }

  @Test
  void interruptKillsClang() throws Exception {
    var header =
        """
        #define A x+x+x+x
        #define B A+A+A+A
        #define C B+B+B+B
        #define D C+C+C+C
        #define E D+D+D+D
        #define F E+E+E+E
        #define G F+F+F+F
        #define H G+G+G+G
        #define I H+H+H+H
        #define J I+I+I+I
        int f(int x) { return J+J+J+J; }
        """;
    var source =
        BpfSource.of("endless", "#include \"a.h\"\n")
            .withHeaders(List.of(new BpfSource.Header("a.h", header)));
    var thread = Thread.currentThread();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(Duration.ofMillis(300));
              } catch (InterruptedException e) {
                return;
              }
              thread.interrupt();
            });
    assertThrows(InterruptedException.class, () -> compiler.compile(source));
    // Killed, it may still be on its way out.
    long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (isClangRunning() && System.nanoTime() < patience) {
      Thread.sleep(Duration.ofMillis(20));
    }
    assertFalse(isClangRunning());
  }

  private static boolean isClangRunning() {
    return ProcessHandle.current()
        .descendants()
        .anyMatch(p -> p.info().command().orElse("").contains("clang"));
  }

  @Test
  void completesMembersHelpersAndConstants() throws InterruptedException {
    var member = "int f(struct task_struct *t) { t->pi";
    var found = compiler.complete(BpfSource.of("c", member), 1, member.length() + 1);
    assertTrue(found.stream().anyMatch(c -> c.text().equals("pid")), found::toString);
    var helper = "int f(void *ctx) {\n bpf_map_lo";
    var helpers = compiler.complete(BpfSource.of("c", helper), 2, 12);
    assertTrue(
        helpers.contains(
            new CCompletion(
                "bpf_map_lookup_elem",
                "bpf_map_lookup_elem(void *, const void *)",
                "void *",
                CCompletion.Kind.FUNCTION)),
        helpers::toString);
    var constant = "int f(void) { return ETH_P_AR";
    var constants = compiler.complete(BpfSource.of("c", constant), 1, constant.length() + 1);
    assertTrue(constants.stream().anyMatch(c -> c.text().equals("ETH_P_ARP")), constants::toString);
  }

  private static void assertMessage(String part, CompileException failure) {
    assertTrue(String.valueOf(failure.getMessage()).contains(part), failure::toString);
  }
}
