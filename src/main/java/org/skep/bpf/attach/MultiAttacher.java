package org.skep.bpf.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.skep.BpfException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.Parallel;
import org.skep.host.LinuxVersion;
import org.skep.host.hooks.FunctionPlaces;
import org.skep.host.hooks.FunctionPlaces.Place;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Uapi;

/**
 * Attaches one loaded program to many functions at once, by the system call itself: what libbpf
 * offers of it depends on its version, and what the kernel offers does not.
 */
record MultiAttacher(
    Attacher single, String program, MemorySegment pointer, long cookie, LinuxVersion linux) {
  private static final int MOST_BY_ONE = 1_000;
  private static final int AT_RETURN = 1;
  private static final LinuxVersion FIRST = LinuxVersion.parse("5.18");
  private static final LinuxVersion FIRST_SESSION = LinuxVersion.parse("6.10");
  private static final LinuxVersion FIRST_UPROBE_SESSION = LinuxVersion.parse("6.13");

  List<NativeLink> attach(AttachPoint.KprobeMulti point) {
    List<String> names = FunctionPlaces.ofKernel(point.pattern());
    if (names.isEmpty()) {
      throw AttachErrors.of(program, point, Errno.ENOENT.number(), List.of());
    }
    boolean session = point.moment() == AttachPoint.Moment.BOTH;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment symbols = arena.allocate(ValueLayout.ADDRESS, names.size());
      for (int i = 0; i < names.size(); i++) {
        symbols.setAtIndex(ValueLayout.ADDRESS, i, CText.allocate(arena, names.get(i)));
      }
      CStruct request =
          request(arena, session ? Uapi.BPF_TRACE_KPROBE_SESSION : Uapi.BPF_TRACE_KPROBE_MULTI)
              .set("detail", flags(point.moment()) | (long) names.size() << Integer.SIZE)
              .set("detail2", symbols.address())
              .set("detail4", cookies(arena, names.size()));
      return List.of(link(point, request, session, session ? FIRST_SESSION : FIRST));
    }
  }

  List<NativeLink> attach(AttachPoint.UprobeMulti point) {
    if (point.moment() != AttachPoint.Moment.ENTRY) {
      GoReturns.refuse(program, point, point.binary(), point.pattern());
    }
    List<Place> places;
    try {
      places = FunctionPlaces.ofBinary(point.binary(), point.pattern());
    } catch (IllegalArgumentException e) {
      throw AttachErrors.of(program, point, Errno.ENOENT.number(), List.of());
    }
    if (places.isEmpty()) {
      throw AttachErrors.of(program, point, Errno.ENOENT.number(), List.of());
    }
    List<NativeLink> links = new ArrayList<>();
    try {
      if (linux.isAtLeast(6, 6)) {
        places.stream()
            .collect(Collectors.groupingBy(Place::file))
            .forEach((file, inIt) -> links.add(inFile(point, file, inIt)));
      } else {
        oneByOne(point, places, links);
      }
      return links;
    } catch (RuntimeException e) {
      Parallel.run(links, NativeLink::destroy);
      throw e;
    }
  }

  private NativeLink inFile(AttachPoint.UprobeMulti point, Path file, List<Place> places) {
    boolean session = point.moment() == AttachPoint.Moment.BOTH;
    try (Arena arena = Arena.ofConfined()) {
      long[] offsets = places.stream().mapToLong(Place::offset).toArray();
      long process =
          point.pid() < 0 ? 0 : point.pid() == 0 ? ProcessHandle.current().pid() : point.pid();
      CStruct request =
          request(arena, session ? Uapi.BPF_TRACE_UPROBE_SESSION : Uapi.BPF_TRACE_UPROBE_MULTI)
              .set("detail", CText.allocate(arena, file.toString()).address())
              .set("detail2", arena.allocateFrom(ValueLayout.JAVA_LONG, offsets).address())
              .set("detail4", cookies(arena, offsets.length))
              .set("detail5", offsets.length | (long) flags(point.moment()) << Integer.SIZE)
              .set("detail6", process);
      return link(point, request, session, FIRST_UPROBE_SESSION);
    }
  }

  /** Linux before 6.6 has a probe for each function. */
  private void oneByOne(AttachPoint.UprobeMulti point, List<Place> places, List<NativeLink> links) {
    if (point.moment() == AttachPoint.Moment.BOTH) {
      throw tooOld(point, true, FIRST_UPROBE_SESSION);
    }
    if (places.size() > MOST_BY_ONE) {
      throw AttachErrors.of(program, point, Errno.E2BIG.number(), List.of());
    }
    boolean atReturn = point.moment() == AttachPoint.Moment.RETURN;
    for (Place place : places) {
      var one =
          new AttachPoint.Uprobe(
              place.file().toString(), place.function(), 0, point.pid(), atReturn);
      links.addAll(single.attach(one));
    }
  }

  private CStruct request(Arena arena, int attachType) {
    return CStruct.allocate(arena, BpfSyscall.link_create)
        .set("prog_fd", LibbpfProgram.bpf_program__fd(pointer))
        .set("attach_type", attachType);
  }

  private NativeLink link(AttachPoint point, CStruct request, boolean session, LinuxVersion first) {
    int fd = BpfSyscall.bpf(BpfSyscall.BPF_LINK_CREATE, request);
    if (fd < 0) {
      throw Errno.EINVAL.is(fd) && linux.compareTo(first) < 0
          ? tooOld(point, session, first)
          : AttachErrors.of(program, point, -fd, List.of());
    }
    return new NativeLink.OfDescriptor(fd);
  }

  private BpfException tooOld(AttachPoint point, boolean session, LinuxVersion first) {
    return new UnsupportedFeatureException(
        "attach '" + program + "' to " + point.describe(),
        session
            ? "this Linux has no such sessions"
            : "this Linux attaches to one function at a time",
        "Linux "
            + first
            + " or later; before, "
            + (session ? "two programs, one of which runs at the return" : "a kprobe for each"));
  }

  private static int flags(AttachPoint.Moment moment) {
    return moment == AttachPoint.Moment.RETURN ? AT_RETURN : 0;
  }

  /** The same for each function. */
  private long cookies(Arena arena, int count) {
    if (cookie == 0) {
      return 0;
    }
    var all = new long[count];
    Arrays.fill(all, cookie);
    return arena.allocateFrom(ValueLayout.JAVA_LONG, all).address();
  }
}
