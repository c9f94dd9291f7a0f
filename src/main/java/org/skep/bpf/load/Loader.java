package org.skep.bpf.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.BpfException;
import org.skep.Note;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.LibbpfErrors;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.base.VerifierLogBuffer;
import org.skep.host.LinuxVersion;
import org.skep.host.LockedMemory;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfObject;
import org.skep.internal.libbpf.LibbpfProgram;

/**
 * Loads an object whole, and where Linux refuses a program, again without that one, until the rest
 * loads. libbpf stops at the first refusal and frees everything, and an object can be loaded once,
 * so each attempt opens a fresh copy, which gets the maps of the first one; in the end one {@code
 * bpf_object} holds all that loads, with the maps that its programs share.
 *
 * <p>An attempt after a refusal goes on with the programs that stand behind the refused one. So a
 * program that is accepted is verified twice at most, whatever is refused beside it, and one that
 * is refused twice too: for the second time alone, with its whole log.
 */
public final class Loader {
  /** Statistics alone: cheap, and no log of a valid program overflows. */
  private static final int STATISTICS = 4;

  /** The path that was refused, with statistics. */
  private static final int PATH = 1 | STATISTICS;

  /** Room for the statistics of one program, in address space. */
  private static final long STATISTICS_ROOM = 256 << 10;

  /** What libbpf says when Linux, and not libbpf itself, has refused a program. */
  private static final String LOADING_FAILED = "BPF program load failed";

  private static final Pattern CULPRIT = Pattern.compile("prog '([^']+)': .*", Pattern.DOTALL);

  private final String name;
  private final List<Consumer<NativeObject>> settings;
  private final ProgramSlots slots;
  private final ReusedMaps maps = new ReusedMaps();
  private final Map<String, BpfException> refused = new LinkedHashMap<>();

  private long keptLogs;

  /** Programs that an attempt has shown to load. */
  private final Set<String> accepted = new HashSet<>();

  public Loader(String name, byte[] elf, List<Consumer<NativeObject>> settings) {
    this.name = name;
    this.settings = settings;
    this.slots = ProgramSlots.of(elf);
  }

  /** What a failed attempt left: a positive error number and libbpf's words. */
  private record Failure(int errno, List<String> messages) {}

  /** Loads; takes over {@code first}, which has the settings already. */
  public LoadedObject load(NativeObject first) throws InterruptedException {
    try (maps) {
      return loadAll(first);
    }
  }

  private LoadedObject loadAll(NativeObject first) throws InterruptedException {
    List<String> wanted = autoloaded(first);
    List<String> group = wanted;
    NativeObject object = first;
    if (object.programs().keySet().stream().anyMatch(p -> slots.have(p) && !wanted.contains(p))) {
      object.close();
      object = reopen(group);
    }
    while (true) {
      boolean kept = false;
      try (Arena arena = Arena.ofShared()) {
        Map<String, MemorySegment> logs = prepare(object, arena);
        Optional<Failure> failure = attempt(object);
        if (failure.isEmpty() && group.size() + refused.size() == wanted.size()) {
          Map<String, String> texts = logTexts(logs);
          kept = true;
          return new LoadedObject(
              object, outcomes(object, group, texts), texts, notes(object, group));
        }
        group = failure.isEmpty() ? List.of() : rest(object, group, failure.get());
        if (group.isEmpty()) { // now all that load, together
          group = wanted.stream().filter(p -> !refused.containsKey(p)).toList();
        }
        if (group.isEmpty()) {
          throw allRefused();
        }
      } finally {
        if (!kept) {
          object.close();
        }
      }
      object = reopen(group);
    }
  }

