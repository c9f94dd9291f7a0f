package org.skep.internal.libbpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Rtnetlink.Message;

/** Writes the requests that make and remove a filter whose action is a program. */
public final class TrafficActions {
  private static final int TC_H_CLSACT = 0xfffffff1;
  private static final int CLSACT_HANDLE = 0xffff0000;
  private static final int TC_H_INGRESS = 0xfffffff2;
  private static final int TC_H_EGRESS = 0xfffffff3;
  private static final short ETH_P_ALL = 3;
  private static final int TCA_KIND = 1;
  private static final int TCA_OPTIONS = 2;
  private static final int TCA_MATCHALL_ACT = 2;
  private static final int TCA_ACT_KIND = 1;
  private static final int TCA_ACT_OPTIONS = 2;
  private static final int TCA_ACT_BPF_PARMS = 2;
  private static final int TCA_ACT_BPF_FD = 5;
  private static final int TCA_ACT_BPF_NAME = 6;
  private static final int FIRST = 1;
  private static final int PARAMETERS = 20;
  private static final int ACTION_AT = 8;
  private static final int TC_ACT_PIPE = 3;
  private static final int PRIORITY_AT = 16;
  private static final int HANDLE_AT = 8;
  private static final int HEAD = 20;

  private TrafficActions() {}

  /** What such filters hang from; EEXIST where it is there. */
  public static Message discipline(int interfaceIndex) {
    return new Message(Rtnetlink.RTM_NEWQDISC, head(interfaceIndex, CLSACT_HANDLE, TC_H_CLSACT, 0))
        .with(TCA_KIND, "clsact");
  }

  /** Takes it away again, unless a filter hangs from it. */
  public static void removeUnused(int interfaceIndex) {
    for (boolean ingress : new boolean[] {true, false}) {
      var filters =
          new Message(Rtnetlink.RTM_GETTFILTER, head(interfaceIndex, 0, parent(ingress), 0));
      Rtnetlink.Answer answer = Rtnetlink.ask(filters);
      if (answer.error() < 0 || answer.made().hasRemaining()) {
        return;
      }
    }
    var _ =
        Rtnetlink.ask(
            new Message(
                Rtnetlink.RTM_DELQDISC, head(interfaceIndex, CLSACT_HANDLE, TC_H_CLSACT, 0)));
  }

  private static int parent(boolean ingress) {
    return ingress ? TC_H_INGRESS : TC_H_EGRESS;
  }

  /** A filter for every packet, of a priority that the kernel chooses. */
  public static Message making(int interfaceIndex, boolean ingress, int fd, String name) {
    Message message =
        new Message(Rtnetlink.RTM_NEWTFILTER, head(interfaceIndex, 0, parent(ingress), protocol()));
    return message
        .with(TCA_KIND, "matchall")
        .nested(
            TCA_OPTIONS,
            () ->
                message.nested(
                    TCA_MATCHALL_ACT,
                    () -> message.nested(FIRST, () -> action(message, fd, name))));
  }

  private static void action(Message message, int fd, String name) {
    message
        .with(TCA_ACT_KIND, "bpf")
        .nested(
            TCA_ACT_OPTIONS,
            () ->
                message
                    .with(TCA_ACT_BPF_PARMS, parameters())
                    .with(TCA_ACT_BPF_FD, fd)
                    .with(TCA_ACT_BPF_NAME, name));
  }

  /** {@code struct tc_act_bpf}; what follows where the program returns TC_ACT_UNSPEC. */
  private static byte[] parameters() {
    return ByteBuffer.allocate(PARAMETERS)
        .order(ByteOrder.nativeOrder())
        .putInt(ACTION_AT, TC_ACT_PIPE)
        .array();
  }

  /**
   * Removes a filter.
   *
   * @param made what the kernel repeated when it was made
   */
  public static Message removing(int interfaceIndex, boolean ingress, ByteBuffer made) {
    ByteBuffer head = made.duplicate().order(ByteOrder.nativeOrder());
    return new Message(
            Rtnetlink.RTM_DELTFILTER,
            head(interfaceIndex, head.getInt(HANDLE_AT), parent(ingress), head.getInt(PRIORITY_AT)))
        .with(TCA_KIND, "matchall");
  }

  /**
   * Whether a filter is there.
   *
   * @param made what the kernel repeated when it was made
   */
  public static boolean isThere(int interfaceIndex, boolean ingress, ByteBuffer made) {
    ByteBuffer head = made.duplicate().order(ByteOrder.nativeOrder());
    var found = new AtomicBoolean();
    Rtnetlink.Answer answer =
        Rtnetlink.ask(
            new Message(Rtnetlink.RTM_GETTFILTER, head(interfaceIndex, 0, parent(ingress), 0)),
            filter -> {
              if (filter.getInt(HANDLE_AT) == head.getInt(HANDLE_AT)
                  && filter.getInt(PRIORITY_AT) == head.getInt(PRIORITY_AT)) {
                found.set(true);
              }
            });
    return found.get() || (answer.error() < 0 && !Errno.ENODEV.is(answer.error()));
  }

  /** {@code struct tcmsg}. */
  private static byte[] head(int interfaceIndex, int handle, int parent, int info) {
    return ByteBuffer.allocate(HEAD)
        .order(ByteOrder.nativeOrder())
        .putInt(0)
        .putInt(interfaceIndex)
        .putInt(handle)
        .putInt(parent)
        .putInt(info)
        .array();
  }

  /** The lower half of the last word, in network order; the upper half is the priority. */
  private static int protocol() {
    return Short.toUnsignedInt(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            ? Short.reverseBytes(ETH_P_ALL)
            : ETH_P_ALL);
  }
}
