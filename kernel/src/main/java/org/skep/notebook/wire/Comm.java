package org.skep.notebook.wire;

import java.util.function.Consumer;

/**
 * A conversation between code in the kernel and code in the page, such as a slider's two halves.
 */
public final class Comm {
  private final String id;
  private final String targetName;
  private final Comms comms;
  private volatile Consumer<CommMessage> onMessage = _ -> {};
  private volatile Consumer<CommMessage> onClose = _ -> {};

  Comm(String id, String targetName, Comms comms) {
    this.id = id;
    this.targetName = targetName;
    this.comms = comms;
  }

  /** Returns the name of the conversation, the same at both ends. */
  public String id() {
    return id;
  }

  /** Returns the name under which the other end's code is registered. */
  public String targetName() {
    return targetName;
  }

  /** Sends to the page; does nothing once the comm is closed. */
  public void send(CommMessage message) {
    comms.send(this, message);
  }

  /** Ends the conversation and tells the page; does nothing the second time. */
  public void close(CommMessage last) {
    comms.close(this, last);
  }

  /** Sets what is done with messages from the page; also while a cell runs, on the comm thread. */
  public void onMessage(Consumer<CommMessage> listener) {
    onMessage = listener;
  }

  /** Sets what is done when the page ends the conversation. */
  public void onClose(Consumer<CommMessage> listener) {
    onClose = listener;
  }

  void received(CommMessage message) {
    onMessage.accept(message);
  }

  void closed(CommMessage last) {
    onClose.accept(last);
  }
}
