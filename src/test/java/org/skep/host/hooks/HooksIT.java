package org.skep.host.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.table.NotedTable;

/** What the running Linux offers to attach to, compared with what it tells in other ways. */
@Tag("privileged")
class HooksIT {
  private static List<String> names(String pattern) {
    return Hooks.find(pattern).stream().map(Hook::name).toList();
  }

  private static String refused(String pattern) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> Hooks.find(pattern)).getMessage());
  }

  @Test
  void tracepointsAreThoseOfTracefs() {
    List<String> sched =
        Tracepoints.ofRunningLinux().names("sched").stream().map(n -> "sched/" + n).toList();
    assertEquals(sched, names("tracepoint:sched:*"));
    assertEquals(sched, names("tp/sched/*"));
    assertEquals(sched, names("sched:*"));
    assertEquals(sched, names("tracepoint:sched"));
    Hook open = Hooks.find("tracepoint:syscalls:sys_enter_openat").getFirst();
    Hook.Argument file =
        open.arguments().stream()
            .filter(a -> a.name().equals("filename"))
            .findFirst()
            .orElseThrow();
    assertEquals("const char *filename", file.declaration());
    assertEquals(24, file.byteOffset().getAsInt());
    assertEquals(8, file.byteSize().getAsInt());
  }

  @Test
  void aLongListCanBeGivenUp() {
    Thread.currentThread().interrupt();
    try {
      assertThrows(CancellationException.class, () -> Hooks.table("*"));
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void typedTracepointsHaveTheKernelsArguments() {
    Hook hook = Hooks.find("tp_btf:sched_switch").getFirst();
    assertTrue(
        hook.signature().startsWith("bool preempt, struct task_struct *prev, "), hook::signature);
    assertEquals(8, hook.arguments().get(1).byteOffset().getAsInt());
    assertTrue(
        hook.program().startsWith("SEC(\"tp_btf/sched_switch\")\nint BPF_PROG(on_sched_switch, "),
        hook::program);
    assertEquals(names("tp_btf:sched_*"), names("raw_tp:sched_*"));
  }

  @Test
  void functionsHavePrototypes() {
    Hook read = Hooks.find("kprobe:vfs_read").getFirst();
    assertEquals("struct file *file, char *buf, size_t count, loff_t *pos", read.signature());
    assertEquals("fentry too", read.note());
    assertEquals(
        "SEC(\"fentry/vfs_read\")",
        Hooks.find("fexit:vfs_read").getFirst().program().lines().findFirst().orElseThrow());
    assertTrue(names("fentry:tcp_*").size() > 50);
    assertTrue(names("kprobe:tcp_*").containsAll(names("fentry:tcp_*")));
  }

  @Test
  void securityHooksAndIteratorsAreNotBpfsOwnFunctions() {
    assertTrue(names("lsm:*").containsAll(List.of("file_open", "bprm_check_security")));
    assertTrue(names("lsm:func_proto").isEmpty());
    List<String> iterators = names("iter:*");
    assertTrue(iterators.containsAll(List.of("task", "bpf_map", "tcp")), iterators::toString);
    assertTrue(!iterators.contains("get_info"), iterators::toString);
    assertEquals(
        "struct bpf_iter_meta *meta, struct task_struct *task",
        Hooks.find("iter:task").getFirst().signature());
  }

  @Test
  void aNameAloneIsLookedForEverywhere() {
    Set<Hook.Kind> kinds =
        Hooks.find("sched_switch").stream().map(Hook::kind).collect(Collectors.toSet());
    assertEquals(Set.of(Hook.Kind.TRACEPOINT, Hook.Kind.TP_BTF), kinds);
    NotedTable table = Hooks.table("openat");
    assertTrue(table.notes().getFirst().contains("these hold it"), table.notes()::toString);
    assertTrue(table.stringColumn("hook").contains("syscalls/sys_enter_openat"));
  }

  @Test
  void functionsOfLibrariesAreFound() {
    Hook malloc = Hooks.find("uprobe:libc.so.6:malloc").getFirst();
    assertTrue(malloc.name().endsWith("/libc.so.6:malloc"), malloc::name);
    assertTrue(malloc.note().startsWith("at 0x"), malloc::note);
    String self = "uprobe:" + ProcessHandle.current().pid() + ":JNI_CreateJavaVM";
    assertTrue(names(self).getFirst().endsWith("libjvm.so:JNI_CreateJavaVM"));
  }

  @Test
  void oneHookIsShownWithItsArguments() {
    NotedTable table = Hooks.table("tracepoint:sched:sched_switch");
    assertEquals(List.of("argument", "type", "offset", "size"), table.columnNames());
    assertEquals("char[16]", table.stringColumn("type").get(0));
    assertEquals(8L, table.longColumn("offset").get(0));
    assertTrue(
        table.notes().getFirst().contains("struct trace_event_raw_sched_switch *ctx"),
        table.notes()::toString);
    assertTrue(Hooks.table("kprobe:vfs_read").longColumn("offset").isMissing(0));
  }

  @ParameterizedTest
  @CsvSource({
    "tracepoint:sched:sched_swich, sched/sched_switch",
    "tracepoint:shed:*, sched",
    "raw_tp:sched_swich, sched_switch",
    "kprobe:tcp_v4_conect, tcp_v4_connect",
    "lsm:file_opne, file_open",
    "iter:tsk, task",
    "uprobe:libc.so.6:maloc, malloc",
  })
  void whatIsNotThereHasANeighbour(String pattern, String near) {
    NotedTable table = Hooks.table(pattern);
    assertEquals(0, table.rowCount());
    assertTrue(table.notes().getFirst().contains("'" + near + "'"), table.notes()::toString);
  }

  @Test
  void mistakesAreNamed() {
    assertTrue(refused("tracepiont:sched:*").contains("did you mean 'tracepoint'"));
    assertTrue(refused("qqqqqqq:x").contains("kinds: tracepoint, raw_tp"));
    assertTrue(refused("uprobe:/etc/passwd:*").contains("not a valid 64-bit ELF file"));
    assertTrue(refused("uprobe:/no/such:*").contains("no such file"));
    assertTrue(refused("uprobe:libnothing.so.9:*").contains("no such program or library"));
    assertTrue(refused("usdt:999999999:*").contains("no such process"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace|tracepoint:",
        "tracepoint:sch|tracepoint:sched:",
        "tracepoint:sched:sched_sw|tracepoint:sched:sched_switch",
        "kprobe:vfs_rea|kprobe:vfs_read",
        "tp_btf:sched_swi|tp_btf:sched_switch",
        "lsm:file_op|lsm:file_open",
        "iter:tas|iter:task",
        "uprobe:libc.so.6:mallo|uprobe:libc.so.6:malloc",
      })
  void theTabKeyKnowsThem(String example) {
    int bar = example.indexOf('|');
    List<String> proposals = Hooks.complete(example.substring(0, bar), 50);
    assertTrue(proposals.contains(example.substring(bar + 1)), proposals::toString);
    assertTrue(proposals.size() <= 50);
  }

  @Test
  void theTabKeyIsQuietWhereNothingIsKnown() {
    assertEquals(List.of(), Hooks.complete("nonsense:x", 5));
    assertEquals(List.of(), Hooks.complete("uprobe:/etc/passwd:", 5));
  }
}
