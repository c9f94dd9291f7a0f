package org.skep.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code vmlinux.h}: the types of the running Linux as C, made by bpftool from the kernel's BTF.
 */
final class VmlinuxHeader {
  /** The types of the running Linux. */
  static final Path RUNNING = Path.of("/sys/kernel/btf/vmlinux");

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A tagged struct as an unnamed member, which Linux has from 6.19 on. */
  private static final Pattern UNNAMED_TAGGED_MEMBER =
      Pattern.compile("(?m)^\\t+(?:struct|union) \\w+\\s*;$");

  /**
   * The header, and the flags without which clang would misread it.
   *
   * @param flags for a header with tagged unnamed members: without them clang drops the members,
   *     and may lay structs out wrongly
   */
  record Header(Path file, List<String> flags) {}

  private final Path btf;
  private final Map<String, String> environment;
  private @Nullable Header header;
  private String problem = "";

  VmlinuxHeader(Path btf, Map<String, String> environment) {
    this.btf = btf;
    this.environment = environment;
  }

  /** The header, made first where it is not in the cache; nothing if it cannot be made. */
  synchronized Optional<Header> header(CacheDirectory cache) throws InterruptedException {
    if (header != null && Files.exists(header.file())) {
      cache.use(header.file());
      return Optional.of(header);
    }
    header = null;
    if (!problem.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (!Files.isReadable(btf)) {
        problem = "no types in " + btf + ": this kernel was built without CONFIG_DEBUG_INFO_BTF";
        return Optional.empty();
      }
      var bpftool = bpftool();
      if (bpftool.isEmpty()) {
        problem = "bpftool is not installed: apt install bpftool, dnf install bpftool";
        return Optional.empty();
      }
      var key = new Hash().add(Files.readAllBytes(btf)).add(Hash.stamp(bpftool.get())).hex();
      var file = cache.file("vmlinux-" + key + "/vmlinux.h", f -> make(bpftool.get(), f));
      header = new Header(file, flagsFor(Files.readString(file, StandardCharsets.ISO_8859_1)));
      return Optional.of(header);
    } catch (IOException | UncheckedIOException e) {
      problem = String.valueOf(e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The header in which these names have the suffix {@code ___vm}, so that a text may define them;
   * nothing where there is no header.
   */
  Optional<Header> header(CacheDirectory cache, Set<String> renamed) throws InterruptedException {
    var plain = header(cache);
    if (plain.isEmpty() || renamed.isEmpty()) {
      return plain;
    }
    var from = plain.get().file();
    var names = List.copyOf(new TreeSet<>(renamed));
    var key = new Hash().add(from.toString()).add(names).hex();
    try {
      var file =
          cache.file(
              "vmlinux-" + key + "/vmlinux.h",
              f ->
                  Files.writeString(
                      f,
                      RenamedTypes.rename(
                          Files.readString(from, StandardCharsets.ISO_8859_1), names),
                      StandardCharsets.ISO_8859_1));
      return Optional.of(new Header(file, plain.get().flags()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why there is no header, and what to do about it; empty where there is one. */
  synchronized String problem() {
    return problem;
  }

  static List<String> flagsFor(String header) {
    return UNNAMED_TAGGED_MEMBER.matcher(header).find()
        ? List.of("-fms-extensions", "-Wno-microsoft-anon-tag")
        : List.of();
  }

  private void make(Path bpftool, Path file) throws IOException, InterruptedException {
    try (var job = new JobFolder()) {
      var outcome =
          Command.run(
              List.of(bpftool.toString(), "btf", "dump", "file", btf.toString(), "format", "c"),
              job.path(),
              LIMIT);
      if (!outcome.succeeded() || !outcome.output().contains("struct task_struct {")) {
        throw new IOException(
            "'" + bpftool + " btf dump' made no vmlinux.h: " + outcome.errors().strip());
      }
      Files.writeString(file, outcome.output());
    }
  }

  /**
   * Ubuntu's bpftool is a script that serves one kernel only, so the real one is looked for too.
   */
  private Optional<Path> bpftool() throws IOException {
    var chosen = environment.getOrDefault("SKEP_BPFTOOL", "");
    if (!chosen.isBlank()) {
      return Optional.of(Path.of(chosen)).filter(Programs::runs);
    }
    for (String folder : List.of("/usr/lib/linux-tools", "/usr/lib")) {
      if (!Files.isDirectory(Path.of(folder))) {
        continue;
      }
      try (var found = Files.newDirectoryStream(Path.of(folder), "*[0-9]*")) {
        for (Path each : found) {
          if (each.toString().contains("linux-tools") && Programs.runs(each.resolve("bpftool"))) {
            return Optional.of(each.resolve("bpftool"));
          }
        }
      }
    }
    return Programs.find("bpftool", environment);
  }
}
