package org.skep.notebook.ebpf.cell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.Note;
import org.skep.VerifierException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.OpenBpfObject;
import org.skep.bpf.load.LoadOutcome;
import org.skep.compile.BpfSource;
import org.skep.compile.CompiledObject;
import org.skep.notebook.ebpf.state.Toolchain;
import org.skep.notebook.magic.MagicContext;

/**
 * Loads the object of a cell. Where the verifier rejects programs that are compiled for a newer
 * instruction set than clang's default, the same source compiled for the older one is loaded in its
 * place if more of it loads: some sources are written for what the older one makes of them.
 */
final class CellLoader {
  private static final String OLDER = "v2";

  /** A load that took longer is not tried again. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * What was loaded.
   *
   * @param older what it was loaded from in place of what was given
   */
  record Loaded(BpfObject object, Optional<CompiledObject> older, List<Note> notes) {}

  private final Toolchain toolchain;
  private final BpfSource source;
  private final CellOptions options;
  private final MagicContext context;

  CellLoader(Toolchain toolchain, BpfSource source, CellOptions options, MagicContext context) {
    this.toolchain = toolchain;
    this.source = source;
    this.options = options;
    this.context = context;
  }

  /** Loads an object file as it is. */
  Loaded load(byte[] elf) throws InterruptedException {
    List<Note> notes;
    BpfObject object;
    try (OpenBpfObject open = OpenBpfObject.open(source.name(), elf)) {
      notes = new ArrayList<>(open.notes());
      options.apply(open, context);
      try (var _ = Progress.of(context.output(), "loading '" + source.name() + "'")) {
        object = open.load();
      }
    }
    notes.addAll(object.notes());
    return new Loaded(object, Optional.empty(), notes);
  }

  /** Loads what was compiled of the source, or what it is for the older instruction set. */
  Loaded load(CompiledObject compiled) throws InterruptedException {
    long start = System.nanoTime();
    Loaded first = null;
    BpfException why = null;
    Set<String> rejected;
    try {
      first = load(compiled.elf());
      rejected = rejected(first.object());
    } catch (BpfException e) {
      why = e;
      rejected = rejected(e);
    }
    boolean isSlow = System.nanoTime() - start > PATIENCE.toNanos();
    if (!rejected.isEmpty() && !isSlow && !compiled.instructions().isOlderThan("v3")) {
      Optional<Loaded> other = older(compiled, first, rejected);
      if (other.isPresent()) {
        if (first != null) {
          first.object().close();
        }
        return other.get();
      }
    }
    if (first == null) {
      throw why == null ? new IllegalStateException() : why;
    }
    return first;
  }

  private Optional<Loaded> older(
      CompiledObject compiled, @Nullable Loaded first, Set<String> rejected)
      throws InterruptedException {
    if (source.flags().stream().anyMatch(f -> f.startsWith("-mcpu="))) {
      return Optional.empty();
    }
    CompiledObject again;
    Loaded other;
    try {
      var flags = new ArrayList<>(source.flags());
      flags.add("-mcpu=" + OLDER);
      again = toolchain.compiler().compile(source.withFlags(flags));
      other = load(again.elf());
    } catch (BpfException e) {
      return Optional.empty();
    }
    var still = rejected(other.object());
    var accepted = rejected.stream().filter(p -> !still.contains(p)).sorted().toList();
    if (accepted.isEmpty() || (first != null && !rejected.containsAll(still))) {
      other.object().close();
      return Optional.empty();
    }
    var notes = new ArrayList<>(other.notes());
    notes.add(
        Note.change(
            "compiled with -mcpu="
                + OLDER
                + ", as the verifier rejects "
                + accepted.stream().map(p -> "'" + p + "'").collect(Collectors.joining(", "))
                + " compiled with "
                + compiled.instructions().flag()));
    return Optional.of(new Loaded(other.object(), Optional.of(again), notes));
  }

  private static Set<String> rejected(BpfObject object) {
    return object.programs().stream()
        .filter(
            p ->
                p.loaded() instanceof LoadOutcome.Refused(var why)
                    && why instanceof VerifierException)
        .map(BpfProgram::name)
        .collect(Collectors.toSet());
  }

  /** Where nothing was loaded: the first reason has the others suppressed. */
  private static Set<String> rejected(BpfException nothingLoaded) {
    var all = new HashSet<String>();
    Stream.concat(Stream.of(nothingLoaded), Stream.of(nothingLoaded.getSuppressed()))
        .forEach(
            e -> {
              if (e instanceof VerifierException rejection) {
                all.add(rejection.program());
              }
            });
    return all;
  }
}
