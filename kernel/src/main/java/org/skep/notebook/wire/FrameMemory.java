package org.skep.notebook.wire;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Gives ZeroMQ the memory for what peers announce, and no more than there is: JeroMQ itself takes
 * any size from anybody who can connect. It spins for ever on a negative one, and its only thread
 * ends with an error when the heap is full.
 *
 * <p>A frame that is refused is empty; its bytes are then read as further frames, which are no
 * message of any kernel's.
 */
final class FrameMemory implements MsgAllocator {
  /** Of one frame: what a page sends with a comm, at most. */
  static final int LARGEST = 256 << 20;

  /** What is smaller than this is not counted. */
  private static final int SMALL = 1 << 16;

  /** How much of the heap frames may take that have not been collected yet. */
  private static final int SHARE_OF_HEAP = 4;

  private final Log log;
  private final int largest;
  private final long room;
  private final List<Announced> announced = new ArrayList<>();
  private boolean told;

  private record Announced(WeakReference<Msg> frame, int bytes) {}

  /** Makes the memory of all sockets of a kernel. */
  FrameMemory(Log log) {
    this(log, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  FrameMemory(Log log, long room) {
    this.log = log;
    this.room = room;
    this.largest = (int) Math.min(LARGEST, room);
  }

  /** Has a socket take its frames from here, each of at most so many bytes. */
  void serve(ZMQ.Socket socket, int bytes) {
    socket.setMaxMsgSize(Math.min(bytes, largest));
    socket.setMsgAllocator(this);
  }

  @Override
  public Msg allocate(int size) {
    if (size < SMALL) { // also what was negative as 64 bits, which passes for less than any bound
      return new Msg(Math.max(size, 0));
    }
    return allocateLarge(size);
  }

  private synchronized Msg allocateLarge(int size) {
    if (size > largest || !hasRoom(size)) {
      if (!told) {
        told = true;
        log.report(
            "rejected a message of "
                + size
                + " bytes: more than the kernel has room for (further ones are not reported)",
            null);
      }
      return new Msg(0);
    }
    var frame = new Msg(size);
    announced.add(new Announced(new WeakReference<>(frame), size));
    return frame;
  }

  private boolean hasRoom(int size) {
    announced.removeIf(a -> a.frame().refersTo(null));
    return announced.stream().mapToLong(Announced::bytes).sum() + size <= room;
  }
}
