package org.skep.bpf.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.Cell;
import org.skep.bpf.base.NativeObject;
import org.skep.host.LinuxVersion;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.FakeCalls;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfObject;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;

/** What attaching does and says on a Linux that lacks a way, and by which errors. */
@Tag("privileged")
class AttachFallbacksIT {
  private static final String PROGRAMS =
      """
      struct pt_regs;
      u64 hits;
      SEC("uprobe") int probe(struct pt_regs *c) { __sync_fetch_and_add(&hits, 1); return 0; }
      SEC("raw_tp") int raw(void *c) { return 0; }
      """;

  private static NativeObject object;

  @BeforeAll
  static void load() {
    object = NativeObject.open("fallbacks", Cell.compile(PROGRAMS));
    assertEquals(0, LibbpfObject.bpf_object__load(object.pointer()));
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static Attacher single(String program) {
    return new Attacher(program, object.program(program), new ReentrantLock());
  }

  private static MultiAttacher multi(String linux) {
    return new MultiAttacher(
        single("probe"), "probe", object.program("probe"), 0, LinuxVersion.parse(linux));
  }

  private static AttachPoint.UprobeMulti functions(String pattern, AttachPoint.Moment moment) {
    int self = (int) ProcessHandle.current().pid();
    return new AttachPoint.UprobeMulti("libc.so.6", pattern, self, moment);
  }

  private static long hits() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
      int result =
          LibbpfSyscall.bpf_map_lookup_elem_flags(
              LibbpfMap.bpf_map__fd(object.map(".bss")),
              arena.allocateFrom(ValueLayout.JAVA_INT, 0),
              value,
              0);
      assertEquals(0, result);
      return value.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  @Test
  void beforeTheyCouldBeAttachedAtOnceEachFunctionHasItsProbe() {
    for (var moment : List.of(AttachPoint.Moment.ENTRY, AttachPoint.Moment.RETURN)) {
      FakeCalls calls = new FakeCalls();
      List<NativeLink> links = calls.within(() -> multi("6.5").attach(functions("get?id", moment)));
      try {
        assertTrue(links.size() >= 4, links::toString);
        assertEquals(0, calls.calls(BpfSyscall.BPF_LINK_CREATE));
        long before = hits();
        for (int i = 0; i < 10; i++) {
          assertTrue(Libc.gettid() > 0);
        }
        assertTrue(hits() >= before + 10, moment::toString);
      } finally {
        links.forEach(NativeLink::destroy);
      }
      long after = hits();
      assertTrue(Libc.gettid() > 0);
      assertEquals(after, hits());
    }
  }

  @Test
  void beforeTheyCouldBeAttachedAtOnceThereAreLimits() {
    var many = functions("*", AttachPoint.Moment.ENTRY);
    var refused = assertThrows(SyscallException.class, () -> multi("6.5").attach(many));
    assertEquals("E2BIG", Errno.nameOf(refused.errno()));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith(
                "more functions than a program can be attached to at once (E2BIG; take a narrower"
                    + " pattern)"),
        refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"6.12, true", "6.13, false", "6.18.4-generic, false", "5.10, true"})
  void sessionsOfBinariesNeedTheirLinux(String linux, boolean old) {
    FakeCalls calls = new FakeCalls().refuse(BpfSyscall.BPF_LINK_CREATE, 22);
    var both = functions("get?id", AttachPoint.Moment.BOTH);
    var refused =
        assertThrows(BpfException.class, () -> calls.within(() -> multi(linux).attach(both)));
    String said = String.valueOf(refused.getMessage());
    assertEquals(old, refused instanceof UnsupportedFeatureException, said);
    assertEquals(
        old,
        said.contains(
            "this Linux has no such sessions (Linux 6.13 or later; before, two programs, one of"
                + " which runs at the return)"),
        said);
  }

