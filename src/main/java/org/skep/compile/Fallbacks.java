package org.skep.compile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;
import org.skep.compile.Fallback.Given;

/**
 * What is tried where a text does not compile as it stands, in this order. Each fallback answers
 * one kind of failure, and is applied once.
 */
final class Fallbacks {
  private static final Pattern NEWER_LIBBPF =
      Pattern.compile(
          "\\b(?:BPF_UPROBE|BPF_URETPROBE|bpf_ksym_exists|bpf_for|bpf_repeat|bpf_for_each|__ulong"
              + "|bpf_core_cast|BPF_CORE_WRITE_BITFIELD|__bpf_fastcall|bpf_stream_printk|bpf_rdonly_cast|__arg_\\w+|__percpu_kptr|__uptr|__kptr_untrusted"
              + "|PT_REGS_PARM[678]\\w*|___bpf_kprobe_args6)\\b");
  private static final Pattern KERNEL_NAME =
      Pattern.compile(
          "'uapi/.*' file not found|'bpf_legacy.h' file not found|'(?:asm|generated)/.*' file not found"
              + "|(?:unknown type name|use of undeclared identifier) '(?:[us](?:8|16|32|64)|bool|__always_inline"
              + "|true|false|uint|ulong)'|call to undeclared (?:library )?function '(?:load_(?:byte|half|word)"
              + "|htons|ntohs|htonl|ntohl|READ_ONCE|WRITE_ONCE|ARRAY_SIZE|container_of|likely"
              + "|unlikely|offsetof)'");
  private static final Pattern KERNEL_MACRO =
      Pattern.compile(
          "undeclared (?:library )?(?:function|identifier) '(min|max|min_t|max_t|clamp|ip_is_fragment|div64_u64|NR_CPUS|INET_ECN_\\w+)'");
  private static final Pattern OLDER_TYPE =
      Pattern.compile("incomplete .*'(?:const )?struct (trace_event_raw_tcp_event_sk_skb)\\b");
  private static final Pattern UNDECLARED =
      Pattern.compile("undeclared (?:library )?(?:function|identifier) '([a-z]\\w+)'");
  private static final Pattern HELPER =
      Pattern.compile(
          "(?:unknown type name|undeclared function|undeclared identifier)"
              + " '(?:bpf_(?:map|get|probe|ktime|ringbuf|perf)_\\w+|__always_inline|SEC)'");
  private static final Pattern MISSING_HEADER = Pattern.compile("'(.*)' file not found");
  private static final Pattern LENIENT =
      Pattern.compile(
          ".*\\[-W(implicit-int|int-conversion|incompatible-function-pointer-types"
              + "|incompatible-pointer-types|return-type|return-mismatch)\\]");

  /** Where projects keep headers, below the folders above a file; the folder itself first. */
  private static final List<String> HEADER_FOLDERS = List.of("", "include", "headers");

  private Fallbacks() {}

  static List<Fallback> all() {
    return List.of(
        Fallbacks::emptyStubs,
        HeaderFallbacks::ownNames,
        HeaderFallbacks::headersFirst,
        HeaderFallbacks::constants,
        Fallbacks::foundAbove,
        Fallbacks::newerLibbpf,
        Fallbacks::olderTypes,
        Fallbacks::kernelFunctions,
        Fallbacks::helpersFirst,
        Fallbacks::kernelNames,
        Fallbacks::kernelMacros,
        HeaderFallbacks::besideTypes,
        HeaderFallbacks::renamed,
        Fallbacks::linuxTypes,
        Fallbacks::lenient);
  }

  /** glibc's headers ask for it under a target without a C library. */
  private static Optional<Attempt> emptyStubs(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    return any(diagnostics, "'gnu/stubs-32.h' file not found")
        ? Optional.of(
            failed.withFlags(
                "the C library's headers needed gnu/stubs-32.h: an empty one was given",
                List.of("-idirafter", given.own().resolve("stubs").toString())))
        : Optional.empty();
  }

