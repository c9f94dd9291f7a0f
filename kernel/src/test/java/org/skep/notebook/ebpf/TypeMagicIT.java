package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.BpfObject;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import org.skep.table.NotedTable;

/** Types, helpers and kfuncs as a notebook shows them. */
@Tag("privileged")
class TypeMagicIT {
  private final FakeNotebook notebook = new FakeNotebook();

  private String shown(String cell) throws Exception {
    Object value = Objects.requireNonNull(notebook.run(cell));
    return notebook.displays().render(value).string(MimeBundle.TEXT).orElseThrow();
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  @Test
  void aTypeIsShownAsCWithOffsets() throws Exception {
    assertTrue(shown("%type struct list_head").contains("*next;  /* 0, 8 bytes */"));
    assertInstanceOf(NotedTable.class, notebook.run("%type *_sock"));
    assertInstanceOf(NotedTable.class, notebook.run("%type task_struct --where pid"));
    assertInstanceOf(NotedTable.class, notebook.run("%type tcphdr --table"));
  }

  @Test
  void anObjectHasTypesOfItsOwn() throws Exception {
    notebook.run(
        """
        %%bpf typed --no-attach
        struct who { u32 pid; u64 flag : 3; };
        struct {
            __uint(type, BPF_MAP_TYPE_HASH);
            __uint(max_entries, 8);
            __type(key, struct who);
            __type(value, u64);
        } counts SEC(".maps");
        SEC("raw_tp/sys_enter") int on(void *c) { return 0; }
        """);
    try {
      assertTrue(shown("%type typed.who").contains("/* hole of 29 bits */"));
      assertTrue(refused("%type typed.whom").contains("did you mean 'who'"));
    } finally {
      ((BpfObject) notebook.variable("typed").orElseThrow()).close();
    }
  }

  @Test
  void aHelperIsExplained() throws Exception {
    String text = shown("%helper bpf_skb_load_bytes");
    assertTrue(text.contains("Programs that may call it here: socket_filter"), text);
    assertTrue(text.contains("may not: kprobe"), text);
    assertInstanceOf(NotedTable.class, notebook.run("%helper *skb*"));
    assertInstanceOf(NotedTable.class, notebook.run("%kfunc *dynptr*"));
  }

  @Test
  void mistakesAreNamed() {
    assertTrue(refused("%type").contains("of what name?"));
    assertTrue(refused("%type task_strct").contains("did you mean 'task_struct'"));
    assertTrue(refused("%type nothing.who").contains("no such object"));
    assertTrue(refused("%helper map_lookup_elm").contains("bpf_map_lookup_elem"));
  }
}
