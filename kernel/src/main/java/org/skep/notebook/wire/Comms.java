package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The open comms, and the targets to which the page may open new ones. Messages from the page are
 * handled one after the other on a thread of their own, so that they arrive while a cell runs.
 */
public final class Comms {
  /** The header of the message from the page that the current thread handles. */
  private static final ScopedValue<JsonObject> HANDLED = ScopedValue.newInstance();

  private final IoPub ioPub;
  private final Map<String, Comm> open = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<Comm, CommMessage>> targets = new ConcurrentHashMap<>();
  private volatile JsonObject latestCell = new JsonObject();

  Comms(IoPub ioPub) {
    this.ioPub = ioPub;
  }

  /**
   * Lets the page open comms under a name.
   *
   * @param opened is given each new comm and the message that came with it
   */
  public void register(String targetName, BiConsumer<Comm, CommMessage> opened) {
    targets.put(targetName, opened);
  }

  /** Opens a comm to code that the page has registered under {@code targetName}. */
  public Comm open(String targetName, CommMessage first) {
    var comm = new Comm(UUID.randomUUID().toString(), targetName, this);
    open.put(comm.id(), comm);
    JsonObject content =
        Json.object("comm_id", comm.id(), "target_name", targetName, "data", first.data());
    publish("comm_open", content, first);
    return comm;
  }

  /** Returns the open comm of that id. */
  public Optional<Comm> find(String id) {
    return Optional.ofNullable(open.get(id));
  }

  void send(Comm comm, CommMessage message) {
    if (open.containsKey(comm.id())) {
      publish("comm_msg", Json.object("comm_id", comm.id(), "data", message.data()), message);
    }
  }

  void close(Comm comm, CommMessage last) {
    if (open.remove(comm.id()) != null) {
      publish("comm_close", Json.object("comm_id", comm.id(), "data", last.data()), last);
    }
  }

  private void publish(String type, JsonObject content, CommMessage message) {
    ioPub.publishComm(
        type, HANDLED.orElse(latestCell), message.metadata(), content, message.buffers());
  }

  /** Names the request to which messages belong that are sent from now on. */
  void cellStarts(JsonObject header) {
    latestCell = header;
  }

  /** Handles {@code comm_open}, {@code comm_msg} or {@code comm_close} from the page. */
  void receive(Message message) {
    ScopedValue.where(HANDLED, message.header()).run(() -> dispatch(message));
  }

  private void dispatch(Message message) {
    String id = Json.string(message.content(), "comm_id", "");
    var said =
        new CommMessage(
            Json.child(message.content(), "data"), message.metadata(), message.buffers());
    switch (message.type()) {
      case "comm_open" -> opened(id, Json.string(message.content(), "target_name", ""), said);
      case "comm_msg" -> find(id).ifPresent(comm -> comm.received(said));
      default -> Optional.ofNullable(open.remove(id)).ifPresent(comm -> comm.closed(said));
    }
  }

  private void opened(String id, String targetName, CommMessage first) {
    var comm = new Comm(id, targetName, this);
    open.put(id, comm);
    BiConsumer<Comm, CommMessage> target = targets.get(targetName);
    if (target == null) {
      comm.close(new CommMessage(new JsonObject())); // the protocol's answer to an unknown target
      return;
    }
    try {
      target.accept(comm, first);
    } catch (RuntimeException | Error e) {
      comm.close(new CommMessage(new JsonObject()));
      throw e;
    }
  }

  /** Returns the content of a {@code comm_info_reply}, of one target or, if empty, of all. */
  JsonObject info(String targetName) {
    var comms = new JsonObject();
    for (Comm comm : open.values()) {
      if (targetName.isEmpty() || targetName.equals(comm.targetName())) {
        comms.add(comm.id(), Json.object("target_name", comm.targetName()));
      }
    }
    return Json.object("status", "ok", "comms", comms);
  }
}
