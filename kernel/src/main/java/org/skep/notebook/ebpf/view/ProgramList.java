package org.skep.notebook.ebpf.view;

import java.util.List;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.load.LoadOutcome;
import org.skep.notebook.ebpf.state.ProgramState;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/** Programs of which one is to be chosen: a row for each. */
public final class ProgramList {
  private ProgramList() {}

  public static NotedTable table(String name, List<BpfProgram> programs) {
    return table(name, programs, "dis");
  }

  /**
   * @param action of {@code %prog}, for the note that says how to name one
   */
  public static NotedTable table(String name, List<BpfProgram> programs, String action) {
    return Rows.of(name, programs)
        .text("program", ProgramList::path)
        .text("hook", BpfProgram::section)
        .text("state", p -> ProgramState.of(p).word())
        .integer(
            "instructions",
            p -> p.loaded() instanceof LoadOutcome.Loaded loaded ? loaded.instructions() : 0)
        .table(
            programs.isEmpty()
                ? List.of("no programs: run a %%bpf cell first")
                : List.of("name one of them: %prog " + action + " " + path(programs.getFirst())));
  }

  private static String path(BpfProgram program) {
    return program.owner().name() + "." + program.name();
  }
}
