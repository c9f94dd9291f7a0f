package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.Note;
import org.skep.bpf.BpfObject;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.run.TestRun;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

/** What clang is told for cells, shown by what the verifier and the maps make of it. */
@Tag("privileged")
class CompiledCellsIT {
  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void closeObjects() {
    notebook.variables().forEach(v -> ((BpfObject) Objects.requireNonNull(v.value())).close());
  }

  private Experiment run(String cell) throws Exception {
    return (Experiment) Objects.requireNonNull(notebook.run(cell));
  }

  private static boolean loaded(Experiment experiment, String program) {
    return experiment.object().program(program).loaded() instanceof LoadOutcome.Loaded;
  }

  /** A 32-bit length that was compared keeps its bounds only with the instructions of v3. */
  @Test
  void aComparedLengthOf32BitsIsBounded() throws Exception {
    String body =
        """
        char text[256];
        int bytes;
        SEC("raw_tp/sys_enter") int take(void *ctx) {
            char *to = text + 16;
            int n = bpf_probe_read_kernel_str(to, 64, (void *)bpf_get_current_task());
            if (n >= 0) {
                to += n;
                bytes = n;
            }
            n = bpf_probe_read_kernel_str(to, 64, (void *)bpf_get_current_task());
            if (n >= 0)
                bytes += n;
            return 0;
        }
        """;
    var cell = run("%%bpf bounded --no-attach\n" + body);
    assertTrue(loaded(cell, "take"));
    assertTrue(cell.notes().toString().contains("compiled with -mcpu=v3"), cell.notes()::toString);
    var refused =
        assertThrows(
            MagicException.class, () -> run("%%bpf old --no-attach --cflag -mcpu=v1\n" + body));
    assertTrue(String.valueOf(refused.getMessage()).contains("'n' may be"), refused::toString);
  }

  /** An upper bound that inline assembly sets on 64 bits is lost where clang goes on with 32. */
  @Test
  void aProgramThatOnlyAnOlderInstructionSetBoundsIsCompiledForThat() throws Exception {
    String body =
        """
        u32 frequencies[128];
        u64 slots[26];
        #define clamp_umax(VAR, UMAX) \
            asm volatile("if %0 <= %[max] goto +1\\n%0 = %[max]\\n" : "+r"(VAR) : [max] "i"(UMAX))
        SEC("syscall") int fill(void *ctx) {
            frequencies[bpf_get_smp_processor_id() & 127] = 1000;
            return 0;
        }
        SEC("syscall") int sample(void *ctx) {
            u64 cpu = bpf_get_smp_processor_id();
            if (cpu >= 128)
                return 0;
            clamp_umax(cpu, 127);
            u32 frequency = frequencies[cpu];
            if (!frequency)
                return 0;
            u64 slot = frequency / 200;
            if (slot >= 26)
                slot = 25;
            __sync_fetch_and_add(&slots[slot], 1);
            return 0;
        }
        """;
    var cell = run("%%bpf clamped --no-attach\n" + body);
    assertTrue(loaded(cell, "sample"));
    var notes = cell.notes().toString();
    assertTrue(
        notes.contains(
            "compiled with -mcpu=v2, as the verifier rejects 'sample' compiled with -mcpu=v3"),
        notes);
    assertFalse(notes.contains("compiled with -mcpu=v3 ("), notes);
    cell.object().program("fill").run(TestRun.once());
    cell.object().program("sample").run(TestRun.once());
    assertEquals(1L, ((Number) ((List<?>) cell.object().global("slots").get()).get(5)).longValue());
    var named = run("%%bpf named --no-attach --cflag -mcpu=v3\n" + body);
    assertFalse(loaded(named, "sample"), "an instruction set that is asked for is kept");
  }

  /** The result of an atomic addition of 32 bits is the earlier value. */
  @Test
  void anAtomicOperationGivesTheEarlierValue() throws Exception {
    var cell =
        run(
            """
            %%bpf atomics --no-attach
            u32 counter = 40, earlier;
            SEC("syscall") int add(void *ctx) {
                earlier = __sync_fetch_and_add(&counter, 2);
                return 0;
            }
            """);
    var object = cell.object();
    object.program("add").run(TestRun.once());
    assertEquals(40L, ((Number) object.global("earlier").get()).longValue());
    assertEquals(42L, ((Number) object.global("counter").get()).longValue());
  }

  /** libbpf before 1.4 maps no arena, and the kernel wants its address for programs that use it. */
  @Test
  void programsUseTheMemoryOfArenas() throws Exception {
    var object =
        run("""
            %%bpf pages --no-attach
            #define __arena __attribute__((address_space(1)))
            struct {
                __uint(type, BPF_MAP_TYPE_ARENA);
                __uint(map_flags, BPF_F_MMAPABLE);
                __uint(max_entries, 10);
            } one SEC(".maps"), two SEC(".maps");
            extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *at, u32 count,
                                                       int node, u64 flags) __ksym;
            int __arena *kept;
            SEC("syscall") int fill(void *ctx) {
                int __arena *page = bpf_arena_alloc_pages(&one, 0, 1, -1, 0);
                if (!page)
                    return 1;
                page[3] = 77;
                kept = page;
                return 0;
            }
            SEC("syscall") int read(void *ctx) {
                void *in = &one;
                asm volatile("" : "+r"(in));
                return kept ? kept[3] : -1;
            }
            SEC("syscall") int other(void *ctx) {
                int __arena *page = bpf_arena_alloc_pages(&two, 0, 1, -1, 0);
                return page ? page[3] : -1;
            }
            """)
            .object();
    assertEquals(0, object.program("fill").run(TestRun.once()).returned());
    assertEquals(77, object.program("read").run(TestRun.once()).returned());
    assertEquals(0, object.program("other").run(TestRun.once()).returned());
  }

