package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bpf/}: what is shipped as C compiles without a warning, whatever stands before it. */
class SkepHeaderTest {
  private static final Path PROGRAMS = Path.of("../bpf/programs");

  private static final String EVERYTHING =
      """
      char LICENSE[] SEC("license") = "GPL";
      struct event {
        u64 took skep_ns, at skep_time, size skep_bytes, function skep_ksym, group skep_cgroup;
        u64 call skep_syscall, bits skep_hex;
        u32 from skep_ipv4, disk skep_dev;
        u8 to[16] skep_ipv6, card[6] skep_mac;
        u16 port skep_port;
        s32 inside skep_kstack, outside skep_ustack, error skep_errno, signal skep_signal;
      };
      struct {
        __uint(type, BPF_MAP_TYPE_HASH);
        __uint(max_entries, 2);
        __type(key, u32);
        __type(value, u64);
      } counts SEC(".maps");
      struct {
        __uint(type, BPF_MAP_TYPE_RINGBUF);
        __uint(max_entries, 4096);
      } events SEC(".maps");
      SEC("raw_tp/sys_enter") int enter(void *ctx) {
        u32 pid = bpf_get_prandom_u32();
        skep_count(&counts, &pid);
        skep_add(&counts, &pid, 5);
        struct event *e = skep_reserve(&events, struct event);
        if (!e)
          return 0;
        __builtin_memset(e, 0, sizeof(*e));
        e->took = skep_slot(bpf_ktime_get_ns());
        if (pid)
          skep_submit(e);
        else
          skep_discard(e);
        return 0;
      }
      SEC("raw_tp/sys_exit") int exit(void *ctx) {
        struct event e = {};
        return skep_output(&events, &e) < 0;
      }
      """;

  private static final String NEWER =
      """
      SEC("uprobe/libc.so.6:malloc") int BPF_UPROBE(malloc, long size) { return size & 1; }
      SEC("uretprobe/libc.so.6:malloc") int BPF_URETPROBE(malloced, void *at) { return !at; }
      extern int bpf_nothing(void) __weak __ksym;
      SEC("raw_tp/sys_enter") int loops(void *ctx) {
        int i, sum = 0;
        bpf_for(i, 0, 100) sum += bpf_get_prandom_u32();
        bpf_repeat(5) sum++;
        return bpf_ksym_exists(bpf_nothing) ? 0 : sum & 1;
      }
      """;

  @TempDir static Path cache;

  private static BpfCompiler compiler;

  @BeforeAll
  static void findCompiler() throws InterruptedException {
    compiler = new BpfCompiler(Clang.find(), cache);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#include <skep.h>\n",
        "#include <vmlinux.h>\n#include <skep.h>\n",
        "#include <vmlinux.h>\n#include <bpf/bpf_helpers.h>\n#include <skep.h>\n",
        "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n#include <skep.h>\n",
        "#include <linux/types.h>\n#include <skep.h>\n#include <linux/in.h>\n",
      })
  void headerCompilesAfter(String includes) throws InterruptedException {
    compileStrictly("skep", includes + EVERYTHING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        """
        #include <vmlinux.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_tracing.h>
        #include <skep.h>
        """,
      })
  void namesOfNewerLibbpfCompileAfter(String includes) throws InterruptedException {
    compileStrictly("newer", includes + NEWER);
  }

  static Stream<Path> programs() throws IOException {
    try (var files = Files.list(PROGRAMS)) {
      return files.filter(f -> f.toString().endsWith(".bpf.c")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programCompiles(Path program) throws Exception {
    var object = compiler.compile(BpfSource.ofFile(program).withFlags(List.of("-Werror")));
    assertEquals(List.of(), object.notes());
    assertTrue(
        Files.readAllLines(program).get(1).matches("// .+\\. Linux \\d+\\.\\d+ or later\\."),
        "the second line says the purpose and the oldest Linux");
  }

  @Test
  void programsAreSeen() throws IOException {
    assertTrue(programs().count() >= 3);
  }

  private static void compileStrictly(String name, String text) throws InterruptedException {
    var source = BpfSource.of(name, text).withFlags(List.of("-Werror"));
    assertTrue(compiler.compile(source).elf().length > 0);
  }
}
