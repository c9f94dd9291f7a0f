package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole text in, whole text out: the lines stay where they are. */
class OldMapsTest {
  @Test
  void membersBecomeTypes() {
    assertRewritten(
        """
        #define N 5
        struct bpf_map_def SEC("maps") counts = {
          .type = BPF_MAP_TYPE_HASH, /* by pid */
          .key_size = sizeof(struct who),
          .value_size = 8,
          .max_entries = N * 2,
          .map_flags = BPF_F_NO_PREALLOC,
        };
        int x;
        """,
        """
        #define N 5
        struct {
          int (*type)[BPF_MAP_TYPE_HASH]; /* by pid */
          typeof(struct who) *key;
          int (*value_size)[8];
          int (*max_entries)[N * 2];
          int (*map_flags)[BPF_F_NO_PREALLOC];
        } counts __attribute__((section(".maps"), used));
        int x;
        """,
        List.of("counts"));
  }

  @Test
  void mapsOfIproute2AreReadAsWell() {
    assertRewritten(
        """
        struct bpf_elf_map { __u32 type; __u32 size_key; };
        static struct bpf_elf_map __section("maps") m = {
          .type = BPF_MAP_TYPE_ARRAY,
          .size_key = 4,
          .size_value = sizeof(*value),
          .max_elem = 1,
          .pinning = PIN_GLOBAL_NS,
          .id = 7,
        };
        """,
        """
        struct bpf_elf_map { __u32 type; __u32 size_key; };
        struct {
          int (*type)[BPF_MAP_TYPE_ARRAY];
          int (*key_size)[4];
          int (*value_size)[sizeof(*value)];
          int (*max_entries)[1];
          int (*pinning)[1];
         \s
        } m __attribute__((section(".maps"), used));
        """,
        List.of("m"));
  }

  @Test
  void membersMayGoByTheirPlace() {
    assertRewritten(
        "struct bpf_map_def m SEC(\"maps\") = {BPF_MAP_TYPE_ARRAY, 4, 8, 1};\n",
        "struct {int (*type)[BPF_MAP_TYPE_ARRAY]; int (*key_size)[4]; int (*value_size)[8];"
            + " int (*max_entries)[1];} m __attribute__((section(\".maps\"), used));\n",
        List.of("m"));
  }

  /** iproute2's struct need not have a name. */
  @Test
  void theStructNeedNotHaveAName() {
    assertRewritten(
        """
        struct {
          __u32 type;
          __u32 size_key;
        } m SEC("maps") = {
          .type = BPF_MAP_TYPE_SOCKMAP,
          .size_key = sizeof(int),
        };
        """,
        """
        struct {



          int (*type)[BPF_MAP_TYPE_SOCKMAP];
          typeof(int) *key;
        } m __attribute__((section(".maps"), used));
        """,
        List.of("m"));
  }

  @Test
  void innerMapIsNamedByItsPlace() {
    var text =
        """
        struct bpf_map_def SEC("maps") inner = { .type = 2, .max_entries = 1 };
        struct bpf_map_def SEC("maps") outer = { .type = 12, .inner_map_idx = 0 };
        """;
    var rewritten = OldMaps.rewrite(text).orElseThrow();
    assertEquals(List.of("inner", "outer"), rewritten.maps());
    assertTrue(rewritten.text().contains("typeof(inner) *values[];"), rewritten::text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "struct bpf_map_def { int type; };",
        "extern struct bpf_map_def m;",
        "// struct bpf_map_def SEC(\"maps\") m = { .type = 1 };",
        "struct bpf_map_def SEC(\"maps\") m = { .type = 1",
        "struct { int a; } m SEC(\"maps\") = { .a = 1 };",
        "struct { int type; } m SEC(\"other\") = { .type = 1 }; // \"maps\"",
        "int f(struct bpf_map_def *m) { return 0; }",
        "struct bpf_map_def",
      })
  void otherUsesOfTheNameStay(String text) {
    assertEquals(Optional.empty(), OldMaps.rewrite(text));
  }

  @Test
  void aSectionMayNameTheMapAndAStructMayHaveAnyName() {
    assertRewritten(
        """
        struct map_spec { unsigned int flags, type, key_size, value_size, max_entries; };
        struct map_spec SEC("maps/hits") hits = {
          0, BPF_MAP_TYPE_ARRAY, 4, sizeof(__u64), 1,
        };
        """,
        """
        struct map_spec { unsigned int flags, type, key_size, value_size, max_entries; };
        struct {
          int (*map_flags)[0]; int (*type)[BPF_MAP_TYPE_ARRAY]; int (*key_size)[4]; typeof(__u64) *value; int (*max_entries)[1];
        } hits __attribute__((section(".maps"), used));
        """,
        List.of("hits"));
  }

  @Test
  void aMacroMayBeTheInitialiser() {
    assertRewritten(
        """
        #define ARRAY_OF(bytes, n) { .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, \\
                                     .value_size = bytes, .max_entries = n }
        struct bpf_map_def SEC("maps") hits = ARRAY_OF(sizeof(struct event),
                                                       (8 + 1));
        int next;
        """,
        """
        #define ARRAY_OF(bytes, n) { .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, \\
                                     .value_size = bytes, .max_entries = n }
        struct { int (*type)[BPF_MAP_TYPE_ARRAY]; int (*key_size)[4];                               typeof(struct event) *value; int (*max_entries)[(8 + 1)];} hits __attribute__((section(".maps"), used));

        int next;
        """,
        List.of("hits"));
  }

