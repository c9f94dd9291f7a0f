package org.skep.bpf.code;

import java.util.List;
import java.util.Optional;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/**
 * The code of a loaded program, with the lines of its source between the instructions.
 *
 * @param program its name
 * @param instructions in the order of the code, the main function first
 * @param notes what to know about the listing, a sentence each
 */
public record Disassembly(String program, List<Instruction> instructions, List<String> notes) {
  /**
   * An instruction.
   *
   * @param function the function that it belongs to
   * @param at its number for BPF instructions; its distance from the start of the function, in
   *     bytes, for those of the CPU
   * @param text such as {@code r1 += 8}
   * @param line the line of the source that begins with it; empty within a line
   */
  public record Instruction(String function, long at, String text, Optional<Line> line) {}

  /**
   * A line of the source.
   *
   * @param file the name of the cell or file
   * @param number from 1
   * @param text without the blanks around it
   */
  public record Line(String file, int number, String text) {}

  public Disassembly {
    instructions = List.copyOf(instructions);
    notes = List.copyOf(notes);
  }

  /**
   * A row for each instruction: {@code function}, {@code line} and {@code source} (empty within a
   * line), {@code at} and {@code instruction}.
   */
  public NotedTable table() {
    return Rows.of("code of " + program, instructions)
        .text("function", Instruction::function)
        .text("line", i -> i.line().map(l -> String.valueOf(l.number())).orElse(""))
        .text("source", i -> i.line().map(Line::text).orElse(""))
        .number("at", Instruction::at)
        .text("instruction", Instruction::text)
        .table(notes);
  }

  /** The listing: functions, lines of the source after a semicolon, instructions. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    String function = "";
    int width = 0;
    for (Instruction i : instructions) {
      width = Math.max(width, Long.toString(i.at()).length());
    }
    for (Instruction i : instructions) {
      if (!i.function().equals(function)) {
        function = i.function();
        text.append(text.isEmpty() ? "" : "\n").append(function).append(":\n");
      }
      i.line().ifPresent(l -> text.append(String.format("; %4d: %s%n", l.number(), l.text())));
      text.append(String.format("    %" + width + "d:  %s%n", i.at(), i.text()));
    }
    return text.toString().stripTrailing();
  }
}
