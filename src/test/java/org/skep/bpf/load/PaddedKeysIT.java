package org.skep.bpf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.Note;
import org.skep.bpf.Cell;
import org.skep.bpf.OpenBpfObject;

/** Keys with padding are warned of where the stack's former bytes get into them. */
@Tag("privileged")
class PaddedKeysIT {
  private static final String TEXT =
      """
      struct padded { u8 kind; u64 id; u16 port; };
      struct whole { u32 a; u16 b; u16 c; };
      #define MAP(name, map_type, key_type)                                             \\
        struct { __uint(type, map_type); __uint(max_entries, 8); __type(key, key_type); \\
                 __type(value, u32); } name SEC(".maps");
      MAP(unset, BPF_MAP_TYPE_HASH, struct padded)
      MAP(one_path, BPF_MAP_TYPE_LRU_HASH, struct padded)
      MAP(looked_up, BPF_MAP_TYPE_HASH, struct padded)
      MAP(zeroed, BPF_MAP_TYPE_HASH, struct padded)
      MAP(initialised, BPF_MAP_TYPE_HASH, struct padded)
      MAP(filled, BPF_MAP_TYPE_HASH, struct padded)
      MAP(copied, BPF_MAP_TYPE_HASH, struct padded)
      MAP(of_global, BPF_MAP_TYPE_PERCPU_HASH, struct padded)
      MAP(by_argument, BPF_MAP_TYPE_HASH, struct padded)
      MAP(in_loop, BPF_MAP_TYPE_HASH, struct padded)
      MAP(unused, BPF_MAP_TYPE_HASH, struct padded)
      MAP(no_gaps, BPF_MAP_TYPE_HASH, struct whole)
      struct padded global;
      #define SET(k) k.kind = 1; k.id = bpf_ktime_get_ns(); k.port = 3; asm volatile("" ::: "memory");
      #define PUT(map, k) { u32 one = 1; bpf_map_update_elem(&map, &k, &one, 0); }
      SEC("socket") int f_unset(void *ctx) { struct padded k; SET(k) PUT(unset, k) return 0; }
      SEC("socket") int f_path(struct __sk_buff *ctx) {
        struct padded k;
        if (ctx->len > 5)
          __builtin_memset(&k, 0, sizeof(k));
        SET(k) PUT(one_path, k)
        return 0;
      }
      SEC("socket") int f_lookup(void *ctx) {
        struct padded k; SET(k) return bpf_map_lookup_elem(&looked_up, &k) != 0;
      }
      SEC("socket") int f_zeroed(void *ctx) {
        struct padded k; __builtin_memset(&k, 0, sizeof(k)); SET(k) PUT(zeroed, k) return 0;
      }
      SEC("socket") int f_init(void *ctx) {
        struct padded k = {}; asm volatile("" :: "r"(&k) : "memory"); SET(k) PUT(initialised, k)
        return 0;
      }
      SEC("socket") int f_filled(void *ctx) {
        struct padded k; bpf_get_current_comm((void *)&k, sizeof(k)); PUT(filled, k) return 0;
      }
      SEC("socket") int f_copied(void *ctx) {
        struct padded k; bpf_probe_read_kernel(&k, sizeof(k), ctx); SET(k) PUT(copied, k) return 0;
      }
      SEC("socket") int f_global(void *ctx) { PUT(of_global, global) return 0; }
      static __noinline int put(struct padded *k) { PUT(by_argument, *k) return 0; }
      SEC("socket") int f_argument(void *ctx) { struct padded k = {}; SET(k) return put(&k); }
      SEC("socket") int f_loop(struct __sk_buff *ctx) {
        struct padded k = {};
        for (int i = 0; i < 5; i++) { SET(k) k.id += ctx->len; PUT(in_loop, k) }
        return 0;
      }
      MAP(mine, BPF_MAP_TYPE_ARRAY, u32)
      """;

  private static String warning(String map, String what) {
    return "the keys of '"
        + map
        + "' (struct padded) have 13 bytes of padding, which "
        + what
        + ": keys that differ there are different keys (clear it first:"
        + " __builtin_memset(&key, 0, sizeof(key)))";
  }

  @Test
  void whatTheCodeLeavesUnsetIsWarnedOfOncePerMap() {
    for (String cpu : List.of("v1", "v3")) {
      var texts = new ArrayList<String>();
      try (OpenBpfObject open = OpenBpfObject.open("padded", Cell.compile(TEXT, "-mcpu=" + cpu))) {
        for (Note note : open.notes()) {
          assertEquals(Note.Level.WARNING, note.level());
          texts.add(note.text());
        }
      }
      assertEquals(
          List.of(
              warning("by_argument", "'put' may leave unset"),
              warning("looked_up", "'f_lookup' leaves unset"),
              warning("one_path", "'f_path' leaves unset"),
              warning("unset", "'f_unset' leaves unset")),
          texts,
          cpu);
    }
  }
}
