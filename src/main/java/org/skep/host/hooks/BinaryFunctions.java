package org.skep.host.hooks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The functions of a program or library by their symbols and by their names in the source. */
final class BinaryFunctions {
  private static final Pattern HASH = Pattern.compile("::h[0-9a-f]{16}$");

  /**
   * A function.
   *
   * @param plain its name in the source without parameters, such as {@code shop::price}; that of
   *     the symbol for C
   * @param signature with the types of its parameters
   */
  record Named(ElfFile.Function function, String plain, String signature) {
    String symbol() {
      return function.name();
    }

    boolean isMangled() {
      return !plain.equals(symbol());
    }

    private boolean isNamed(NamePattern spaceless) {
      return isMangled()
          && (spaceless.matches(plain.replace(" ", ""))
              || spaceless.matches(signature.replace(" ", "")));
    }
  }

  private BinaryFunctions() {}

  /** All of a file. */
  static List<Named> all(Path file) {
    List<ElfFile.Function> functions = ElfFile.open(file).functions();
    List<String> symbols = functions.stream().map(ElfFile.Function::name).toList();
    List<String> plain = Demangler.demangle(symbols, false);
    List<String> signatures = Demangler.demangle(symbols, true);
    var named = new ArrayList<Named>();
    for (int i = 0; i < functions.size(); i++) {
      named.add(
          new Named(functions.get(i), withoutHash(plain.get(i)), withoutHash(signatures.get(i))));
    }
    return named;
  }

  /** Rust ends a name with a hash that the source does not have. */
  private static String withoutHash(String name) {
    return HASH.matcher(name).replaceFirst("");
  }

  /**
   * Those of a name or pattern: the symbols of that name, else those that have it in the source.
   */
  static List<Named> find(Path file, NamePattern name) {
    List<Named> symbols =
        ElfFile.open(file).functions().stream()
            .filter(f -> name.matches(f.name()))
            .map(f -> new Named(f, f.name(), f.name()))
            .toList();
    if (name.isName() && !symbols.isEmpty()) {
      return symbols;
    }
    var spaceless = NamePattern.of(name.toString().replace(" ", ""));
    return all(file).stream()
        .filter(f -> name.matches(f.symbol()) || f.isNamed(spaceless))
        .toList();
  }
}
