package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.CompileException;

/** Texts that do not compile as they stand, and yet work in a cell: one for each fallback. */
class FallbacksTest {
  @TempDir static Path cache;

  private static BpfCompiler compiler;

  @BeforeAll
  static void findCompiler() throws InterruptedException {
    compiler = new BpfCompiler(Clang.find(), cache);
  }

  @Test
  void headersOfTheCLibraryNeedNoMoreThanAnEmptyStub() throws InterruptedException {
    compiles(
        """
        #include <linux/bpf.h>
        #include <linux/icmp.h>
        #include <string.h>
        #include <bpf/bpf_helpers.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("xdp") int f(struct xdp_md *ctx) { return XDP_PASS + 0 * ICMP_ECHO; }
        """,
        List.of("gnu/stubs-32.h"));
  }

  @Test
  void macrosOfNewerLibbpfAreSupplied() throws InterruptedException {
    compiles(
        """
        #include "vmlinux.h"
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_tracing.h>
        #include <bpf/bpf_core_read.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("struct_ops/x") void BPF_PROG(x, struct tcp_sock *sock) {
          BPF_CORE_WRITE_BITFIELD(sock, nonagle, 1);
        }
        SEC("uprobe") int BPF_UPROBE(f, long size) { return size & 1; }
        SEC("raw_tp/sys_enter") int g(void *ctx) {
          int i, sum = 0;
          bpf_for(i, 0, 10) sum += i;
          bpf_stream_printk(1, "sum %d", sum);
          return sum;
        }
        """,
        List.of("BPF_UPROBE"));
  }

  @Test
  void namesInsideTheKernelAreSupplied() throws InterruptedException {
    compiles(
        """
        #include <uapi/linux/bpf.h>
        #include <uapi/linux/if_ether.h>
        #include <bpf/bpf_helpers.h>
        #define PROG(F) SEC("socket/" __stringify(F)) int prog_##F
        char LICENSE[] SEC("license") = "GPL";
        PROG(1)(struct __sk_buff *skb) {
          u32 protocol = load_half(skb, offsetof(struct ethhdr, h_proto));
          return protocol == ETH_P_IP;
        }
        """,
        List.of("kernel's own source"));
  }

  @Test
  void headersInsideTheKernelAreStoodInFor() throws InterruptedException {
    compiles(
        """
        #include <linux/skbuff.h>
        #include <linux/netdevice.h>
        #include <uapi/linux/bpf.h>
        #include <linux/version.h>
        #include <bpf/bpf_helpers.h>
        struct geneve_opt { u8 mine; };
        char LICENSE[] SEC("license") = "GPL";
        u32 _version SEC("version") = LINUX_VERSION_CODE;
        SEC("kprobe/__netif_receive_skb_core") int f(struct pt_regs *ctx) {
          struct sk_buff *skb = 0;
          struct geneve_opt opt = {.mine = ETH_P_IP >> 8};
          int length = 0;
          bpf_probe_read_kernel(&length, sizeof(length), &skb->len);
          return length + opt.mine + AF_INET;
        }
        """,
        List.of("vmlinux.h", "'geneve_opt'"));
  }

  @Test
  void helpersMayBeUsedInAHeaderBeforeTheyAreDeclared() throws InterruptedException {
    compiles(
        """
        #include <vmlinux.h>
        static __always_inline u64 now(void) { return bpf_ktime_get_ns(); }
        #include <bpf/bpf_helpers.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("raw_tp/sys_enter") int f(void *ctx) { return now() & 1; }
        """,
        List.of("bpf_helpers.h was included first"));
  }

