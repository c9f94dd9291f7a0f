package org.skep.internal.libbpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.skep.internal.libbpf.Rtnetlink.Message;
import org.skep.text.Addresses;
import org.skep.text.Prefix;

/** Writes the requests that make and remove a route whose packets a program sees. */
public final class Routes {
  private static final byte[] NO_GATEWAY = {};

  private static final int ROUTE_HEAD = 12;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RTPROT_STATIC = 4;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_LINK = 253;
  private static final int RTN_UNICAST = 1;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_ENCAP_TYPE = 21;
  private static final int RTA_ENCAP = 22;
  private static final short LWTUNNEL_ENCAP_BPF = 6;
  private static final short LWTUNNEL_ENCAP_SEG6_LOCAL = 7;
  private static final int LWT_BPF_IN = 1;
  private static final int LWT_BPF_OUT = 2;
  private static final int LWT_BPF_XMIT = 3;
  private static final int SEG6_LOCAL_ACTION = 1;
  private static final int SEG6_LOCAL_BPF = 8;
  private static final int SEG6_LOCAL_ACTION_END_BPF = 15;
  private static final int PROGRAM = 1;
  private static final int PROGRAM_NAME = 2;

  private final byte[] gateway;
  private final byte[] address;
  private final int prefix;
  private final int interfaceIndex;

  private Routes(byte[] gateway, byte[] address, int prefix, int interfaceIndex) {
    this.gateway = gateway;
    this.address = address;
    this.prefix = prefix;
    this.interfaceIndex = interfaceIndex;
  }

  /**
   * Reads the addresses.
   *
   * @param destination an address or prefix
   * @param gateway an address, or empty
   * @throws IllegalArgumentException if they are none, or of different families; the message says
   *     what to write
   */
  public static Routes of(String destination, String gateway, int interfaceIndex) {
    Prefix prefix = Prefix.parse(destination);
    byte[] next = gateway.isEmpty() ? NO_GATEWAY : Addresses.parse(gateway);
    if (next.length > 0 && next.length != prefix.address().length) {
      throw new IllegalArgumentException(
          "'" + gateway + "': not an address of the family of '" + destination + "'");
    }
    return new Routes(next, prefix.address(), prefix.bits(), interfaceIndex);
  }

  /** The route without its program, which is enough to remove it. */
  public Message removing() {
    return common(Rtnetlink.RTM_DELROUTE);
  }

  /** Whether such a route is there, with a program. */
  public boolean isThere() {
    var found = new AtomicBoolean();
    byte[] head = ByteBuffer.allocate(ROUTE_HEAD).put(family()).array();
    Rtnetlink.Answer answer =
        Rtnetlink.ask(
            new Message(Rtnetlink.RTM_GETROUTE, head),
            route -> {
              if (route.get(0) == family()
                  && Byte.toUnsignedInt(route.get(1)) == prefix
                  && isThis(route)) {
                found.set(true);
              }
            });
    return found.get() || answer.error() < 0;
  }

  private boolean isThis(ByteBuffer route) {
    boolean there = prefix == 0; // the route to everywhere is told without its destination
    boolean here = false;
    boolean hasProgram = false;
    for (int at = ROUTE_HEAD; at + Integer.BYTES <= route.limit(); ) {
      int length = Short.toUnsignedInt(route.getShort(at));
      if (length < Integer.BYTES || at + length > route.limit()) {
        return false;
      }
      switch (route.getShort(at + 2)) {
        case RTA_DST -> there = route.slice(at + 4, length - 4).equals(ByteBuffer.wrap(address));
        case RTA_OIF -> here = route.getInt(at + 4) == interfaceIndex;
        case RTA_ENCAP_TYPE -> hasProgram = true;
        default -> {}
      }
      at += length + 3 & ~3;
    }
    return there && here && hasProgram;
  }

  private byte family() {
    return (byte) (address.length == Integer.BYTES ? AF_INET : AF_INET6);
  }

  /** The route with a program of one of the types for routes. */
  public Message making(int programType, int fd, String name) {
    Message message = common(Rtnetlink.RTM_NEWROUTE);
    boolean segments = programType == Uapi.BPF_PROG_TYPE_LWT_SEG6LOCAL;
    short encapsulation = segments ? LWTUNNEL_ENCAP_SEG6_LOCAL : LWTUNNEL_ENCAP_BPF;
    Runnable program = () -> message.with(PROGRAM, fd).with(PROGRAM_NAME, name);
    message.with(
        RTA_ENCAP_TYPE,
        ByteBuffer.allocate(Short.BYTES)
            .order(ByteOrder.nativeOrder())
            .putShort(encapsulation)
            .array());
    return message.nested(
        RTA_ENCAP,
        () -> {
          if (segments) {
            message.with(SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_BPF);
          }
          message.nested(place(programType), program);
        });
  }

  private static int place(int programType) {
    return switch (programType) {
      case Uapi.BPF_PROG_TYPE_LWT_IN -> LWT_BPF_IN;
      case Uapi.BPF_PROG_TYPE_LWT_OUT -> LWT_BPF_OUT;
      case Uapi.BPF_PROG_TYPE_LWT_XMIT -> LWT_BPF_XMIT;
      default -> SEG6_LOCAL_BPF;
    };
  }

  /** The request from its {@code struct rtmsg} to where it goes. */
  private Message common(int type) {
    boolean direct = gateway.length == 0 && address.length == 4;
    byte[] head =
        ByteBuffer.allocate(ROUTE_HEAD)
            .order(ByteOrder.nativeOrder())
            .put(family())
            .put((byte) prefix)
            .put((byte) 0)
            .put((byte) 0)
            .put((byte) RT_TABLE_MAIN)
            .put((byte) RTPROT_STATIC)
            .put((byte) (direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE))
            .put((byte) RTN_UNICAST)
            .array();
    Message message = new Message(type, head).with(RTA_DST, address).with(RTA_OIF, interfaceIndex);
    return gateway.length == 0 ? message : message.with(RTA_GATEWAY, gateway);
  }
}
