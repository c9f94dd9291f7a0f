package org.skep.notebook.ebpf.cell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.lang.model.SourceVersion;
import org.skep.BpfException;
import org.skep.CompileException;
import org.skep.CompileException.Diagnostic;
import org.skep.Note;
import org.skep.VerifierException;
import org.skep.bpf.BpfObject;
import org.skep.compile.BpfSource;
import org.skep.compile.BpfSource.Header;
import org.skep.compile.CompiledObject;
import org.skep.host.Rights;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.Experiment.Timing;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.Toolchain;
import org.skep.notebook.ebpf.view.DiagnosticsView;
import org.skep.notebook.ebpf.view.VerifierView;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.UserFile;

/**
 * From a text of C, or an object file, to a variable of the notebook.
 *
 * <p>The new object is attached before the old one of the same name is let go. Whatever fails, the
 * old one stays as it was, and nothing is left of the new one.
 */
public final class BpfCellRunner {
  /** How an object came to be, and what was said meanwhile. */
  private record Origin(
      Duration took, boolean cached, List<Diagnostic> warnings, List<Note> notes) {}

  /** Loads a compiled source or an object file. */
  private interface Loading {
    CellLoader.Loaded load(CellLoader loader) throws InterruptedException;
  }

  private final Toolchain toolchain;
  private final Experiments experiments;

  /** What is done for every text is said with the first one. */
  private final Set<String> routineTold = ConcurrentHashMap.newKeySet();

  public BpfCellRunner(Toolchain toolchain, Experiments experiments) {
    this.toolchain = toolchain;
    this.experiments = experiments;
  }

  /**
   * Compiles, loads and attaches a text; its name becomes the variable.
   *
   * @param headers texts that it may include
   */
  public Experiment run(
      BpfSource text, List<Header> headers, CellOptions options, MagicContext context)
      throws InterruptedException {
    return explained(
        text,
        context,
        () -> {
          if (options.saveTo().isEmpty()) { // else compiling alone is of use
            Rights.missing()
                .ifPresent(
                    why -> {
                      throw new MagicException("load '" + text.name() + "': not permitted: " + why);
                    });
          }
          BpfSource source = options.source(text, headers);
          CompiledObject compiled = toolchain.compiler().compile(source);
          var notes = new ArrayList<>(compiled.notes());
          notes.add(Note.routine(compiled.instructions().describe()));
          notes.removeIf(n -> n.level() == Note.Level.ROUTINE && !routineTold.add(n.text()));
          for (Path file : options.saveTo()) {
            write(file, compiled.elf());
            notes.add(Note.change("the compiled object was written to " + file));
          }
          return start(
              source,
              loader -> {
                var loaded = loader.load(compiled);
                for (CompiledObject older : loaded.older().stream().toList()) {
                  options.saveTo().forEach(file -> write(file, older.elf()));
                  notes.removeIf(n -> n.text().equals(compiled.instructions().describe()));
                }
                return loaded;
              },
              new Origin(compiled.took(), compiled.cached(), compiled.warnings(), notes),
              options,
              context);
        });
  }

  /** Loads and attaches a compiled object. */
  public Experiment run(String name, Path file, CellOptions options, MagicContext context)
      throws InterruptedException {
    var source = BpfSource.of(name, "");
    return explained(
        source,
        context,
        () ->
            start(
                source,
                loader -> loader.load(read(file)),
                new Origin(
                    Duration.ZERO,
                    true,
                    List.of(),
                    List.of(Note.change("the object was read from " + file))),
                options,
                context));
  }

  /** In bytes: of an object with its debug information. */
  private static final int LARGEST_OBJECT = 256 << 20;

  /** A step that clang, the verifier or Linux may refuse. */
  private interface Step {
    Experiment run() throws InterruptedException;
  }

  private Experiment explained(BpfSource source, MagicContext context, Step step)
      throws InterruptedException {
    String name = source.name();
    requireVariableName(name);
    try {
      return step.run();
    } catch (BpfException e) {
      details(e, source).ifPresent(bundle -> context.output().display(bundle, null));
      String message =
          e instanceof VerifierException refusal
              ? VerifierView.ofLoaded(refusal, source).summary()
              : e.getMessage();
      throw new MagicException(message + stillThere(name), e);
    } catch (MagicException
        | IllegalArgumentException
        | IllegalStateException
        | UncheckedIOException e) {
      throw new MagicException(e.getMessage() + stillThere(name), e);
    }
  }

  private Experiment start(
      BpfSource source, Loading loading, Origin origin, CellOptions options, MagicContext context)
      throws InterruptedException {
    long beforeLoad = System.nanoTime();
    var loaded = loading.load(new CellLoader(toolchain, source, options, context));
    BpfObject object = loaded.object();
    var notes = new ArrayList<>(origin.notes());
    notes.addAll(loaded.notes());
    if (object.programs().isEmpty()) {
      notes.add(
          Note.warning(
              "there is no program in it: a hook before a function makes it one, such as"
                  + " SEC(\"tracepoint/syscalls/sys_enter_openat\")"));
    }
    long beforeAttach = System.nanoTime();
    try {
      notes.addAll(options.attach(object, context));
      var timing =
          new Timing(
              origin.took(),
              origin.cached(),
              Duration.ofNanos(beforeAttach - beforeLoad),
              Duration.ofNanos(System.nanoTime() - beforeAttach));
      var experiment = new Experiment(object, source, origin.warnings(), notes, timing);
      context.define(source.name(), BpfObject.class.getName(), object);
      experiments.replace(experiment);
      return experiment;
    } catch (RuntimeException | Error e) {
      object.close();
      throw e;
    }
  }

  private static Optional<MimeBundle> details(BpfException failure, BpfSource source) {
    return switch (failure) {
      case CompileException e -> Optional.of(new DiagnosticsView(source).of(e));
      case VerifierException e -> Optional.of(VerifierView.ofRefused(e, source).bundle());
      default -> Optional.empty();
    };
  }

  private String stillThere(String name) {
    return experiments.find(name).isPresent()
        ? "\n'" + name + "' of the earlier run is still loaded, as it was"
        : "";
  }

  private static void requireVariableName(String name) {
    if (SourceVersion.isKeyword(name)) {
      throw new MagicException(
          "name the object '" + name + "': a word of Java's own (take another, such as 'opens')");
    }
    if (!SourceVersion.isIdentifier(name)) {
      throw new MagicException(
          "name the object '"
              + name
              + "': not a name for a Java variable (letters, digits and '_', such as 'opens')");
    }
  }

  private static byte[] read(Path file) {
    return UserFile.read(file.toString(), LARGEST_OBJECT);
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("write object '" + file + "': " + reason(e), e);
    }
  }

  /** Java's messages of missing files are only the path. */
  public static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "no such file or folder";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
