package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.Note;

/** Constants, types and helpers that a text counts on without including what has them. */
class HeaderFallbacksTest {
  @TempDir static Path cache;

  private static BpfCompiler compiler;

  @BeforeAll
  static void findCompiler() throws InterruptedException {
    compiler = new BpfCompiler(Clang.find(), cache);
  }

  private static CompiledObject compile(String text) throws InterruptedException {
    return compiler.compile(BpfSource.of("text", text));
  }

  private static String changes(CompiledObject object) {
    return object.notes().stream()
        .filter(n -> n.level() == Note.Level.CHANGE)
        .map(Note::text)
        .toList()
        .toString();
  }

  /** The values are those of the kernel's interface, which never change. */
  @Test
  void aCellHasTheConstantsOfTheKernel() throws InterruptedException {
    var object =
        compile(
            """
            #define IS(name, value) _Static_assert((name) == (value), #name)
            IS(ETH_P_IP, 0x0800); IS(ETH_P_IPV6, 0x86dd); IS(ETH_HLEN, 14); IS(ETH_ALEN, 6);
            IS(TC_ACT_OK, 0); IS(TC_ACT_SHOT, 2); IS(TC_ACT_UNSPEC, -1); IS(PACKET_OUTGOING, 4);
            IS(AF_INET, 2); IS(AF_INET6, 10); IS(IPPROTO_TCP, 6); IS(IPPROTO_ICMPV6, 58);
            IS(O_RDONLY, 0); IS(O_CREAT, 64); IS(O_TRUNC, 512); IS(ENOENT, 2); IS(EPERM, 1);
            IS(S_IFMT, 0170000); IS(S_ISREG(0100644), 1); IS(S_ISDIR(0100644), 0);
            IS(SOCK_STREAM, 1); IS(SIGKILL, 9); IS(CLONE_NEWNET, 0x40000000); IS(PROT_EXEC, 4);
            IS(XDP_DROP, 1); IS(NEXTHDR_TCP, 6); IS(SOL_TCP, 6);
            IS(RTM_NEWROUTE, 24); IS(IFLA_XDP_FD, 1); IS(NF_ACCEPT, 1);
            """);
    assertEquals("[]", changes(object));
    assertEquals(List.of(), object.warnings());
  }

  @Test
  void aCellMayGiveTheNamesOfConstantsToItsOwnThings() throws InterruptedException {
    var object =
        compile(
            """
            #define ETH_P_IP 5
            enum { AF_INET = 77, TC_ACT_OK, O_CREAT };
            const volatile u32 ENOENT = 3;
            struct flags { u32 S_IFMT; };
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
                     __type(key, u32); __type(value, u64); } PACKET_OUTGOING SEC(".maps");
            static int memcmp(const char *a, const char *b, int n) { return a[0] - b[0] + n; }
            _Static_assert(ETH_P_IP == 5 && AF_INET == 77 && TC_ACT_OK == 78, "mine");
            SEC("raw_tp/sys_enter") int f(struct flags *x)
            {
                u32 zero = 0, ETH_HLEN = 2;
                return bpf_map_lookup_elem(&PACKET_OUTGOING, &zero) != 0
                    && memcmp("a", "b", ENOENT) > ETH_HLEN - (&(struct flags){ .S_IFMT = 3 })->S_IFMT;
            }
            """);
    assertEquals(List.of(), object.warnings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#include <bpf/bpf_helpers.h>",
        "#include <bpf/bpf_tracing.h>",
        "#include <bpf/bpf_endian.h>",
        "#include <linux/if_ether.h>\n#include <linux/ip.h>",
        "#include <linux/pkt_cls.h>",
        "#include <string.h>",
        "#include <stdint.h>\n#include <stdbool.h>",
        "#include <linux/bpf.h>",
        "#include <vmlinux.h>",
        "#include <stdio.h>\n#include <stdlib.h>\n#include <errno.h>",
        "#include <bpf/usdt.bpf.h>",
      })
  void anIncludeOfTheTextKeepsTheDefaultHeaders(String includes) throws InterruptedException {
    var object =
        compile(
            includes
                + """

                struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
                         __type(key, u32); __type(value, u64); } counts SEC(".maps");
                SEC("xdp") int pass(struct xdp_md *ctx)
                {
                    struct ethhdr head = {};
                    char other[6];
                    u32 key = 1;
                    memset(other, 0xff, sizeof(other));
                    memcpy(head.h_dest, other, sizeof(other));
                    head.h_proto = bpf_htons(ETH_P_IP);
                    return bpf_map_lookup_elem(&counts, &key) ? XDP_DROP : XDP_PASS + head.h_dest[1];
                }
                """);
    assertTrue(Elf.hasSection(object.elf(), ".maps"));
    assertTrue(object.notes().toString().contains("were included first"), object.notes()::toString);
  }

