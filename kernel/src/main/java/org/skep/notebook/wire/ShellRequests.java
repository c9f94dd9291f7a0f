package org.skep.notebook.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers what comes on the shell channel: questions about code, history and comms. */
final class ShellRequests {
  private final KernelHandler handler;
  private final History history;
  private final Comms comms;
  private final Log log;

  ShellRequests(KernelHandler handler, History history, Comms comms, Log log) {
    this.handler = handler;
    this.history = history;
    this.comms = comms;
    this.log = log;
  }

  /** Returns the content of the reply to any request but {@code execute_request}. */
  @Nullable JsonObject reply(Message request) {
    JsonObject content = request.content();
    return switch (request.type()) {
      case "kernel_info_request" -> kernelInfo(handler);
      case "complete_request" -> complete(content);
      case "inspect_request" -> inspect(content);
      case "is_complete_request" -> isComplete(content);
      case "history_request" -> history(content);
      case "comm_info_request" -> comms.info(Json.string(content, "target_name", ""));
      default -> {
        log.report("no answer to a message of type '" + request.type() + "'", null);
        yield null;
      }
    };
  }

  /** Returns the content of the same reply where no time is left to look at code. */
  @Nullable JsonObject replyAtOnce(Message request) {
    JsonObject content = request.content();
    return switch (request.type()) {
      case "complete_request" -> {
        String code = Json.string(content, "code", "");
        yield completions(code, CompletionReply.none(cursor(content, code)));
      }
      case "inspect_request" -> inspection(Optional.empty());
      case "is_complete_request" -> completeness(new CompletenessReply.Unknown());
      default -> reply(request);
    };
  }

  /** Returns what the kernel says of itself, and the protocol that is spoken here. */
  static JsonObject kernelInfo(KernelHandler handler) {
    JsonObject info = handler.kernelInfo().deepCopy();
    info.addProperty("status", "ok");
    info.addProperty("protocol_version", MessageFormat.PROTOCOL_VERSION);
    info.addProperty("debugger", false);
    info.add("supported_features", new JsonArray());
    return info;
  }

  private JsonObject complete(JsonObject content) {
    String code = Json.string(content, "code", "");
    return completions(code, handler.complete(code, cursor(content, code)));
  }

  private static JsonObject completions(String code, CompletionReply found) {
    var matches = new JsonArray();
    var types = new JsonArray();
    int start = CodePoints.fromUtf16(code, found.start());
    int end = CodePoints.fromUtf16(code, found.end());
    for (CompletionReply.Match match : found.matches()) {
      matches.add(match.text());
      types.add(
          Json.object(
              "start",
              start,
              "end",
              end,
              "text",
              match.text(),
              "type",
              match.type(),
              "signature",
              match.signature()));
    }
    return Json.object(
        "status",
        "ok",
        "matches",
        matches,
        "cursor_start",
        start,
        "cursor_end",
        end,
        "metadata",
        Json.object("_jupyter_types_experimental", types));
  }

  private JsonObject inspect(JsonObject content) {
    String code = Json.string(content, "code", "");
    int level = Json.integer(content, "detail_level", 0);
    return inspection(handler.inspect(code, cursor(content, code), level));
  }

  private static JsonObject inspection(Optional<MimeData> found) {
    return Json.object(
        "status",
        "ok",
        "found",
        found.isPresent(),
        "data",
        found.map(MimeData::data).orElseGet(JsonObject::new),
        "metadata",
        found.map(MimeData::metadata).orElseGet(JsonObject::new));
  }

  private static int cursor(JsonObject content, String code) {
    return CodePoints.toUtf16(code, Json.integer(content, "cursor_pos", Integer.MAX_VALUE));
  }

  private JsonObject isComplete(JsonObject content) {
    return completeness(handler.isComplete(Json.string(content, "code", "")));
  }

  private static JsonObject completeness(CompletenessReply answer) {
    return switch (answer) {
      case CompletenessReply.Complete _ -> Json.object("status", "complete");
      case CompletenessReply.Incomplete more ->
          Json.object("status", "incomplete", "indent", more.indent());
      case CompletenessReply.Invalid _ -> Json.object("status", "invalid");
      case CompletenessReply.Unknown _ -> Json.object("status", "unknown");
    };
  }

  private JsonObject history(JsonObject content) {
    int n = Json.integer(content, "n", Integer.MAX_VALUE);
    List<HistoryEntry> entries =
        switch (Json.string(content, "hist_access_type", "")) {
          case "range" ->
              history.range(
                  Json.integer(content, "session", 0),
                  Json.integer(content, "start", 0),
                  Json.integer(content, "stop", Integer.MAX_VALUE));
          case "search" ->
              history.search(
                  Json.string(content, "pattern", "*"), n, Json.bool(content, "unique", false));
          default -> history.tail(n);
        };
    boolean output = Json.bool(content, "output", false);
    var rows = new JsonArray();
    for (HistoryEntry entry : entries) {
      var row = new JsonArray();
      row.add(entry.session());
      row.add(entry.line());
      if (output) { // results are not kept
        var both = new JsonArray();
        both.add(entry.source());
        both.add((String) null);
        row.add(both);
      } else {
        row.add(entry.source());
      }
      rows.add(row);
    }
    return Json.object("status", "ok", "history", rows);
  }
}
