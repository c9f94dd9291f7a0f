package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.VerifierException;
import org.skep.bpf.attach.AttachMismatch;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.AttachTargetParser;
import org.skep.bpf.attach.Attacher;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.attach.NativeLink;
import org.skep.bpf.attach.SectionTarget;
import org.skep.bpf.base.MemoryUse;
import org.skep.bpf.base.ProgramHandle;
import org.skep.bpf.base.ProgramInfo;
import org.skep.bpf.code.Disassembler;
import org.skep.bpf.code.Disassembly;
import org.skep.bpf.code.ProgramCode;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.run.ArgumentSize;
import org.skep.bpf.run.TestRun;
import org.skep.bpf.run.TestRunKind;
import org.skep.bpf.run.TestRunResult;
import org.skep.bpf.run.TestRunner;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Uapi;

/** A program of a loaded object: a function that the kernel runs, or one that it refused. */
public final class BpfProgram implements ProgramHandle {
  private final BpfObject object;
  private final String name;
  private final MemorySegment pointer;
  private final String section;
  private final int type;
  private final LoadOutcome outcome;
  private final String log;
  private volatile @Nullable AttachOutcome unattached;
  private volatile @Nullable BpfLink latest;
  private volatile String refusals = "";

  BpfProgram(
      BpfObject object, String name, MemorySegment pointer, LoadOutcome outcome, String log) {
    this.object = object;
    this.name = name;
    this.pointer = pointer;
    this.section = LibbpfProgram.bpf_program__section_name(pointer);
    this.type = LibbpfProgram.bpf_program__type(pointer);
    this.outcome = outcome;
    this.log = log;
  }

  @Override
  public String name() {
    return name;
  }

  /** The name of its section in the source, such as {@code tracepoint/sched/sched_switch}. */
  public String section() {
    return section;
  }

  @Override
  public String type() {
    String known = Libbpf.libbpf_bpf_prog_type_str(type);
    return known.isEmpty() && type == Uapi.BPF_PROG_TYPE_NETFILTER ? "netfilter" : known;
  }

  /** The object that it is part of. */
  public BpfObject owner() {
    return object;
  }

  /** What became of it when its object was loaded. */
  public LoadOutcome loaded() {
    return outcome;
  }

  /**
   * Whether it is attached, asked of the kernel for each of its links; empty before the first
   * attempt. It counts as attached while any of them holds it.
   */
  public Optional<AttachOutcome> attachment() {
    BpfLink last = latest;
    String refused = refusals;
    var holding = new ArrayList<BpfLink>();
    var gone = new ArrayList<AttachOutcome.TargetGone>();
    for (BpfLink link : links()) {
      switch (link.state()) {
        case LinkState.Attached _ -> holding.add(link);
        case LinkState.Gone(String reason) -> gone.add(new AttachOutcome.TargetGone(link, reason));
        case LinkState.Closed _ -> {}
      }
    }
    if (!holding.isEmpty()) {
      BpfLink link = holding.getLast();
      String misses =
          Stream.concat(
                  refused.lines(),
                  gone.stream()
                      .map(g -> "'" + name + "' on " + g.link().describe() + ": " + g.reason()))
              .collect(Collectors.joining("\n"));
      return Optional.of(
          misses.isEmpty()
              ? new AttachOutcome.Attached(link)
              : new AttachOutcome.PartlyAttached(link, misses));
    }
    if (!refused.isEmpty()) {
      return Optional.of(new AttachOutcome.NotAttached(refused));
    }
    if (!gone.isEmpty()) {
      return Optional.of(gone.getLast());
    }
    AttachOutcome other = unattached;
    return last == null || other instanceof AttachOutcome.TailCalled
        ? Optional.ofNullable(other)
        : Optional.of(new AttachOutcome.Detached());
  }

  /** Those that are not closed; of a function of struct_ops, that of its map. */
  private List<BpfLink> links() {
    BpfLink last = latest;
    List<BpfLink> own =
        object.ownedLinks().open().stream().filter(l -> l.program().equals(name)).toList();
    return own.isEmpty() && last != null && !last.isClosed() ? List.of(last) : own;
  }

  /**
   * What the verifier said: everything where it refused the program, statistics where it did not.
   */
  public String log() {
    return outcome instanceof LoadOutcome.Refused(VerifierException why) ? why.log() : log;
  }

