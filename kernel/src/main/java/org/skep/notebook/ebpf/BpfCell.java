package org.skep.notebook.ebpf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.CompileException;
import org.skep.VerifierException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.OpenBpfObject;
import org.skep.compile.BpfSource;
import org.skep.compile.CompiledObject;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.Experiment.Timing;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.CellMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;

/**
 * {@code %%bpf NAME}: compiles the C below, loads it, attaches it where its section names say, and
 * defines the variable NAME.
 *
 * <p>The new object is attached before the old one of the same name is let go. Whatever fails, the
 * old one stays as it was.
 */
final class BpfCell implements CellMagic {
  static final MagicSpec SPEC =
      MagicSpec.named("bpf", "Compiles, loads and attaches the C below as the object NAME")
          .required("NAME", "the object, and the Java variable that holds it")
          .flag("no-attach", "load the programs, and leave attaching to NAME.program(...).attach()")
          .details(
              """
              A cell that includes nothing gets the types of the running Linux (vmlinux.h), libbpf's
              headers and skep.h. Running the cell again replaces the object. NAME.close() lets it go.
              """)
          .example("%%bpf opens")
          .build();

  private final Toolchain toolchain;
  private final Experiments experiments;

  BpfCell(Toolchain toolchain, Experiments experiments) {
    this.toolchain = toolchain;
    this.experiments = experiments;
  }

  @Override
  public @Nullable Object run(Arguments arguments, String body, MagicContext context)
      throws InterruptedException {
    String name = arguments.get("NAME");
    requireVariableName(name);
    if (body.isBlank()) {
      throw new MagicException(
          "read cell '"
              + name
              + "': no C below the first line (write it there, or see %%bpf --help)");
    }
    // So that a line of the text has the number of its line in the cell, in clang's words as in the
    // verifier's.
    String text = "\n".repeat(arguments.line()) + body;
    var source = BpfSource.of(name, text);
    try {
      Experiment experiment = start(source, !arguments.flag("no-attach"));
      context.define(name, BpfObject.class.getName(), experiment.object());
      experiments.replace(experiment);
      return experiment;
    } catch (BpfException e) {
      details(e, source).ifPresent(bundle -> context.output().display(bundle, null));
      String message =
          e instanceof VerifierException refusal
              ? new VerifierView(refusal, source).summary()
              : e.getMessage();
      throw new MagicException(message + stillThere(name), e);
    }
  }

  private Experiment start(BpfSource source, boolean attach) throws InterruptedException {
    CompiledObject compiled = toolchain.compiler().compile(source);
    long beforeLoad = System.nanoTime();
    BpfObject object;
    try (OpenBpfObject open = OpenBpfObject.open(source.name(), compiled.elf())) {
      object = open.load();
    }
    long beforeAttach = System.nanoTime();
    try {
      if (attach) {
        object.attachAll();
      }
      var timing =
          new Timing(
              compiled.took(),
              compiled.cached(),
              Duration.ofNanos(beforeAttach - beforeLoad),
              Duration.ofNanos(System.nanoTime() - beforeAttach));
      return new Experiment(
          object, source, compiled.warnings(), new ArrayList<>(compiled.notes()), timing);
    } catch (RuntimeException | Error e) {
      object.close();
      throw e;
    }
  }

  private static Optional<MimeBundle> details(BpfException failure, BpfSource source) {
    return switch (failure) {
      case CompileException e -> Optional.of(new DiagnosticsView(source).of(e));
      case VerifierException e -> Optional.of(new VerifierView(e, source).bundle());
      default -> Optional.empty();
    };
  }

  private String stillThere(String name) {
    return experiments.find(name).isPresent()
        ? "\n'" + name + "' of the earlier run is still loaded, as it was"
        : "";
  }

  private static void requireVariableName(String name) {
    if (!SourceVersion.isIdentifier(name) || SourceVersion.isKeyword(name) || name.equals("_")) {
      throw new MagicException(
          "name the object '"
              + name
              + "': not a name for a Java variable (letters, digits and '_', such as 'opens')");
    }
  }
}
