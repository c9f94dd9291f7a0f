package org.skep.compile;

import java.time.Duration;
import java.util.List;
import org.skep.CompileException.Diagnostic;

/** A BPF object file in memory, and what was remarked on the way to it. */
public final class CompiledObject {
  private final byte[] elf;
  private final List<Diagnostic> warnings;
  private final List<String> notes;
  private final boolean cached;
  private final Duration took;

  CompiledObject(
      byte[] elf, List<Diagnostic> warnings, List<String> notes, boolean cached, Duration took) {
    this.elf = elf;
    this.warnings = List.copyOf(warnings);
    this.notes = List.copyOf(notes);
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

  /** What was done on the user's behalf, one sentence each: headers, licence, rewrites. */
  public List<String> notes() {
    return notes;
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
    return new CompiledObject(elf, warnings, notes, fromCache, duration);
  }

  byte[] elfShared() {
    return elf;
  }

  @Override
  public String toString() {
    return "BPF object of " + elf.length + " bytes";
  }
}
