package org.skep.notebook.ebpf.state;

import java.time.Duration;
import java.util.List;
import org.skep.CompileException.Diagnostic;
import org.skep.Note;
import org.skep.bpf.BpfObject;
import org.skep.compile.BpfSource;

/**
 * A cell of C that is loaded: what {@code %%bpf} gives back, and shows as its summary.
 *
 * @param object what is loaded
 * @param source the text it was made of
 * @param warnings what clang remarked
 * @param notes what was done on the user's behalf, and warnings
 * @param timing how long the steps took
 */
public record Experiment(
    BpfObject object,
    BpfSource source,
    List<Diagnostic> warnings,
    List<Note> notes,
    Timing timing) {

  /**
   * How long the steps took.
   *
   * @param cached whether the object came out of the cache, without clang
   */
  public record Timing(Duration compile, boolean cached, Duration load, Duration attach) {}

  public Experiment {
    warnings = List.copyOf(warnings);
    notes = List.copyOf(notes);
  }

  @Override
  public String toString() {
    return object.toString();
  }
}
