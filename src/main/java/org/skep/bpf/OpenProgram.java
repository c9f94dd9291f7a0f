package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.skep.SyscallException;
import org.skep.internal.ffi.CText;
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

  /**
   * Says what function of another loaded program an {@code freplace} program is for, which the
   * verifier has to know.
   *
   * @throws SyscallException if the other program has no such function
   */
  public OpenProgram target(BpfProgram other, String function) {
    object.set(
        o ->
            other.withDescriptor(
                fd -> {
                  try (Arena arena = Arena.ofShared()) {
                    MemorySegment text = CText.allocate(arena, function);
                    var told =
                        Libbpf.listen(
                            () ->
                                LibbpfProgram.bpf_program__set_attach_target(
                                    o.program(name), fd, text));
                    if (told.value() < 0) {
                      throw new SyscallException(
                          "set the target of '" + name + "' to '" + function + "' of " + other,
                          -told.value(),
                          NativeObject.words(-told.value(), told.messages()));
                    }
                    return true;
                  }
                }));
    return this;
  }

  @Override
  public String toString() {
    return name;
  }
}