  /** Where its section name says that it is to be attached; empty where that does not say. */
  public Optional<AttachPoint> declaredPoint() {
    return SectionTarget.declared(type, section) instanceof SectionTarget.At(AttachPoint point)
        ? Optional.of(point)
        : Optional.empty();
  }

  /**
   * A place written as text, by the type of the program: {@code eth0} or {@code eth0:egress}, the
   * path of a cgroup, {@code sched:sched_switch}, {@code tcp_connect} or {@code tcp_connect+0x10},
   * {@code libc.so.6:malloc,pid=4711}, {@code libc.so.6:libc:setjmp}, {@code cpu-clock:99hz},
   * {@code ipv4:input:10}, a PID or a path for its network namespace, the name of a map of sockets.
   *
   * @throws IllegalArgumentException if it is no place for this type; the message says what one
   *     looks like
   */
  public AttachPoint pointAt(String place) {
    int attachType = LibbpfProgram.bpf_program__expected_attach_type(pointer);
    return new AttachTargetParser(name, type, attachType, section, object::map).parse(place);
  }

  /**
   * Attaches it to where its section name says.
   *
   * @return what holds it there; the object owns it
   * @throws IllegalStateException if it is not loaded or the section does not say where
   * @throws BpfException if it is refused
   */
  public BpfLink attach() {
    return switch (SectionTarget.declared(type, section)) {
      case SectionTarget.At(AttachPoint point) -> attach(point);
      case SectionTarget.Needs(String what, String example) ->
          throw new IllegalStateException(
              "attach '"
                  + name
                  + "': section '"
                  + section
                  + "' does not say where: it needs "
                  + what
                  + " (--on "
                  + name
                  + "="
                  + example
                  + ", or attach(pointAt(\""
                  + example
                  + "\")))");
      case SectionTarget.Never(String reason) ->
          throw new IllegalStateException("attach '" + name + "': " + reason);
    };
  }

  /**
   * Attaches it. It can be attached to several places at a time.
   *
   * @return what holds it there; the object owns it
   * @throws IllegalStateException if it is not loaded
   * @throws BpfException if it is refused
   */
  public BpfLink attach(AttachPoint point) {
    BpfLink made =
        object
            .lifetime()
            .use(
                () -> {
                  requireLoaded();
                  BpfLink link = new BpfLink(name, point, links(point));
                  object.ownedLinks().add(link);
                  latest = link;
                  refusals = "";
                  return link;
                });
    AttachListeners.tell(made);
    return made;
  }

  private List<NativeLink> links(AttachPoint point) {
    try {
      return new Attacher(name, pointer, object.ownedLinks().usdt()).attach(point);
    } catch (SyscallException e) {
      if (AttachMismatch.fits(type, point)) {
        throw e;
      }
      throw new SyscallException(
          e.operation(),
          e.errno(),
          "programs of type "
              + type()
              + " cannot attach there"
              + AttachMismatch.goes(type, section));
    }
  }

  /** Tries to attach as the section says; {@link #attachment()} has the outcome. */
  void attachAsDeclared() {
    if (!(outcome instanceof LoadOutcome.Loaded)) {
      return;
    }
    switch (SectionTarget.declared(type, section)) {
      case SectionTarget.At(AttachPoint point) -> attachTo(List.of(point));
      case SectionTarget.Needs(String what, String example) ->
          notAttached(new AttachOutcome.NeedsTarget(what, example));
      case SectionTarget.Never(String reason) -> notAttached(new AttachOutcome.NotAttached(reason));
    }
  }

  /** Tries to attach to each; {@link #attachment()} has the outcome, with every refusal. */
  void attachTo(List<AttachPoint> points) {
    if (!(outcome instanceof LoadOutcome.Loaded)) {
      return;
    }
    var refused = new ArrayList<String>();
    for (AttachPoint point : points) {
      try {
        attach(point);
      } catch (BpfException e) {
        refused.add(String.valueOf(e.getMessage()));
      }
    }
    refusals = String.join("\n", refused);
  }

  /** A program that others call need not be attached. */
  private void notAttached(AttachOutcome why) {
    if (!(unattached instanceof AttachOutcome.TailCalled)) {
      unattached = why;
    }
  }

