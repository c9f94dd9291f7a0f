package org.skep.internal.libbpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skep.internal.ffi.Errno;

/** What is believed of answers of routing and traffic control that are cut, late or refusals. */
class RtnetlinkTest {
  private static final int MULTI = 2;
  private static final int INTERRUPTED = 0x10;
  private static final int RTM_NEWTFILTER = 44;
  private static final int INTERFACE = 7;
  private static final int HANDLE = 3;
  private static final int PRIORITY = 0xc000 << 16;

  private static ByteBuffer filter(int handle) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.nativeOrder())
        .putInt(0)
        .putInt(INTERFACE)
        .putInt(handle)
        .putInt(0)
        .putInt(PRIORITY)
        .flip();
  }

  private static byte[] told(int handle, int flags) {
    return FakeCalls.message(RTM_NEWTFILTER, MULTI | flags, filter(handle).array());
  }

  private static boolean isThere(FakeCalls calls) {
    return calls.within(() -> TrafficActions.isThere(INTERFACE, true, filter(HANDLE)));
  }

  @Test
  void aListHasItOrNot() {
    assertTrue(isThere(new FakeCalls().receives(told(HANDLE, 0), FakeCalls.done(0, 0))));
    assertTrue(
        isThere(
            new FakeCalls().receives(told(1, 0)).receives(told(HANDLE, 0), FakeCalls.done(0, 0))));
    assertFalse(isThere(new FakeCalls().receives(told(1, 0), FakeCalls.done(0, 0))));
    assertFalse(isThere(new FakeCalls().receives(FakeCalls.done(0, 0))));
  }

  /** The kernel marks a list from which things may be missing that were there all the time. */
  @Test
  void aListThatChangedMeanwhileIsAskedForAgain() {
    var calls =
        new FakeCalls()
            .receives(told(1, INTERRUPTED), FakeCalls.done(0, 0))
            .receives(told(1, 0))
            .receives(FakeCalls.done(INTERRUPTED, 0))
            .receives(told(1, 0), told(HANDLE, 0), FakeCalls.done(0, 0));
    assertTrue(isThere(calls));
    assertEquals(List.of(46, 46, 46), calls.sent);
    calls =
        new FakeCalls()
            .receives(told(1, INTERRUPTED), FakeCalls.done(0, 0))
            .receives(FakeCalls.done(0, 0));
    assertFalse(isThere(calls));
  }

  @Test
  void aListThatNeverStandsStillProvesNothing() {
    var calls = new FakeCalls();
    for (int i = 0; i < 100; i++) {
      calls.receives(FakeCalls.done(INTERRUPTED, 0));
    }
    assertTrue(isThere(calls), "it may be there, and is removed then");
    assertEquals(10, calls.sent.size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ENOMEM", "EPERM", "EINVAL", "EAGAIN", "ENODEV"})
  void theErrorAtTheEndOfAListIsTold(Errno errno) {
    var calls = new FakeCalls().receives(told(1, 0), FakeCalls.done(0, -errno.number()));
    List<Integer> parts = new ArrayList<>();
    Rtnetlink.Answer answer =
        calls.within(
            () ->
                Rtnetlink.ask(
                    new Rtnetlink.Message(Rtnetlink.RTM_GETTFILTER, new byte[20]),
                    part -> parts.add(part.getInt(8))));
    assertEquals(-errno.number(), answer.error());
    assertEquals(List.of(1), parts);
    boolean there = isThere(new FakeCalls().receives(FakeCalls.done(0, -errno.number())));
    assertEquals(errno != Errno.ENODEV, there, "without its interface it is gone");
  }

  @Test
  void anEndWithoutAnErrorNumberIsAnEnd() {
    byte[] done = FakeCalls.message(3, MULTI, new byte[0]);
    assertFalse(isThere(new FakeCalls().receives(done)));
  }

  /** A socket that gives nothing would be asked for ever. */
  @Test
  void anAnswerThatBreaksOffIsAnError() {
    assertTrue(isThere(new FakeCalls()));
    assertTrue(isThere(new FakeCalls().receives(told(1, 0))));
  }

  @Test
  void aRouteIsKnownByDestinationInterfaceAndProgram() {
    Routes route = Routes.of("10.9.0.0/16", "", INTERFACE);
    var there = new FakeCalls().receives(route(16, INTERFACE, true), FakeCalls.done(0, 0));
    assertTrue(there.within(route::isThere));
    for (byte[] other :
        List.of(route(24, INTERFACE, true), route(16, 8, true), route(16, INTERFACE, false))) {
      var calls = new FakeCalls().receives(other, FakeCalls.done(0, 0));
      assertFalse(calls.within(route::isThere));
      calls =
          new FakeCalls()
              .receives(other, FakeCalls.done(INTERRUPTED, 0))
              .receives(route(16, INTERFACE, true), FakeCalls.done(0, 0));
      assertTrue(calls.within(route::isThere));
    }
  }

  private static byte[] route(int prefix, int interfaceIndex, boolean program) {
    ByteBuffer body = ByteBuffer.allocate(12 + 8 + 8 + (program ? 8 : 0));
    body.order(ByteOrder.nativeOrder()).put((byte) 2).put((byte) prefix).position(12);
    body.putShort((short) 8).putShort((short) 1).put(new byte[] {10, 9, 0, 0});
    body.putShort((short) 8).putShort((short) 4).putInt(interfaceIndex);
    if (program) {
      body.putShort((short) 6).putShort((short) 21).putShort((short) 6);
    }
    return FakeCalls.message(Rtnetlink.RTM_NEWROUTE, MULTI, body.array());
  }

  /** The qdisc stays where a filter of somebody else's may hang from it. */
  @Test
  void aQdiscIsRemovedOnlyWhereBothListsAreKnownToBeEmpty() {
    var empty = FakeCalls.done(0, 0);
    var calls = new FakeCalls().receives(empty).receives(empty).receives(error(0, ""));
    assertEquals(List.of(46, 46, 37), removeUnused(calls));
    assertEquals(
        List.of(46, 46),
        removeUnused(new FakeCalls().receives(empty).receives(told(1, 0), FakeCalls.done(0, 0))));
    assertEquals(List.of(46), removeUnused(new FakeCalls().receives(FakeCalls.done(0, -12))));
    calls = new FakeCalls().receives(FakeCalls.done(INTERRUPTED, 0)).receives(told(1, 0), empty);
    assertEquals(List.of(46, 46), removeUnused(calls));
  }

  private static List<Integer> removeUnused(FakeCalls calls) {
    return calls.within(
        () -> {
          TrafficActions.removeUnused(INTERFACE);
          return calls.sent;
        });
  }

  /** An error repeats the request; the kernel's words follow. */
  private static byte[] error(int error, String words) {
    byte[] text = (words + '\0').getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(4 + 16 + 4 + text.length);
    body.order(ByteOrder.nativeOrder()).putInt(error).putInt(16).position(20);
    body.putShort((short) (4 + text.length)).putShort((short) 1).put(text);
    return FakeCalls.message(2, 0x200, body.array());
  }

  @Test
  void aRefusalHasTheKernelsWords() {
    var calls = new FakeCalls().receives(error(-22, "Invalid prefix for given prefix length"));
    var answer =
        calls.within(
            () -> Rtnetlink.ask(new Rtnetlink.Message(Rtnetlink.RTM_NEWROUTE, new byte[12])));
    assertEquals(-22, answer.error());
    assertEquals("Invalid prefix for given prefix length", answer.words());
  }
}
