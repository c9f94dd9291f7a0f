package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.VerifierException;
import org.skep.bpf.load.LoadOutcome;
import org.skep.verifier.Finding;
import org.skep.verifier.Findings;

/** A refused text, what is said of it, and the same text with the remedy, which is accepted. */
@Tag("privileged")
class RemediesIT {
  private static final String SIZES =
      "__uint(key_size, 4); __uint(value_size, sizeof(struct val));";

  private static final String TYPES = "__type(key, u32); __type(value, struct val);";

  /** Types of the kernel, which older headers of libc do not have. */
  private static final String NEWER =
      """
      #include <linux/version.h>
      #if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
      struct bpf_list_head { __u64 :64; __u64 :64; } __attribute__((aligned(8)));
      struct bpf_list_node { __u64 :64; __u64 :64; __u64 :64; } __attribute__((aligned(8)));
      #endif
      #if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
      struct bpf_wq { __u64 __opaque[2]; } __attribute__((aligned(8)));
      #endif
      """;

  /** A map whose values have a member, and a program that uses it. */
  private static String map(String member, String declarations, String use) {
    return declarations
        + "struct val { "
        + member
        + " u32 n; };\n"
        + "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); "
        + SIZES
        + " } vals SEC(\".maps\");\n"
        + """
        SEC("tc") int use(struct __sk_buff *skb) {
          u32 k = 0;
          struct val *v = bpf_map_lookup_elem(&vals, &k);
          if (!v) return 0;
        """
        + use
        + "\n  return 0;\n}\n";
  }

  private static final String LENGTH =
      """
      SEC("tc") int take(struct __sk_buff *skb) {
        char b[64] = {};
        u32 off = 34;
        u32 n = skb->len - off;
        /* test */
        bpf_skb_load_bytes(skb, off, b, n);
        return b[0];
      }
      """;

