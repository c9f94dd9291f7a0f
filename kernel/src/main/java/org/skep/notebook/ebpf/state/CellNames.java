package org.skep.notebook.ebpf.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.skep.notebook.magic.ArgumentCompletions.Item;

/**
 * What a text of C defines, as far as completing the line above it needs to know.
 *
 * @param programs their section names by the names of their functions
 * @param maps their names
 */
public record CellNames(Map<String, String> programs, List<String> maps) {
  private static final Pattern PROGRAM =
      Pattern.compile(
          "SEC\\(\"\\??([^\"]+)\"\\)[\\w\\s*]*?\\b(?:BPF_\\w+\\s*\\(\\s*(\\w+)|(\\w+)\\s*\\()");
  private static final Pattern MAP = Pattern.compile("(\\w+)\\s+SEC\\(\"\\.?maps\"\\)");

  public static CellNames of(String text) {
    var programs = new LinkedHashMap<String, String>();
    var program = PROGRAM.matcher(text);
    while (program.find()) {
      var name = program.group(2) == null ? program.group(3) : program.group(2);
      programs.put(String.valueOf(name), program.group(1));
    }
    var maps = new ArrayList<String>();
    var map = MAP.matcher(text);
    while (map.find()) {
      maps.add(map.group(1));
    }
    return new CellNames(programs, maps);
  }

  /** The programs, with what follows their names. */
  public List<Item> programItems(String after) {
    return programs.entrySet().stream()
        .map(p -> new Item(p.getKey() + after, "program", p.getValue()))
        .toList();
  }

  /** The maps, with what follows their names. */
  public List<Item> mapItems(String after) {
    return maps.stream().map(m -> new Item(m + after, "map", "")).toList();
  }
}
