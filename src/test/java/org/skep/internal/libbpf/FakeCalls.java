package org.skep.internal.libbpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.skep.internal.ffi.CStruct;

/**
 * System calls that answer what a test says, and the running Linux's answer where it says nothing.
 */
public final class FakeCalls extends SystemCalls {
  /** The answer that leaves it to the running Linux. */
  public static final int LINUX = Integer.MIN_VALUE;

  private final Map<Integer, ToIntFunction<CStruct>> commands = new HashMap<>();
  private final Map<Integer, Integer> made = new HashMap<>();
  private final Deque<byte[]> parts = new ArrayDeque<>();

  /** What was sent to routing and traffic control, by the type of the request. */
  public final List<Integer> sent = new ArrayList<>();

  private ToIntFunction<CStruct> tcQuery = found -> 0;
  private int info;
  private int testRun;

  /** Answers a command of {@code bpf}. */
  public FakeCalls answer(int command, ToIntFunction<CStruct> answer) {
    commands.put(command, answer);
    return this;
  }

  /** Refuses a command of {@code bpf}. */
  public FakeCalls refuse(int command, int errno) {
    return answer(command, attributes -> -errno);
  }

  /** Answers a question for a classifier, whose options are given. */
  public FakeCalls tcQuery(ToIntFunction<CStruct> answer) {
    tcQuery = answer;
    return this;
  }

  /** Refuses to tell of a descriptor. */
  public FakeCalls refuseInfo(int errno) {
    info = -errno;
    return this;
  }

  /** Refuses to run a program. */
  public FakeCalls refuseTestRun(int errno) {
    testRun = -errno;
    return this;
  }

  /** What comes next from routing or traffic control: messages in one datagram. */
  public FakeCalls receives(byte[]... messages) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(messages).mapToInt(m -> m.length).sum());
    for (byte[] message : messages) {
      all.put(message);
    }
    parts.add(all.array());
    return this;
  }

  /** How often a command of {@code bpf} was called. */
  public int calls(int command) {
    return made.getOrDefault(command, 0);
  }

  /** A message as netlink sends it. */
  public static byte[] message(int type, int flags, byte[] body) {
    return ByteBuffer.allocate(16 + (body.length + 3 & ~3))
        .order(ByteOrder.nativeOrder())
        .putInt(16 + body.length)
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(1)
        .putInt(0)
        .put(body)
        .array();
  }

  /** The end of a list, with an error number or 0. */
  public static byte[] done(int flags, int error) {
    byte[] body = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(error).array();
    return message(3, 2 | flags, body);
  }

  @Override
  protected int bpf(int command, CStruct attributes) {
    made.merge(command, 1, Integer::sum);
    ToIntFunction<CStruct> answer = commands.get(command);
    int result = answer == null ? LINUX : answer.applyAsInt(attributes);
    return result == LINUX ? super.bpf(command, attributes) : result;
  }

  @Override
  protected int info(int fd, MemorySegment attributes, MemorySegment length) {
    return info == 0 ? super.info(fd, attributes, length) : info;
  }

  @Override
  protected int testRun(int program, MemorySegment opts) {
    return testRun == 0 ? super.testRun(program, opts) : testRun;
  }

  @Override
  protected int tcQuery(MemorySegment hook, MemorySegment opts) {
    return tcQuery.applyAsInt(CStruct.of(opts, LibbpfNet.bpf_tc_opts));
  }

  @Override
  protected int send(int socket, MemorySegment request) {
    sent.add((int) request.get(ValueLayout.JAVA_SHORT, 4));
    return (int) request.byteSize();
  }

  @Override
  protected int receive(int socket, MemorySegment room) {
    byte[] part = parts.isEmpty() ? new byte[0] : parts.remove();
    MemorySegment.copy(part, 0, room, ValueLayout.JAVA_BYTE, 0, part.length);
    return part.length;
  }
}