  /** Maps with BTF were first written so, before their values became types. */
  @Test
  void aStructWithValuesKeepsItsTypes() {
    assertRewritten(
        """
        struct {
          __u32 type;
          __u32 map_flags;
          int *key;
          struct stats *value;
        } sockets SEC(".maps") = {
          .type = BPF_MAP_TYPE_SK_STORAGE,
          .map_flags = BPF_F_NO_PREALLOC,
        };
        """,
        """
        struct { int *key; struct stats *value;





          int (*type)[BPF_MAP_TYPE_SK_STORAGE];
          int (*map_flags)[BPF_F_NO_PREALLOC];
        } sockets __attribute__((section(".maps"), used));
        """,
        List.of("sockets"));
  }

  @Test
  void aTypedefNamesTheStructToo() {
    assertRewritten(
        """
        typedef struct { unsigned int type, key_size, value_size, max_entries, map_flags, numa_node; } map_t;
        typedef struct bpf_map_def old_t;
        const map_t SEC("maps") here = { BPF_MAP_TYPE_HASH, 4, 8, 9, BPF_F_NUMA_NODE, 1 };
        static volatile old_t there SEC("maps") = { BPF_MAP_TYPE_ARRAY, 4, 8, 7 };
        void of(map_t *m);
        """,
        """
        typedef struct { unsigned int type, key_size, value_size, max_entries, map_flags, numa_node; } map_t;
        typedef struct bpf_map_def old_t;
        struct { int (*type)[BPF_MAP_TYPE_HASH]; int (*key_size)[4]; int (*value_size)[8]; int (*max_entries)[9]; int (*map_flags)[BPF_F_NUMA_NODE]; int (*numa_node)[1];} here __attribute__((section(".maps"), used));
        struct { int (*type)[BPF_MAP_TYPE_ARRAY]; int (*key_size)[4]; int (*value_size)[8]; int (*max_entries)[7];} there __attribute__((section(".maps"), used));
        void of(map_t *m);
        """,
        List.of("here", "there"));
  }

  @Test
  void whatStandsBehindTheNameIsNotTheName() {
    assertRewritten(
        """
        #define __decl_tags __attribute__((btf_decl_tag("a")))
        struct bpf_map_def one __decl_tags SEC("maps") = { .type = 1, .max_entries = 9 };
        struct bpf_map_def __hidden SEC("maps") two = { .type = 1, .max_entries = 9 };
        struct bpf_map_def __three SEC("maps") = { .type = 1, .max_entries = 9 };
        """,
        """
        #define __decl_tags __attribute__((btf_decl_tag("a")))
        struct { int (*type)[1]; int (*max_entries)[9];} one __attribute__((section(".maps"), used));
        struct { int (*type)[1]; int (*max_entries)[9];} two __attribute__((section(".maps"), used));
        struct { int (*type)[1]; int (*max_entries)[9];} __three __attribute__((section(".maps"), used));
        """,
        List.of("one", "two", "__three"));
  }

  @Test
  void aMacroMayMakeTheWholeMap() {
    assertRewritten(
        """
        #define MAP(n, t, size) struct bpf_map_def SEC("maps") n##_map = { \\
            .type = t, .key_size = 4, .value_size = size, .max_entries = 16 }
        #define ANY(x) SEC("maps") x
        MAP(hits, BPF_MAP_TYPE_HASH, sizeof(long));
        """,
        """
        #define MAP(n, t, size) struct {      int (*type)[t]; int (*key_size)[4]; int (*value_size)[size]; int (*max_entries)[16];} n##_map __attribute__((section(".maps"), used))

        #define ANY(x) SEC("maps") x
        MAP(hits, BPF_MAP_TYPE_HASH, sizeof(long));
        """,
        List.of("MAP"));
  }

  @Test
  void aStructWithValuesMayBeFilledInOrder() {
    assertRewritten(
        "struct { __u32 type; __u32 max_entries; __u64 *value; } m SEC(\".maps\") = { 2, 13 };\n",
        "struct { __u64 *value; int (*type)[2]; int (*max_entries)[13];} m"
            + " __attribute__((section(\".maps\"), used));\n",
        List.of("m"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "struct bpf_map_def SEC(\"maps\") h[2] = { { 1, 4, 8, 10 }, { 1, 4, 8, 20 } };",
        "struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); } j SEC(\".maps\")"
            + " = { .values = { 0 } };",
        "struct { __uint(type, BPF_MAP_TYPE_HASH); } j SEC(\".maps\") = {};",
      })
  void otherMapsStay(String text) {
    assertEquals(Optional.empty(), OldMaps.rewrite(text));
  }

  private static void assertRewritten(String text, String expected, List<String> maps) {
    var rewritten = OldMaps.rewrite(text).orElseThrow();
    assertEquals(expected, rewritten.text());
    assertEquals(maps, rewritten.maps());
  }
}
