package org.skep.notebook;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.BoundedOutput;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.magic.CellParser;
import org.skep.notebook.magic.OtherLanguage;
import org.skep.notebook.shell.Evaluation;
import org.skep.notebook.wire.CellChannel;
import org.skep.notebook.wire.CompletenessReply;
import org.skep.notebook.wire.CompletionReply;
import org.skep.notebook.wire.ExecuteReply;
import org.skep.notebook.wire.ExecuteRequest;
import org.skep.notebook.wire.KernelHandler;
import org.skep.notebook.wire.MimeData;

/**
 * Answers what the protocol asks: finds the magics in a cell, runs it, shows its result.
 *
 * <p>The session is made by another thread; what needs it waits.
 */
final class NotebookKernel implements KernelHandler {
  private static final Duration LAST_CELL_PATIENCE = Duration.ofMillis(200);

  private final CompletableFuture<Session> session;
  private final FirstCell firstCell;
  private final Runnable cellEnded;
  private volatile @Nullable RunningCell running;

  /**
   * Makes the kernel of a session.
   *
   * @param firstCell told of cells
   * @param cellEnded called whenever a cell has ended
   */
  NotebookKernel(CompletableFuture<Session> session, FirstCell firstCell, Runnable cellEnded) {
    this.session = session;
    this.firstCell = firstCell;
    this.cellEnded = cellEnded;
    var _ =
        session.thenAccept(
            made -> Thread.setDefaultUncaughtExceptionHandler(new UncaughtErrors(made.shell())));
  }

  @Override
  public JsonObject kernelInfo() {
    return KernelInfo.content();
  }

  @Override
  public ExecuteReply execute(ExecuteRequest request, CellChannel channel) {
    var cell = new RunningCell(channel);
    running = cell;
    firstCell.begins();
    var output = new BoundedOutput(new ChannelOutput(channel));
    try {
      Session ready = session.get();
      ready.cell(request.executionCount(), cell);
      return CurrentCell.with(output, ready, () -> run(ready, request, channel, cell));
    } catch (Throwable t) {
      return failure(t, cell, request.executionCount());
    } finally {
      output.end();
      if (running == cell) { // else it was left behind, and another one runs
        running = null;
      }
      cell.ended();
      firstCell.ends();
      cellEnded.run();
    }
  }

  private ExecuteReply run(
      Session ready, ExecuteRequest request, CellChannel channel, RunningCell cell)
      throws Exception {
    if (request.code().isBlank()) {
      return new ExecuteReply.Ok();
    }
    Optional<String> question = Inspections.question(request.code());
    if (question.isPresent()) {
      return page(ready, question.get(), channel);
    }
    Evaluation evaluation = ready.run(request.code());
    Optional<ExecuteReply> failure = failure(evaluation, cell, request.executionCount());
    if (failure.isPresent()) {
      return evaluation instanceof Evaluation.CompileFailure
          ? OtherLanguage.hint(request.code(), ready.magics()::isCellMagic)
              .map(hint -> ErrorText.hinted(failure.get(), hint))
              .orElse(failure.get())
          : failure.get();
    }
    if (evaluation instanceof Evaluation.Value value) {
      channel.executeResult(MimeJson.of(ready.call(() -> ready.displays().render(value.value()))));
    }
    return new ExecuteReply.Ok(UserExpressions.evaluate(ready, request));
  }

  /** Answers {@code name?}, as users of other kernels ask for help. */
  private static ExecuteReply page(Session ready, String name, CellChannel channel)
      throws InterruptedException {
    Optional<MimeData> found = Inspections.inspect(ready, name, name.length());
    if (found.isEmpty()) {
      String message =
          "describe '" + name + "': no variable, class, helper, type or magic of this name";
      return new ExecuteReply.Failed("NotFound", message, List.of(message));
    }
    var payload = new JsonObject();
    payload.addProperty("source", "page");
    payload.add("data", found.get().data());
    payload.addProperty("start", 0);
    channel.addPayload(payload);
    return new ExecuteReply.Ok();
  }

  private static Optional<ExecuteReply> failure(
      Evaluation evaluation, RunningCell cell, int executionCount) {
    return switch (evaluation) {
      case Evaluation.Value _, Evaluation.Nothing _ -> Optional.empty();
      case Evaluation.CompileFailure failure ->
          Optional.of(
              cell.wasInterrupted()
                  ? ErrorText.interrupted(List.of())
                  : ErrorText.compile(failure, executionCount));
      case Evaluation.Thrown thrown ->
          Optional.of(
              cell.wasInterrupted() ? ErrorText.interrupted(List.of()) : ErrorText.thrown(thrown));
      case Evaluation.Interrupted interrupted ->
          Optional.of(ErrorText.interrupted(interrupted.stillRunning()));
    };
  }

  private static ExecuteReply failure(Throwable thrown, RunningCell cell, int executionCount) {
    if (cell.wasInterrupted()) {
      return ErrorText.interrupted(List.of());
    }
    if (thrown instanceof CellFailure nested) {
      Optional<ExecuteReply> failure = failure(nested.evaluation(), cell, executionCount);
      if (failure.isPresent()) {
        return failure.get();
      }
    }
    return ErrorText.ofMagic(
        thrown instanceof ExecutionException e && e.getCause() != null ? e.getCause() : thrown);
  }

  /** Returns the session, waiting for it where it is still being made. */
  private Session ready() throws InterruptedException {
    try {
      return session.get();
    } catch (ExecutionException | CancellationException e) {
      throw new IllegalStateException("make the session: " + e.getCause(), e);
    }
  }

  @Override
  public CompletionReply complete(String code, int cursor) {
    try {
      return Completing.complete(ready(), code, cursor);
    } catch (InterruptedException e) {
      return CompletionReply.none(cursor);
    }
  }

  @Override
  public Optional<MimeData> inspect(String code, int cursor, int detailLevel) {
    try {
      return Inspections.inspect(ready(), code, cursor);
    } catch (InterruptedException e) {
      return Optional.empty();
    }
  }

  @Override
  public CompletenessReply isComplete(String code) {
    try {
      if (CellParser.isCellMagic(code)) { // of these only the one who types knows the end
        return code.endsWith("\n")
            ? new CompletenessReply.Complete()
            : new CompletenessReply.Incomplete("");
      }
      Session ready = ready();
      var answer = ready.shell().isComplete(ready.parser().mask(code));
      return switch (answer.status()) {
        case COMPLETE -> new CompletenessReply.Complete();
        case INCOMPLETE -> new CompletenessReply.Incomplete(answer.indent());
        case INVALID -> new CompletenessReply.Invalid();
        case UNKNOWN -> new CompletenessReply.Unknown();
      };
    } catch (InterruptedException e) {
      return new CompletenessReply.Unknown();
    }
  }

  @Override
  public void handleComm(CellChannel output, Runnable code) {
    Session ready = session.getNow(null);
    if (ready == null) {
      code.run();
    } else {
      CurrentCell.aside(new ChannelOutput(output), ready, code);
    }
  }

  @Override
  public void interrupt() {
    RunningCell cell = running;
    if (cell != null) {
      Session ready = session.getNow(null);
      cell.interrupt(ready == null ? null : ready.shell());
    }
  }

  @Override
  public void shutdown(boolean restart) {
    RunningCell cell = running;
    if (cell != null) {
      interrupt(); // so that what the cell holds is let go by its own code
      cell.awaitEnd(LAST_CELL_PATIENCE);
    }
  }
}
