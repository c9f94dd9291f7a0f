package org.skep.bpf.attach;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfProgram;

/**
 * Finds calls that send an event to the perf buffer of one CPU, whichever CPU they run on: the
 * kernel refuses such an event on every other CPU, and nobody counts it. What is looked for is a
 * constant in the flags; a number that is only known when the program runs is not found.
 */
public final class FixedCpuSenders {
  /** Helpers that take a context, a map, flags, and what they send. */
  private static final List<Integer> OUTPUTS = List.of(25, 111, 121);

  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int LOAD_NUMBER = 0x18;
  private static final int MOVE = 0xb7;
  private static final int MOVE_32 = 0xb4;
  private static final int MOVE_REGISTER = 0xbf;
  private static final int ATOMIC = 0xdb;
  private static final int MAP_BY_DESCRIPTOR = 1;
  private static final long CURRENT_CPU = 0xffff_ffffL;
  private static final int MAP_ARGUMENT = 2;
  private static final int FLAGS_ARGUMENT = 3;

  /**
   * A call with a fixed CPU.
   *
   * @param map the descriptor of the map; empty where it is only known when the program runs
   */
  public record Fixed(int cpu, OptionalInt map) {}

  /**
   * A program that has such a call.
   *
   * @param map its name; {@code ""} where it is only known when the program runs
   */
  public record Sender(String program, String map, int cpu) {
    /** What happens, and what to change. */
    public String warning() {
      return "program '"
          + program
          + "' sends to "
          + (map.isEmpty() ? "a perf buffer" : "'" + map + "'")
          + " with CPU "
          + cpu
          + " in the flags: events of all other CPUs are dropped, and not counted (pass"
          + " BPF_F_CURRENT_CPU as the flags of bpf_perf_event_output)";
    }
  }

  private final long[] code;
  private final BitSet joins = new BitSet();

  private FixedCpuSenders(long[] code) {
    this.code = code;
    for (int i = 0; i < code.length; i += width(i)) {
      int kind = operation(i) & 0x07;
      boolean jump = (kind == 5 || kind == 6) && operation(i) != CALL && operation(i) != EXIT;
      if (jump) {
        int target = i + 1 + (operation(i) == 0x06 ? number(i) : offset(i));
        if (target >= 0) {
          joins.set(target);
        }
      }
    }
  }

  /** The programs of a loaded object that have such calls, each once for each map. */
  public static List<Sender> of(NativeObject object) {
    Map<Integer, String> buffers = new HashMap<>();
    object
        .maps()
        .forEach(
            (name, map) -> {
              if (BpfMapType.of(LibbpfMap.bpf_map__type(map)) == BpfMapType.PERF_EVENT_ARRAY) {
                buffers.put(LibbpfMap.bpf_map__fd(map), name);
              }
            });
    Set<Sender> senders = new LinkedHashSet<>();
    if (!buffers.isEmpty()) {
      object
          .programs()
          .forEach(
              (name, program) -> {
                for (Fixed call : of(LibbpfProgram.bpf_program__insns(program))) {
                  String map = buffers.getOrDefault(call.map.orElse(-1), "");
                  senders.add(new Sender(name, map, call.cpu));
                }
              });
    }
    return List.copyOf(senders);
  }

  /** The calls of loaded instructions. */
  static List<Fixed> of(long[] code) {
    FixedCpuSenders targets = new FixedCpuSenders(code);
    List<Fixed> fixed = new ArrayList<>();
    for (int i = 0; i < code.length; i += targets.width(i)) {
      if (targets.operation(i) == CALL
          && targets.from(i) == 0
          && OUTPUTS.contains(targets.number(i))) {
        OptionalLong flags = targets.constant(i, FLAGS_ARGUMENT);
        if (flags.isPresent() && (flags.getAsLong() & CURRENT_CPU) != CURRENT_CPU) {
          fixed.add(new Fixed((int) flags.getAsLong(), targets.map(i)));
        }
      }
    }
    return fixed;
  }

  private int operation(int at) {
    return (int) code[at] & 0xff;
  }

  private int to(int at) {
    return (int) (code[at] >>> 8) & 0xf;
  }

  private int from(int at) {
    return (int) (code[at] >>> 12) & 0xf;
  }

  private int offset(int at) {
    return (short) (code[at] >>> 16);
  }

  private int number(int at) {
    return (int) (code[at] >>> 32);
  }

  private int width(int at) {
    return operation(at) == LOAD_NUMBER ? 2 : 1;
  }

  private OptionalLong constant(int call, int register) {
    int at = origin(call, register);
    if (at < 0) {
      return OptionalLong.empty();
    }
    return switch (operation(at)) {
      case MOVE -> OptionalLong.of(number(at));
      case MOVE_32 -> OptionalLong.of(Integer.toUnsignedLong(number(at)));
      case LOAD_NUMBER ->
          from(at) == 0
              ? OptionalLong.of(
                  Integer.toUnsignedLong(number(at)) | (long) number(at + 1) << Integer.SIZE)
              : OptionalLong.empty();
      default -> OptionalLong.empty();
    };
  }

  private OptionalInt map(int call) {
    int at = origin(call, MAP_ARGUMENT);
    return at >= 0 && operation(at) == LOAD_NUMBER && from(at) == MAP_BY_DESCRIPTOR
        ? OptionalInt.of(number(at))
        : OptionalInt.empty();
  }

  /**
   * The instruction that certainly gave a register its value; -1 where several may have, or where
   * it is not among those that run before the call whatever happens.
   */
  private int origin(int call, int argument) {
    int register = argument;
    for (int at = call; at > 0; ) {
      if (joins.get(at)) {
        return -1;
      }
      at = at > 1 && operation(at - 2) == LOAD_NUMBER ? at - 2 : at - 1;
      int operation = operation(at);
      int kind = operation & 0x07;
      if (operation == EXIT || (operation == CALL && register <= 5) || operation == 0x05) {
        return -1;
      }
      if ((kind == 0 && operation != LOAD_NUMBER)
          || (operation == ATOMIC && from(at) == register)) {
        return -1;
      }
      boolean writes = kind == 0 || kind == 1 || kind == 4 || kind == 7;
      if (!writes || to(at) != register) {
        continue;
      }
      if (operation != MOVE_REGISTER || offset(at) != 0) {
        return at;
      }
      register = from(at);
    }
    return -1;
  }
}
