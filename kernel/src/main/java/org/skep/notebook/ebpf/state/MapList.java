package org.skep.notebook.ebpf.state;

import java.util.ArrayList;
import java.util.List;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;
import org.skep.text.Count;

/** The maps of objects: a row for each, as {@code %map} shows them where no map is named. */
public final class MapList {
  /** Where the programs count events that found no room; libbpf makes a map of that section. */
  private static final String LOSS = ".data.skep";

  private MapList() {}

  /** The maps that somebody wrote; not that in which Skep counts lost events. */
  public static List<BpfMap> of(BpfObject object) {
    return object.maps().stream().filter(m -> !m.name().equals(LOSS)).toList();
  }

  public static NotedTable table(String name, List<BpfObject> objects) {
    List<BpfMap> maps = new ArrayList<>();
    objects.forEach(o -> maps.addAll(of(o)));
    String example = maps.isEmpty() ? "" : path(maps.getFirst());
    return Rows.of(name, maps)
        .text("map", MapList::path)
        .text("type", m -> m.type().words())
        .text("key", m -> type(m.key().byteSize(), m.key().name()))
        .text("value", m -> type(m.value().byteSize(), m.value().name()))
        .text("size", MapList::size)
        .text("memory", m -> m.memory().isPresent() ? HumanText.bytes(m.memory().getAsLong()) : "")
        .table(
            maps.isEmpty()
                ? List.of("no maps")
                : List.of("'size' is how much fits in; %map " + example + " shows what is in it"));
  }

  private static String path(BpfMap map) {
    return map.owner().name() + "." + map.name();
  }

  private static String type(int bytes, String name) {
    return bytes == 0 ? "" : name;
  }

  /**
   * How much fits into a map: entries, or for a buffer its bytes; empty where nothing limits it.
   */
  public static String size(BpfMap map) {
    long most = map.maxEntries();
    if (most == 0) {
      return "";
    }
    return switch (map.type()) {
      case BpfMapType.RINGBUF, BpfMapType.USER_RINGBUF -> HumanText.bytes(most);
      case BpfMapType.ARENA -> Count.of(most, "page");
      case BpfMapType.PERF_EVENT_ARRAY -> Count.of(most, "CPU");
      default -> most == 1 ? "1 entry" : HumanText.number(most) + " entries";
    };
  }
}
