package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Asks the user for lines, one question at a time. */
final class InputRequests {

  /** A question that waits for its answer. */
  private record Question(String id, CompletableFuture<String> answer) {}

  private final MessageFormat format;
  private final ReentrantLock oneQuestion = new ReentrantLock();
  private volatile @Nullable Question pending;

  InputRequests(MessageFormat format) {
    this.format = format;
  }

  /** Sends the question to the client that sent {@code request}, and waits for its line. */
  String ask(RouterChannel stdin, Message request, String prompt, boolean password)
      throws InterruptedException {
    oneQuestion.lockInterruptibly();
    try {
      JsonObject content = Json.object("prompt", prompt, "password", password);
      Message message = format.reply(request, "input_request", new JsonObject(), content);
      var question = new Question(message.id(), new CompletableFuture<>());
      pending = question;
      stdin.send(message);
      return question.answer().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("answers are never completed with an exception", e);
    } finally {
      pending = null;
      oneQuestion.unlock();
    }
  }

  /**
   * Takes what came on the stdin socket. A late answer to a question that was interrupted is
   * dropped; clients that do not say which question they answer are believed.
   */
  void receive(Message message) {
    Question question = pending;
    if (question == null || !message.type().equals("input_reply")) {
      return;
    }
    String answers = Json.string(message.parentHeader(), "msg_id", question.id());
    if (answers.equals(question.id())) {
      question.answer().complete(Json.string(message.content(), "value", ""));
    }
  }
}
