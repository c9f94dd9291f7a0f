package org.skep.host.hooks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A place where a program can be attached.
 *
 * @param name without its kind, as section names have it: {@code sched/sched_switch}, {@code
 *     tcp_connect}, {@code /usr/bin/bash:readline}
 * @param arguments what a program gets there; empty where there is nothing, or nothing is known
 * @param note what to know before attaching, such as why it may be refused; may be empty
 */
public record Hook(Kind kind, String name, List<Argument> arguments, String note) {
  /** Kinds of hooks, with the words of section names. */
  public enum Kind {
    TRACEPOINT("tracepoint"),
    RAW_TP("raw_tp"),
    TP_BTF("tp_btf"),
    KPROBE("kprobe"),
    FENTRY("fentry"),
    LSM("lsm"),
    ITER("iter"),
    UPROBE("uprobe"),
    USDT("usdt");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As section names begin: {@code raw_tp}. */
    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * What a program gets.
   *
   * @param type in C, such as {@code struct task_struct *} or {@code char[16]}
   * @param byteOffset where it lies in the program's context; empty where it is in a register
   * @param byteSize empty where it is not known
   */
  public record Argument(String name, String type, OptionalInt byteOffset, OptionalInt byteSize) {
    /** As C declares it: {@code char comm[16]}. */
    public String declaration() {
      int bracket = type.indexOf('[');
      if (bracket > 0) {
        return type.substring(0, bracket) + " " + name + type.substring(bracket);
      }
      int inner = type.indexOf("(*)");
      return inner > 0
          ? type.substring(0, inner + 2) + name + type.substring(inner + 2)
          : type + (type.endsWith("*") ? "" : " ") + name;
    }
  }

  public Hook {
    arguments = List.copyOf(arguments);
  }

  /** The section name that attaches a program there: {@code tracepoint/sched/sched_switch}. */
  public String section() {
    return kind + "/" + name;
  }

  /** The arguments as C declares them, separated by commas. */
  public String signature() {
    return arguments.stream().map(Argument::declaration).collect(Collectors.joining(", "));
  }

  /** The first lines of a program for it, to be completed. */
  public String program() {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
    String function = "on_" + last.replaceAll("[^A-Za-z0-9_]", "_").toLowerCase(Locale.ROOT);
    String rest = arguments.isEmpty() ? "" : ", " + signature();
    String head = "SEC(\"" + section() + "\")\nint ";
    return head
        + switch (kind) {
          case TRACEPOINT -> function + "(" + record(last) + " *ctx)";
          case RAW_TP -> function + "(struct bpf_raw_tracepoint_args *ctx)";
          case TP_BTF, FENTRY -> "BPF_PROG(" + function + rest + ")";
          case LSM -> "BPF_PROG(" + function + rest + ", int ret)";
          case KPROBE -> "BPF_KPROBE(" + function + rest + ")";
          case ITER -> function + "(struct bpf_iter__" + last + " *ctx)";
          case UPROBE -> "BPF_UPROBE(" + function + ")";
          case USDT -> "BPF_USDT(" + function + rest + ")";
        };
  }

  /** Events of a class share a record, whose name only the types of Linux know. */
  private static String record(String name) {
    String own = "trace_event_raw_" + name;
    if (name.startsWith("sys_enter_")) {
      return "struct trace_event_raw_sys_enter";
    }
    if (name.startsWith("sys_exit_")) {
      return "struct trace_event_raw_sys_exit";
    }
    return RunningTypes.has("struct " + own) ? "struct " + own : "void";
  }
}
