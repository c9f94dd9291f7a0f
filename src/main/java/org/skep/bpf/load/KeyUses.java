package org.skep.bpf.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.code.InstructionText;
import org.skep.btf.ElfObject;
import org.skep.btf.ElfObject.Section;
import org.skep.btf.ElfObject.Symbol;

/**
 * Where the programs of an object give keys to maps, and which bytes of the stack they have written
 * by then: a key's bytes that no path has written are what the stack held before.
 */
final class KeyUses {
  private static final int RELOCATIONS = ElfObject.RELOCATIONS;
  private static final int STACK = 512;
  private static final int REGISTERS = 11;
  private static final int FRAME = 10;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int MOST_STEPS = 200_000;

  /** {@code bpf_map_lookup_elem}, {@code bpf_map_update_elem}, {@code bpf_map_delete_elem}. */
  private static final Set<Integer> TAKE_KEYS = Set.of(1, 2, 3);

  /** Those, and helpers that read memory: trace_printk, perf_event_output, ringbuf_output. */
  private static final Set<Integer> ONLY_READ = Set.of(1, 2, 3, 6, 25, 130);

  /** What a register holds. */
  private sealed interface Value {
    /** An address on the stack, from its end. */
    record OnStack(int offset) implements Value {}

    /** The address of a map. */
    record OfMap(String name) implements Value {}

    /** A number. */
    record Constant(int number) implements Value {}

    /** Any other value; memory that it points to was written by others. */
    record Other() implements Value {}

    /** What cannot be followed: an argument of a function, or a value that was on the stack. */
    record Unknown() implements Value {}
  }

  private static final Value OTHER = new Value.Other();
  private static final Value UNKNOWN = new Value.Unknown();

  /**
   * What is found of a map.
   *
   * @param unwritten the functions that give a key of which some bytes are not written
   * @param unseen the functions that give a key which cannot be followed
   */
  record Uses(Set<String> unwritten, Set<String> unseen) {}

  /** What is known before an instruction. */
  private static final class State {
    private final Value[] registers;

    /** The bytes of the stack that each path has written, from its far end. */
    private final BitSet written;

    State(Value[] registers, BitSet written) {
      this.registers = registers;
      this.written = written;
    }

    Value[] registers() {
      return registers;
    }

    BitSet written() {
      return written;
    }

    State copy() {
      return new State(registers.clone(), (BitSet) written.clone());
    }
  }

  private final Map<String, BitSet> gaps;
  private final Map<String, Uses> uses = new TreeMap<>();
  private String function = "";
  private long[] words = {};
  private final Map<Integer, String> symbols = new HashMap<>();
  private @Nullable State[] states = {};
  private final ArrayDeque<Integer> open = new ArrayDeque<>();

  private KeyUses(Map<String, BitSet> gaps) {
    this.gaps = gaps;
  }

  /**
   * How the keys of maps are used.
   *
   * @param gaps the bytes of the keys that matter, by the map's name
   */
  static Map<String, Uses> of(byte[] elf, Map<String, BitSet> gaps) {
    var found = new KeyUses(gaps);
    gaps.keySet().forEach(m -> found.uses.put(m, new Uses(new TreeSet<>(), new TreeSet<>())));
    ElfObject object = ElfObject.of(elf);
    for (Symbol symbol : object.symbols()) {
      if (symbol.type() == ElfObject.FUNCTION
          && symbol.section() > 0
          && symbol.section() < object.sections().size()) {
        found.read(object, object.sections().get(symbol.section()), symbol, elf[5] == 1);
      }
    }
    return found.uses;
  }

  private void read(ElfObject object, Section section, Symbol symbol, boolean littleEndian) {
    ByteBuffer code =
        ByteBuffer.wrap(object.bytes(section))
            .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int count = (int) (symbol.byteSize() / Long.BYTES);
    if (!littleEndian || symbol.value() + symbol.byteSize() > code.capacity()) {
      return; // Skep's machines are little-endian
    }
    function = symbol.name();
    words = new long[count];
    for (int i = 0; i < count; i++) {
      words[i] = code.getLong((int) symbol.value() + i * Long.BYTES);
    }
    symbols.clear();
    for (Section each : object.sections()) {
      if (each.type() == RELOCATIONS && each.info() == section.index()) {
        for (ElfObject.Relocation place : object.relocations(each)) {
          symbols.put(
              (int) ((place.offset() - symbol.value()) / Long.BYTES),
              object.symbols().get((int) place.symbol()).name());
        }
      }
    }
    follow(section.name().equals(".text"));
  }

  private void follow(boolean subprogram) {
    states = new State[words.length];
    Value[] registers = new Value[REGISTERS];
    java.util.Arrays.fill(registers, subprogram ? UNKNOWN : OTHER);
    registers[FRAME] = new Value.OnStack(0);
    open.clear();
    reach(0, new State(registers, new BitSet()));
    for (int steps = 0; !open.isEmpty() && steps < MOST_STEPS; steps++) {
      step(open.remove());
    }
    for (int at = 0; at < words.length; at++) {
      if (states[at] != null && (words[at] & 0xff) == CALL && source(at) == 0) {
        judge(states[at], immediate(at));
      }
    }
  }

