package org.skep.notebook.wire;

import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** The five sockets of a connection file, bound but not yet served. */
record BoundSockets(
    ZMQ.Context context,
    ZMQ.Socket shell,
    ZMQ.Socket control,
    ZMQ.Socket stdin,
    ZMQ.Socket ioPub,
    ZMQ.Socket heartbeat) {

  /** How long a closed socket may still send what was handed to it. */
  private static final int LINGER_MILLIS = 200;

  /** A subscription, in bytes: ZeroMQ goes one call deeper for each of them. */
  private static final int LONGEST_TOPIC = 1 << 7;

  /** Of a peer that sends faster than they are looked at: it has to wait. */
  private static final int UNREAD_MESSAGES = 1_000;

  private static final int LONGEST_BEAT = 1 << 10;

  /** Of a peer that does not read its answers: further ones are dropped. */
  private static final int UNREAD_BEATS = 100;

  /**
   * Binds all five.
   *
   * @throws IllegalStateException if an address cannot be bound
   */
  static BoundSockets bind(ConnectionFile file, Log log, FrameMemory memory) {
    ZMQ.Context context = ZMQ.context(1);
    context.setNotificationExceptionHandler(
        (_, e) -> log.report("dropped what a peer sent: " + e, null));
    context.setUncaughtExceptionHandler(
        (thread, e) -> log.report("thread '" + thread.getName() + "' of ZeroMQ ended", e));
    return new BoundSockets(
        context,
        bind(context, SocketType.ROUTER, memory, FrameMemory.LARGEST, file, file.shellPort()),
        bind(context, SocketType.ROUTER, memory, FrameMemory.LARGEST, file, file.controlPort()),
        bind(context, SocketType.ROUTER, memory, FrameMemory.LARGEST, file, file.stdinPort()),
        bind(context, SocketType.XPUB, memory, LONGEST_TOPIC, file, file.ioPubPort()),
        bind(context, SocketType.ROUTER, memory, LONGEST_BEAT, file, file.heartbeatPort()));
  }

  private static ZMQ.Socket bind(
      ZMQ.Context context,
      SocketType type,
      FrameMemory memory,
      int largestFrame,
      ConnectionFile file,
      int port) {
    ZMQ.Socket socket = context.socket(type);
    socket.setLinger(LINGER_MILLIS);
    socket.setRcvHWM(UNREAD_MESSAGES);
    socket.setSndHWM(
        port == file.ioPubPort()
            ? IoPub.HIGH_WATER_MARK
            : port == file.heartbeatPort() ? UNREAD_BEATS : 0);
    memory.serve(socket, largestFrame);
    String endpoint = file.endpoint(port);
    try {
      socket.bind(endpoint);
    } catch (ZMQException e) {
      throw new IllegalStateException("bind '" + endpoint + "': " + e.getMessage(), e);
    }
    return socket;
  }
}
