package org.skep.bpf.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.Parallel;
import org.skep.host.LinuxVersion;
import org.skep.host.Mounts;
import org.skep.host.PossibleCpus;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;

/** Attaches one loaded program. */
public final class Attacher {
  private final String program;
  private final MemorySegment pointer;
  private final long cookie;
  private final ReentrantLock usdt;

  /**
   * @param usdt held while something of USDT is attached to the program's object or detached from
   *     it
   */
  public Attacher(String program, MemorySegment pointer, ReentrantLock usdt) {
    this(program, pointer, usdt, 0);
  }

  private Attacher(String program, MemorySegment pointer, ReentrantLock usdt, long cookie) {
    this.program = program;
    this.pointer = pointer;
    this.usdt = usdt;
    this.cookie = cookie;
  }

  /**
   * Attaches it.
   *
   * @return what holds it; never empty
   * @throws org.skep.BpfException if it is refused
   */
  public List<NativeLink> attach(AttachPoint point) {
    try (Arena arena = Arena.ofShared()) {
      return switch (point) {
        case AttachPoint.Declared p when cookie != 0 && p.section().startsWith("tp_btf") ->
            List.of(rawWithCookie(p, MemorySegment.NULL));
        case AttachPoint.Declared p when cookie != 0 -> {
          MemorySegment options = withCookie(arena);
          yield one(p, () -> LibbpfLink.bpf_program__attach_trace_opts(pointer, options));
        }
        case AttachPoint.Declared p when p.section().startsWith("usdt") ->
            usdt(p, () -> LibbpfLink.bpf_program__attach(pointer));
        case AttachPoint.Declared p -> one(p, () -> LibbpfLink.bpf_program__attach(pointer));
        case AttachPoint.Tracepoint p -> {
          Mounts.tracefs(); // libbpf reads the tracepoint's number there
          MemorySegment category = CText.allocate(arena, p.category());
          MemorySegment name = CText.allocate(arena, p.name());
          yield one(
              p,
              () ->
                  LibbpfLink.bpf_program__attach_tracepoint_opts(
                      pointer, category, name, withCookie(arena)));
        }
        case AttachPoint.RawTracepoint p when cookie != 0 ->
            List.of(rawWithCookie(p, CText.allocate(arena, p.name())));
        case AttachPoint.RawTracepoint p -> {
          MemorySegment name = CText.allocate(arena, p.name());
          yield one(p, () -> LibbpfLink.bpf_program__attach_raw_tracepoint(pointer, name));
        }
        case AttachPoint.Kprobe p -> {
          MemorySegment function = CText.allocate(arena, p.function());
          MemorySegment options =
              CStruct.sized(arena, LibbpfLink.bpf_kprobe_opts)
                  .set("offset", p.offset())
                  .set("bpf_cookie", cookie)
                  .set("retprobe", p.atReturn())
                  .segment();
          yield one(
              p, () -> LibbpfLink.bpf_program__attach_kprobe_opts(pointer, function, options));
        }
        case AttachPoint.Uprobe p -> {
          BinaryFile.require(program, p, p.binary());
          if (p.atReturn()) {
            GoReturns.refuse(program, p, p.binary(), p.function());
          }
          MemorySegment binary = CText.allocate(arena, p.binary());
          CStruct options =
              CStruct.sized(arena, LibbpfLink.bpf_uprobe_opts)
                  .set("bpf_cookie", cookie)
                  .set("retprobe", p.atReturn());
          if (!p.function().isEmpty()) {
            options.set("func_name", CText.allocate(arena, SourceNames.symbol(program, p)));
          }
          yield one(
              p,
              () ->
                  LibbpfLink.bpf_program__attach_uprobe_opts(
                      pointer, p.pid(), binary, p.offset(), options.segment()));
        }
        case AttachPoint.StructOps p ->
            throw new IllegalStateException(
                "attach '" + program + "': map '" + p.map() + "' is attached, not its functions");
        case AttachPoint.MapElements p -> {
          MemorySegment info = arena.allocate(ValueLayout.JAVA_LONG); // union bpf_iter_link_info
          MemorySegment options =
              CStruct.sized(arena, LibbpfLink.bpf_iter_attach_opts)
                  .set("link_info", info)
                  .set("link_info_len", Integer.BYTES)
                  .segment();
          yield p.map()
              .withDescriptor(
                  fd -> {
                    info.set(ValueLayout.JAVA_INT, 0, fd);
                    return one(p, () -> LibbpfLink.bpf_program__attach_iter(pointer, options));
                  });
        }
        case AttachPoint.KprobeMulti p -> multi().attach(p);
        case AttachPoint.UprobeMulti p -> multi().attach(p);
        case AttachPoint.Ksyscall p -> {
          MemorySegment name = CText.allocate(arena, p.name());
          MemorySegment options =
              CStruct.sized(arena, LibbpfLink.bpf_ksyscall_opts)
                  .set("bpf_cookie", cookie)
                  .set("retprobe", p.atReturn())
                  .segment();
          yield one(p, () -> LibbpfLink.bpf_program__attach_ksyscall(pointer, name, options));
        }
        case AttachPoint.Usdt p -> {
          BinaryFile.require(program, p, p.binary());
          MemorySegment binary = CText.allocate(arena, p.binary());
          MemorySegment provider = CText.allocate(arena, p.provider());
          MemorySegment name = CText.allocate(arena, p.name());
          MemorySegment options = withCookie(arena);
          yield usdt(
              p,
              () ->
                  LibbpfLink.bpf_program__attach_usdt(
                      pointer, p.pid(), binary, provider, name, options));
        }
        case AttachPoint.Replacement p -> {
          MemorySegment function = CText.allocate(arena, p.function());
          yield p.program()
              .withDescriptor(
                  fd ->
                      one(p, () -> LibbpfLink.bpf_program__attach_freplace(pointer, fd, function)));
        }
        case AttachPoint.WithCookie p when !AttachKind.of(p.point()).takesCookie() ->
            throw new IllegalArgumentException(
                "attach '" + program + "' to " + p.describe() + ": programs get no cookie there");
        case AttachPoint.WithCookie p ->
            new Attacher(program, pointer, usdt, p.cookie()).attach(p.point());
        case AttachPoint.Infrared p -> new NetworkAttacher(program, pointer).attach(p);
        case AttachPoint.Network p -> new NetworkAttacher(program, pointer).attach(p);
        case AttachPoint.PerfEvent p -> perfEvents(p, withCookie(arena));
      };
    }
  }