  /** Bytes count as written where they are on each path. */
  private void reach(int at, State state) {
    if (at < 0 || at >= words.length) {
      return;
    }
    State known = states[at];
    if (known == null) {
      states[at] = state.copy();
      open.add(at);
      return;
    }
    boolean changed = false;
    for (int i = 0; i < REGISTERS; i++) {
      if (!known.registers()[i].equals(state.registers()[i])
          && !known.registers()[i].equals(UNKNOWN)) {
        boolean pointers =
            known.registers()[i] instanceof Value.OnStack
                || state.registers()[i] instanceof Value.OnStack
                || state.registers()[i].equals(UNKNOWN);
        Value joined = pointers ? UNKNOWN : OTHER;
        changed |= !known.registers()[i].equals(joined);
        known.registers()[i] = joined;
      }
    }
    int before = known.written().cardinality();
    known.written().and(state.written());
    if (changed || known.written().cardinality() != before) {
      open.add(at);
    }
  }

  private void step(int at) {
    State state = java.util.Objects.requireNonNull(states[at]).copy();
    Value[] r = state.registers();
    int opcode = (int) (words[at] & 0xff);
    int to = (int) (words[at] >>> 8 & 0xf);
    int from = source(at);
    int offset = (short) (words[at] >>> 16);
    int next = at + 1;
    if (to >= REGISTERS || from >= REGISTERS) {
      return;
    }
    switch (opcode & 7) {
      case 0 -> { // a constant of two instructions, or an old load from a packet
        if (opcode == InstructionText.LD_IMM64) {
          String symbol = symbols.getOrDefault(at, "");
          r[to] = gaps.containsKey(symbol) ? new Value.OfMap(symbol) : OTHER;
          next = at + 2;
        } else {
          clobber(r);
        }
      }
      case 1 -> r[to] = r[from] instanceof Value.OnStack ? UNKNOWN : OTHER;
      case 2, 3 -> {
        if (r[to] instanceof Value.OnStack(int where)) {
          write(state, where + offset, bytes(opcode));
        }
        if ((opcode & 0xe7) == 0xc3 && (immediate(at) & 1) != 0) {
          r[immediate(at) >>> 4 == 0xf ? 0 : from] = OTHER;
        }
      }
      case 4, 7 -> r[to] = computed(r, opcode, to, from, at);
      default -> {
        if (opcode == CALL) {
          call(state, at);
        } else if (opcode == EXIT) {
          return;
        } else if ((opcode & 0xf0) == 0) {
          next = at + 1 + ((opcode & 7) == 6 ? immediate(at) : offset);
        } else {
          reach(at + 1 + offset, state);
        }
      }
    }
    reach(next, state);
  }

  private Value computed(Value[] r, int opcode, int to, int from, int at) {
    boolean byRegister = (opcode & 8) != 0;
    int operation = opcode >>> 4;
    if (operation == 0xb) {
      return byRegister ? r[from] : new Value.Constant(immediate(at));
    }
    boolean wide = (opcode & 7) == 7;
    if (operation == 0 && wide && !byRegister && r[to] instanceof Value.OnStack(int where)) {
      return new Value.OnStack(where + immediate(at));
    }
    return r[to] instanceof Value.OnStack || r[to].equals(UNKNOWN) ? UNKNOWN : OTHER;
  }

  /** What gets an address on the stack writes what the next argument counts, or all behind it. */
  private void call(State state, int at) {
    Value[] r = state.registers();
    boolean helper = source(at) == 0;
    for (int i = 1; i <= 5 && !(helper && ONLY_READ.contains(immediate(at))); i++) {
      if (r[i] instanceof Value.OnStack(int where)) {
        boolean counted = helper && i < 5 && r[i + 1] instanceof Value.Constant;
        int size = counted ? ((Value.Constant) r[i + 1]).number() : -where;
        write(state, where, size);
      }
    }
    clobber(r);
  }

  private static void clobber(Value[] r) {
    for (int i = 0; i <= 5; i++) {
      r[i] = OTHER;
    }
  }

  private static void write(State state, int where, int size) {
    int first = Math.clamp(STACK + (long) where, 0, STACK);
    state.written().set(first, Math.clamp((long) first + size, first, STACK));
  }

  private void judge(@Nullable State state, int helper) {
    if (state == null
        || !TAKE_KEYS.contains(helper)
        || !(state.registers()[1] instanceof Value.OfMap(String map))) {
      return;
    }
    Uses found = java.util.Objects.requireNonNull(uses.get(map));
    switch (state.registers()[2]) {
      case Value.OnStack(int where) -> {
        BitSet gap = java.util.Objects.requireNonNull(gaps.get(map));
        boolean written =
            gap.stream().allMatch(b -> state.written().get(Math.max(0, STACK + where + b)));
        if (!written) {
          found.unwritten().add(function);
        }
      }
      case Value.Unknown _ -> found.unseen().add(function);
      case Value.OfMap _, Value.Constant _, Value.Other _ -> {}
    }
  }

  private int source(int at) {
    return (int) (words[at] >>> 12 & 0xf);
  }

  private int immediate(int at) {
    return (int) (words[at] >>> 32);
  }

  private static int bytes(int opcode) {
    return switch (opcode & 0x18) {
      case 0x00 -> 4;
      case 0x08 -> 2;
      case 0x10 -> 1;
      default -> 8;
    };
  }
}
