package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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

  /** The requests that are being answered. */
  private final Set<Message> open =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  Answers(MessageFormat format, IoPub ioPub, Log log) {
    this.format = format;
    this.ioPub = ioPub;
    this.log = log;
  }

  void answer(Message request, RouterChannel channel, Work work) {
    JsonObject metadata = Json.object("started", MessageFormat.now());
    open.add(request);
    ioPub.status(request.header(), "busy");
    JsonObject content = attempt(request, work);
    if (open.remove(request)) {
      end(request, channel, metadata, content);
    }
  }

  /**
   * Ends a request in place of the thread that is to answer it and does not come back; what that
   * thread may yet answer is dropped.
   *
   * @return whether it was still to be answered; if not, nothing was done
   */
  boolean answerInstead(Message request, RouterChannel channel, Work work) {
    if (!open.remove(request)) {
      return false;
    }
    end(request, channel, Json.object("started", MessageFormat.now()), attempt(request, work));
    return true;
  }

  private void end(
      Message request, RouterChannel channel, JsonObject metadata, @Nullable JsonObject content) {
    try {
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