  /** libbpf has a function for it since 1.5. */
  private NativeLink rawWithCookie(AttachPoint point, MemorySegment name) {
    int fd;
    try (Arena arena = Arena.ofConfined()) {
      fd =
          BpfSyscall.bpf(
              BpfSyscall.BPF_RAW_TRACEPOINT_OPEN,
              CStruct.allocate(arena, BpfSyscall.raw_tracepoint_cookie)
                  .set("name", name.address())
                  .set("prog_fd", LibbpfProgram.bpf_program__fd(pointer))
                  .set("cookie", cookie));
    }
    if (Errno.E2BIG.is(fd)) {
      throw new UnsupportedFeatureException(
          "attach '" + program + "' to " + point.describe(),
          "raw tracepoints of this Linux have no cookies",
          "Linux 6.10 or later; SEC(\"tracepoint\") has them since 5.15");
    }
    if (fd < 0) {
      throw AttachErrors.of(program, point, -fd, List.of());
    }
    return new NativeLink.OfDescriptor(fd);
  }

  /** The options of places that take nothing but a cookie. */
  private MemorySegment withCookie(Arena arena) {
    return CStruct.sized(arena, LibbpfLink.bpf_tracepoint_opts).set("bpf_cookie", cookie).segment();
  }

  private MultiAttacher multi() {
    return new MultiAttacher(this, program, pointer, cookie, LinuxVersion.running());
  }

  private List<NativeLink> usdt(AttachPoint point, Supplier<Native.Pointer> call) {
    usdt.lock();
    try {
      return List.of(new NativeLink.OfUsdt(made(program, point, call), usdt));
    } finally {
      usdt.unlock();
    }
  }

  private List<NativeLink> one(AttachPoint point, Supplier<Native.Pointer> call) {
    return one(program, point, call);
  }

  /** Makes one link of libbpf. */
  static List<NativeLink> one(String program, AttachPoint point, Supplier<Native.Pointer> call) {
    return List.of(new NativeLink.OfLibbpf(made(program, point, call)));
  }

  private static MemorySegment made(
      String program, AttachPoint point, Supplier<Native.Pointer> call) {
    var told = Libbpf.captureLog(call);
    if (told.value().isNull()) {
      throw AttachErrors.of(program, point, told.value().errno(), told.messages());
    }
    return told.value().segment();
  }

  /** One event for each CPU that is online, or one for a process or CPU. */
  private List<NativeLink> perfEvents(AttachPoint.PerfEvent point, MemorySegment options) {
    List<NativeLink> links = new ArrayList<>();
    boolean done = false;
    boolean everywhere = point.pid() == -1 && point.cpu() == -1;
    try {
      for (int cpu :
          everywhere ? PossibleCpus.online().stream().toArray() : new int[] {point.cpu()}) {
        int event =
            PerfEvents.open(
                point.counter().type(),
                point.counter().config(),
                point.period() > 0 ? point.period() : point.frequency(),
                point.period() <= 0,
                point.pid(),
                cpu);
        if (event < 0) {
          throw AttachErrors.of(program, point, -event, List.of());
        }
        try {
          links.addAll(
              one(
                  point,
                  () -> LibbpfLink.bpf_program__attach_perf_event_opts(pointer, event, options)));
        } catch (RuntimeException e) {
          Libc.close(event);
          throw e;
        }
      }
      done = true;
      return links;
    } finally {
      if (!done) {
        Parallel.run(links, NativeLink::destroy);
      }
    }
  }
}
