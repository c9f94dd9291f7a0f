package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.skep.host.Mounts;
import org.skep.host.PossibleCpus;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;
import org.skep.internal.libbpf.Uapi;

/** Attaches one loaded program. */
final class Attacher {
  private static final int O_DIRECTORY_READ = 0;

  private final String program;
  private final MemorySegment pointer;

  Attacher(String program, MemorySegment pointer) {
    this.program = program;
    this.pointer = pointer;
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
                      pointer, category, name, MemorySegment.NULL));
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
                  .set("retprobe", p.atReturn())
                  .segment();
          yield one(
              p, () -> LibbpfLink.bpf_program__attach_kprobe_opts(pointer, function, options));
        }
        case AttachPoint.Uprobe p -> {
          MemorySegment binary = CText.allocate(arena, p.binary());
          CStruct options =
              CStruct.sized(arena, LibbpfLink.bpf_uprobe_opts).set("retprobe", p.atReturn());
          if (!p.function().isEmpty()) {
            options.set("func_name", CText.allocate(arena, p.function()));
          }
          yield one(
              p,
              () ->
                  LibbpfLink.bpf_program__attach_uprobe_opts(
                      pointer, p.pid(), binary, p.offset(), options.segment()));
        }
        case AttachPoint.Xdp p -> {
          int index = interfaceIndex(p, p.networkInterface());
          yield one(p, () -> LibbpfLink.bpf_program__attach_xdp(pointer, index));
        }
        case AttachPoint.Tcx p ->
            descriptor(
                p,
                LibbpfSyscall.bpf_link_create(
                    LibbpfProgram.bpf_program__fd(pointer),
                    interfaceIndex(p, p.networkInterface()),
                    p.ingress() ? Uapi.BPF_TCX_INGRESS : Uapi.BPF_TCX_EGRESS,
                    MemorySegment.NULL));
        case AttachPoint.Cgroup p ->
            onPath(
                p, p.path().toString(), fd -> LibbpfLink.bpf_program__attach_cgroup(pointer, fd));
        case AttachPoint.NetworkNamespace p ->
            onPath(p, p.path().toString(), fd -> LibbpfLink.bpf_program__attach_netns(pointer, fd));
        case AttachPoint.PerfEvent p -> perfEvents(p);
      };
    }
  }

  private List<NativeLink> one(AttachPoint point, Supplier<Native.Pointer> call) {
    var told = Libbpf.listen(call);
    if (told.value().isNull()) {
      throw AttachRefusals.of(program, point, told.value().errno(), told.messages());
    }
    return List.of(new NativeLink.OfLibbpf(told.value().segment()));
  }

  private List<NativeLink> descriptor(AttachPoint point, int fd) {
    if (fd < 0) {
      throw AttachRefusals.of(program, point, -fd, List.of());
    }
    return List.of(new NativeLink.OfDescriptor(fd));
  }

  private List<NativeLink> onPath(
      AttachPoint point, String path, Function<Integer, Native.Pointer> call) {
    int fd = Libc.open(path, O_DIRECTORY_READ);
    if (fd < 0) {
      throw AttachRefusals.of(program, point, -fd, List.of());
    }
    try {
      return one(point, () -> call.apply(fd));
    } finally {
      Libc.close(fd);
    }
  }

  private int interfaceIndex(AttachPoint point, String name) {
    int index = Libc.if_nametoindex(name);
    if (index <= 0) {
      throw AttachRefusals.of(program, point, Errno.ENODEV.number(), List.of());
    }
    return index;
  }

  /** One event for each CPU that is online, or one for a process. */
  private List<NativeLink> perfEvents(AttachPoint.PerfEvent point) {
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
                  () ->
                      LibbpfLink.bpf_program__attach_perf_event_opts(
                          pointer, event, MemorySegment.NULL)));
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
