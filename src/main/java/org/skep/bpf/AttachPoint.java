package org.skep.bpf;

import java.nio.file.Path;

/** A place in the running Linux where a program can be attached. */
public sealed interface AttachPoint {
  /** The place in words: {@code tracepoint 'sched/sched_switch'}. */
  String describe();

  /**
   * Where the program's own section name says.
   *
   * @param section the section name, for messages
   */
  record Declared(String section) implements AttachPoint {
    @Override
    public String describe() {
      return "'" + section + "'";
    }
  }

  /**
   * A tracepoint, its arguments laid out as tracefs describes.
   *
   * @param category such as {@code syscalls}
   * @param name such as {@code sys_enter_openat}
   */
  record Tracepoint(String category, String name) implements AttachPoint {
    @Override
    public String describe() {
      return "tracepoint '" + category + "/" + name + "'";
    }
  }

  /**
   * A tracepoint with the arguments that the kernel's code passes.
   *
   * @param name such as {@code sched_switch}
   */
  record RawTracepoint(String name) implements AttachPoint {
    @Override
    public String describe() {
      return "raw tracepoint '" + name + "'";
    }
  }

  /**
   * An instruction of a kernel function, or its return.
   *
   * @param function its name in {@code /proc/kallsyms}
   * @param offset bytes from its start; 0 for its entry
   * @param atReturn whether to run when it returns
   */
  record Kprobe(String function, long offset, boolean atReturn) implements AttachPoint {
    /** The entry of a function. */
    public Kprobe(String function) {
      this(function, 0, false);
    }

    @Override
    public String describe() {
      return (atReturn ? "kretprobe '" : "kprobe '") + at(function, offset) + "'";
    }
  }

  /**
   * An instruction of a program or shared library, or the return of one of its functions.
   *
   * @param binary its path, or a library's name such as {@code libc.so.6}
   * @param function the function's name; empty where {@code offset} counts from the file's start
   * @param offset bytes from the start of the function or file
   * @param pid the process to watch; -1 for all, 0 for this one
   * @param atReturn whether to run when the function returns
   */
  record Uprobe(String binary, String function, long offset, int pid, boolean atReturn)
      implements AttachPoint {
    /** The entry of a function, in every process. */
    public Uprobe(String binary, String function) {
      this(binary, function, 0, -1, false);
    }

    @Override
    public String describe() {
      return (atReturn ? "uretprobe '" : "uprobe '") + binary + ":" + at(function, offset) + "'";
    }
  }

  /**
   * A network interface, where packets enter, before the kernel made anything of them.
   *
   * @param networkInterface such as {@code eth0}
   */
  record Xdp(String networkInterface) implements AttachPoint {
    @Override
    public String describe() {
      return "interface '" + networkInterface + "'";
    }
  }

  /**
   * The traffic control of a network interface, Linux 6.6 or later.
   *
   * @param networkInterface such as {@code eth0}
   * @param ingress packets that come in; else those that go out
   */
  record Tcx(String networkInterface, boolean ingress) implements AttachPoint {
    @Override
    public String describe() {
      return (ingress ? "ingress" : "egress") + " of interface '" + networkInterface + "'";
    }
  }

  /**
   * A cgroup of version 2 and everything below it.
   *
   * @param path its directory
   */
  record Cgroup(Path path) implements AttachPoint {
    @Override
    public String describe() {
      return "cgroup '" + path + "'";
    }
  }

  /**
   * A network namespace, for {@code sk_lookup} and the flow dissector.
   *
   * @param path such as {@code /proc/self/ns/net}
   */
  record NetworkNamespace(Path path) implements AttachPoint {
    @Override
    public String describe() {
      return "network namespace '" + path + "'";
    }
  }

  /**
   * A clock or counter of the processor or the kernel that runs the program as a sample.
   *
   * @param event what is counted
   * @param period run after this many counts; 0 to use {@code frequency}
   * @param frequency run about this often a second
   * @param pid the process to watch; -1 for all, on every CPU
   */
  record PerfEvent(Event event, long period, long frequency, int pid) implements AttachPoint {
    /** What a perf event counts. */
    public enum Event {
      CPU_CLOCK(1, 0),
      TASK_CLOCK(1, 1),
      PAGE_FAULTS(1, 2),
      CONTEXT_SWITCHES(1, 3),
      CPU_MIGRATIONS(1, 4),
      CPU_CYCLES(0, 0),
      INSTRUCTIONS(0, 1),
      CACHE_REFERENCES(0, 2),
      CACHE_MISSES(0, 3),
      BRANCH_INSTRUCTIONS(0, 4),
      BRANCH_MISSES(0, 5);

      /** {@code perf_event_attr.type}. */
      final int type;

      /** {@code perf_event_attr.config}. */
      final long config;

      Event(int type, long config) {
        this.type = type;
        this.config = config;
      }
    }

    /** The CPU clock on every CPU, about {@code frequency} times a second. */
    public PerfEvent(long frequency) {
      this(Event.CPU_CLOCK, 0, frequency, -1);
    }

    @Override
    public String describe() {
      return "perf event '"
          + event.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')
          + (period > 0 ? "' every " + period : "' at " + frequency + " Hz");
    }
  }

  private static String at(String function, long offset) {
    String plus = offset == 0 ? "" : "0x" + Long.toHexString(offset);
    return function.isEmpty() || plus.isEmpty() ? function + plus : function + "+" + plus;
  }
}
