package org.skep.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;

/**
 * What a BPF text may include on this machine, and the flags that let clang find it: the types of
 * the running Linux, libbpf's headers, Skep's own, and the first three precompiled.
 */
final class Headers {
  private static final List<String> OWN =
      List.of(
          "skep.h",
          "skep_default.h",
          "skep_context.h",
          "skep_gpl.h",
          "skep_newer.h",
          "skep_records.h",
          "skep_older.h",
          "skep_macros.h",
          "skep_constants.h",
          "skep_kernel.h",
          "kernel/bpf_legacy.h",
          "stubs/gnu/stubs-32.h");
  private static final List<Path> LIBBPF =
      List.of(Path.of("/usr/include/bpf"), Path.of("/usr/local/include/bpf"));

  private static final Pattern OWN_CONSTANT = Pattern.compile("(?m)^#define (\\w+)[( ].*\\S");
  private static final Pattern ENUMERATOR = Pattern.compile("(?m)^\\t+(\\w+) = -?\\d+,?$");

  private final Clang clang;
  private final CacheDirectory cache;
  private final VmlinuxHeader types;
  private final InstructionSet instructions;

  /** How often the cache is told that the headers are in use; it deletes what is not. */
  private static final Duration SELDOM = Duration.ofMinutes(1);

  private @Nullable Path own;
  private long ownUsed;
  private @Nullable Constants constants;

  Headers(Clang clang, CacheDirectory cache, VmlinuxHeader types, InstructionSet instructions) {
    this.instructions = instructions;
    this.clang = clang;
    this.cache = cache;
    this.types = types;
  }

  /** The folder with Skep's own headers. */
  synchronized Path own() throws InterruptedException {
    Path folder = own;
    boolean isOld = System.nanoTime() - ownUsed > SELDOM.toNanos();
    if (folder == null || isOld || !OWN.stream().map(folder::resolve).allMatch(Files::exists)) {
      folder = writeOwn();
      own = folder;
      ownUsed = System.nanoTime();
    }
    return folder;
  }

  /** What a text is compiled for whose own flags do not say it. */
  InstructionSet instructions() {
    return instructions;
  }

  /** The flags for every BPF text. */
  List<String> flags() throws InterruptedException {
    return flags(Set.of());
  }

  /**
   * The flags for a text.
   *
   * @param renamed names of the types of the running Linux that the text has itself
   */
  List<String> flags(Set<String> renamed) throws InterruptedException {
    var flags = new ArrayList<String>();
    flags.addAll(List.of("--no-default-config", "-target", "bpf", "-g", "-O2", "-Wall"));
    flags.add(instructions.flag());
    // There is no C library: a program may well be called malloc, or exit and yet return, and a
    // map log.
    flags.addAll(List.of("-Wno-incompatible-library-redeclaration", "-fno-builtin-exit"));
    flags.addAll(List.of("-fno-builtin-log", "-fno-builtin-exp", "-fno-builtin-index"));
    flags.add("-D__TARGET_ARCH_" + architecture());
    var vmlinux = types.header(cache, renamed);
    if (vmlinux.isPresent()) {
      flags.addAll(List.of("-isystem", folderOf(vmlinux.get().file()).toString()));
      flags.addAll(vmlinux.get().flags());
    }
    flags.addAll(List.of("-isystem", own().toString()));
    multiarchFolder().ifPresent(f -> flags.addAll(List.of("-idirafter", f.toString())));
    for (Path folder : LIBBPF) {
      if (Files.isDirectory(folder)) {
        flags.addAll(List.of("-idirafter", folder.toString()));
      }
    }
    return flags;
  }

  /** The header that a text without includes gets. */
  Path defaults() throws InterruptedException {
    return own().resolve("skep_default.h");
  }

  /** The generated {@code vmlinux.h}; nothing where it cannot be made. */
  Optional<Path> types() throws InterruptedException {
    return types.header(cache).map(VmlinuxHeader.Header::file);
  }

