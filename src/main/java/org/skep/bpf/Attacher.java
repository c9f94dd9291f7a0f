package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.skep.host.Hook;
import org.skep.host.Mounts;
import org.skep.host.PossibleCpus;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;

/** Attaches one loaded program. */
final class Attacher {
  private static final int MOST_FUNCTIONS = 1_000;
  private static final int ENOENT = Errno.ENOENT.number();
  private static final int E2BIG = Errno.E2BIG.number();

  private final String program;
  private final MemorySegment pointer;
  private final long cookie;

  Attacher(String program, MemorySegment pointer) {
    this(program, pointer, 0);
  }

  private Attacher(String program, MemorySegment pointer, long cookie) {
    this.program = program;
    this.pointer = pointer;
    this.cookie = cookie;
  }

  /**
   * Attaches it.
   *
   * @return what holds it; never empty
   * @throws org.skep.BpfException if it is refused
   */
  List<NativeLink> attach(AttachPoint point) {
    try (Arena arena = Arena.ofShared()) {
      return switch (point) {
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
          MemorySegment binary = CText.allocate(arena, p.binary());
          CStruct options =
              CStruct.sized(arena, LibbpfLink.bpf_uprobe_opts)
                  .set("bpf_cookie", cookie)
                  .set("retprobe", p.atReturn());
          if (!p.function().isEmpty()) {
            options.set("func_name", CText.allocate(arena, p.function()));
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
        case AttachPoint.KprobeMulti p -> {
          MemorySegment pattern = CText.allocate(arena, p.pattern());
          MemorySegment options =
              CStruct.sized(arena, LibbpfLink.bpf_kprobe_multi_opts)
                  .set("retprobe", p.atReturn())
                  .segment();
          yield one(
              p, () -> LibbpfLink.bpf_program__attach_kprobe_multi_opts(pointer, pattern, options));
        }
        case AttachPoint.Ksyscall p -> {
          MemorySegment name = CText.allocate(arena, p.name());
          MemorySegment options =
              CStruct.sized(arena, LibbpfLink.bpf_ksyscall_opts)
                  .set("bpf_cookie", cookie)
                  .set("retprobe", p.atReturn())
                  .segment();
          yield one(p, () -> LibbpfLink.bpf_program__attach_ksyscall(pointer, name, options));
        }
        case AttachPoint.UprobeMulti p when !LibbpfLink.hasUprobeMulti() -> oneByOne(p);
        case AttachPoint.UprobeMulti p -> {
          MemorySegment binary = CText.allocate(arena, p.binary());
          MemorySegment pattern = CText.allocate(arena, p.pattern());
          yield one(
              p,
              () -> LibbpfLink.bpf_program__attach_uprobe_multi(pointer, p.pid(), binary, pattern));
        }
        case AttachPoint.Usdt p -> {
          MemorySegment binary = CText.allocate(arena, p.binary());
          MemorySegment provider = CText.allocate(arena, p.provider());
          MemorySegment name = CText.allocate(arena, p.name());
          yield one(
              p,
              () -> LibbpfLink.bpf_program__attach_usdt(pointer, p.pid(), binary, provider, name));
        }
        case AttachPoint.Replacement p -> {
          MemorySegment function = CText.allocate(arena, p.function());
          yield p.program()
              .withDescriptor(
                  fd ->
                      one(p, () -> LibbpfLink.bpf_program__attach_freplace(pointer, fd, function)));
        }
        case AttachPoint.WithCookie p ->
            new Attacher(program, pointer, p.cookie()).attach(p.point());
        case AttachPoint.Network p -> new NetworkAttacher(program, pointer).attach(p);
        case AttachPoint.PerfEvent p -> perfEvents(p, withCookie(arena));
      };
    }
  }

  /** Where libbpf is older than 1.3; the program was loaded as one for single functions then. */
  private List<NativeLink> oneByOne(AttachPoint.UprobeMulti point) {
    List<Hook> functions =
        org.skep.host.Hooks.find("uprobe:" + point.binary() + ":" + point.pattern());
    if (functions.isEmpty() || functions.size() > MOST_FUNCTIONS) {
      throw AttachRefusals.of(program, point, functions.isEmpty() ? ENOENT : E2BIG, List.of());
    }
    List<NativeLink> links = new ArrayList<>();
    try {
      for (Hook function : functions) {
        int colon = function.name().lastIndexOf(':');
        links.addAll(
            attach(
                new AttachPoint.Uprobe(
                    function.name().substring(0, colon),
                    function.name().substring(colon + 1),
                    0,
                    point.pid(),
                    false)));
      }
      return links;
    } catch (RuntimeException e) {
      SideBySide.run(links, NativeLink::destroy);
      throw e;
    }
  }

  /** The options of tracepoints and perf events. */
  private MemorySegment withCookie(Arena arena) {
    return CStruct.sized(arena, LibbpfLink.bpf_tracepoint_opts).set("bpf_cookie", cookie).segment();
  }

  /** Makes one link of libbpf. */
  List<NativeLink> one(AttachPoint point, Supplier<Native.Pointer> call) {
    var told = Libbpf.listen(call);
    if (told.value().isNull()) {
      throw AttachRefusals.of(program, point, told.value().errno(), told.messages());
    }
    return List.of(new NativeLink.OfLibbpf(told.value().segment()));
  }

  /** One event for each CPU that is online, or one for a process. */
  private List<NativeLink> perfEvents(AttachPoint.PerfEvent point, MemorySegment options) {
    List<NativeLink> links = new ArrayList<>();
    boolean done = false;
    try {
      for (int cpu :
          point.pid() == -1 ? PossibleCpus.online().stream().toArray() : new int[] {-1}) {
        int event =
            PerfEvents.open(
                point.event().type,
                point.event().config,
                point.period() > 0 ? point.period() : point.frequency(),
                point.period() <= 0,
                point.pid(),
                cpu);
        if (event < 0) {
          throw AttachRefusals.of(program, point, -event, List.of());
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
        SideBySide.run(links, NativeLink::destroy);
      }
    }
  }
}
