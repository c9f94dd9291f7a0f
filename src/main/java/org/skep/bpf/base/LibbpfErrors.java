package org.skep.bpf.base;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.skep.btf.SymbolLines;

/**
 * What libbpf's messages mean where it refuses an object before the verifier sees it: the cause and
 * the remedy, in place of an error number that fits neither.
 */
public final class LibbpfErrors {
  /** Functions of a C library that clang calls by itself, or that are called out of habit. */
  private static final Set<String> OF_C =
      Set.of(
          "memcmp",
          "memcpy",
          "memset",
          "memmove",
          "memchr",
          "strlen",
          "strcmp",
          "strncmp",
          "strcpy",
          "strncpy",
          "strcat",
          "strchr",
          "strstr",
          "printf",
          "sprintf",
          "snprintf",
          "malloc",
          "free",
          "abort");

  /**
   * The meaning of a message.
   *
   * @param symbol the symbol of the object that it is about; empty where it is about none
   * @param cause cause and remedy
   */
  record Meaning(String symbol, String cause) {}

  private interface Teller {
    Meaning tell(MatchResult found);
  }

  private record Word(Pattern pattern, Teller teller) {
    static Word of(String regex, Teller teller) {
      return new Word(Pattern.compile(regex), teller);
    }

    static Word of(String regex, String cause) {
      return of(regex, _ -> new Meaning("", cause));
    }
  }

  private static final List<Word> WORDS =
      List.of(
          Word.of("failed to find BTF for extern '([^']+)'", m -> undefined(m.group(1))),
          Word.of("extern '([^']+)' \\(strong\\): not resolved", m -> unresolved(m.group(1))),
          Word.of(
              "extern \\(kcfg\\) '([^']+)': unrecognized virtual extern",
              m ->
                  new Meaning(
                      m.group(1),
                      "'"
                          + m.group(1)
                          + "' is not a kernel configuration option (those begin with CONFIG_;"
                          + " libbpf itself sets LINUX_KERNEL_VERSION, LINUX_HAS_BPF_COOKIE and"
                          + " LINUX_HAS_SYSCALL_WRAPPER)")),
          Word.of(
              "extern \\(kcfg\\) '([^']+)': (?:type )?(.*)",
              m ->
                  new Meaning(
                      m.group(1),
                      "the value of the option '"
                          + m.group(1)
                          + "' does not fit the type that it is declared with: "
                          + m.group(2)
                          + " (y, m and n are bool, char or enum libbpf_tristate, numbers are int or"
                          + " long, texts char[])")),
          Word.of(
              "failed to open system Kconfig",
              "this Linux does not tell its configuration (it would in /proc/config.gz or"
                  + " /boot/config-RELEASE; declare the option __weak: it is 0 then)"),
          Word.of(
              "extern \\(var ksym\\) '([^']+)': not found in kernel BTF",
              m ->
                  new Meaning(
                      m.group(1),
                      "the kernel's types do not have the variable '"
                          + m.group(1)
                          + "' (they have those for each CPU alone on most kernels; its address"
                          + " is known without a type: extern const void "
                          + m.group(1)
                          + " __ksym; or declare it __weak and test its address)")),
          Word.of(
              "extern \\(func ksym\\) '([^']+)': not found in kernel",
              m ->
                  new Meaning(
                      m.group(1),
                      "this kernel has no function "
                          + m.group(1)
                          + "() that programs may call (%kfunc finds those that it has; or declare"
                          + " it __weak and test it by bpf_ksym_exists())")),
          Word.of(
              "extern \\((?:func|var) ksym\\) '([^']+)': (?:func_proto|incompatible types)",
              m ->
                  new Meaning(
                      m.group(1),
                      "'"
                          + m.group(1)
                          + "' is declared otherwise than this kernel has it (%kfunc "
                          + m.group(1)
                          + " shows a function's prototype, vmlinux.h declares all of them)")),
          Word.of(
              "Error loading vmlinux BTF|failed to find valid kernel BTF",
              "this Linux does not tell its types, which CO-RE relocations, kernel functions and"
                  + " typed hooks need (/sys/kernel/btf/vmlinux; a kernel with"
                  + " CONFIG_DEBUG_INFO_BTF has it)"),
          Word.of(
              "BTF is required, but is missing or corrupted",
              "it has no types (compile it with -g)"),
          Word.of(
              "couldn't find symbol table",
              "it has no symbols (strip it by llvm-strip -g alone, which leaves them)"),
          Word.of(
              "map '([^']+)': unexpected def kind",
              m ->
                  new Meaning(
                      m.group(1),
                      "map '"
                          + m.group(1)
                          + "' is not a single struct (an array of maps is none: define each map on"
                          + " its own, without const and volatile)")),
          Word.of(
              "unrecognized extern section '\\.maps'",
              "a map is declared extern, and no other file defines it (leave out extern;"
                  + " --share MAP=OBJECT.MAP uses the map of a loaded object)"),
          Word.of(
              "legacy map definitions in 'maps' section",
              "its maps are defined as before libbpf 1.0 (define each on its own in"
                  + " SEC(\".maps\"): struct { __uint(type, ...); __type(key, ...); ... } name SEC(\".maps\"))"),
          Word.of(
              "program '([^']+)' is static and not supported",
              m ->
                  new Meaning(
                      m.group(1),
                      "program '" + m.group(1) + "' is static (leave static out before it)")),
          Word.of(
              "map '([^']+)': (?:unknown|invalid|unsupported) pinning value (\\d+)",
              m -> pinning(m.group(1), m.group(2))),
          Word.of(
              "map '([^']+)': unknown field '([^']+)'",
              m ->
                  new Meaning(
                      m.group(1),
                      "the definition of map '"
                          + m.group(1)
                          + "' has '"
                          + m.group(2)
                          + "', which libbpf does not know (type, max_entries, map_flags, key, value,"
                          + " key_size, value_size, values, pinning, numa_node, map_extra)")),
          Word.of(
              "map '([^']+)': conflicting (key|value) size (\\d+) != (\\d+)",
              m ->
                  new Meaning(
                      m.group(1),
                      "the definition of map '"
                          + m.group(1)
                          + "' gives two sizes of its "
                          + m.group(2)
                          + ", "
                          + m.group(3)
                          + " and "
                          + m.group(4)
                          + " bytes (leave "
                          + m.group(2)
                          + "_size out beside __type("
                          + m.group(2)
                          + ", ...))")),
          Word.of(
              "map '([^']+)': failed to initialize slot \\[(\\d+)\\] to prog '([^']+)'.*: -22",
              m ->
                  new Meaning(
                      m.group(3),
                      "array '"
                          + m.group(1)
                          + "' does not take program '"
                          + m.group(3)
                          + "' at index "
                          + m.group(2)
                          + " (all programs of an array, and those that call them, must be of one"
                          + " type)")),
          Word.of(
              "bad map relo against '([^']+)' in section '([^']+)'",
              m ->
                  new Meaning(
                      m.group(1),
                      "'"
                          + m.group(1)
                          + "' is used as a map and is in section '"
                          + m.group(2)
                          + "' (define it in SEC(\".maps\"))")),
          Word.of(
              "struct_ops init_kern: struct (\\w+) is not found in kernel BTF",
              m ->
                  new Meaning(
                      "",
                      "this kernel has no struct_ops of the type '"
                          + m.group(1)
                          + "' (%type bpf_struct_ops_* lists those that it has)")),
          Word.of(
              "(?:bad call relo|call relo|relo) against '([^']+)'.*(?:not supported|is neither)",
              m -> undefined(m.group(1))));

