package org.skep.notebook.ebpf;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import org.skep.bpf.EventSource;
import org.skep.bpf.recording.Replay;
import org.skep.notebook.ebpf.cell.BpfCellRunner;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.ebpf.view.TableOptions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.UserFile;
import tech.tablesaw.api.Table;

/** {@code %replay FILE}: what was recorded, as the table that it was. */
final class ReplayMagic implements LineMagic {
  static final MagicSpec SPEC =
      TableOptions.declare(
              MagicSpec.named(
                      "replay", "Reads what was recorded, on any machine and without rights")
                  .required(
                      "FILE",
                      "what %events or %map wrote by --record or --to; any Parquet file",
                      Completers.PATHS))
          .option("keep", "N", "how many rows the table has, the last (1,000,000)")
          .flag("source", "print the program that sent the events, where it was recorded")
          .details("The same from Java: Replay.of(Path.of(\"FILE\"), 1_000_000).table().")
          .example("%replay opens.events --sort -at --top 10")
          .value(Table.class)
          .build();

  @Override
  public Object run(Arguments arguments, MagicContext context) throws InterruptedException {
    try {
      var recording =
          replay(
              UserFile.toRead(arguments.get("FILE")),
              arguments.integer("keep").orElse(EventSource.KEPT));
      if (arguments.flag("source")) {
        String source = recording.about().getOrDefault("source", "the source was not recorded");
        context.output().stream(false, source.strip() + "\n");
      }
      return TableOptions.show(recording.table(), arguments, context);
    } catch (UncheckedIOException e) {
      throw new MagicException(
          "replay '"
              + arguments.get("FILE")
              + "': "
              + BpfCellRunner.reason(Objects.requireNonNull(e.getCause())),
          e);
    } catch (IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Replay replay(Path file, int keep) throws InterruptedException {
    return Stoppable.call(() -> Replay.of(file, keep));
  }
}
