package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.skep.SyscallException;
import org.skep.bpf.attach.AttachOptions;
import org.skep.bpf.attach.AttachTargetParser;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.base.ProgramHandle;
import org.skep.bpf.load.LoadErrors;
import org.skep.bpf.load.SectionTypes;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.Libbpf.ProgramKind;
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

  /** Names of types that {@link #type(String)} takes, as sections have them. */
  public static List<String> types() {
    return SectionTypes.TYPES;
  }

  /**
   * Says what type of program it is, where its section does not.
   *
   * @param typeName a section name without the place, such as {@code xdp}, {@code tc} or {@code
   *     cgroup/skb}, or the name of a type, such as {@code sched_cls}
   * @throws IllegalArgumentException if libbpf knows no such type
   */
  public OpenProgram type(String typeName) {
    ProgramKind kind = SectionTypes.kindOf(name, typeName);
    object.set(o -> SectionTypes.set(o.program(name), kind));
    return this;
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
   * Whether the place where it is attached has to be known when it is loaded; {@link
   * #target(String)} sets it.
   */
  public boolean needsTargetToLoad() {
    return object.ask(
        () ->
            AttachTargetParser.belongsToLoading(
                LibbpfProgram.bpf_program__type(pointer()),
                LibbpfProgram.bpf_program__section_name(pointer())));
  }

  /**
   * Says what function of the kernel a program of {@code fentry}, {@code fexit}, {@code fmod_ret},
   * {@code lsm}, {@code tp_btf} or {@code iter} is for, which the verifier has to know.
   *
   * @param function the function, hook, tracepoint or kind of iterator, as after the slash of a
   *     section name; a cookie after it, as places have it, is left to attaching
   * @throws SyscallException if Linux has no such function
   */
  public OpenProgram target(String function) {
    String name = AttachOptions.of(function).place(); // a cookie is for attaching
    object.set(o -> setTarget(o, 0, name, "'" + name + "' of the kernel"));
    return this;
  }

  /**
   * Says what function of another loaded program an {@code freplace} program is for, which the
   * verifier has to know.
   *
   * @throws SyscallException if the other program has no such function
   */
  public OpenProgram target(ProgramHandle other, String function) {
    object.set(
        o ->
            other.withDescriptor(
                fd -> {
                  setTarget(o, fd, function, "'" + function + "' of " + other);
                  return true;
                }));
    return this;
  }

  private void setTarget(NativeObject in, int fd, String function, String words) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment text = CText.allocate(arena, function);
      var told =
          Libbpf.captureLog(
              () -> LibbpfProgram.bpf_program__set_attach_target(in.program(name), fd, text));
      if (told.value() < 0) {
        throw new SyscallException(
            "set the target of '" + name + "' to " + words,
            -told.value(),
            fd == 0 && (Errno.ENOENT.is(told.value()) || Errno.ESRCH.is(told.value()))
                ? LoadErrors.unknownTarget(
                    LibbpfProgram.bpf_program__expected_attach_type(in.program(name)), function)
                : NativeObject.words(-told.value(), told.messages()));
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