  @ParameterizedTest
  @CsvSource({
    "6.9, BOTH, this Linux has no such sessions (Linux 6.10 or later; before",
    "6.10, BOTH, ''",
    "5.17, ENTRY, this Linux attaches to one function at a time (Linux 5.18 or later; before",
    "5.18, RETURN, ''"
  })
  void manyFunctionsOfTheKernelNeedTheirLinux(
      String linux, AttachPoint.Moment moment, String part) {
    FakeCalls calls = new FakeCalls().refuse(BpfSyscall.BPF_LINK_CREATE, 22);
    var functions = new AttachPoint.KprobeMulti("tcp_conn*", moment);
    var refused =
        assertThrows(BpfException.class, () -> calls.within(() -> multi(linux).attach(functions)));
    String said = String.valueOf(refused.getMessage());
    assertEquals(!part.isEmpty(), said.contains("or later; before"), said);
    assertTrue(said.contains(part), said);
    assertEquals(1, calls.calls(BpfSyscall.BPF_LINK_CREATE));
  }

  @Test
  void otherErrorsOfManyFunctionsKeepTheirName() {
    for (Errno errno : List.of(Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOMEM, Errno.ESRCH)) {
      FakeCalls calls = new FakeCalls().refuse(BpfSyscall.BPF_LINK_CREATE, errno.number());
      var both = functions("get?id", AttachPoint.Moment.BOTH);
      var refused =
          assertThrows(SyscallException.class, () -> calls.within(() -> multi("6.9").attach(both)));
      assertEquals(errno.number(), refused.errno());
    }
  }

  @Test
  void aLinuxWithoutCookiesOfRawTracepointsSaysWhichHasThem() {
    var point = new AttachPoint.WithCookie(new AttachPoint.RawTracepoint("sys_enter"), 7);
    FakeCalls calls =
        new FakeCalls().refuse(BpfSyscall.BPF_RAW_TRACEPOINT_OPEN, Errno.E2BIG.number());
    var refused =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> calls.within(() -> single("raw").attach(point)));
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("raw tracepoints of this Linux have no cookies (Linux 6.10 or later"),
        refused.getMessage());
    FakeCalls forbids =
        new FakeCalls().refuse(BpfSyscall.BPF_RAW_TRACEPOINT_OPEN, Errno.EPERM.number());
    var forbidden =
        assertThrows(
            SyscallException.class, () -> forbids.within(() -> single("raw").attach(point)));
    assertEquals("EPERM", Errno.nameOf(forbidden.errno()));
  }

  @ParameterizedTest
  @CsvSource({
    "ENOENT, true",
    "ENODEV, true",
    "EINVAL, true",
    "EPERM, false",
    "ENOMEM, false",
    "EAGAIN, false"
  })
  void aClassifierIsLostWhereTheKernelSaysThatItIsNotThere(Errno errno, boolean lost) {
    var link = new NativeLink.OfClsact(1, 1, 1, 1, 42, true);
    FakeCalls calls = new FakeCalls().tcQuery(found -> -errno.number());
    assertEquals(lost, calls.within(link::isLost));
  }

  @Test
  void aClassifierIsLostWhereAnotherProgramIsInItsPlace() {
    var link = new NativeLink.OfClsact(1, 1, 1, 1, 42, true);
    for (int program : new int[] {42, 43}) {
      FakeCalls calls =
          new FakeCalls()
              .tcQuery(
                  found -> {
                    assertEquals(1, found.getInt("handle"));
                    assertEquals(1, found.getInt("priority"));
                    found.set("prog_id", program);
                    return 0;
                  });
      assertEquals(program != 42, calls.within(link::isLost));
    }
    FakeCalls another =
        new FakeCalls()
            .tcQuery(
                found -> {
                  found.set("prog_id", 43);
                  return 0;
                });
    another.within(
        () -> {
          link.destroy();
          return true;
        });
    assertEquals(List.of(), another.sent, "the qdisc of another program stays");
  }

  @Test
  void aLinkThatTheKernelDoesNotTellOfCountsAsAttached() {
    List<NativeLink> links =
        single("raw")
            .attach(new AttachPoint.WithCookie(new AttachPoint.RawTracepoint("sys_enter"), 7));
    NativeLink link = assertInstanceOf(NativeLink.OfDescriptor.class, links.getFirst());
    try {
      assertFalse(link.isLost());
      assertFalse(new FakeCalls().refuseInfo(1).within(link::isLost));
    } finally {
      link.destroy();
    }
  }
}
