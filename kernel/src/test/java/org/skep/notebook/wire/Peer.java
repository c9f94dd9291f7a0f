package org.skep.notebook.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The other end of a socket of the kernel, byte by byte: what ZMTP 3 says, and what it does not.
 */
final class Peer implements AutoCloseable {
  static final int MORE = 1;
  static final int LARGE = 2;
  static final int COMMAND = 4;

  private static final int GREETING = 64;
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();

  Peer(int port) throws IOException {
    socket.setSoLinger(true, 0); // gone at once: tests make thousands
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  static byte[] greeting(int major, String mechanism) {
    var bytes = ByteBuffer.allocate(GREETING);
    bytes.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) major).put((byte) 0);
    bytes.put(mechanism.getBytes(StandardCharsets.US_ASCII));
    return bytes.array();
  }

  /** A frame as its size says. */
  static byte[] frame(int flags, byte[] body) {
    return body.length < 256
        ? head(flags, body.length, body)
        : head(flags | LARGE, body.length, body);
  }

  /** A frame whose size is what the caller says. */
  static byte[] head(int flags, long size, byte... body) {
    boolean large = (flags & LARGE) != 0;
    var bytes = ByteBuffer.allocate(1 + (large ? 8 : 1) + body.length);
    bytes.put((byte) flags);
    if (large) {
      bytes.putLong(size);
    } else {
      bytes.put((byte) size);
    }
    return bytes.put(body).array();
  }

  static byte[] ready(String socketType) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(5);
    bytes.writeBytes("READY".getBytes(StandardCharsets.US_ASCII));
    bytes.write(11);
    bytes.writeBytes("Socket-Type".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(socketType.length()).array());
    bytes.writeBytes(socketType.getBytes(StandardCharsets.US_ASCII));
    return frame(COMMAND, bytes.toByteArray());
  }

  Peer send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Greets and shakes hands as a client should. */
  Peer shakeHands(String socketType) throws IOException {
    send(greeting(3, "NULL")).send(ready(socketType));
    InputStream in = socket.getInputStream();
    in.skipNBytes(GREETING);
    readFrame(new DataInputStream(in));
    return this;
  }

  Peer sendMessage(List<byte[]> frames) throws IOException {
    for (int i = 0; i < frames.size(); i++) {
      send(frame(i < frames.size() - 1 ? MORE : 0, frames.get(i)));
    }
    return this;
  }

  List<byte[]> receiveMessage() throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    var frames = new ArrayList<byte[]>();
    int flags;
    do {
      in.mark(0);
      flags = in.readUnsignedByte();
      frames.add(body(in, flags));
    } while ((flags & MORE) != 0);
    return frames;
  }

  private static byte[] readFrame(DataInputStream in) throws IOException {
    return body(in, in.readUnsignedByte());
  }

  private static byte[] body(DataInputStream in, int flags) throws IOException {
    int size = (flags & LARGE) != 0 ? Math.toIntExact(in.readLong()) : in.readUnsignedByte();
    return in.readNBytes(size);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