  /** Projects name their headers from their root on, which lies above, or from a folder there. */
  private static Optional<Attempt> foundAbove(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    for (Diagnostic each : diagnostics) {
      var missing = MISSING_HEADER.matcher(each.message());
      if (!missing.find() || Includes.ofSystem(missing.group(1))) {
        continue;
      }
      for (Path folder : failed.source().includeDirectories()) {
        var found = above(folder, missing.group(1));
        if (found.isPresent()) {
          return Optional.of(
              failed.withFolder(
                  "'" + missing.group(1) + "' lies in " + found.get() + ", which was searched too",
                  found.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> above(Path folder, String header) {
    for (Path each = folder; each != null; each = each.getParent()) {
      for (String name : HEADER_FOLDERS) {
        var candidate = each.resolve(name).normalize();
        if (Files.isRegularFile(candidate.resolve(header))) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Attempt> newerLibbpf(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var header = given.own().resolve("skep_newer.h").toString();
    if (failed.flags().contains(header)) {
      return Optional.empty();
    }
    var names = new LinkedHashSet<String>();
    var lines = failed.source().text().lines().toList();
    var files = new FileLines();
    for (Diagnostic each : diagnostics) {
      var where =
          failed.source().name().equals(each.file())
                  && each.line() >= 1
                  && each.line() <= lines.size()
              ? lines.get(each.line() - 1)
              : files.of(each);
      var matcher = NEWER_LIBBPF.matcher(each.message() + " " + where);
      while (each.severity() == Severity.ERROR && matcher.find()) {
        names.add(matcher.group());
      }
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            failed.withFlags(
                "the installed libbpf lacks "
                    + String.join(", ", names)
                    + ": taken from skep_newer.h",
                List.of("-include", header)));
  }

  /** Headers that use helpers, included before those that declare them. */
  private static Optional<Attempt> helpersFirst(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var header = "bpf/bpf_helpers.h";
    return any(diagnostics, HELPER)
            && !failed.flags().contains(header)
            && Includes.foreign(failed.source()).contains("vmlinux.h")
        ? Optional.of(
            failed.withFlags(
                "helpers were used before they were declared: bpf_helpers.h was included first",
                List.of("-include", "vmlinux.h", "-include", header)))
        : Optional.empty();
  }

  private static Optional<Attempt> kernelNames(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    return !failed.shim().kernelNames() && any(diagnostics, KERNEL_NAME)
        ? Optional.of(
            failed.withShim(
                "the source relies on names that only the kernel's own source has (uapi/ headers, u32,"
                    + " load_byte and the like): they were supplied",
                failed.shim().withKernelNames(Includes.foreign(failed.source()))))
        : Optional.empty();
  }

  /** Types of older kernels, of which a text asks whether they are there. */
  private static Optional<Attempt> olderTypes(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var header = given.own().resolve("skep_older.h").toString();
    var names = ClangErrors.words(diagnostics, OLDER_TYPE);
    return names.isEmpty() || failed.flags().contains(header)
        ? Optional.empty()
        : Optional.of(
            failed.withFlags(
                "the running Linux no longer has "
                    + OldMaps.list(List.copyOf(names))
                    + ": declared as it was",
                List.of("-include", Shim.TYPES, "-include", header)));
  }

  /** What the kernel's source has as macros. */
  private static Optional<Attempt> kernelMacros(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var header = given.own().resolve("skep_macros.h").toString();
    var names = ClangErrors.words(diagnostics, KERNEL_MACRO);
    return names.isEmpty() || failed.flags().contains(header)
        ? Optional.empty()
        : Optional.of(
            failed.withFlags(
                "the source relies on "
                    + OldMaps.list(List.copyOf(names))
                    + " of the kernel's source: supplied",
                List.of("-include", header)));
  }

  /** Functions of the running Linux that programs may call, and nobody declared. */
  private static Optional<Attempt> kernelFunctions(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var names = ClangErrors.words(diagnostics, UNDECLARED);
    if (failed.flags().contains(KfuncDeclarations.HEADER) || names.isEmpty()) {
      return Optional.empty();
    }
    return KfuncDeclarations.declare(names)
        .map(
            found ->
                failed
                    .withHeader(KfuncDeclarations.HEADER, found.text())
                    .withFlags(
                        "declared "
                            + OldMaps.list(found.names())
                            + ", which the running Linux offers to programs",
                        List.of("-include", Shim.TYPES, "-include", KfuncDeclarations.HEADER)));
  }

  private static Optional<Attempt> linuxTypes(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    if (failed.shim().linuxTypes() || failed.defaultHeaders()) {
      return Optional.empty();
    }
    var foreign = Includes.foreign(failed.source());
    var asked = new HashSet<>(foreign);
    asked.removeIf(name -> !Includes.ofSystem(name));
    boolean missing =
        diagnostics.stream()
            .map(d -> MISSING_HEADER.matcher(d.message()))
            .anyMatch(m -> m.find() && asked.contains(m.group(1)) && m.group(1).contains("/"));
    boolean trouble =
        !asked.isEmpty()
            && diagnostics.stream()
                .anyMatch(
                    d ->
                        d.severity() == Severity.ERROR
                            && ClangErrors.TYPE_TROUBLE.matcher(d.message()).matches());
    return missing || trouble
        ? Optional.of(
            failed.withShim(
                "the source relies on headers inside the kernel's source: vmlinux.h and the constants of"
                    + " the installed headers stood in for them",
                failed.shim().withLinuxTypes(foreign)))
        : Optional.empty();
  }

  private static Optional<Attempt> lenient(
      Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var flags = new LinkedHashSet<String>();
    for (Diagnostic each : diagnostics) {
      var matcher = LENIENT.matcher(each.message());
      if (each.severity() == Severity.ERROR && matcher.matches()) {
        flags.add("-Wno-error=" + matcher.group(1));
      }
    }
    flags.removeAll(Set.copyOf(failed.flags()));
    return flags.isEmpty()
        ? Optional.empty()
        : Optional.of(
            failed.withFlags(
                "errors that older compilers only warned of were taken as warnings: "
                    + String.join(", ", flags),
                List.copyOf(flags)));
  }

  private static boolean any(List<Diagnostic> diagnostics, String words) {
    return diagnostics.stream().anyMatch(d -> d.message().contains(words));
  }

  private static boolean any(List<Diagnostic> diagnostics, Pattern words) {
    return diagnostics.stream().anyMatch(d -> words.matcher(d.message()).find());
  }
}
