package org.skep.compile;

import java.time.Duration;
import java.util.List;
import org.skep.CompileException.Diagnostic;
import org.skep.Note;

/** A BPF object file in memory, and what was remarked on the way to it. */
public final class CompiledObject {
  private final byte[] elf;
  private final List<Diagnostic> warnings;
  private final List<Note> notes;
  private final InstructionSet instructions;
  private final boolean cached;
  private final Duration took;

  CompiledObject(
      byte[] elf,
      List<Diagnostic> warnings,
      List<Note> notes,
      InstructionSet instructions,
      boolean cached,
      Duration took) {
    this.elf = elf;
    this.warnings = List.copyOf(warnings);
    this.notes = List.copyOf(notes);
    this.instructions = instructions;
    this.cached = cached;
    this.took = took;
  }

  /** The ELF object: a copy, the caller's own. */
  public byte[] elf() {
    return elf.clone();
  }

  /** clang's warnings, each followed by its notes. */
  public List<Diagnostic> warnings() {
    return warnings;
  }

  /** What was done on the user's behalf: headers, licence, rewrites. */
  public List<Note> notes() {
    return notes;
  }

  /** What it was compiled for. */
  public InstructionSet instructions() {
    return instructions;
  }

  /** Whether the object came out of the cache, without clang. */
  public boolean cached() {
    return cached;
  }

  /** From the text to the object. */
  public Duration took() {
    return took;
  }

  CompiledObject timed(boolean fromCache, Duration duration) {
    return new CompiledObject(elf, warnings, notes, instructions, fromCache, duration);
  }

  byte[] elfShared() {
    return elf;
  }

  @Override
  public String toString() {
    return "BPF object of " + elf.length + " bytes";
  }
}
