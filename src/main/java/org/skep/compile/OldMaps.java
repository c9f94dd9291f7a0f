package org.skep.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.skep.Note;
import org.skep.btf.ElfObject;
import org.skep.compile.CSource.Kind;
import org.skep.compile.CSource.Piece;

/**
 * Maps of older texts, {@code struct bpf_map_def SEC("maps") m = { .type = ..., }} and iproute2's
 * {@code struct bpf_elf_map}, and the first maps with BTF, whose struct has values, into the form
 * that libbpf 1.0 and later read: a struct whose members carry the values in their types. The text
 * keeps its lines.
 */
final class OldMaps {
  /**
   * A text without old maps.
   *
   * @param maps the names of the maps that were rewritten
   */
  record Rewritten(String text, List<String> maps) {}

  /**
   * A definition: from {@code struct} to its semicolon, as indices of pieces.
   *
   * @param members those of its struct, in their order
   * @param typed whether it is one of the first maps with BTF
   */
  private record Definition(
      int first,
      int openBrace,
      int closeBrace,
      int last,
      String name,
      List<String> members,
      boolean typed) {}

  /** What libbpf does not want before a map. */
  private static final Set<String> QUALIFIERS = Set.of("static", "const", "volatile");

  private static final Pattern SECTION = Pattern.compile("\"\\.?maps(?:/[^\"]*)?\"");

  private static final Map<String, String> NEW_NAMES =
      Map.of(
          "size_key",
          "key_size",
          "size_value",
          "value_size",
          "max_elem",
          "max_entries",
          "flags",
          "map_flags");

  private final String text;
  private final List<Piece> pieces;
  private final MapStructs structs;
  private final List<Definition> definitions = new ArrayList<>();

  private OldMaps(String text) {
    this(text, CSource.pieces(text));
  }

  /**
   * @param declarations where structs are declared
   */
  private OldMaps(String text, List<Piece> declarations) {
    this.text = text;
    this.pieces = CSource.pieces(text).stream().filter(p -> p.kind() != Kind.COMMENT).toList();
    this.structs = MapStructs.of(declarations);
  }

  /** The text with its old maps rewritten; nothing where it has none. */
  static Optional<Rewritten> rewrite(String text) {
    if (!SECTION.matcher(text).find()) {
      return Optional.empty();
    }
    Rewritten inMacros = MapMacros.definitions(text);
    Optional<Rewritten> all = new OldMaps(MapMacros.expand(inMacros.text())).rewrite();
    if (inMacros.maps().isEmpty()) {
      return all;
    }
    var names = new ArrayList<>(inMacros.maps());
    all.ifPresent(r -> names.addAll(r.maps()));
    return Optional.of(new Rewritten(all.map(Rewritten::text).orElse(inMacros.text()), names));
  }

  /** What a macro stands for that defines a map, on one line; empty where it does not. */
  static Optional<Rewritten> rewriteBody(String body, String whole) {
    var old = new OldMaps(body + ";", CSource.pieces(whole));
    return old.rewrite().map(r -> new Rewritten(r.text().replaceFirst(";$", ""), r.maps()));
  }

  private Optional<Rewritten> rewrite() {
    for (int i = 0; i + 1 < pieces.size(); i++) {
      Piece next = pieces.get(i + 1);
      if (pieces.get(i).is("struct") && next.is("{")) {
        definition(i, closing(i + 1) + 1, MapStructs.members(pieces, i + 1))
            .filter(this::saysType)
            .ifPresent(definitions::add);
      } else if (pieces.get(i).is("struct") && next.kind() == Kind.WORD) {
        definition(i, i + 2, structs.members(next.text()))
            .filter(d -> !d.typed())
            .ifPresent(definitions::add);
      } else if (structs.isAlias(pieces.get(i).text()) && (i == 0 || !isOfAType(i - 1))) {
        definition(i, i + 1, structs.members(pieces.get(i).text()))
            .filter(d -> !d.typed())
            .ifPresent(definitions::add);
      }
    }
    if (definitions.isEmpty()) {
      return Optional.empty();
    }
    var result = new StringBuilder();
    int done = 0;
    for (Definition definition : definitions) {
      int start = definition.first();
      while (start > 0 && QUALIFIERS.contains(pieces.get(start - 1).text())) {
        start--; // libbpf wants its maps to be global, and all of one section
      }
      result.append(text, done, pieces.get(start).start());
      rewrite(definition, result);
      done = pieces.get(definition.last()).end();
    }
    result.append(text.substring(done));
    return Optional.of(
        new Rewritten(result.toString(), definitions.stream().map(Definition::name).toList()));
  }