  private LibbpfErrors() {}

  /** The meaning of the last message that has one. */
  static Optional<Meaning> of(List<String> messages) {
    for (String message : messages.reversed()) {
      for (Word word : WORDS) {
        var found = word.pattern().matcher(message);
        if (found.find()) {
          return Optional.of(word.teller().tell(found.toMatchResult()));
        }
      }
    }
    return Optional.empty();
  }

  /** The same in words, with the line of the source that uses the symbol, where that is known. */
  public static Optional<String> explain(byte[] elf, List<String> messages) {
    return of(messages)
        .map(
            meaning ->
                (meaning.symbol().isEmpty()
                        ? ""
                        : SymbolLines.useOf(elf, meaning.symbol()).map(l -> l + ": ").orElse(""))
                    + meaning.cause());
  }

  private static Meaning undefined(String name) {
    return new Meaning(
        name,
        OF_C.contains(name)
            ? "clang calls "
                + name
                + "() here, and BPF has no C library (copy, clear and compare by __builtin_"
                + (name.startsWith("mem") ? name : "memcpy")
                + "() with a constant size, or in a loop with a constant bound;"
                + " bpf_strncmp() compares text)"
            : "nothing defines '"
                + name
                + "' (a function of your own needs its body in the same source, one of the kernel"
                + " is declared with __ksym, an option of the kernel's configuration with"
                + " __kconfig)");
  }

  private static Meaning unresolved(String name) {
    return new Meaning(
        name,
        name.startsWith("CONFIG_")
            ? "this kernel's configuration does not set "
                + name
                + " (declare it __weak: it is 0 where the option is not set)"
            : "this kernel has no symbol '"
                + name
                + "' (/proc/kallsyms lists them; declare it __weak and test its address)");
  }

  private static Meaning pinning(String map, String value) {
    return new Meaning(
        map,
        "the definition of map '"
            + map
            + "' has __uint(pinning, "
            + value
            + "), which other loaders know and libbpf does not (write LIBBPF_PIN_BY_NAME, or leave"
            + " it out and give --pin FOLDER)");
  }
}
