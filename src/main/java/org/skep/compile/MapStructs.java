package org.skep.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skep.compile.CSource.Kind;
import org.skep.compile.CSource.Piece;

/**
 * The structs that a source may define old maps with, their members in order.
 *
 * @param byName of structs, and of their other names
 * @param aliases other names, by {@code typedef}
 */
record MapStructs(Map<String, List<String>> byName, List<String> aliases) {
  private static final List<String> BY_POSITION =
      List.of("type", "key_size", "value_size", "max_entries", "map_flags");
  private static final List<String> ELF_BY_POSITION =
      List.of("type", "size_key", "size_value", "max_elem", "flags", "id", "pinning");

  static MapStructs of(List<Piece> source) {
    List<Piece> pieces = source.stream().filter(p -> p.kind() != Kind.COMMENT).toList();
    var byName = new HashMap<String, List<String>>();
    var aliases = new ArrayList<String>();
    for (int i = 0; i + 1 < pieces.size(); i++) {
      if (!pieces.get(i).is("struct")) {
        continue;
      }
      boolean named = pieces.get(i + 1).kind() == Kind.WORD;
      int after = i + (named ? 2 : 1);
      String name = named ? pieces.get(i + 1).text() : "";
      if (after < pieces.size() && pieces.get(after).is("{")) {
        List<String> members = members(pieces, after);
        byName.put(name, members);
        after = closing(pieces, after) + 1;
      }
      boolean isTypedef = i > 0 && pieces.get(i - 1).is("typedef");
      if (isTypedef && after < pieces.size() && pieces.get(after).kind() == Kind.WORD) {
        aliases.add(pieces.get(after).text());
        byName.put(
            pieces.get(after).text(), byName.containsKey(name) ? byName.get(name) : usual(name));
      }
    }
    return new MapStructs(byName, aliases);
  }

  boolean isAlias(String word) {
    return aliases.contains(word);
  }

  /** The members of a struct, as the source declares it, or else as everybody does. */
  List<String> members(String struct) {
    List<String> declared = byName.get(struct);
    return declared == null ? usual(struct) : declared;
  }

  private static List<String> usual(String struct) {
    return struct.equals("bpf_elf_map") ? ELF_BY_POSITION : BY_POSITION;
  }

  /** The members between braces; arguments of macros are none. */
  static List<String> members(List<Piece> pieces, int open) {
    var names = new ArrayList<String>();
    int depth = 0;
    for (int j = open + 1; j < closing(pieces, open); j++) {
      Piece piece = pieces.get(j);
      depth += piece.is("(") ? 1 : piece.is(")") ? -1 : 0;
      boolean ends = pieces.get(j + 1).is(";") || pieces.get(j + 1).is(",");
      if (depth == 0 && piece.kind() == Kind.WORD && ends) {
        names.add(piece.text());
      }
    }
    return names;
  }

  private static int closing(List<Piece> pieces, int open) {
    int depth = 0;
    for (int i = open; i < pieces.size(); i++) {
      depth += pieces.get(i).is("{") ? 1 : pieces.get(i).is("}") ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return pieces.size() - 1;
  }
}
