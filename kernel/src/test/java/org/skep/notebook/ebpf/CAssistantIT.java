package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.bpf.BpfObject;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.FakeNotebook;

/** Section names completed, and words explained, in cells of C; a bar is the cursor. */
@Tag("privileged")
class CAssistantIT {
  private final FakeNotebook notebook = new FakeNotebook();

  private String inspected(String cell) throws Exception {
    return notebook
        .magics()
        .inspect(cell.replace("|", ""), cell.indexOf('|'), notebook)
        .flatMap(b -> b.string(MimeBundle.TEXT))
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "trace; tracepoint/",
        "tracepoint/sch; tracepoint/sched/",
        "tracepoint/sched/sched_swi; tracepoint/sched/sched_switch",
        "tp/sched/sched_swi; tp/sched/sched_switch",
        "tp_btf/sched_swi; tp_btf/sched_switch",
        "kprobe/vfs_rea; kprobe/vfs_read",
        "iter/tas; iter/task",
        "uprobe/libc.so.6:mallo; uprobe/libc.so.6:malloc",
      })
  void sectionNamesAreCompleted(String typed, String expected) throws Exception {
    String cell = "%%bpf a\nu32 x;\nSEC(\"" + typed + "\") int on(void *c) { return 0; }\n";
    int cursor = cell.indexOf(typed + '"') + typed.length();
    ArgumentCompletions found = notebook.magics().complete(cell, cursor, notebook).orElseThrow();
    List<String> texts = found.items().stream().map(ArgumentCompletions.Item::text).toList();
    assertTrue(texts.contains(expected), texts::toString);
    assertEquals(typed, cell.substring(found.start(), found.end()));
  }

  @Test
  void wordsAreExplained() throws Exception {
    assertTrue(inspected("%%bpf a\nbpf_get_st|ackid(c);").contains("Walk a user or a kernel"));
    assertTrue(inspected("%%bpf a\nstruct list_h|ead x;").contains("*next;  /* 0, 8 bytes */"));
    assertTrue(inspected("%%bpf a\nreturn XDP_|PASS;").contains("xdp_action"));
    assertTrue(
        inspected("%%bpf a\nSEC(\"tp_btf/sched_sw|itch\") int").contains("struct task_struct *"));
    assertEquals("", inspected("%%bpf a\nint no_such_word|_at_all;"));
    assertEquals("", inspected("%%bpf a\nSEC(\"xd|p\") int"));
  }

  @Test
  void typesOfTheCellAreThoseOfItsLastRun() throws Exception {
    String text =
        """
        %%bpf mine --no-attach
        struct who { u32 pid; u64 when; };
        struct {
            __uint(type, BPF_MAP_TYPE_HASH);
            __uint(max_entries, 8);
            __type(key, struct who);
            __type(value, u64);
        } counts SEC(".maps");
        SEC("raw_tp/sys_enter") int on(void *c) { return 0; }
        """;
    notebook.run(text);
    try {
      assertTrue(inspected(text.replace("key, struct w", "key, struct w|")).contains("hole of 4"));
    } finally {
      ((BpfObject) notebook.variable("mine").orElseThrow()).close();
    }
  }
}