  private boolean isOfAType(int piece) {
    String word = pieces.get(piece).text();
    return word.equals("struct") || word.equals("}") || word.equals("typedef");
  }

  /** Of a struct without a name it takes a type to be a map. */
  private boolean saysType(Definition definition) {
    boolean inOrder = !pieces.get(definition.openBrace() + 1).is(".");
    if (inOrder && definition.openBrace() + 1 < definition.closeBrace()) {
      return definition.members().contains("type");
    }
    for (int i = definition.openBrace(); i < definition.closeBrace(); i++) {
      if (pieces.get(i).is(".") && nextIs(i, "type")) {
        return true;
      }
    }
    return false;
  }

  /**
   * A definition has a section called maps and an initialiser; a mere struct has neither.
   *
   * @param after where the struct's name or its members end
   */
  private Optional<Definition> definition(int first, int after, List<String> members) {
    String name = "";
    boolean inMaps = false;
    boolean typed = false;
    int i = after;
    for (; i < pieces.size() && !pieces.get(i).is("="); i++) {
      var piece = pieces.get(i);
      if (piece.is(";") || piece.is("{") || piece.is("[")) {
        return Optional.empty();
      }
      if (piece.is("(")) {
        int close = closing(i);
        for (int j = i; j < close; j++) {
          boolean section =
              pieces.get(j).kind() == Kind.STRING
                  && SECTION.matcher(pieces.get(j).text()).matches();
          inMaps |= section;
          typed |= section && pieces.get(j).unquoted().startsWith(".");
        }
        i = close;
      } else if (piece.kind() == Kind.WORD && !nextIs(i, "(")) {
        boolean pasted = i > after + 1 && pieces.get(i - 1).is("#");
        boolean attribute = piece.text().startsWith("__") && !name.isEmpty() && !pasted;
        if (!attribute) {
          name = pasted ? name + "##" + piece.text() : piece.text();
        }
      }
    }
    int open = i + 1;
    if (!inMaps || name.isEmpty() || open >= pieces.size() || !pieces.get(open).is("{")) {
      return Optional.empty();
    }
    int close = closing(open);
    return nextIs(close, ";")
        ? Optional.of(new Definition(first, open, close, close + 1, name, members, typed))
        : Optional.empty();
  }

  private void rewrite(Definition definition, StringBuilder result) {
    var positions = definition.members();
    result.append("struct {").append(typedMembers(definition));
    int done = pieces.get(definition.openBrace()).end();
    // What stood before the brace may have spanned lines.
    newlines(pieces.get(definition.first()).start(), done, result);
    var fields = new HashMap<String, String>();
    int position = 0;
    var last = ""; // the member without a length
    for (int i = definition.openBrace() + 1; i < definition.closeBrace(); ) {
      int end = endOfInitialiser(i, definition.closeBrace());
      boolean named = pieces.get(i).is(".") && i + 2 < end;
      var field =
          named
              ? pieces.get(i + 1).text()
              : position < positions.size() ? positions.get(position) : "";
      int valueAt = named ? i + 3 : i;
      var value =
          valueAt < end
              ? text.substring(pieces.get(valueAt).start(), pieces.get(end - 1).end())
              : "0";
      result.append(text, done, pieces.get(i).start());
      if (field.equals("inner_map_idx")) {
        last = inner(value.strip(), definition);
      } else {
        result.append(member(NEW_NAMES.getOrDefault(field, field), value, fields));
      }
      done = pieces.get(end).is(",") ? pieces.get(end).end() : pieces.get(end).start();
      i = pieces.get(end).is(",") ? end + 1 : end;
      position++;
    }
    result.append(text, done, pieces.get(definition.closeBrace()).start());
    result
        .append(last)
        .append("} ")
        .append(definition.name())
        .append(" __attribute__((section(\".maps\"), used));");
    newlines(
        pieces.get(definition.closeBrace()).start(), pieces.get(definition.last()).end(), result);
  }