  /** Notes that it was put into an array of programs. */
  void tailCalledFrom(String place) {
    unattached = new AttachOutcome.TailCalled(place);
  }

  /** Takes over what became of the struct_ops maps, if it is for one. */
  void attachedByMaps(@Nullable BpfLink link, String refusal) {
    if (type == Uapi.BPF_PROG_TYPE_STRUCT_OPS && outcome instanceof LoadOutcome.Loaded) {
      latest = link;
      refusals = refusal;
    }
  }

  /**
   * Asks the kernel about it.
   *
   * @throws IllegalStateException if it is not loaded
   */
  public ProgramInfo info() {
    return withDescriptor(fd -> ProgramInfo.of(name, fd));
  }

  /**
   * Counts its runs for a while; {@link RunStatistics#collect} does so for many.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   * @throws BpfException if the kernel refuses to count
   */
  public RunStatistics statistics(Duration time) throws InterruptedException {
    return RunStatistics.collect(List.of(this), time);
  }

  /**
   * Runs it on given data instead of at its hook: for networking, raw tracepoint, {@code sk_lookup}
   * and {@code syscall} programs.
   *
   * @throws IllegalStateException if it is not loaded
   * @throws InterruptedException if the thread is interrupted meanwhile
   * @throws BpfException if Linux has no such run for its type, or refuses the data
   */
  public TestRunResult run(TestRun how) throws InterruptedException {
    TestRunKind kind = TestRunKind.of(type, ArgumentSize.of(object.types(), name));
    int attachType = LibbpfProgram.bpf_program__expected_attach_type(pointer);
    return new TestRunner(this, kind, how).run(how.repeat(), type, attachType);
  }

  /**
   * Runs an iterator over all that it iterates on, through the link that it has, or one for this
   * time alone where its section says what it iterates on.
   *
   * @throws IllegalStateException if it is not loaded, or its section leaves open what it iterates
   *     on and it is not attached
   * @throws BpfException if it is not an iterator
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Iteration iterate() throws InterruptedException {
    var attached = object.links().stream().filter(l -> l.program().equals(name)).findFirst();
    if (attached.isPresent()) {
      return new Iteration(this, attached.get().read());
    }
    try (BpfLink link = attach()) {
      return new Iteration(this, link.read());
    }
  }

  /**
   * Its BPF instructions as the verifier left them, with the lines of the source.
   *
   * @throws IllegalStateException if it is not loaded
   * @throws BpfException if the kernel does not tell them
   */
  public Disassembly disassembly() {
    return disassembler().translated();
  }

  /**
   * Its instructions of the CPU, with the lines of the source; decoded by objdump.
   *
   * @throws IllegalStateException if it is not loaded
   * @throws InterruptedException if the thread is interrupted meanwhile
   * @throws BpfException if the kernel does not tell them, or interprets programs, or there is no
   *     objdump
   */
  public Disassembly machineCode() throws InterruptedException {
    return disassembler().compiled();
  }

  private Disassembler disassembler() {
    ProgramCode code = withDescriptor(fd -> ProgramCode.read(name, fd));
    Map<Integer, String> maps = new HashMap<>();
    object.maps().forEach(m -> maps.put(m.id(), m.name()));
    return new Disassembler(name, code, object.types(), maps);
  }

  /**
   * How much memory of the kernel its instructions take, in bytes, those of the CPU not counted
   * ({@link ProgramInfo#compiledBytes}); empty where the kernel does not tell.
   *
   * @throws IllegalStateException if it is not loaded
   */
  public OptionalLong memory() {
    return withDescriptor(MemoryUse::of);
  }

  /** The kernel's number of the program, as bpftool shows it. */
  public int id() {
    return info().id();
  }

  @Override
  public <T> T withDescriptor(IntFunction<T> work) {
    return object
        .lifetime()
        .use(
            () -> {
              requireLoaded();
              return work.apply(LibbpfProgram.bpf_program__fd(pointer));
            });
  }

  private void requireLoaded() {
    if (!(outcome instanceof LoadOutcome.Loaded)) {
      throw new IllegalStateException("program '" + name + "' is not loaded (loaded() says why)");
    }
  }

  @Override
  public String toString() {
    return "program '" + name + "' of " + object.name();
  }
}
