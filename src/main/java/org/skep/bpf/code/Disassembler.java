package org.skep.bpf.code;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.UnsupportedFeatureException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.host.KernelSymbols;

/** Turns the code of one program into a listing. */
public final class Disassembler {
  /** Helpers' numbers in calls count from here. */
  private static final String CALL_BASE = "__bpf_call_base";

  private static final int TAIL_CALL = 12;
  private static final Pattern ADDRESS = Pattern.compile("(\\$?)0x(f{4}[0-9a-f]{12})\\b");

  private final String program;
  private final ProgramCode code;
  private final Optional<Btf> types;
  private final Map<Integer, String> maps;
  private final KernelSymbols symbols = KernelSymbols.ofRunningLinux();

  /**
   * @param maps the names of the program's maps by the kernel's numbers
   */
  public Disassembler(
      String program, ProgramCode code, Optional<Btf> types, Map<Integer, String> maps) {
    this.program = program;
    this.code = code;
    this.types = types;
    this.maps = maps;
  }

  /** The instructions as the verifier left them. */
  public Disassembly translated() {
    long[] words = code.translated();
    if (words.length == 0) {
      throw withheld();
    }
    Map<Integer, ProgramCode.Line> lines = new HashMap<>();
    code.lines().forEach(l -> lines.put(l.instruction(), l));
    var names = new Names();
    var instructions = new ArrayList<Disassembly.Instruction>();
    String function = functionAt(0);
    for (int at = 0; at < words.length; at++) {
      String begun = functionAt(at);
      function = begun.isEmpty() ? function : begun;
      instructions.add(
          new Disassembly.Instruction(
              function,
              at,
              InstructionText.of(words, at, names),
              Optional.ofNullable(lines.get(at)).map(this::line)));
      if ((words[at] & 0xff) == InstructionText.LD_IMM64) {
        at++;
      }
    }
    return new Disassembly(
        program,
        withoutRepeats(instructions),
        List.of(
            "BPF instructions as the verifier left them: helpers inlined, dead code removed,"
                + " addresses filled in."));
  }

  /** The instructions of the CPU. */
  public Disassembly compiled() throws InterruptedException {
    long[] addresses = code.compiledAddresses();
    if (code.compiled().length == 0 || addresses.length == 0) {
      throw withheld();
    }
    var instructions = new ArrayList<Disassembly.Instruction>();
    int from = 0;
    for (int f = 0; f < addresses.length; f++) {
      int size = code.compiledSizes()[f];
      compiled(f, addresses[f], from, size, instructions);
      from += size;
    }
    return new Disassembly(
        program, withoutRepeats(instructions), List.of("JITed code, disassembled by objdump."));
  }

  private void compiled(
      int f, long address, int from, int size, List<Disassembly.Instruction> instructions)
      throws InterruptedException {
    Map<Long, ProgramCode.Line> lines = new HashMap<>();
    for (int i = 0; i < Math.min(code.compiledLines().length, code.lines().size()); i++) {
      lines.putIfAbsent(code.compiledLines()[i] - address, code.lines().get(i));
    }
    String function = f < code.functions().size() ? name(code.functions().get(f)) : program;
    byte[] bytes = Arrays.copyOfRange(code.compiled(), from, from + size);
    for (Objdump.Decoded d : Objdump.decode(bytes, address)) {
      instructions.add(
          new Disassembly.Instruction(
              function,
              d.offset(),
              symbolic(d.text(), address, size),
              Optional.ofNullable(lines.get(d.offset())).map(this::line)));
    }
  }

  /** Addresses within the function become distances, others names; a {@code $} marks a number. */
  private String symbolic(String text, long address, int size) {
    Matcher m = ADDRESS.matcher(text);
    return m.replaceAll(
        found -> {
          long target = Long.parseUnsignedLong(found.group(2), 16);
          if (!found.group(1).isEmpty()) {
            boolean small = target > Short.MIN_VALUE;
            return Matcher.quoteReplacement(
                small ? "$-0x" + Long.toHexString(-target) : found.group());
          }
          return Matcher.quoteReplacement(
              target - address >= 0 && target - address < size
                  ? "+" + (target - address)
                  : symbols.describe(target));
        });
  }

  private UnsupportedFeatureException withheld() {
    return new UnsupportedFeatureException(
        "read the code of program '" + program + "'",
        "this Linux does not tell it, or interprets BPF",
        KernelSymbols.remedy() + "; net.core.bpf_jit_enable=1 compiles programs");
  }

  /** The function that begins at an instruction; empty within one. */
  private String functionAt(int instruction) {
    if (code.functions().isEmpty()) {
      return instruction == 0 ? program : "";
    }
    return code.functions().stream()
        .filter(f -> f.instruction() == instruction)
        .findFirst()
        .map(this::name)
        .orElse("");
  }

  private String name(ProgramCode.Start start) {
    return types
        .filter(btf -> start.type() < btf.typeCount())
        .map(btf -> btf.type(new TypeId(start.type())))
        .map(t -> t instanceof BtfType.Function f ? f.name() : "")
        .orElse(program);
  }

  private Disassembly.Line line(ProgramCode.Line line) {
    String file = types.map(btf -> btf.text(line.file())).orElse("");
    String text = types.map(btf -> btf.text(line.text())).orElse("");
    return new Disassembly.Line(file, line.number(), text.strip());
  }

  /** The compiler gives each expression of a line its own mark: the line is said once. */
  private static List<Disassembly.Instruction> withoutRepeats(
      List<Disassembly.Instruction> instructions) {
    var fewer = new ArrayList<Disassembly.Instruction>();
    Optional<Disassembly.Line> last = Optional.empty();
    String function = "";
    for (Disassembly.Instruction i : instructions) {
      boolean repeats = i.line().equals(last) && i.function().equals(function);
      fewer.add(
          repeats
              ? new Disassembly.Instruction(i.function(), i.at(), i.text(), Optional.empty())
              : i);
      last = i.line().isPresent() ? i.line() : last;
      function = i.function();
    }
    return fewer;
  }

  private final class Names implements InstructionText.Names {
    private final Optional<KernelSymbols.Symbol> base =
        symbols.restricted() ? Optional.empty() : symbols.named(CALL_BASE).stream().findFirst();

    @Override
    public String map(int id) {
      return maps.containsKey(id) ? "map " + maps.get(id) : "map with id " + id;
    }

    @Override
    public String callee(int number) {
      if (number == TAIL_CALL) {
        return "bpf_tail_call";
      }
      return base.flatMap(b -> symbols.at(b.address() + number))
          .filter(s -> s.address() == base.get().address() + number)
          .map(KernelSymbols.Symbol::name)
          .orElse("function " + String.format(Locale.ROOT, "%+d", number));
    }

    @Override
    public String function(int instruction) {
      return functionAt(instruction);
    }
  }
}