  private static List<String> autoloaded(NativeObject object) {
    return object.programs().entrySet().stream()
        .filter(p -> LibbpfProgram.bpf_program__autoload(p.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, MemorySegment> prepare(NativeObject object, Arena arena) {
    MapChecks.check(object);
    MapDefaults.makeArraysMappable(object);
    MapDefaults.placeArenas(object);
    Pins.prepare(object);
    return prepareLogs(object, arena);
  }

  /** Says why a program was refused, and gives its name. */
  private String refuse(NativeObject object, List<String> group, Failure failure)
      throws InterruptedException {
    String culprit = culprit(failure, group).orElseThrow(() -> wholeRefused(object, failure));
    BpfException why = diagnose(culprit, failure);
    refused.put(culprit, why);
    if (why instanceof UnsupportedFeatureException) {
      refuseTrampolines(object, group);
    }
    return culprit;
  }

  /**
   * What is left to try of a group of which one was refused: what stands behind it, as libbpf loads
   * in this order. What it does before it loads the first, such as relocating, accepts none.
   */
  private List<String> rest(NativeObject object, List<String> group, Failure failure)
      throws InterruptedException {
    int at = group.indexOf(refuse(object, group, failure));
    if (failure.messages().stream().anyMatch(m -> m.contains(LOADING_FAILED))) {
      accepted.addAll(group.subList(0, at));
    }
    return group.stream().filter(p -> !accepted.contains(p) && !refused.containsKey(p)).toList();
  }

  private List<Note> notes(NativeObject object, List<String> loaded) {
    var out = new LinkedHashSet<>(object.programs().keySet());
    loaded.forEach(out::remove);
    return slots.notes(out);
  }

  /** A Linux that refuses one trampoline refuses all, and each attempt costs a load. */
  private void refuseTrampolines(NativeObject object, List<String> tried) {
    for (String program : tried) {
      MemorySegment pointer = object.program(program);
      int type = LibbpfProgram.bpf_program__type(pointer);
      int attachType = LibbpfProgram.bpf_program__expected_attach_type(pointer);
      if (LoadErrors.needsTrampoline(type, attachType)) {
        refused.computeIfAbsent(program, LoadErrors::ofTrampoline);
      }
    }
  }

  /** A fresh copy with the same settings and maps, in which only these programs are loaded. */
  private NativeObject reopen(List<String> programs) {
    NativeObject object =
        ObjectOpener.prepared(name, slots.withOnly(Set.copyOf(programs))).object();
    settings.forEach(setting -> setting.accept(object));
    maps.giveTo(object);
    object
        .programs()
        .forEach(
            (program, pointer) ->
                LibbpfProgram.bpf_program__set_autoload(pointer, programs.contains(program)));
    return object;
  }

  private Optional<Failure> attempt(NativeObject object) throws InterruptedException {
    try (var _ = InnerBuffers.of(object)) {
      var told =
          Libbpf.captureLogInterruptibly(
              () -> LibbpfObject.bpf_object__load(object.pointer()), () -> maps.keep(object));
      if (told.interrupted()) {
        throw new InterruptedException();
      }
      return told.value() == 0
          ? Optional.empty()
          : Optional.of(new Failure(-told.value(), told.messages()));
    }
  }

  private static Map<String, MemorySegment> prepareLogs(NativeObject object, Arena arena) {
    Map<String, MemorySegment> logs = new LinkedHashMap<>();
    if (object.programs().isEmpty()) {
      return logs;
    }
    MemorySegment room =
        VerifierLogBuffer.reserve(arena, STATISTICS_ROOM * object.programs().size());
    long each = room.byteSize() / object.programs().size() & -8;
    object
        .programs()
        .forEach(
            (program, pointer) -> {
              MemorySegment log = room.asSlice(logs.size() * each, each);
              LibbpfProgram.bpf_program__set_log_buf(pointer, log, each);
              LibbpfProgram.bpf_program__set_log_level(pointer, STATISTICS);
              logs.put(program, log);
            });
    return logs;
  }

  private static Map<String, String> logTexts(Map<String, MemorySegment> logs) {
    Map<String, String> texts = new LinkedHashMap<>();
    logs.forEach((program, log) -> texts.put(program, VerifierLogBuffer.read(log)));
    return texts;
  }

  private Map<String, LoadOutcome> outcomes(
      NativeObject object, List<String> loaded, Map<String, String> texts) {
    Map<String, LoadOutcome> outcomes = new LinkedHashMap<>();
    object
        .programs()
        .forEach(
            (program, pointer) -> {
              BpfException why = refused.get(program);
              if (why != null) {
                outcomes.put(program, new LoadOutcome.Refused(why));
              } else if (loaded.contains(program)) {
                outcomes.put(
                    program,
                    new LoadOutcome.Loaded(
                        (int) LibbpfProgram.bpf_program__insn_cnt(pointer),
                        VerifierLogBuffer.verification(texts.getOrDefault(program, ""))));
              } else {
                outcomes.put(program, new LoadOutcome.Skipped("loading it was not asked for"));
              }
            });
    return outcomes;
  }

  /** The program that libbpf was at when it stopped: the last that it complained about. */
  private static Optional<String> culprit(Failure failure, List<String> tried) {
    for (String message : failure.messages().reversed()) {
      Matcher m = CULPRIT.matcher(message);
      if (m.matches() && tried.contains(m.group(1))) {
        return Optional.of(m.group(1));
      }
    }
    return tried.size() == 1 && failure.messages().isEmpty()
        ? Optional.of(tried.getFirst())
        : Optional.empty();
  }

  /** Loads the culprit alone, with room for its whole log. */
  private BpfException diagnose(String program, Failure inCompany) throws InterruptedException {
    NativeObject object = reopen(List.of(program));
    try (Arena arena = Arena.ofShared()) {
      MemorySegment log =
          VerifierLogBuffer.reserve(arena, keptLogs, Runtime.getRuntime().maxMemory());
      MemorySegment pointer = object.program(program);
      LibbpfProgram.bpf_program__set_log_buf(pointer, log, log.byteSize());
      LibbpfProgram.bpf_program__set_log_level(pointer, PATH);
      Optional<Failure> alone = attempt(object);
      Failure failure = alone.orElse(inCompany);
      // Linux answers so where the log has no room, whatever else is wrong.
      boolean isCut = Errno.ENOSPC.is(-failure.errno());
      String text = alone.isPresent() ? VerifierLogBuffer.read(log) : "";
      keptLogs += text.length();
      return LoadErrors.ofLoad(
          program,
          LibbpfProgram.bpf_program__section_name(pointer),
          LibbpfProgram.bpf_program__type(pointer),
          LibbpfProgram.bpf_program__expected_attach_type(pointer),
          isCut ? inCompany.errno() : failure.errno(),
          VerifierLogBuffer.marked(text, log, failure.errno()),
          failure.messages(),
          LibbpfErrors.explain(slots.elf(), failure.messages()));
    } finally {
      object.close();
    }
  }

  private BpfException wholeRefused(NativeObject object, Failure failure) {
    return Pins.refusal(object, failure.errno(), failure.messages())
        .or(() -> MapCreationErrors.refusal(object, failure.messages()))
        .orElseGet(
            () ->
                new SyscallException(
                    "load object '" + name + "'",
                    failure.errno(),
                    LibbpfErrors.explain(slots.elf(), failure.messages())
                        .orElseGet(
                            () ->
                                NativeObject.words(failure.errno(), withoutGuess(failure))
                                    + memory(failure.errno()))));
  }

  /** Where Linux refuses everything, libbpf guesses at the limit of locked memory. */
  private static List<String> withoutGuess(Failure failure) {
    return failure.messages().stream()
        .filter(m -> !m.contains("RLIMIT_MEMLOCK") && !m.contains("ulimit -l"))
        .toList();
  }

  /** What else EPERM may mean, where maps count as locked memory. */
  private static String memory(int errno) {
    return Errno.EPERM.is(-errno)
        ? LockedMemory.bound(LinuxVersion.running(), LockedMemory.limit())
            .map(bound -> "; " + bound)
            .orElse("")
        : "";
  }

  private BpfException allRefused() {
    var reasons = refused.values().iterator();
    BpfException first = reasons.next();
    reasons.forEachRemaining(first::addSuppressed);
    return first;
  }
}
