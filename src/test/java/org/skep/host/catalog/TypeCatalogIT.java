package org.skep.host.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Row;

/** The types of the running Linux. */
@Tag("privileged")
class TypeCatalogIT {
  private final TypeCatalog types = TypeCatalog.ofRunningLinux();

  private static Row row(NotedTable table, String member) {
    for (Row row : table) {
      if (row.getString("member").equals(member)) {
        return table.row(row.getRowNumber());
      }
    }
    throw new AssertionError(member + " is not in " + table);
  }

  @Test
  void aLayoutHasOffsetsAndBitFields() {
    assertEquals(
        """
        struct list_head {           /* 16 bytes */
            struct list_head *next;  /* 0, 8 bytes */
            struct list_head *prev;  /* 8, 8 bytes */
        };""",
        types.layout("list_head"));
    assertTrue(types.layout("struct tcphdr").contains("__u16 doff : 4;  /* 12 bit 4, 4 bits */"));
    assertTrue(types.layout("xdp_action").contains("XDP_PASS = 2"));
    assertTrue(types.layout("vfs_read").startsWith("ssize_t vfs_read(struct file *file, "));
  }

  @Test
  void membersAreFoundWithinOthers() {
    NotedTable table = types.members("task_struct", "load");
    Row weight = row(types.members("task_struct", "weight"), "se.load.weight");
    assertTrue(table.stringColumn("member").contains("se.load"), table::toString);
    assertEquals(64, weight.getLong("bits"));
    Row window = row(types.members("tcphdr", ""), "window");
    assertEquals(14, window.getLong("offset"));
    Row syn = row(types.members("tcphdr", "syn"), "syn");
    assertEquals("__u16 syn : 1", syn.getString("declared"));
    assertEquals(1, syn.getLong("bit"));
  }

  @Test
  void membersAreFoundAmongAllTypes() {
    NotedTable names = types.members("*", "XDP_PASS");
    assertEquals("enum xdp_action", names.stringColumn("type").get(0));
    assertEquals(2L, names.longColumn("value").get(0));
    NotedTable tables = types.members("task_*", "*mm");
    assertTrue(tables.stringColumn("type").contains("struct task_struct"), tables::toString);
    assertTrue(types.members("tcphdr", "nothing").notes().getFirst().contains("'nothing'"));
  }

  @Test
  void typesAreFoundByPattern() {
    NotedTable table = types.find("*_sock");
    assertTrue(table.stringColumn("type").asList().containsAll(List.of("tcp_sock", "unix_sock")));
    assertTrue(types.find("no_such_*").notes().getFirst().contains("no_such_*"));
  }

  @Test
  void anUnknownTypeHasNeighbours() {
    var e = assertThrows(IllegalArgumentException.class, () -> types.layout("task_strct"));
    assertTrue(String.valueOf(e.getMessage()).contains("did you mean 'task_struct'"), e::toString);
  }
}
