package org.skep.verifier;

import java.util.List;
import java.util.Optional;
import org.skep.verifier.Rule.Advice;

/** Refusals about lengths and indexes: without a bound, of zero, or bounded where clang lost it. */
final class LengthRules {
  private LengthRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of(
            "R(\\d+) invalid zero-sized read", (found, scene) -> zero("r" + found.group(1), scene)),
        Rule.of(
            "pointer arithmetic with (\\S+) operator prohibited|bitwise operator (\\S+) on pointer",
            (_, scene) -> operator(scene)),
        Rule.of(
            "R(\\d+) (?:min value is negative|unbounded memory access|max value is outside)",
            (found, scene) -> unbounded("r" + found.group(1), found.group(), scene)),
        Rule.of(
            "math between (\\S+) pointer and register with unbounded m\\w+ value|(?<!register )R\\d+ has unknown scalar"
                + "|value (-?\\d+) makes (\\S+) pointer be out of bounds",
            (found, scene) -> unbounded(added(scene.code()), found.group(), scene)));
  }

  private static Advice zero(String register, RegisterTrace scene) {
    var variable = scene.variable(register, "the length");
    var name = variable.startsWith("'") ? scene.variableInCode(register) : "n";
    var sentence = variable + " may be 0 here, and " + scene.called() + " wants at least one byte";
    return scene
        .testOfCopy(register)
        .map(line -> testedCopy(variable, name, line, register))
        .orElse(new Advice(sentence, "test it before: if (" + name + " < 1) return 0;", register));
  }

  /** The text tests, and the verifier does not see what follows from it. */
  private static Advice testedCopy(String variable, String name, SourceLine line, String register) {
    return new Advice(
        "clang tests a copy of "
            + variable
            + (line.line() > 0 ? " for line " + line.line() : "")
            + ", so that the verifier does not know what holds for "
            + variable
            + " itself",
        "make it a u64, and write asm volatile(\"\" : \"+r\"("
            + name
            + ")); before the test; or bound it once more just before it is used: "
            + name
            + " &= size - 1; if ("
            + name
            + " < 1) return 0; with a size that is a power of two",
        register);
  }

  /** clang makes an OR of an addition whose bits do not meet. */
  private static Advice operator(RegisterTrace scene) {
    boolean isAdded =
        scene.code().contains(" |= ")
            && scene
                .line()
                .filter(l -> (l.text().contains("+") || l.text().contains("[")))
                .filter(l -> !l.text().replace("||", "").contains("|"))
                .isPresent();
    if (!isAdded) {
      return new Advice(
          "only adding to and subtracting from a pointer is allowed",
          "compute with a number, and add it to the pointer at last",
          "");
    }
    var register = added(scene.code());
    var variable = scene.variable(register, "");
    var name = variable.isEmpty() ? "n" : scene.variableInCode(register);
    return new Advice(
        "clang made an | of the + in this line, as it knows the bits of both sides; the verifier"
            + " allows only adding to a pointer",
        "hide from clang what it knows"
            + (variable.isEmpty() ? " of the number n that is added" : "")
            + ": asm volatile(\"\" : \"+r\"("
            + name
            + ")); before this line",
        "");
  }

  private static Advice unbounded(String pointerOrNumber, String refusal, RegisterTrace scene) {
    boolean isNumber = scene.known(pointerOrNumber).matches("(?:scalar|inv).*|-?\\d+|0x.*|");
    var added = isNumber ? Optional.<String>empty() : scene.addedTo(pointerOrNumber);
    var register = added.orElse(pointerOrNumber);
    boolean length = isNumber && scene.code().startsWith("call ");
    var variable = scene.variable(register, length ? "the length" : "the index");
    var tested = scene.testOfCopy(register);
    if (tested.isPresent()) {
      return testedCopy(variable, scene.variableInCode(register), tested.get(), register);
    }
    if (refusal.contains("min value") && scene.isBoundedAboveOnly(register)) {
      var name = variable.startsWith("'") ? scene.variableInCode(register) : "n";
      return new Advice(
          variable + " may be negative here: it is bounded above only",
          "make it unsigned (u32), or check both bounds: if ("
              + name
              + " < 0 || "
              + name
              + " >= size) return 0;",
          register);
    }
    return new Advice(
        variable + " may be any number here, also a negative or a huge one",
        "make it unsigned and bound it on both sides just before: if (n >= size) return 0; or"
            + " n &= size - 1; with a size that is a power of two",
        register);
  }

  /** What is added in {@code r0 += r1}. */
  private static String added(String code) {
    int at = code.lastIndexOf(' ');
    return at < 0 || !code.startsWith("r", at + 1) ? "r0" : code.substring(at + 1);
  }
}