  @Test
  void whatOlderCompilersOnlyWarnedOfIsAWarning() throws InterruptedException {
    compiles(
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("raw_tp/sys_enter") int f(void *ctx) { char *c = bpf_ktime_get_ns(); return !c; }
        """,
        List.of("int-conversion"));
  }

  @Test
  void oldMapsBecomeNewOnes() throws InterruptedException {
    var object =
        compiler.compile(
            BpfSource.of(
                "old",
                """
                struct bpf_map_def SEC("maps") counts = {
                  .type = BPF_MAP_TYPE_HASH,
                  .key_size = sizeof(u32),
                  .value_size = sizeof(long),
                  .max_entries = 64,
                };
                SEC("raw_tp/sys_enter") int f(void *ctx) {
                  u32 key = 1;
                  return bpf_map_lookup_elem(&counts, &key) != 0;
                }
                """));
    assertTrue(Elf.hasSection(object.elf(), ".maps"));
    assertTrue(object.notes().toString().contains("'counts' became SEC(\".maps\")"));
  }

  @Test
  void macrosOfTheKernelAreSuppliedToTextsThatHaveNoneOfTheirOwn() throws InterruptedException {
    compiles(
        """
        #include <uapi/linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("socket") int f(struct __sk_buff *skb) {
          return min(skb->len, 64u) + max(1, 2) + div64_u64(NR_CPUS, 1 + INET_ECN_MASK);
        }
        """,
        List.of("'max', 'min' of the kernel's source"));
    compiles(
        """
        #include <uapi/linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        static inline int min(int a, int b, int c) { return a < b && a < c ? a : c; }
        char LICENSE[] SEC("license") = "GPL";
        SEC("socket") int f(struct __sk_buff *skb) { return min(skb->len, 64, 65); }
        """,
        List.of("kernel's own source"));
  }

  @Test
  void aTypeThatALaterHeaderHasTooIsTheTexts() throws InterruptedException {
    compiles(
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct bpf_flow_keys { int mine; };
        enum bpf_check_mtu_flags { BPF_MTU_CHK_SEGS = 1 };
        char LICENSE[] SEC("license") = "GPL";
        SEC("socket") int f(struct __sk_buff *skb) {
          struct bpf_flow_keys keys = {.mine = BPF_MTU_CHK_SEGS};
          return keys.mine;
        }
        """,
        List.of("'bpf_flow_keys'", "linux/bpf.h"));
  }

  @Test
  void functionsThatTheRunningLinuxOffersNeedNoDeclaration() throws InterruptedException {
    compiles(
        """
        #include <vmlinux.h>
        #include <bpf/bpf_helpers.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("syscall") int f(void *ctx) {
          struct task_struct *task = bpf_task_from_pid(1);
          if (task)
            bpf_task_release(task);
          return 0;
        }
        """,
        List.of("'bpf_task_from_pid', 'bpf_task_release'"));
  }

  @Test
  void typesOfOlderKernelsCanBeAskedFor() throws InterruptedException {
    compiles(
        """
        #include <vmlinux.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_core_read.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("tracepoint/tcp/tcp_retransmit_skb") int f(void *ctx) {
          if (!bpf_core_type_exists(struct trace_event_raw_tcp_event_sk_skb))
            return 0;
          return ((struct trace_event_raw_tcp_event_sk_skb *)ctx)->sport;
        }
        """,
        List.of("'trace_event_raw_tcp_event_sk_skb'"));
  }

  @Test
  void oldMapsInHeadersBesideTheFileBecomeNewOnes(@TempDir Path folder) throws Exception {
    Files.createDirectory(folder.resolve("headers"));
    Files.writeString(
        folder.resolve("headers/types.h"),
        """
        #pragma once
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct bpf_elf_map { __u32 type, size_key, size_value, max_elem, flags, id, pinning; };
        """);
    Files.writeString(
        folder.resolve("headers/maps.h"),
        """
        #include "types.h"
        struct bpf_elf_map SEC("maps") counts = {
          .type = BPF_MAP_TYPE_HASH,
          .size_key = sizeof(__u32),
          .size_value = sizeof(__u64),
          .max_elem = 64,
        };
        """);
    Path file =
        Files.writeString(
            folder.resolve("old.c"),
            """
            #include "headers/maps.h"
            char LICENSE[] SEC("license") = "GPL";
            SEC("raw_tp/sys_enter") int f(void *ctx) {
              __u32 key = 1;
              return bpf_map_lookup_elem(&counts, &key) != 0;
            }
            """);
    var object = compiler.compile(BpfSource.ofFile(file));
    assertTrue(Elf.hasSection(object.elf(), ".maps"));
    assertTrue(object.notes().toString().contains("'counts' became SEC(\".maps\")"));
    assertTrue(compiler.compile(BpfSource.ofFile(file)).cached());
    Path maps = folder.resolve("headers/maps.h");
    Files.writeString(maps, Files.readString(maps).replace("64", "128"));
    assertFalse(compiler.compile(BpfSource.ofFile(file)).cached(), "the header changed");
  }

  @Test
  void headersNamedFromTheRootOfAProjectAreFound(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("project/lib"));
    Path below = Files.createDirectories(folder.resolve("project/src/bpf"));
    Files.writeString(folder.resolve("project/lib/limits.h"), "#define SOME 5\n");
    Path file =
        Files.writeString(
            below.resolve("f.c"),
            """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            #include "project/lib/limits.h"
            char LICENSE[] SEC("license") = "GPL";
            SEC("raw_tp/sys_enter") int f(void *ctx) { return SOME; }
            """);
    var notes = compiler.compile(BpfSource.ofFile(file)).notes().toString();
    assertTrue(notes.contains("'project/lib/limits.h' lies in " + folder), notes);
  }

  @Test
  void headersInAFolderBesideTheFileAreFound(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("include/own"));
    Files.writeString(folder.resolve("include/own/limits.bpf.h"), "#define SOME 5\n");
    Path file =
        Files.writeString(
            folder.resolve("f.bpf.c"),
            """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            #include <own/limits.bpf.h>
            char LICENSE[] SEC("license") = "GPL";
            SEC("raw_tp/sys_enter") int f(void *ctx) { return SOME; }
            """);
    var notes = compiler.compile(BpfSource.ofFile(file)).notes().toString();
    assertTrue(notes.contains("lies in " + folder.resolve("include")), notes);
  }

  @Test
  void theTemplateOfAMapOfMapsStandsLast() throws InterruptedException {
    var object =
        compiler.compile(
            BpfSource.of(
                "old",
                """
                struct bpf_map_def SEC("maps") inner = {
                  .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1,
                };
                struct bpf_map_def SEC("maps") outer = {
                  .type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
                  .key_size = sizeof(u32),
                  .inner_map_idx = 0,
                  .max_entries = 8,
                };
                SEC("raw_tp/sys_enter") int f(void *ctx) {
                  u32 key = 1;
                  return bpf_map_lookup_elem(&outer, &key) != 0;
                }
                """));
    assertTrue(object.notes().toString().contains("'inner', 'outer'"));
  }

  @Test
  void functionsOfSixArgumentsAreProbed() throws InterruptedException {
    compiles(
        """
        #include "vmlinux.h"
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_tracing.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("kprobe/x") int BPF_KPROBE(f, int a, int b, int c, int d, int e, long last) {
          return a + last;
        }
        """,
        List.of());
  }

  /** What other cells define counts on what a cell without includes gets. */
  @Test
  void aTextThatIncludesOnlyHeadersOfCellsGetsTheDefaults() throws InterruptedException {
    var program =
        """
        #include "numbers.h"
        SEC("raw_tp/sys_enter") int f(void *ctx) { u32 n = SOME; return n; }
        """;
    var numbers = List.of(new BpfSource.Header("numbers.h", "#define SOME 3\n"));
    var object = compiler.compile(BpfSource.of("own", program).withHeaders(numbers));
    assertTrue(object.notes().toString().contains("were included first"), object::toString);
    var complete =
        new BpfSource.Header(
            "numbers.h",
            "#include <vmlinux.h>\n#include <bpf/bpf_helpers.h>\n#define SOME 3\n"
                + "char LICENSE[] SEC(\"license\") = \"GPL\";");
    assertEquals(
        List.of(),
        compiler.compile(BpfSource.of("own", program).withHeaders(List.of(complete))).notes());
    var missing =
        assertThrows(
            CompileException.class,
            () ->
                compiler.compile(
                    BpfSource.of("own", program.replace("numbers.h", "number.h"))
                        .withHeaders(numbers)));
    assertTrue(
        String.valueOf(missing.getMessage())
            .contains("'number.h' file not found (cells define 'numbers.h')"),
        missing::toString);
  }

  @Test
  void otherLanguagesAreCalledByTheirNames() {
    for (var each :
        List.of(
            List.of(
                "BPF_HASH(counts, u32);\nint kprobe__sys_clone(void *ctx) { return 0; }", "BCC"),
            List.of("tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }", "bpftrace"),
            List.of("BEGIN { printf(\"hello\"); }", "bpftrace"))) {
      var failure =
          assertThrows(
              CompileException.class,
              () -> compiler.compile(BpfSource.of("other", each.getFirst())));
      assertTrue(String.valueOf(failure.getMessage()).contains(each.getLast()), failure::toString);
    }
  }

  /** Old files have names of authors in Latin-1, which must not keep them from being read. */
  @Test
  void filesNeedNotBeOfUtf8(@TempDir Path folder) throws Exception {
    var text =
        """
        /* J\u00f6rg */
        #include <vmlinux.h>
        #include <bpf/bpf_helpers.h>
        char LICENSE[] SEC("license") = "GPL";
        SEC("raw_tp/sys_enter") int f(void *ctx) { return 0; }
        """;
    var file = Files.writeString(folder.resolve("old.c"), text, StandardCharsets.ISO_8859_1);
    assertEquals(List.of(), compiler.compile(BpfSource.ofFile(file)).notes());
    var binary = Files.write(folder.resolve("binary.c"), new byte[] {'a', 0, 'b'});
    var why = assertThrows(IOException.class, () -> BpfSource.ofFile(binary));
    assertTrue(String.valueOf(why.getMessage()).contains("not C source"), why::toString);
  }

  @Test
  void mistakeOfTheUserIsToldAsItIs() {
    var failure =
        assertThrows(
            CompileException.class,
            () ->
                compiler.compile(
                    BpfSource.of(
                        "typo",
                        """
                        #include <linux/bpf.h>
                        #include <linux/icmp.h>
                        #include <bpf/bpf_helpers.h>
                        SEC("xdp") int f(struct xdp_md *ctx) { return XDP_PAS; }
                        """)));
    assertTrue(String.valueOf(failure.getMessage()).contains("line 4"), failure::toString);
    assertEquals("typo", failure.diagnostics().getFirst().file());
  }

  private static void compiles(String text, List<String> notes) throws InterruptedException {
    var found = compiler.compile(BpfSource.of("text", text)).notes().toString();
    notes.forEach(n -> assertTrue(found.contains(n), found));
  }

  /** Names that are explained where they are missing for good are supplied where they can be. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "int f(void) { return htons(5) + ntohl(3); }",
        "#include <linux/bpf.h>\nint f(void) { return htonl(5); }",
        "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nint f(void) { return ntohs(5); }",
      })
  void byteOrderOfTheKernelsSourceIsSupplied(String text) throws Exception {
    assertTrue(compiler.compile(BpfSource.of("order", text)).elf().length > 0);
  }
}
