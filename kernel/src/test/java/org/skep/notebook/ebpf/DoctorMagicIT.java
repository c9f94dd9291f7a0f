package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import org.skep.table.NotedTable;

@Tag("privileged")
class DoctorMagicIT {
  private final FakeNotebook notebook = new FakeNotebook();

  private NotedTable table(String cell) throws Exception {
    return (NotedTable) Objects.requireNonNull(notebook.run(cell));
  }

  @Test
  void theMachineIsATableWithTroublesFirst() throws Exception {
    NotedTable table = table("%doctor --ok");
    assertEquals(List.of("area", "what", "verdict", "remedy", "detail"), table.columnNames());
    List<String> verdicts = table.stringColumn("verdict").asList();
    int firstYes = verdicts.indexOf("yes");
    assertTrue(verdicts.subList(firstYes, verdicts.size()).stream().allMatch("yes"::equals));
    assertTrue(table.notes().getFirst().contains("things work"), table.notes()::toString);
  }

  @Test
  void oneAreaIsShownWhole() throws Exception {
    NotedTable table = table("%doctor attach");
    assertTrue(table.stringColumn("area").asList().stream().allMatch("attach"::equals));
    assertTrue(table.stringColumn("what").contains("raw_tp"));
  }

  @Test
  void whatANotebookNeedsIsShownAlone() throws Exception {
    NotedTable table = table("%doctor --needs attach:raw_tp,map:hash");
    assertEquals(List.of("raw_tp", "hash"), table.stringColumn("what").asList());
    assertEquals(List.of("This machine can run this notebook."), table.notes());
    var e = assertThrows(IllegalArgumentException.class, () -> table("%doctor --needs map:hasch"));
    assertTrue(String.valueOf(e.getMessage()).contains("did you mean 'hash'"), e::toString);
  }

  @Test
  void anUnknownAreaIsNamed() {
    var e = assertThrows(MagicException.class, () -> notebook.run("%doctor programs"));
    assertTrue(String.valueOf(e.getMessage()).contains("no such area"), e::toString);
  }
}
