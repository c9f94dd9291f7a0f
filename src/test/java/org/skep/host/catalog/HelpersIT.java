package org.skep.host.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.table.NotedTable;

/** What programs can call in the running Linux. */
@Tag("privileged")
class HelpersIT {
  @Test
  void theHeaderIsReadWhole() {
    List<Helper> all = Helpers.all();
    assertTrue(all.size() > 200, () -> all.size() + " helpers");
    for (int i = 0; i < all.size(); i++) {
      assertEquals(i + 1, all.get(i).number());
    }
    assertTrue(all.stream().noneMatch(h -> h.description().isBlank()));
    assertTrue(all.stream().noneMatch(h -> h.description().contains("\\\n")));
    assertTrue(all.get(22).description().contains("bpf_clone_redirect(), except"));
  }

  @Test
  void aHelperHasItsDocumentation() {
    Helper helper = Helpers.find("map_delete_elem");
    assertEquals("long bpf_map_delete_elem(void *map, const void *key)", helper.declaration());
    assertEquals("Delete entry with key from map.", helper.description());
    assertEquals("0 on success, or a negative error in case of failure.", helper.returns());
    assertEquals(
        "struct task_struct *bpf_get_current_task_btf(void)",
        Helpers.find("bpf_get_current_task_btf").declaration());
    assertEquals(
        "Walk a user or a kernel stack and return its id.",
        Helpers.find("bpf_get_stackid").summary());
  }

  @Test
  void whoMayCallItIsTried() {
    Helper.Callers packets = Helpers.find("bpf_skb_load_bytes").callers();
    assertTrue(packets.allowed().containsAll(List.of("sched_cls", "socket_filter")));
    assertTrue(packets.refused().containsAll(List.of("xdp", "kprobe", "tracing")));
    Helper.Callers stacks = Helpers.find("bpf_get_stackid").callers();
    assertTrue(stacks.allowed().containsAll(List.of("kprobe", "tracepoint", "tracing")));
    assertTrue(stacks.refused().contains("xdp"), stacks::toString);
    assertTrue(stacks.unknown().contains("struct_ops"), stacks::toString);
  }

  @Test
  void patternsFindMany() {
    NotedTable table = Helpers.table("*stack*");
    assertTrue(table.stringColumn("helper").contains("bpf_get_stackid"));
    var e = assertThrows(IllegalArgumentException.class, () -> Helpers.find("map_lookup_elm"));
    assertTrue(String.valueOf(e.getMessage()).contains("bpf_map_lookup_elem"), e::toString);
  }

  @Test
  void kernelFunctionsAreThoseThatTheTypesMark() {
    List<Kfuncs.KernelFunction> all = Kfuncs.all();
    Assumptions.assumeFalse(all.isEmpty(), "this kernel was built with pahole before 1.26");
    assertTrue(
        all.stream()
            .anyMatch(k -> k.declaration().equals("extern void bpf_rcu_read_lock(void) __ksym;")),
        all::toString);
    NotedTable one = Kfuncs.table("bpf_task_from_pid");
    assertEquals("pid", one.stringColumn("argument").get(0));
    assertTrue(Kfuncs.table("dynptr").notes().getFirst().contains("these hold it"));
    assertTrue(Kfuncs.table("bpf_tsk_from_pid").notes().getFirst().contains("bpf_task_from_pid"));
  }
}
