package org.skep.notebook.ebpf;

import org.jspecify.annotations.Nullable;
import org.skep.compile.BpfSource;
import org.skep.notebook.ebpf.cell.BpfCellRunner;
import org.skep.notebook.ebpf.cell.CellOptions;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.HeaderMagic;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.CellMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;

/**
 * {@code %%bpf NAME}: compiles the C below, loads it, attaches it where its section names say, and
 * defines the variable NAME.
 */
final class BpfCellMagic implements CellMagic {
  private final MagicSpec spec;
  private final BpfCellRunner runner;
  private final Experiments experiments;
  private final HeaderMagic headers;

  BpfCellMagic(BpfCellRunner runner, Experiments experiments, HeaderMagic headers) {
    this.runner = runner;
    this.experiments = experiments;
    this.headers = headers;
    this.spec =
        CellOptions.declare(
                MagicSpec.named(
                        "bpf", "Compiles, loads and attaches the C below as the object NAME")
                    .required("NAME", "the object, and the Java variable that holds it"),
                experiments)
            .details(
                """
                A cell that includes nothing gets the types of the running Linux (vmlinux.h), libbpf's
                headers and skep.h; what %%header cells define can be included. Running the cell again
                replaces the object. NAME.close() closes it.
                """)
            .example("%%bpf opens")
            .example("%%bpf opens --set pid=4711 --size counts=100000")
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  @Override
  public @Nullable Object run(Arguments arguments, String body, MagicContext context)
      throws InterruptedException {
    String name = arguments.get("NAME");
    if (body.isBlank()) {
      throw new MagicException(
          "read cell '"
              + name
              + "': no C below the first line (write it there, or see %%bpf --help)");
    }
    var options = new CellOptions(arguments, experiments);
    // So that a line of the text has the number of its line in the cell, in clang's words as in the
    // verifier's.
    var plain = BpfSource.of(name, "\n".repeat(arguments.line()) + body);
    return runner.run(plain, headers.all(), options, context);
  }
}
