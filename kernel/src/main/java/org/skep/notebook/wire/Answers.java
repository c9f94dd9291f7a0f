package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers requests: busy, the reply, idle, whatever happens in between. */
final class Answers {

  /** What a request asks for. */
  @FunctionalInterface
  interface Work {
    /** Returns the content of the reply, or null if there is none. */
    @Nullable JsonObject reply(Message request) throws Exception;
  }

  private final MessageFormat format;
  private final IoPub ioPub;
  private final Log log;

  Answers(MessageFormat format, IoPub ioPub, Log log) {
    this.format = format;
    this.ioPub = ioPub;
    this.log = log;
  }

  void answer(Message request, RouterChannel channel, Work work) {
    JsonObject metadata = Json.object("started", MessageFormat.now());
    ioPub.status(request.header(), "busy");
    try {
      JsonObject content = attempt(request, work);
      if (content != null) {
        String type = request.type().replaceFirst("_request$", "_reply");
        channel.send(format.reply(request, type, metadata, content));
      }
    } finally {
      ioPub.status(request.header(), "idle");
    }
  }

  private @Nullable JsonObject attempt(Message request, Work work) {
    try {
      return work.reply(request);
    } catch (Throwable t) { // no request may end the thread that answers
      log.report("answer " + request.type(), t);
      return error(t.getClass().getName(), String.valueOf(t.getMessage()), List.of());
    }
  }

  /** Returns the content of a reply that says what went wrong. */
  static JsonObject error(String ename, String evalue, List<String> traceback) {
    return Json.object(
        "status", "error", "ename", ename, "evalue", evalue, "traceback", Json.array(traceback));
  }
}
