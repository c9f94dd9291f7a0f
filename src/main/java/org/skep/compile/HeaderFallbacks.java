package org.skep.compile;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;
import org.skep.Note;
import org.skep.compile.Fallback.Given;

/** Fallbacks for headers that a text lacks, and for names that it and a header both define. */
final class HeaderFallbacks {
  private static final Pattern EXPANDED = Pattern.compile("expanded from macro '(\\w+)'");
  private static final Pattern UNDECLARED =
      Pattern.compile("undeclared (?:library )?(?:function|identifier) '(\\w+)'");
  private static final Pattern CLASH =
      Pattern.compile(
          "redefinition of .*|typedef redefinition .*|conflicting types for .*|redefinition .*"
              + "|use of '.*' with tag type that does not match .*");
  private static final String SYSTEM = "/usr/include/";
  private static final int MOST_LINES_BETWEEN = 4;

  private HeaderFallbacks() {}

  /** A name that the text gives to something of its own is no constant there. */
  static Optional<Attempt> ownNames(Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var kept = new TreeSet<>(failed.constants());
    for (Diagnostic each : diagnostics) {
      var macro = EXPANDED.matcher(each.message());
      if (macro.find()) {
        kept.remove(macro.group(1));
      }
    }
    return kept.size() == failed.constants().size()
        ? Optional.empty()
        : Optional.of(failed.withConstants(kept));
  }

  /** Constants that the text's headers lack. */
  static Optional<Attempt> constants(Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var names = ClangErrors.words(diagnostics, UNDECLARED);
    names.removeIf(n -> !given.constants().has(n) || failed.constants().contains(n));
    if (names.isEmpty()) {
      return Optional.empty();
    }
    var all = new TreeSet<>(failed.constants());
    all.addAll(names);
    var note = "the source's headers lack " + OldMaps.list(List.copyOf(names)) + ": supplied";
    return Optional.of(failed.withConstants(all).noting(Note.change(note)));
  }

  /**
   * A text that includes something, but not the types or the helpers of which programs are made,
   * counts on those that a text without includes gets.
   */
  static Optional<Attempt> headersFirst(Attempt failed, List<Diagnostic> diagnostics, Given given) {
    if (failed.defaultHeaders() || given.types().isEmpty()) {
      return Optional.empty();
    }
    if (Includes.onlyOwn(failed.source())) {
      return Optional.of(failed.withDefaultHeaders());
    }
    boolean trouble =
        diagnostics.stream()
            .anyMatch(
                d ->
                    d.severity() == Severity.ERROR
                        && ClangErrors.TYPE_TROUBLE.matcher(d.message()).matches());
    if (!trouble || !Includes.lackTypesOrHelpers(failed.source())) {
      return Optional.empty();
    }
    var attempt = failed.withDefaultHeaders();
    var foreign = Includes.foreign(failed.source());
    return Optional.of(
        foreign.stream().anyMatch(Includes::ofSystem) ? attempt.withStandIns(foreign) : attempt);
  }

  /**
   * vmlinux.h and installed headers of Linux define the same types: of the latter the constants are
   * kept.
   */
  static Optional<Attempt> besideTypes(Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var foreign = Includes.foreign(failed.source());
    boolean clash =
        diagnostics.stream()
            .anyMatch(
                d ->
                    d.severity() == Severity.ERROR
                        && d.file().startsWith(SYSTEM)
                        && CLASH.matcher(d.message()).matches());
    return clash && foreign.contains(Shim.TYPES) && !failed.shim().linuxTypes()
        ? Optional.of(
            failed
                .withStandIns(foreign)
                .noting(
                    Note.change(
                        "vmlinux.h has the types of the headers of Linux and of the C library that"
                            + " the source includes: only their constants were taken")))
        : Optional.empty();
  }

  /** A type that the text and vmlinux.h both define becomes a flavour, which CO-RE sees through. */
  static Optional<Attempt> renamed(Attempt failed, List<Diagnostic> diagnostics, Given given) {
    var names = new TreeMap<String, Set<String>>();
    var lines = new FileLines();
    for (int i = 0; i < diagnostics.size(); i++) {
      if (CLASH.matcher(diagnostics.get(i).message()).matches()) {
        clash(diagnostics, i, given, lines)
            .ifPresent(c -> names.computeIfAbsent(c.header(), _ -> new TreeSet<>()).add(c.name()));
      }
    }
    for (var each : names.entrySet()) {
      var known = failed.shim().renamed().getOrDefault(each.getKey(), Set.of());
      if (!known.containsAll(each.getValue())) {
        return Optional.of(
            failed.withShim(
                "the source defines "
                    + OldMaps.list(List.copyOf(each.getValue()))
                    + " as "
                    + header(each.getKey())
                    + " does: the kernel's got the suffix ___vm",
                failed.shim().withRenamed(each.getKey(), each.getValue())));
      }
    }
    return Optional.empty();
  }

  private static String header(String key) {
    return key.equals(ShimFolder.OWN_TYPES) ? Shim.TYPES : key;
  }

  private record Clash(String header, String name) {}

  /**
   * The kernel's definition is either the earlier one, which a note names, or, where vmlinux.h
   * comes second, the later. Between an error and its note stands how a header came to be included.
   */
  private static Optional<Clash> clash(
      List<Diagnostic> diagnostics, int error, Given given, FileLines lines) {
    int end = Math.min(diagnostics.size(), error + MOST_LINES_BETWEEN);
    for (int i = error + 1; i < end; i++) {
      var note = diagnostics.get(i);
      if (note.severity() != Severity.NOTE) {
        break;
      }
      if (note.message().startsWith("previous ")) {
        for (Diagnostic place : List.of(note, diagnostics.get(error))) {
          var header = kernelHeader(place.file(), given);
          if (header.isPresent()) {
            return wordAt(place, lines).map(n -> new Clash(header.get(), n));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** How a header of the kernel is included; nothing for other files. */
  private static Optional<String> kernelHeader(String file, Given given) {
    if (file.endsWith("/" + Shim.TYPES)) {
      boolean generated = Path.of(file).startsWith(given.own().resolveSibling(""));
      return Optional.of(generated ? Shim.TYPES : ShimFolder.OWN_TYPES);
    }
    int linux = file.lastIndexOf("/linux/");
    return linux < 0 ? Optional.empty() : Optional.of(file.substring(linux + 1));
  }

  private static Optional<String> wordAt(Diagnostic place, FileLines lines) {
    var line = lines.of(place);
    int end = Math.max(0, place.column() - 1);
    int start = end;
    while (end < line.length() && Character.isJavaIdentifierPart(line.charAt(end))) {
      end++;
    }
    return start < end && end <= line.length()
        ? Optional.of(line.substring(start, end))
        : Optional.empty();
  }
}
