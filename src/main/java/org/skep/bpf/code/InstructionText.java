package org.skep.bpf.code;

import java.util.Locale;

/**
 * One instruction of the kernel's BPF machine as the verifier writes it: {@code r1 = *(u64 *)(r1
 * +8)}. Numbers are decimal.
 */
public final class InstructionText {
  public static final int LD_IMM64 = 0x18;
  private static final int PSEUDO_MAP = 1;
  private static final int PSEUDO_VALUE = 2;
  private static final int PSEUDO_BTF = 3;
  private static final int PSEUDO_FUNCTION = 4;
  private static final String[] ARITHMETIC = {
    "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "", "%=", "^=", "=", "s>>=", ""
  };
  private static final String[] COMPARISON = {
    "", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<="
  };

  /** The names of what instructions refer to. */
  interface Names {
    /** A map by the kernel's number. */
    String map(int id);

    /** A helper or kernel function by the number in a call. */
    String callee(int number);

    /** A function of the program by the number of its first instruction. */
    String function(int instruction);

    /** Nothing is known. */
    Names NONE =
        new Names() {
          @Override
          public String map(int id) {
            return "map[id:" + id + "]";
          }

          @Override
          public String callee(int number) {
            return "#" + number;
          }

          @Override
          public String function(int instruction) {
            return "";
          }
        };
  }

  private final int opcode;
  private final String to;
  private final String from;
  private final String wideTo;
  private final String wideFrom;
  private final int source;
  private final int offset;
  private final int immediate;

  private InstructionText(long word) {
    opcode = (int) (word & 0xff);
    int target = (int) (word >>> 8 & 0xf);
    source = (int) (word >>> 12 & 0xf);
    offset = (short) (word >>> 16);
    immediate = (int) (word >>> 32);
    boolean narrow = kind() == 4 || kind() == 6;
    wideTo = "r" + target;
    wideFrom = "r" + source;
    to = (narrow ? "w" : "r") + target;
    from = (narrow ? "w" : "r") + source;
  }

  /**
   * The text of an instruction.
   *
   * @param words the instructions as a machine of little-endian order holds them
   * @param at which of them; a load of 64 bits takes the next one too
   */
  static String of(long[] words, int at, Names names) {
    var instruction = new InstructionText(words[at]);
    int high = at + 1 < words.length ? (int) (words[at + 1] >>> 32) : 0;
    return switch (instruction.kind()) {
      case 0 -> instruction.load(at, high, names);
      case 1 -> instruction.wideTo + " = " + instruction.memory(instruction.wideFrom);
      case 2 -> instruction.memory(instruction.wideTo) + " = " + instruction.immediate;
      case 3 -> instruction.store();
      case 4, 7 -> instruction.arithmetic();
      default -> instruction.jump(at, names);
    };
  }

  private int kind() {
    return opcode & 7;
  }

  private boolean byRegister() {
    return (opcode & 8) != 0;
  }

  private String load(int at, int high, Names names) {
    if (opcode == LD_IMM64) {
      return wideTo
          + " = "
          + switch (source) {
            case PSEUDO_MAP -> names.map(immediate);
            case PSEUDO_VALUE -> names.map(immediate) + "[0]+" + high;
            case PSEUDO_BTF -> "kernel variable " + wide(high);
            case PSEUDO_FUNCTION -> function(at + immediate + 1, names);
            default -> wide(high);
          };
    }
    String where = (opcode & 0xe0) == 0x40 ? wideFrom + " + " + immediate : "" + immediate;
    return "r0 = *(" + size() + " *)skb[" + where + "]";
  }

  private String wide(int high) {
    return "0x" + Long.toHexString((long) high << 32 | Integer.toUnsignedLong(immediate));
  }

  private static String function(int instruction, Names names) {
    String name = names.function(instruction);
    return name.isEmpty() ? "function at " + instruction : "function " + name;
  }

  /** A mode of 0x80 reads with the sign; others than these are the kernel's own. */
  private String memory(String base) {
    boolean signed = (opcode & 0xe0) == 0x80;
    String type = signed ? size().replace('u', 's') : size();
    return "*(" + type + " *)(" + base + signedOffset() + ")";
  }

