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

  /**
   * Binds all five.
   *
   * @throws IllegalStateException if an address cannot be bound
   */
  static BoundSockets bind(ConnectionFile file) {
    ZMQ.Context context = ZMQ.context(1);
    return new BoundSockets(
        context,
        bind(context, SocketType.ROUTER, file.endpoint(file.shellPort()), 0),
        bind(context, SocketType.ROUTER, file.endpoint(file.controlPort()), 0),
        bind(context, SocketType.ROUTER, file.endpoint(file.stdinPort()), 0),
        bind(context, SocketType.XPUB, file.endpoint(file.ioPubPort()), IoPub.HIGH_WATER_MARK),
        bind(context, SocketType.REP, file.endpoint(file.heartbeatPort()), 0));
  }

  private static ZMQ.Socket bind(
      ZMQ.Context context, SocketType type, String endpoint, int sendHighWaterMark) {
    ZMQ.Socket socket = context.socket(type);
    socket.setLinger(LINGER_MILLIS);
    socket.setRcvHWM(0);
    socket.setSndHWM(sendHighWaterMark);
    try {
      socket.bind(endpoint);
    } catch (ZMQException e) {
      throw new IllegalStateException("bind '" + endpoint + "': " + e.getMessage(), e);
    }
    return socket;
  }
}
