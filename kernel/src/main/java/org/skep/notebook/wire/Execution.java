package org.skep.notebook.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs cells: numbers them, shows them to all clients, remembers them, and words the replies. */
final class Execution {
  private final KernelHandler handler;
  private final IoPub ioPub;
  private final PublishingCell.Asker asker;
  private final History history;
  private final Runnable abortWaiting;

  /** Of the cell that was numbered last. */
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Prepares to run cells.
   *
   * @param abortWaiting gives up the cells behind one that failed
   */
  Execution(
      KernelHandler handler,
      IoPub ioPub,
      PublishingCell.Asker asker,
      History history,
      Runnable abortWaiting) {
    this.handler = handler;
    this.ioPub = ioPub;
    this.asker = asker;
    this.history = history;
    this.abortWaiting = abortWaiting;
  }

  JsonObject execute(Message message) {
    ExecuteRequest request = request(message.content());
    if (!request.silent()) {
      ioPub.publish(
          "execute_input",
          message.header(),
          Json.object("code", request.code(), "execution_count", request.executionCount()));
    }
    if (request.storeHistory()) {
      history.add(request.executionCount(), request.code());
    }
    var cell =
        new PublishingCell(
            message,
            request.executionCount(),
            request.silent(),
            ioPub,
            request.allowStdin() ? asker : null);
    ExecuteReply outcome = run(request, cell);
    JsonObject reply =
        switch (outcome) {
          case ExecuteReply.Ok ok ->
              Json.object("status", "ok", "user_expressions", ok.userExpressions());
          case ExecuteReply.Failed failed -> failed(message, request, failed);
        };
    reply.addProperty("execution_count", request.executionCount());
    reply.add("payload", cell.payloads());
    return reply;
  }

  private ExecuteReply run(ExecuteRequest request, CellChannel cell) {
    try {
      return handler.execute(request, cell);
    } catch (Throwable t) { // the cell ended badly, and the user must see it
      var line = new ArrayList<String>();
      line.add(t.toString());
      for (StackTraceElement frame : t.getStackTrace()) {
        line.add("\tat " + frame);
      }
      return new ExecuteReply.Failed(t.getClass().getName(), String.valueOf(t.getMessage()), line);
    }
  }

  private JsonObject failed(Message message, ExecuteRequest request, ExecuteReply.Failed failed) {
    if (request.stopOnError()) {
      abortWaiting
          .run(); // before the reply: what a client sends on reading it is not to be aborted
    }
    return shown(message, failed);
  }

  private JsonObject shown(Message message, ExecuteReply.Failed failed) {
    JsonObject error = Answers.error(failed.ename(), failed.evalue(), failed.traceback());
    JsonObject shown = error.deepCopy();
    shown.remove("status");
    ioPub.publishOutput("error", message.header(), shown);
    error.add("user_expressions", new JsonObject());
    return error;
  }

  /** Returns the reply to a cell that does not stop, and shows it. */
  JsonObject leftBehind(Message message) {
    String what = "the cell was left behind: it keeps running beside later cells";
    var failed = new ExecuteReply.Failed("Interrupted", what, List.of("Interrupted: " + what));
    JsonObject reply = shown(message, failed);
    reply.addProperty("execution_count", count.get());
    reply.add("payload", new JsonArray());
    return reply;
  }

  private ExecuteRequest request(JsonObject content) {
    boolean silent = Json.bool(content, "silent", false);
    boolean store = !silent && Json.bool(content, "store_history", true);
    Map<String, String> expressions = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> e : Json.child(content, "user_expressions").entrySet()) {
      if (e.getValue() instanceof JsonPrimitive text) {
        expressions.put(e.getKey(), text.getAsString());
      }
    }
    return new ExecuteRequest(
        Json.string(content, "code", ""),
        silent,
        store,
        expressions,
        Json.bool(content, "allow_stdin", true),
        Json.bool(content, "stop_on_error", true),
        store ? count.incrementAndGet() : count.get());
  }

  /** Returns the reply to a cell that was given up because one before it failed. */
  JsonObject aborted() {
    return Json.object(
        "status",
        "aborted",
        "execution_count",
        count.get(),
        "user_expressions",
        new JsonObject(),
        "payload",
        new JsonArray());
  }
}
