package org.skep.notebook.wire;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Gives ZeroMQ the memory for what peers announce, and no more than there is: JeroMQ itself takes
 * any size, and any number of frames of one message, from anybody who can connect. It spins for
 * ever on a negative size, and its only thread ends with an error when the heap is full.
 *
 * <p>A frame that is refused is the last of its message, so that what came before it is freed: no
 * client sends such a message.
 */
final class FrameMemory implements MsgAllocator {
  /** Of one frame: what a page sends with a comm, at most. */
  static final int LARGEST = 256 << 20;

  /** A refused frame up to this size is read to its end; of a larger one no byte is taken. */
  private static final int LARGEST_WASTE = 1 << 20;

  /** What an empty frame takes, with its place in a queue. */
  private static final int EMPTY = 200;

  /** How much of the heap frames may take that have not been collected yet. */
  private static final int SHARE_OF_HEAP = 4;

  /** After how many times its duration a collection of garbage may be asked for again. */
  private static final long PAUSES = 10;

  private final Log log;
  private final int largest;
  private final long room;
  private final ReferenceQueue<Msg> collected = new ReferenceQueue<>();
  private final Set<Frame> frames = new HashSet<>();

  /** Where the bytes of all refused frames go. */
  private final byte[] waste = new byte[LARGEST_WASTE];

  private long taken;
  private long nextCollection = System.nanoTime();
  private boolean told;

  /** A frame that may not have been collected yet. */
  private static final class Frame extends WeakReference<Msg> {
    private final long bytes;

    Frame(Msg frame, ReferenceQueue<Msg> queue, long bytes) {
      super(frame, queue);
      this.bytes = bytes;
    }
  }

  /** Takes what it is sent without memory of its own, and ends the message that it belongs to. */
  private static final class Refused extends Msg {
    Refused(ByteBuffer bytes) {
      super(bytes);
    }

    @Override
    public void setFlags(int flags) {
      super.setFlags(flags & ~MORE);
    }
  }

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
  public synchronized Msg allocate(int size) {
    int length = Math.max(size, 0); // a negative size of 64 bits passes for less than any bound
    long bytes = (long) length + EMPTY;
    if (length > largest || !hasRoom(bytes)) {
      if (!told) {
        told = true;
        log.report(
            "rejected a message of "
                + size
                + " bytes: more than the kernel has room for (further ones are not reported)",
            null);
      }
      return new Refused(ByteBuffer.wrap(waste, 0, length <= waste.length ? length : 0));
    }
    var frame = new Msg(length);
    frames.add(new Frame(frame, collected, bytes));
    taken += bytes;
    return frame;
  }

  private boolean hasRoom(long bytes) {
    forgetCollected();
    if (taken + bytes > room && System.nanoTime() - nextCollection >= 0) {
      long begin = System.nanoTime();
      System.gc(); // large frames die in a part of the heap that is seldom collected
      long end = System.nanoTime();
      nextCollection = end + PAUSES * (end - begin);
      List<Frame> gone = frames.stream().filter(f -> f.refersTo(null)).toList();
      gone.forEach(this::forget);
    }
    return taken + bytes <= room;
  }

  private void forgetCollected() {
    for (@Nullable Reference<?> r = collected.poll(); r != null; r = collected.poll()) {
      if (r instanceof Frame frame) {
        forget(frame);
      }
    }
  }

  private void forget(Frame frame) {
    if (frames.remove(frame)) {
      taken -= frame.bytes;
    }
  }
}