  /** Why there is no {@code vmlinux.h}; nothing where there is one. */
  Optional<String> whyNoTypes() throws InterruptedException {
    return types.header(cache).isPresent() ? Optional.empty() : Optional.of(types.problem());
  }

  /**
   * The default header, precompiled; nothing where that cannot be made.
   *
   * @param wanted the instruction set, which has to be that of the text
   * @param renamed names of the types of the running Linux that the text has itself
   * @throws UnsupportedFeatureException if there are no types of the running Linux
   */
  Optional<Path> precompiled(InstructionSet wanted, Set<String> renamed)
      throws InterruptedException {
    var flags = flags(renamed);
    flags.add(wanted.flag());
    var vmlinux = types.header(cache, renamed);
    if (vmlinux.isEmpty()) {
      throw new UnsupportedFeatureException(
          "make vmlinux.h for a source without includes",
          types.problem(),
          "or include linux/bpf.h and bpf/bpf_helpers.h in the source");
    }
    var key =
        new Hash()
            .add(clang.identity())
            .add(flags)
            .add(vmlinux.get().file().toString())
            .add(libbpfStamp());
    try {
      return Optional.of(cache.file("pch-" + key.hex() + ".pch", f -> precompile(f, flags)));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /**
   * Constants of the installed headers of Linux and of {@code skep_constants.h} that the types of
   * the running Linux lack. Made once for a machine, in a fifth of a second.
   */
  synchronized Constants constants() throws InterruptedException {
    if (constants == null) {
      constants = makeConstants();
    }
    return constants;
  }

  private Constants makeConstants() throws InterruptedException {
    var own = own().resolve("skep_constants.h");
    var vmlinux = types.header(cache).map(VmlinuxHeader.Header::file);
    var key = new Hash().add(clang.identity()).add(own.toString());
    key.add(vmlinux.map(Path::toString).orElse(""));
    var names = ConstantHeaders.NAMES;
    var folders = new ArrayList<>(List.of(Path.of("/usr/include")));
    multiarchFolder().ifPresent(folders::add);
    for (String name : names) {
      folders.forEach(f -> key.add(Hash.stamp(f.resolve(name))));
    }
    try {
      var file =
          cache.file(
              "constants-" + key.hex() + "/constants.h",
              f -> Files.writeString(f, collectConstants(names, own, vmlinux).toText()));
      return Constants.read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Constants collectConstants(List<String> names, Path own, Optional<Path> vmlinux)
      throws IOException, InterruptedException {
    var text = Files.readString(own);
    var ownNames =
        OWN_CONSTANT.matcher(text).results().map(m -> m.group(1)).collect(Collectors.toSet());
    var present = new HashSet<String>();
    if (vmlinux.isPresent()) {
      ENUMERATOR
          .matcher(Files.readString(vmlinux.get(), StandardCharsets.ISO_8859_1))
          .results()
          .forEach(m -> present.add(m.group(1)));
    }
    var include = "#include \"" + own + "\"\n";
    return Constants.of(
        preprocess(names, include, List.of("-dM")),
        preprocess(names, "", List.of("-P")),
        ownNames,
        present);
  }

  /**
   * The constants that installed headers define; those that are not installed are left out.
   *
   * @param select makes a header of the list of all their macros
   */
  Path constants(Collection<String> names, UnaryOperator<String> select)
      throws InterruptedException {
    var key = new Hash().add(clang.identity()).add(List.copyOf(names));
    try {
      return cache.file(
          "constants-" + key.hex() + "/constants.h",
          f -> Files.writeString(f, select.apply(preprocess(names, "", List.of("-dM")))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String preprocess(Collection<String> names, String first, List<String> flags)
      throws InterruptedException {
    try (var job = new JobFolder()) {
      var text = new StringBuilder(first);
      for (String name : names) {
        var include = "<" + name + ">";
        text.append("#if __has_include(").append(include).append(")\n#include ");
        text.append(include).append("\n#endif\n");
      }
      job.write("all.c", text.toString());
      var command = new ArrayList<String>();
      command.add(clang.program().toString());
      command.addAll(List.of("--no-default-config", "-target", "bpf", "-w", "-E"));
      command.addAll(flags);
      multiarchFolder().ifPresent(f -> command.addAll(List.of("-idirafter", f.toString())));
      command.addAll(List.of("-idirafter", own().resolve("stubs").toString(), "all.c"));
      return Command.run(command, job.path(), Command.LIMIT).output();
    }
  }

  /** Drops a precompiled header that clang refused. */
  void forget(Path precompiled) {
    try {
      cache.forget(precompiled);
    } catch (IOException e) {
      // It is compiled against the texts of the headers then.
    }
  }

  private void precompile(Path file, List<String> flags) throws IOException, InterruptedException {
    try (var job = new JobFolder()) {
      var command = new ArrayList<String>();
      command.add(clang.program().toString());
      command.addAll(flags);
      command.addAll(List.of("-x", "c-header", "-Xclang", "-fno-pch-timestamp"));
      command.addAll(List.of(defaults().toString(), "-o", file.toString()));
      var outcome = Command.run(command, job.path(), Command.LIMIT);
      if (!outcome.succeeded()) {
        throw new IOException("precompile the default headers: " + outcome.errors());
      }
    }
  }

  private Path writeOwn() throws InterruptedException {
    var hash = new Hash();
    var texts = new ArrayList<byte[]>();
    for (String name : OWN) {
      var bytes = resource(name);
      texts.add(bytes);
      hash.add(bytes);
    }
    var folder = "include-" + hash.hex() + "/";
    try {
      for (int i = OWN.size() - 1; i > 0; i--) {
        var bytes = texts.get(i);
        var _ = cache.file(folder + OWN.get(i), f -> Files.write(f, bytes));
      }
      return folderOf(cache.file(folder + OWN.getFirst(), f -> Files.write(f, texts.getFirst())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name) {
    try (var in = Headers.class.getResourceAsStream("/org/skep/include/" + name)) {
      if (in == null) {
        throw new IllegalStateException("read header '" + name + "': not in Skep's jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes when libbpf's headers do. */
  private static String libbpfStamp() {
    var stamp = new StringBuilder();
    for (Path folder : LIBBPF) {
      for (String name :
          List.of(
              "bpf_helpers.h",
              "bpf_helper_defs.h",
              "bpf_tracing.h",
              "bpf_core_read.h",
              "bpf_endian.h")) {
        stamp.append(Hash.stamp(folder.resolve(name))).append('\n');
      }
    }
    return stamp.toString();
  }

  /** Debian keeps {@code asm/} in a folder for each architecture, which clang skips for BPF. */
  private static Optional<Path> multiarchFolder() {
    var folder = Path.of("/usr/include", System.getProperty("os.arch") + "-linux-gnu");
    var known =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> Path.of("/usr/include/x86_64-linux-gnu");
          case "arm" -> Path.of("/usr/include/arm-linux-gnueabihf");
          case "ppc64le" -> Path.of("/usr/include/powerpc64le-linux-gnu");
          default -> folder;
        };
    return Optional.of(known).filter(Files::isDirectory);
  }

  /** What compilers for this machine define, and old headers look for. */
  static String hostMacro() {
    var name = System.getProperty("os.arch", "");
    return name.equals("amd64") ? "__x86_64__" : "__" + name + "__";
  }

  /** The name that libbpf's {@code bpf_tracing.h} has for this machine. */
  static String architecture() {
    var name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64", "x86_64", "x86", "i386", "i686" -> "x86";
      case "aarch64" -> "arm64";
      case "riscv64", "riscv32" -> "riscv";
      case "s390x" -> "s390";
      case "ppc64", "ppc64le" -> "powerpc";
      case "loongarch64" -> "loongarch";
      case "mips64", "mips64el", "mipsel" -> "mips";
      default -> name;
    };
  }

  private static Path folderOf(@Nullable Path file) {
    var folder = file == null ? null : file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("find folder of '" + file + "': it has none");
    }
    return folder;
  }
}
