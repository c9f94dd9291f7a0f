package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfProgram;

/** A program of an object that is not yet loaded. */
public final class OpenProgram {
  private final OpenBpfObject object;
  private final NativeObject opened;
  private final String name;

  OpenProgram(OpenBpfObject object, NativeObject opened, String name) {
    this.object = object;
    this.opened = opened;
    this.name = name;
  }

  private MemorySegment pointer() {
    return opened.program(name);
  }

  /** The name of its function. */
  public String name() {
    return name;
  }

  /** The name of its section in the source, such as {@code tracepoint/sched/sched_switch}. */
  public String section() {
    return object.ask(() -> LibbpfProgram.bpf_program__section_name(pointer()));
  }

  /**
   * Its type as libbpf names it, such as {@code tracepoint}; {@code unspec} where it knows none.
   */
  public String type() {
    return object.ask(
        () -> Libbpf.libbpf_bpf_prog_type_str(LibbpfProgram.bpf_program__type(pointer())));
  }

  /** Whether loading the object loads it. */
  public boolean autoload() {
    return object.ask(() -> LibbpfProgram.bpf_program__autoload(pointer()));
  }

  /** Says whether loading the object shall load it. */
  public OpenProgram autoload(boolean wanted) {
    object.set(o -> LibbpfProgram.bpf_program__set_autoload(o.program(name), wanted));
    return this;
  }

  @Override
  public String toString() {
    return name;
  }
}
