package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import org.skep.table.NotedTable;

@Tag("privileged")
class HooksMagicIT {
  private final FakeNotebook notebook = new FakeNotebook();

  private List<String> proposals(String line) throws Exception {
    return notebook.magics().complete(line, line.length(), notebook).orElseThrow().items().stream()
        .map(ArgumentCompletions.Item::text)
        .toList();
  }

  @Test
  void hooksAreATable() throws Exception {
    var table = (NotedTable) Objects.requireNonNull(notebook.run("%hooks tracepoint:sched:*"));
    assertEquals(List.of("kind", "hook", "arguments", "note"), table.columnNames());
    assertTrue(table.stringColumn("hook").contains("sched/sched_switch"));
  }

  @Test
  void theTabKeyKnowsKindsNamesAndFiles() throws Exception {
    assertTrue(proposals("%hooks tra").contains("tracepoint:"));
    assertTrue(proposals("%hooks tp_btf:sched_swi").contains("tp_btf:sched_switch"));
    assertTrue(proposals("%hooks uprobe:/usr/bin/ba").contains("uprobe:/usr/bin/bash"));
  }

  @Test
  void mistakesAreNamed() {
    var e = assertThrows(MagicException.class, () -> notebook.run("%hooks tracepiont:x"));
    assertTrue(String.valueOf(e.getMessage()).contains("did you mean 'tracepoint'"), e::toString);
  }
}
