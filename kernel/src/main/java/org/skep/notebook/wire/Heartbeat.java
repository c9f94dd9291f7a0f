package org.skep.notebook.wire;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.zeromq.ZMQ;

/** Sends back whatever comes, to show that the process lives. */
final class Heartbeat implements SocketThread.Duties {
  private final Queue<List<byte[]>> echoes = new ArrayDeque<>();

  @Override
  public void receive(List<byte[]> frames) {
    echoes.add(frames);
  }

  @Override
  public long send(ZMQ.Socket socket) {
    for (var frames = echoes.poll(); frames != null; frames = echoes.poll()) {
      for (int i = 0; i < frames.size(); i++) {
        socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
      }
    }
    return NOTHING_PENDING;
  }
}
