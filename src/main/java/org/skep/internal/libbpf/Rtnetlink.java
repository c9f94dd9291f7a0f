package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** Requests to the kernel's routing and traffic control, where libbpf has no function for them. */
public final class Rtnetlink {
  public static final int RTM_NEWROUTE = 24;
  public static final int RTM_DELROUTE = 25;
  public static final int RTM_GETROUTE = 26;
  public static final int RTM_NEWQDISC = 36;
  public static final int RTM_DELQDISC = 37;
  public static final int RTM_NEWTFILTER = 44;
  public static final int RTM_DELTFILTER = 45;
  public static final int RTM_GETTFILTER = 46;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_ECHO = 8;
  private static final int NLM_F_DUMP = 0x300;
  private static final int NLM_F_EXCL = 0x200;
  private static final int NLM_F_CREATE = 0x400;
  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLMSGERR_ATTR_MSG = 1;
  private static final int NLA_F_NESTED = 1 << 15;
  private static final int HEADER = 16;
  private static final int ANSWER = 32 << 10;

  /** How often a list is asked for that changes while the kernel writes it. */
  private static final int ATTEMPTS = 10;

  private static final NativeLibrary C = NativeLibrary.ofC();
  private static final NativeFunction SOCKET =
      C.withErrno("socket", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final NativeFunction SETSOCKOPT =
      C.withErrno("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));

  private Rtnetlink() {}

  /** A request: what its kind begins with, then attributes, some of which hold others. */
  public static final class Message {
    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    /**
     * A request to make something, to take it away, or to list all there are.
     *
     * @param type such as {@link #RTM_NEWROUTE}
     * @param head the struct that requests of this type begin with
     */
    public Message(int type, byte[] head) {
      boolean makes = type == RTM_NEWROUTE || type == RTM_NEWQDISC || type == RTM_NEWTFILTER;
      int flags =
          NLM_F_REQUEST
              | NLM_F_ACK
              | (makes ? NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO : 0)
              | (type == RTM_GETTFILTER || type == RTM_GETROUTE ? NLM_F_DUMP : 0);
      bytes.putInt(0).putShort((short) type).putShort((short) flags).putInt(1).putInt(0);
      bytes.put(head);
    }

    /** Adds an attribute of bytes. */
    public Message with(int attribute, byte[] value) {
      int start = bytes.position();
      bytes.putInt(0).put(value);
      end(start, attribute);
      return this;
    }

    /** Adds a number of 4 bytes. */
    public Message with(int attribute, int value) {
      var buffer = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
      return with(attribute, buffer.putInt(value).array());
    }

    /** Adds a text. */
    public Message with(int attribute, String text) {
      return with(attribute, (text + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an attribute that holds those that {@code inner} adds. */
    public Message nested(int attribute, Runnable inner) {
      int start = bytes.position();
      bytes.putInt(0);
      inner.run();
      end(start, attribute | NLA_F_NESTED);
      return this;
    }

    private void end(int start, int type) {
      bytes.putShort(start, (short) (bytes.position() - start));
      bytes.putShort(start + 2, (short) type);
      while (bytes.position() % Integer.BYTES != 0) {
        bytes.put((byte) 0);
      }
    }

    private byte[] complete() {
      bytes.putInt(0, bytes.position());
      var all = new byte[bytes.position()];
      bytes.get(0, all);
      return all;
    }
  }

  /**
   * What came back.
   *
   * @param error 0, or a negative error number
   * @param words why it was refused, in the kernel's words; may be empty
   * @param made what was made, as the kernel repeats it, or the last of a list, from its head on;
   *     may be empty
   */
  public record Answer(int error, String words, ByteBuffer made) {
    Answer(int error) {
      this(error, "", ByteBuffer.allocate(0));
    }
  }

  /** Asks, and waits for the answer. */
  public static Answer ask(Message message) {
    return ask(message, part -> {});
  }

  /**
   * Asks, and waits for the answer. A list that changes while the kernel writes it may lack things
   * that were there all the time, and is asked for again; {@code EAGAIN} where it never stands
   * still.
   *
   * @param parts takes each thing of a list, from its head on, and those of an incomplete list too
   */
  public static Answer ask(Message message, Consumer<ByteBuffer> parts) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Answer answer = askOnce(message, parts);
      if (answer != null) {
        return answer;
      }
    }
    return new Answer(-Errno.EAGAIN.number());
  }

  /** Null for a list that changed meanwhile. */
  private static @Nullable Answer askOnce(Message message, Consumer<ByteBuffer> parts) {
    int fd =
        Native.toIntOrErrno(
            state -> (int) SOCKET.handle().invokeExact(state, AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
    if (fd < 0) {
      return new Answer(fd);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(INT, 1);
      // Without them the kernel's words are missing, and nothing else.
      var _ =
          Native.toIntOrErrno(
              state ->
                  (int)
                      SETSOCKOPT
                          .handle()
                          .invokeExact(
                              state, fd, SOL_NETLINK, NETLINK_EXT_ACK, one, Integer.BYTES));
      MemorySegment request = arena.allocateFrom(ValueLayout.JAVA_BYTE, message.complete());
      int sent = SystemCalls.here().send(fd, request);
      return sent < 0 ? new Answer(sent) : receive(fd, arena, parts);
    } finally {
      Libc.close(fd);
    }
  }

  /**
   * What was made comes first, if anything was; the error number, 0 for none, comes last. Null as
   * above.
   */
  private static @Nullable Answer receive(int fd, Arena arena, Consumer<ByteBuffer> parts) {
    MemorySegment room = arena.allocate(ANSWER, Long.BYTES);
    ByteBuffer made = ByteBuffer.allocate(0);
    boolean changed = false;
    while (true) {
      int size = SystemCalls.here().receive(fd, room);
      if (size <= 0) {
        return new Answer(size < 0 ? size : -Errno.EIO.number());
      }
      ByteBuffer all = room.asSlice(0, size).asByteBuffer().order(ByteOrder.nativeOrder());
      while (all.remaining() >= HEADER) {
        int start = all.position();
        int length = Math.min(all.getInt(start), all.remaining());
        ByteBuffer body =
            all.slice(start + HEADER, Math.max(0, length - HEADER)).order(ByteOrder.nativeOrder());
        int type = all.getShort(start + 4);
        changed |= (all.getShort(start + 6) & NLM_F_DUMP_INTR) != 0;
        if (type == NLMSG_DONE) {
          int error = body.remaining() < Integer.BYTES ? 0 : body.getInt(0);
          return error == 0 && changed ? null : new Answer(error, "", made);
        }
        if (type == NLMSG_ERROR) {
          int error = body.getInt(0);
          return new Answer(error, error == 0 ? "" : words(body, all.getShort(start + 6)), made);
        }
        var copy = new byte[body.remaining()];
        body.get(copy);
        made = ByteBuffer.wrap(copy).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
        parts.accept(made);
        all.position(Math.min(all.limit(), start + (Math.max(length, HEADER) + 3 & ~3)));
      }
    }
  }

  /** They follow the error number and the request, of which only the head may be repeated. */
  private static String words(ByteBuffer error, int flags) {
    int request = (flags & NLM_F_CAPPED) != 0 ? HEADER : error.getInt(Integer.BYTES) + 3 & ~3;
    int at = Integer.BYTES + request;
    while (at + Integer.BYTES < error.limit()) {
      int length = Short.toUnsignedInt(error.getShort(at));
      if (length <= Integer.BYTES) {
        break;
      }
      if ((error.getShort(at + 2) & ~NLA_F_NESTED) == NLMSGERR_ATTR_MSG) {
        var text = new byte[Math.min(length, error.limit() - at) - Integer.BYTES - 1];
        error.get(at + Integer.BYTES, text);
        return new String(text, StandardCharsets.UTF_8);
      }
      at += length + 3 & ~3;
    }
    return "";
  }
}