  /** The pointers that say the types of key and value in the first maps with BTF. */
  private String typedMembers(Definition definition) {
    var members = new StringBuilder();
    if (definition.typed()) {
      int open = definition.first() + 1;
      int begun = open + 1;
      for (int i = begun; i < closing(open); i++) {
        if (pieces.get(i).is(";")) {
          var member = text.substring(pieces.get(begun).start(), pieces.get(i).end());
          if (member.contains("*")) {
            members.append(' ').append(member.replaceAll("\\s+", " "));
          }
          begun = i + 1;
        }
      }
    }
    return members.toString();
  }

  /** {@code sizeof(T)} tells the type as well, without which a table could only show bytes. */
  private String member(String field, String value, Map<String, String> fields) {
    var size = value.strip();
    fields.put(field, size);
    return switch (field) {
      case "key_size", "value_size" -> {
        var type = typeIn(size);
        var what = field.substring(0, field.indexOf('_'));
        yield type.isPresent() && !isVariable(type.get())
            ? "typeof(" + type.get() + ") *" + what + ";"
            : "int (*" + field + ")[" + size + "];";
      }
      case "type", "max_entries", "map_flags", "numa_node" -> "int (*" + field + ")[" + size + "];";
      case "pinning" -> size.equals("0") || size.equals("PIN_NONE") ? "" : "int (*pinning)[1];";
      default -> "";
    };
  }

  /** Old texts name the template of a map of maps by its place among the maps. */
  private String inner(String index, Definition outer) {
    try {
      int place = Integer.parseInt(index);
      if (place < definitions.size() && definitions.get(place).first() < outer.first()) {
        return "typeof(" + definitions.get(place).name() + ") *values[];";
      }
    } catch (NumberFormatException e) {
      // A name of a constant: the loader is given the template from outside.
    }
    return "";
  }

  private static Optional<String> typeIn(String size) {
    return size.startsWith("sizeof(")
            && size.endsWith(")")
            && size.indexOf(')') == size.length() - 1
        ? Optional.of(size.substring(7, size.length() - 1).strip())
        : Optional.empty();
  }

  /**
   * Whether {@code sizeof} was asked of a variable or an expression, of which no map holds values.
   */
  private boolean isVariable(String operand) {
    return operand.contains("*") || operand.contains("[") || operand.contains("->");
  }

  private int endOfInitialiser(int from, int limit) {
    int i = from;
    while (i < limit && !pieces.get(i).is(",")) {
      var piece = pieces.get(i);
      i = piece.is("(") || piece.is("{") || piece.is("[") ? closing(i) + 1 : i + 1;
    }
    return Math.min(i, limit);
  }

  private int closing(int open) {
    int depth = 0;
    for (int i = open; i < pieces.size(); i++) {
      var piece = pieces.get(i).text();
      if (piece.equals("(") || piece.equals("{") || piece.equals("[")) {
        depth++;
      } else if (piece.equals(")") || piece.equals("}") || piece.equals("]")) {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    return pieces.size() - 1;
  }

  private boolean nextIs(int piece, String wanted) {
    return piece + 1 < pieces.size() && pieces.get(piece + 1).is(wanted);
  }

  private void newlines(int from, int to, StringBuilder result) {
    text.substring(from, to).chars().filter(c -> c == '\n').forEach(_ -> result.append('\n'));
  }

  /** A warning of maps that could not be rewritten: libbpf takes no notice of them. */
  static Optional<Note> leftIn(byte[] elf) {
    return ElfObject.of(elf).sections().stream()
        .map(ElfObject.Section::name)
        .filter(n -> n.equals("maps") || n.startsWith("maps/"))
        .findFirst()
        .map(
            n ->
                Note.warning(
                    "section '"
                        + n
                        + "' has maps of an old form that were not rewritten, and libbpf does not"
                        + " make them (write struct { __uint(type, ...); ... } name"
                        + " SEC(\".maps\"))"));
  }

  /** The maps in words: {@code 'a', 'b'}. */
  static String list(List<String> maps) {
    Set<String> names = new LinkedHashSet<>(maps);
    return "'" + String.join("', '", names) + "'";
  }
}