  private String signedOffset() {
    return String.format(Locale.ROOT, " %+d", offset);
  }

  private String size() {
    return switch (opcode & 0x18) {
      case 0x00 -> "u32";
      case 0x08 -> "u16";
      case 0x10 -> "u8";
      default -> "u64";
    };
  }

  private String store() {
    if ((opcode & 0xe0) != 0xc0) {
      return memory(wideTo) + " = " + wideFrom;
    }
    String where = "(" + size() + " *)(" + wideTo + signedOffset() + ")";
    String bits = size().equals("u64") ? "64" : "";
    return switch (immediate) {
      case 0x00 -> "lock *" + where + " += " + wideFrom;
      case 0x50 -> "lock *" + where + " &= " + wideFrom;
      case 0x40 -> "lock *" + where + " |= " + wideFrom;
      case 0xa0 -> "lock *" + where + " ^= " + wideFrom;
      case 0x01 -> fetch("add", bits, where);
      case 0x51 -> fetch("and", bits, where);
      case 0x41 -> fetch("or", bits, where);
      case 0xa1 -> fetch("xor", bits, where);
      case 0xe1 -> wideFrom + " = atomic" + bits + "_xchg(" + where + ", " + wideFrom + ")";
      case 0xf1 -> "r0 = atomic" + bits + "_cmpxchg(" + where + ", r0, " + wideFrom + ")";
      case 0x100 ->
          wideTo + " = load_acquire((" + size() + " *)(" + wideFrom + signedOffset() + "))";
      case 0x110 -> "store_release(" + where + ", " + wideFrom + ")";
      default -> "atomic 0x" + Integer.toHexString(immediate) + " " + where;
    };
  }

  private String fetch(String operation, String bits, String where) {
    return wideFrom
        + " = atomic"
        + bits
        + "_fetch_"
        + operation
        + "("
        + where
        + ", "
        + wideFrom
        + ")";
  }

  private String arithmetic() {
    int operation = opcode >>> 4;
    String value = byRegister() ? from : "" + immediate;
    return switch (operation) {
      case 8 -> to + " = -" + to;
      case 13 -> {
        String order = kind() == 7 ? "bswap" : byRegister() ? "be" : "le";
        yield wideTo + " = " + order + immediate + " " + wideTo;
      }
      case 11 -> to + " = " + (offset == 0 || !byRegister() ? value : converted());
      case 3 -> to + (offset == 1 ? " s/= " : " /= ") + value;
      case 9 -> to + (offset == 1 ? " s%= " : " %= ") + value;
      case 14, 15 -> "unknown instruction 0x" + Integer.toHexString(opcode);
      default -> to + " " + ARITHMETIC[operation] + " " + value;
    };
  }

  /** A move that extends the sign, or changes the address space. */
  private String converted() {
    return switch (offset) {
      case 8, 16, 32 -> "(s" + offset + ")" + from;
      default -> "addr_space_cast(" + from + ", " + immediate + ")";
    };
  }

  private String jump(int at, Names names) {
    boolean wide = kind() == 5;
    return switch (opcode >>> 4) {
      case 0 -> wide ? "goto pc" + plus(offset) : "gotol pc" + plus(immediate);
      case 8 ->
          switch (source) {
            case 1 -> {
              // a loaded program has the distance in the offset, and a number in its place
              int distance = offset == 0 ? immediate : offset;
              String name = names.function(at + distance + 1);
              yield "call " + (name.isEmpty() ? "pc" + plus(distance) : name);
            }
            default -> "call " + names.callee(immediate);
          };
      case 9 -> "exit";
      case 14 -> "may_goto pc" + plus(offset);
      case 15 -> "unknown instruction 0x" + Integer.toHexString(opcode);
      default ->
          "if "
              + to
              + " "
              + COMPARISON[opcode >>> 4]
              + " "
              + (byRegister() ? from : "" + immediate)
              + " goto pc"
              + plus(offset);
    };
  }

  private static String plus(int distance) {
    return String.format(Locale.ROOT, "%+d", distance);
  }
}