  /** vmlinux.h and headers of the same kernel define the same types twice. */
  @Test
  void vmlinuxAndHeadersOfLinuxStandBesideEachOther() throws InterruptedException {
    compile(
        """
        #include <vmlinux.h>
        #include <linux/if_ether.h>
        #include <linux/pkt_cls.h>
        #include <errno.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_endian.h>
        _Static_assert(ENOENT == 2 && TC_ACT_SHOT == 2, "values");
        SEC("tc") int ip_only(struct __sk_buff *skb)
        {
            return skb->protocol == bpf_htons(ETH_P_IP) ? TC_ACT_OK : TC_ACT_SHOT;
        }
        char LICENSE[] SEC("license") = "GPL";
        """);
  }

  @Test
  void aTextWithTheTypesGetsTheConstantsThatItsHeadersLack() throws InterruptedException {
    var object =
        compile(
            """
            #include <vmlinux.h>
            #include <bpf/bpf_helpers.h>
            struct event { u32 pid; char comm[16]; };
            SEC("tc") int f(struct __sk_buff *skb)
            {
                struct event e = {}, r;
                memcpy(&r, &e, sizeof e);
                return r.pid + S_ISREG(skb->len) ? TC_ACT_SHOT : TC_ACT_OK;
            }
            char LICENSE[] SEC("license") = "GPL";
            """);
    assertEquals(
        "[the source's headers lack 'S_ISREG', 'TC_ACT_OK', 'TC_ACT_SHOT', 'memcpy': supplied]",
        changes(object));
  }

  /** The kernel has 'struct key' and an enumerator of its own for each of these. */
  @Test
  void aCellMayUseNamesOfTheKernel() throws InterruptedException {
    var object =
        compile(
            """
            struct key { u32 pid; char comm[16]; };
            struct task_group { int mine; };
            typedef struct { int a; } pgd_t;
            enum { SOCK_STREAM = 7, HRTIMER_NORESTART };
            struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
                     __type(key, struct key); __type(value, u64); } counts SEC(".maps");
            _Static_assert(sizeof(struct key) == 20 && sizeof(pgd_t) == 4, "mine");
            SEC("raw_tp/sys_enter") int f(void *ctx)
            {
                struct key k = {};
                struct task_struct *task = (void *)bpf_get_current_task();
                struct key___vm *theirs = 0;
                return bpf_map_lookup_elem(&counts, &k) != 0 && BPF_CORE_READ(task, pid)
                    && BPF_CORE_READ(theirs, serial);
            }
            """);
    var notes = object.notes().toString();
    assertTrue(notes.contains("'key'") && notes.contains("suffix ___vm"), notes);
    assertEquals(List.of(), object.warnings());
  }

  @Test
  void aHeaderOfTheTextMayDefineATypeOfTheKernel(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("own.h"),
        "struct vlan_hdr {\n\t__be16 h_vlan_TCI;\n\t__be16 h_vlan_encapsulated_proto;\n};\n");
    var file =
        Files.writeString(
            folder.resolve("in_header.bpf.c"),
            """
            #include <vmlinux.h>
            #include <bpf/bpf_helpers.h>
            #include "own.h"
            SEC("xdp") int pass(struct xdp_md *ctx) {
              return sizeof(struct vlan_hdr) == 4 ? XDP_PASS : XDP_DROP;
            }
            char LICENSE[] SEC("license") = "GPL";
            """);
    assertTrue(changes(compiler.compile(BpfSource.ofFile(file))).contains("'vlan_hdr'"));
  }

  @Test
  void aHeaderOfTheTextMayAskForHeadersInsideTheKernel(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("own.h"),
        "#include <uapi/linux/bpf.h>\n#include <uapi/linux/ip.h>\n#include <net/ipv6.h>\n");
    var file =
        Files.writeString(
            folder.resolve("in_header.bpf.c"),
            """
            #include "own.h"
            #include <bpf/bpf_helpers.h>
            SEC("cgroup_skb/egress") int pass(struct __sk_buff *skb) { return 1; }
            char LICENSE[] SEC("license") = "GPL";
            """);
    assertFalse(compiler.compile(BpfSource.ofFile(file)).notes().isEmpty());
  }
}