  /** With the precompiled headers and with the source's own. */
  @Test
  void loopsByIteratorsLoad() throws Exception {
    String body =
        """
        u64 sum, times;
        SEC("syscall") int loop(void *ctx) {
            int i;
            bpf_for(i, 3, 7) { sum += i; }
            bpf_repeat(5) { times++; }
            return 0;
        }
        """;
    String own =
        "#include <vmlinux.h>\n#include <bpf/bpf_helpers.h>\nchar l[] SEC(\"license\") = \"GPL\";\n";
    for (String includes : List.of("", own)) {
      var object = run("%%bpf loops --no-attach\n" + includes + body).object();
      object.program("loop").run(TestRun.once());
      assertEquals(18L, object.global("sum").get(), includes);
      assertEquals(5L, object.global("times").get(), includes);
    }
  }

  @Test
  void aFileIsNamedByItsOwnName(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("who-opens.bpf.c");
    Files.writeString(file, "char name[64] = __FILE_NAME__, path[64] = __FILE__;");
    var object = run("%bpf load " + file + " --as renamed").object();
    assertEquals("who-opens.bpf.c", object.global("name").get());
    assertEquals("who-opens.bpf.c", object.global("path").get());
    var cell = run("%%bpf typed\nchar name[64] = __FILE_NAME__, path[64] = __FILE__;").object();
    assertEquals("typed", cell.global("name").get());
    assertEquals("typed", cell.global("path").get());
  }

  @Test
  void routineNotesAreSaidOnceInASession() throws Exception {
    var first = run("%%bpf one --no-attach\nint a;");
    var second = run("%%bpf two --no-attach\nint b;");
    assertEquals(3, first.notes().stream().filter(n -> n.level() == Note.Level.ROUTINE).count());
    assertEquals(0, second.notes().stream().filter(n -> n.level() == Note.Level.ROUTINE).count());
  }

  /** Each form is another loader's or an older libbpf's; each counts its one run. */
  @Test
  void formsOfOtherLoadersAreLoaded() throws Exception {
    var cell =
        run(
            """
            %%bpf forms --no-attach
            struct map_spec { unsigned int type, key_size, value_size, max_entries; };
            #define ONE_ENTRY(bytes) { .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, \\
                                       .value_size = bytes, .max_entries = 1 }
            struct map_spec SEC("maps/named") named = ONE_ENTRY(sizeof(u64));
            struct bpf_map_def { unsigned int type, key_size, value_size, max_entries; };
            struct bpf_map_def SEC("maps") unused = ONE_ENTRY(16);
            struct {
                __u32 type;
                __u32 max_entries;
                u32 *key;
                u64 *value;
            } first_btf SEC(".maps") = { .type = BPF_MAP_TYPE_HASH, .max_entries = 5 };
            struct {
                __uint(type, BPF_MAP_TYPE_ARRAY);
                __uint(max_entries, 1);
                __uint(pinning, 100);
                __type(key, u32);
                __type(value, u64);
            } pinned SEC(".maps");
            SEC("syscall") static int count(void *ctx)
            {
                u32 zero = 0;
                u64 three = 3, *n = bpf_map_lookup_elem(&named, &zero);
                if (n)
                    *n += 1;
                bpf_map_update_elem(&first_btf, &zero, &three, BPF_ANY);
                return bpf_map_lookup_elem(&pinned, &zero) ? TC_ACT_SHOT : ENOENT;
            }
            """);
    var object = cell.object();
    assertEquals(2, object.program("count").run(TestRun.once()).returned());
    assertEquals(1L, ((Number) object.map("named").get(0).orElseThrow()).longValue());
    assertEquals(3L, ((Number) object.map("first_btf").get(0).orElseThrow()).longValue());
    assertEquals(16, object.map("unused").value().byteSize());
    assertEquals(5, object.map("first_btf").maxEntries());
  }

  @Test
  void aMapThatWasNotRewrittenIsWarnedOf() throws Exception {
    var cell =
        run(
            """
            %%bpf lost --no-attach
            #define OLD_MAP(name) struct bpf_map_def { int type; } name \\
                __attribute__((section("maps/lost"), used)) = { 1 }
            OLD_MAP(vanishes);
            SEC("syscall") int f(void *ctx) { return 0; }
            """);
    assertTrue(
        cell.notes().stream()
            .anyMatch(
                n ->
                    n.level() == Note.Level.WARNING
                        && n.text().contains("section 'maps/lost' has maps of an old form")),
        cell.notes()::toString);
  }
}