  /**
   * @param words of the finding's sentence and remedy
   * @param change what is replaced in the text
   * @param by what the remedy says
   */
  record Case(String name, String text, List<String> words, String change, String by) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String tested(String test) {
    return LENGTH.replace("/* test */", test);
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "spin lock",
            map(
                "struct bpf_spin_lock lock;",
                "",
                "bpf_spin_lock(&v->lock); v->n++; bpf_spin_unlock(&v->lock);"),
            List.of("finds no bpf_spin_lock", "__type(value, struct val)"),
            SIZES,
            TYPES),
        new Case(
            "timer",
            map("struct bpf_timer t;", "", "bpf_timer_init(&v->t, &vals, 1);"),
            List.of("finds no bpf_timer", "__type(value, struct val)"),
            SIZES,
            TYPES),
        new Case(
            "work queue",
            map(
                "struct bpf_wq w;",
                NEWER
                    + "extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags)"
                    + " __ksym;\n",
                "bpf_wq_init(&v->w, &vals, 0);"),
            List.of("finds no bpf_wq", "__type(value, struct val)"),
            SIZES,
            TYPES),
        new Case(
            "kernel pointer",
            map(
                    "struct task_struct __attribute__((btf_type_tag(\"kptr\"))) *t;",
                    """
                    struct task_struct { int pid; };
                    extern void bpf_task_release(struct task_struct *p) __ksym;
                    """,
                    """
                    struct task_struct *t = bpf_kptr_xchg(&v->t, (void *)0);
                    if (t) bpf_task_release(t);
                    """)
                .replace(
                    "SEC(\"tc\") int use(struct __sk_buff *skb)",
                    "SEC(\"syscall\") int use(void *c)"),
            List.of("__kptr", "__type(value, struct val)"),
            SIZES,
            TYPES),
        new Case(
            "list head",
            map(
                "struct bpf_spin_lock lock; struct bpf_list_head h"
                    + " __attribute__((btf_decl_tag(\"contains:item:l\")));",
                NEWER
                    + """
                struct item { struct bpf_list_node l; int x; };
                struct item *described;
                extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *h) __ksym;
                extern void bpf_obj_drop_impl(void *p, void *meta) __ksym;
                """,
                """
                bpf_spin_lock(&v->lock);
                struct bpf_list_node *l = bpf_list_pop_front(&v->h);
                bpf_spin_unlock(&v->lock);
                if (l) bpf_obj_drop_impl((void *)((char *)l - __builtin_offsetof(struct item, l)), 0);
                """),
            List.of("finds no bpf_", "__type(value, struct val)"),
            SIZES,
            TYPES),
        new Case(
            "zero after a mask",
            tested("n &= 63;"),
            List.of("'n' may be 0 here", "bpf_skb_load_bytes()", "if (n < 1) return 0;"),
            "n &= 63;",
            "n &= 63; if (n < 1) return 0;"),
        new Case(
            "zero of a signed number",
            tested("if (n > 63) return 0; if (n < 0) return 0;").replace("u32 n", "int n"),
            List.of("'n' may be 0 here", "if (n < 1) return 0;"),
            "n < 0",
            "n < 1"),
        new Case(
            "test of a copy, made by a barrier",
            tested("if (n > sizeof(b)) return 0;"),
            List.of("clang tests a copy of 'n' for line", "asm volatile(\"\" : \"+r\"(n));"),
            "u32 n = skb->len - off;",
            "u64 n = skb->len - off; asm volatile(\"\" : \"+r\"(n)); if (n < 1) return 0;"),
        new Case(
            "test of a copy, made by a mask",
            tested("if (n > sizeof(b)) return 0;"),
            List.of("clang tests a copy of 'n' for line", "n &= size - 1; if (n < 1) return 0;"),
            "return 0;\n",
            "return 0; n &= 63; if (n < 1) return 0;\n"),
        new Case(
            "an offset into a packet that is too large to compare",
            """
            SEC("xdp") int x(struct xdp_md *c) {
              u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
              u32 offset = bpf_get_prandom_u32();
              if (data + offset + 1 > end) return XDP_PASS;
              return data[offset] & 3;
            }
            """,
            List.of("as large as 4294967295, and above 65535", "offset &= 0x7ff"),
            "bpf_get_prandom_u32();",
            "bpf_get_prandom_u32(); offset &= 0x7ff;"),
        new Case(
            "a length that is bounded above only",
            """
            SEC("tracepoint/syscalls/sys_enter_write")
            int x(u64 *c) {
              char b[64];
              long n = c[4];
              if (n > 64) n = 64;
              bpf_probe_read_user(b, n, (void *)c[3]);
              return b[0] & 1;
            }
            """,
            List.of(
                "'n' may be negative here: it is bounded above only", "if (n < 0 || n >= size)"),
            "if (n > 64) n = 64;",
            "if (n < 0 || n >= 64) return 0;"),
        new Case(
            "an index that is bounded above only",
            """
            int counts[16];
            SEC("tracepoint/syscalls/sys_enter_write")
            int x(u64 *c) {
              long i = c[2];
              if (i < 16) counts[i]++;
              return 0;
            }
            """,
            List.of("'i' may be negative here: it is bounded above only", "make it unsigned (u32)"),
            "long i = ",
            "u32 i = "),
        new Case(
            "a timer in a program for a tracepoint",
            """
            struct timed { struct bpf_timer timer; };
            struct {
              __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
              __type(key, u32); __type(value, struct timed);
            } timers SEC(".maps");
            SEC("raw_tp/sys_enter") int x(void *c) {
              u32 zero = 0;
              struct timed *v = bpf_map_lookup_elem(&timers, &zero);
              if (v) bpf_timer_init(&v->timer, &timers, 1);
              return 0;
            }
            """,
            List.of("have a bpf_timer", "SEC(\"tp_btf/...\")"),
            "raw_tp/sys_enter",
            "tp_btf/sys_enter"),
        new Case(
            "an addition made an or",
            """
            static __always_inline unsigned long offset(void) {
              return bpf_ktime_get_ns() & 1 ? 6 : 0;
            }
            SEC("tracepoint/syscalls/sys_enter_execve") int x(void *ctx) {
              char text[] = "Hello World";
              unsigned long pos = offset();
              bpf_printk("%s\\n", text + pos);
              return 0;
            }
            """,
            List.of("clang made an | of the +", "asm volatile(\"\" : \"+r\"("),
            "pos = offset();",
            "pos = offset(); asm volatile(\"\" : \"+r\"(pos));"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatTheRemedySaysIsAccepted(Case each) {
    var why = assertThrows(VerifierException.class, () -> Cell.load("refused", each.text()));
    Finding finding = Findings.of(why.program(), why.log(), "refused", each.text());
    for (String word : each.words()) {
      assertTrue(
          (finding.sentence() + " " + finding.remedy()).contains(word),
          () -> word + " in: " + finding.summary() + "\n" + why.log());
    }
    assertTrue(each.text().contains(each.change()), "nothing to change");
    try (BpfObject object = Cell.load("changed", each.text().replace(each.change(), each.by()))) {
      assertInstanceOf(LoadOutcome.Loaded.class, object.programs().getFirst().loaded());
    }
  }
}
