package org.skep.notebook.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/** The channel of one request: all that it sends carries the request's header. */
final class PublishingCell implements CellChannel {

  /** Asks the user. */
  @FunctionalInterface
  interface Asker {
    String ask(Message request, String prompt, boolean password) throws InterruptedException;
  }

  private final Message request;
  private final int executionCount;
  private final boolean silent;
  private final IoPub ioPub;
  private final @Nullable Asker asker;
  private final JsonArray payloads = new JsonArray();

  /**
   * Makes the channel of a request.
   *
   * @param silent whether nothing is to be published
   * @param asker null if the client allows no questions
   */
  PublishingCell(
      Message request, int executionCount, boolean silent, IoPub ioPub, @Nullable Asker asker) {
    this.request = request;
    this.executionCount = executionCount;
    this.silent = silent;
    this.ioPub = ioPub;
    this.asker = asker;
  }

  @Override
  public void stream(Stream stream, String text) {
    if (!silent) {
      String name = stream == Stream.STDOUT ? "stdout" : "stderr";
      ioPub.stream(request.header(), name, text);
    }
  }

  @Override
  public void display(MimeData content, @Nullable String displayId) {
    publish("display_data", displayed(content, displayId));
  }

  @Override
  public void updateDisplay(MimeData content, String displayId) {
    publish("update_display_data", displayed(content, displayId));
  }

  private static JsonObject displayed(MimeData content, @Nullable String displayId) {
    var trans = new JsonObject();
    if (displayId != null) {
      trans.addProperty("display_id", displayId);
    }
    return Json.object("data", content.data(), "metadata", content.metadata(), "transient", trans);
  }

  @Override
  public void clearOutput(boolean wait) {
    publish("clear_output", Json.object("wait", wait));
  }

  @Override
  public void executeResult(MimeData content) {
    publish(
        "execute_result",
        Json.object(
            "execution_count",
            executionCount,
            "data",
            content.data(),
            "metadata",
            content.metadata()));
  }

  private void publish(String type, JsonObject content) {
    if (!silent) {
      ioPub.publishOutput(type, request.header(), content);
    }
  }

  @Override
  public void addPayload(JsonObject payload) {
    synchronized (payloads) {
      payloads.add(payload.deepCopy());
    }
  }

  /** Returns what was added so far. */
  JsonArray payloads() {
    synchronized (payloads) {
      return payloads.deepCopy();
    }
  }

  @Override
  public String input(String prompt, boolean password) throws InterruptedException {
    if (asker == null) {
      throw new IllegalStateException(
          "ask for input: the front end runs this cell without a user who could answer");
    }
    return asker.ask(request, prompt, password);
  }
}
