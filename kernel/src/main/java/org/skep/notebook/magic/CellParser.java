package org.skep.notebook.magic;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the magics in a cell.
 *
 * <p>A line magic begins where a statement could begin, first on its line, or directly after {@code
 * =}; it takes the rest of the line. So the remainder operator keeps its meaning also where it
 * begins a line, and strings, text blocks and comments are left alone. A cell magic is the first
 * line of its cell, but for blank lines.
 */
public final class CellParser {
  private static final Pattern CELL_MAGIC =
      Pattern.compile(
          "\\A(?<blank>(?:[ \\t]*\\R)*)[ \\t]*%%(?<name>[\\p{L}_][\\w.-]*\\??)(?<text>[^\\r\\n]*)");

  private static final String CALLS = Functions.class.getName();

  private final Magics magics;

  public CellParser(Magics magics) {
    this.magics = magics;
  }

  /**
   * The cell, with its magics told from its Java.
   *
   * @throws MagicException where a cell magic stands behind something else
   */
  public ParsedCell parse(String cell) {
    Optional<ParsedCell.Cell> magic = cellMagic(cell);
    if (magic.isPresent()) {
      return magic.get();
    }
    List<LineMagicScanner.Found> found = new LineMagicScanner(cell, magics::isLineMagic).scan();
    found.forEach(this::refuseCellMagic);
    if (found.isEmpty()) {
      return new ParsedCell.Java(cell);
    }
    if (found.size() == 1 && !found.getFirst().assigned()) {
      LineMagicScanner.Found only = found.getFirst();
      if (cell.substring(0, only.start()).isBlank() && cell.substring(only.end()).isBlank()) {
        return new ParsedCell.Line(only.name(), only.text(), only.line());
      }
    }
    return new ParsedCell.Java(weave(cell, found));
  }

  private void refuseCellMagic(LineMagicScanner.Found found) {
    if (found.name().startsWith("%") && magics.isCellMagic(found.name().substring(1))) {
      throw new MagicException(
          "run '%"
              + found.name()
              + "' in line "
              + found.line()
              + ": a cell magic is the first line of its cell (put what is above it below, or into a"
              + " cell of its own)");
    }
  }

  /**
   * The cell with blanks in place of its magics: Java of the same length, for completion and for
   * judging whether the cell is complete. Where a whole cell is a magic whose body is no Java,
   * nothing but blanks is left.
   */
  public String mask(String cell) {
    StringBuilder java = new StringBuilder(cell);
    Matcher m = CELL_MAGIC.matcher(cell);
    if (m.find()) {
      CellMagicBody body = CellMagicBody.of(m, cell);
      Magics.CellEntry entry = magics.cellEntries().get(body.name());
      boolean javaBody = entry != null && entry.spec().javaBody();
      blank(java, 0, javaBody ? body.start() : cell.length());
      return javaBody ? mask(java.toString()) : java.toString();
    }
    for (LineMagicScanner.Found found : new LineMagicScanner(cell, magics::isLineMagic).scan()) {
      blank(java, found.start(), found.end());
      if (found.assigned()) {
        java.replace(found.start(), found.start() + 2, "0;");
      }
    }
    return java.toString();
  }

  /** Whether the cell is a cell magic. */
  public static boolean isCellMagic(String cell) {
    return CELL_MAGIC.matcher(cell).find();
  }

  static Optional<ParsedCell.Cell> cellMagic(String cell) {
    Matcher m = CELL_MAGIC.matcher(cell);
    if (!m.find()) {
      return Optional.empty();
    }
    CellMagicBody body = CellMagicBody.of(m, cell);
    int line = 1 + (int) m.group("blank").chars().filter(c -> c == '\n').count();
    return Optional.of(
        new ParsedCell.Cell(
            body.name(), m.group("text").strip(), line, cell.substring(body.start())));
  }

  /**
   * Where the body of a cell magic stands.
   *
   * @param textStart where the text after the name begins
   * @param start where the body begins
   */
  record CellMagicBody(String name, int nameStart, int textStart, int textEnd, int start) {
    static Optional<CellMagicBody> find(String cell) {
      Matcher m = CELL_MAGIC.matcher(cell);
      return m.find() ? Optional.of(of(m, cell)) : Optional.empty();
    }

    private static CellMagicBody of(Matcher m, String cell) {
      int start = m.end();
      if (cell.startsWith("\r\n", start)) {
        start += 2;
      } else if (start < cell.length()) {
        start++;
      }
      return new CellMagicBody(
          m.group("name"), m.start("name"), m.start("text"), m.end("text"), start);
    }
  }

  private String weave(String cell, List<LineMagicScanner.Found> found) {
    StringBuilder java = new StringBuilder();
    int done = 0;
    for (LineMagicScanner.Found magic : found) {
      java.append(cell, done, magic.start())
          .append(CALLS)
          .append(
              magic.assigned() ? "." + type(magic.name()) + "valueOfLineMagic(" : ".runLineMagic(")
          .append(literal(magic.name()))
          .append(", ")
          .append(literal(magic.text()))
          .append(", ")
          .append(magic.line())
          .append(");");
      done = magic.end();
    }
    return java.append(cell, done, cell.length()).toString();
  }

  /** The type of a magic's value where it is known, else what stands before {@code =} decides. */
  private String type(String name) {
    return Optional.ofNullable(magics.lineEntries().get(name))
        .flatMap(entry -> entry.spec().valueType())
        .map(type -> "<" + type.getCanonicalName() + ">")
        .orElse("");
  }

  private static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> literal.append('\\').append(c);
        case '\t' -> literal.append("\\t");
        default -> {
          if (c < ' ') {
            literal.append(String.format("\\%03o", (int) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('"').toString();
  }

  private static void blank(StringBuilder text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (text.charAt(i) != '\n' && text.charAt(i) != '\r') {
        text.setCharAt(i, ' ');
      }
    }
  }
}
