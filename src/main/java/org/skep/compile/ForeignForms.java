package org.skep.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.skep.compile.CSource.Kind;
import org.skep.compile.CSource.Piece;

/**
 * Forms that loaders of other languages take and libbpf refuses: programs that are {@code static},
 * and kinds of pinning of their own.
 */
final class ForeignForms {
  private static final Set<String> PINNING =
      Set.of("0", "1", "LIBBPF_PIN_NONE", "LIBBPF_PIN_BY_NAME");

  /** SEC() of libbpf, the macro of Linux and of Cilium, and what both stand for. */
  private static final Set<String> SECTION = Set.of("SEC", "__section", "section", "__section__");

  /** Sections of functions that are no programs. */
  private static final Set<String> NO_PROGRAMS = Set.of(".text", "license", "version");

  private final List<Piece> pieces;
  private final StringBuilder result;
  private final List<String> notes = new ArrayList<>();

  /**
   * A text in which each character stands where it stood.
   *
   * @param notes what was changed, a sentence each
   */
  record Rewritten(String text, List<String> notes) {}

  private ForeignForms(String text) {
    this.pieces = CSource.pieces(text).stream().filter(p -> p.kind() != Kind.COMMENT).toList();
    this.result = new StringBuilder(text);
  }

  static Rewritten rewrite(String text) {
    if (!text.contains("static") && !text.contains("pinning")) {
      return new Rewritten(text, List.of());
    }
    var forms = new ForeignForms(text);
    for (int i = 0; i + 3 < forms.pieces.size(); i++) {
      forms.pinning(i);
      forms.program(i);
    }
    return new Rewritten(forms.result.toString(), forms.notes);
  }

  /** {@code __uint(pinning, 100)} is a matter between a text and its loader. */
  private void pinning(int i) {
    if (pieces.get(i).is("(") && pieces.get(i + 1).is("pinning") && pieces.get(i + 2).is(",")) {
      var value = pieces.get(i + 3);
      boolean foreign =
          (value.kind() == Kind.NUMBER || value.text().startsWith("PIN_"))
              && !PINNING.contains(value.text())
              && i + 4 < pieces.size()
              && pieces.get(i + 4).is(")");
      if (foreign) {
        result.replace(
            value.start(), value.end(), "0" + " ".repeat(value.end() - value.start() - 1));
        notes.add("pinning '" + value.text() + "' is of another loader: the map is not pinned");
      }
    }
  }

  /** {@code SEC("xdp") static int f(...) {}}, in either order, and with an attribute for SEC. */
  private void program(int i) {
    boolean section =
        SECTION.contains(pieces.get(i).text())
            && pieces.get(i + 1).is("(")
            && pieces.get(i + 2).kind() == Kind.STRING
            && pieces.get(i + 3).is(")")
            && !NO_PROGRAMS.contains(pieces.get(i + 2).unquoted())
            && !pieces.get(i + 2).unquoted().startsWith(".");
    if (!section) {
      return;
    }
    String name = "";
    int i2 = i + 4;
    for (; i2 < pieces.size() && !pieces.get(i2).is("{"); i2++) {
      var piece = pieces.get(i2);
      if (piece.is(";") || piece.is("=") || piece.is("}")) {
        return;
      }
      if (name.isEmpty() && piece.is("(") && pieces.get(i2 - 1).kind() == Kind.WORD) {
        boolean macro = pieces.get(i2 - 1).text().startsWith("BPF_");
        name = pieces.get(macro && i2 + 1 < pieces.size() ? i2 + 1 : i2 - 1).text();
      }
    }
    int first = i;
    while (first > 0
        && (pieces.get(first - 1).kind() == Kind.WORD || pieces.get(first - 1).is("("))) {
      first--;
    }
    for (int each = first; each < i2 && !name.isEmpty(); each++) {
      var piece = pieces.get(each);
      if (piece.is("static") && piece.kind() == Kind.WORD) {
        result.replace(piece.start(), piece.end(), " ".repeat(piece.text().length()));
        notes.add("program '" + name + "' is static, which libbpf rejects: taken as global");
        return;
      }
      if (piece.is("(") && pieces.get(each - 1).is(name)) {
        return;
      }
    }
  }
}
