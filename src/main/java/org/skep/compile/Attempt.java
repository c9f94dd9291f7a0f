package org.skep.compile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.skep.Note;
import org.skep.compile.BpfSource.Header;

/**
 * One way of compiling a source. The first is the plain one; each fallback makes another out of it.
 *
 * @param source the text as it is given to clang
 * @param defaultHeaders whether the text gets the default headers
 * @param defaultLicence whether the text gets a licence
 * @param shim what stands in front of the system's headers
 * @param flags what fallbacks add to clang's flags
 * @param constants names that the kernel's headers define, and the text gets
 * @param notes what was done on the user's behalf
 */
record Attempt(
    BpfSource source,
    boolean defaultHeaders,
    boolean defaultLicence,
    Shim shim,
    List<String> flags,
    Set<String> constants,
    List<Note> notes) {
  private static final Note DEFAULT_HEADERS =
      Note.routine(
          "no #include in the source: vmlinux.h, bpf_helpers.h, bpf_tracing.h, bpf_core_read.h,"
              + " bpf_endian.h and skep.h were included");
  private static final Note HEADERS_FIRST =
      Note.routine(
          "the source's includes lack the kernel's types or helpers: vmlinux.h, bpf_helpers.h,"
              + " bpf_tracing.h, bpf_core_read.h, bpf_endian.h and skep.h were included first");
  private static final String USDT =
      "the source uses BPF_USDT or bpf_usdt_arg(): bpf/usdt.bpf.h was included, which makes two maps"
          + " of its own";
  private static final Pattern USDT_NAME = Pattern.compile("\\b(?:BPF_USDT\\b|bpf_usdt_)");
  private static final Note DEFAULT_LICENCE =
      Note.routine(
          "no licence in the source: compiled as GPL; to choose, write char LICENSE[]"
              + " SEC(\"license\") = \"GPL\";");

  Attempt {
    flags = List.copyOf(flags);
    constants = Set.copyOf(constants);
    notes = List.copyOf(notes);
  }

  /** The text as it stands, but for old maps, which compile and yet cannot be loaded. */
  static Attempt plain(BpfSource source) {
    var pieces = CSource.pieces(source.text());
    boolean alone = !CSource.includesAnything(pieces);
    var plain = new Attempt(source, alone, false, Shim.NONE, List.of(), Set.of(), List.of());
    if (alone) {
      plain = plain.noting(DEFAULT_HEADERS);
      if (usesUsdt(source)) {
        plain = plain.withFlags(USDT, List.of("-include", "bpf/usdt.bpf.h"));
      }
      // A text with includes may find its licence there, which shows once it is compiled.
      plain = CSource.namesLicence(pieces) ? plain : plain.withLicence();
    }
    return plain.withoutOldMaps().withoutForeignForms();
  }

  /** Its header makes two maps, so that it comes only where it is used. */
  private static boolean usesUsdt(BpfSource source) {
    return Stream.concat(
            Stream.of(source.text()), source.headers().stream().map(BpfSource.Header::text))
        .filter(t -> t.contains("BPF_USDT") || t.contains("bpf_usdt_"))
        .flatMap(t -> CSource.pieces(t).stream())
        .anyMatch(p -> p.kind() != CSource.Kind.COMMENT && USDT_NAME.matcher(p.text()).find());
  }

  Attempt withLicence() {
    return new Attempt(
        source,
        defaultHeaders,
        true,
        shim,
        flags,
        constants,
        plus(notes, List.of(DEFAULT_LICENCE)));
  }

  Attempt withDefaultHeaders() {
    return new Attempt(
        source, true, defaultLicence, shim, flags, constants, plus(notes, List.of(HEADERS_FIRST)));
  }

  /** With empty headers in place of these, which vmlinux.h and constants stand in for. */
  Attempt withStandIns(Set<String> asked) {
    return new Attempt(
        source,
        defaultHeaders,
        defaultLicence,
        shim.withLinuxTypes(asked),
        flags,
        constants,
        notes);
  }

  Attempt withFlags(String note, List<String> more) {
    return new Attempt(
        source,
        defaultHeaders,
        defaultLicence,
        shim,
        plus(flags, more),
        constants,
        plus(notes, List.of(Note.change(note))));
  }

  /** With these constants of the kernel's headers, and no others. */
  Attempt withConstants(Set<String> names) {
    return new Attempt(source, defaultHeaders, defaultLicence, shim, flags, names, notes);
  }

  Attempt noting(Note note) {
    return new Attempt(
        source, defaultHeaders, defaultLicence, shim, flags, constants, plus(notes, List.of(note)));
  }

  /** With a header of the name that {@code #include} finds. */
  Attempt withHeader(String name, String text) {
    var headers = new ArrayList<>(source.headers());
    headers.add(new Header(name, text));
    return new Attempt(
        source.withHeaders(headers), defaultHeaders, defaultLicence, shim, flags, constants, notes);
  }

  Attempt withShim(String note, Shim newShim) {
    return new Attempt(
        source,
        defaultHeaders,
        defaultLicence,
        newShim,
        flags,
        constants,
        plus(notes, List.of(Note.change(note))));
  }

  /** With a further folder to search for headers. */
  Attempt withFolder(String note, Path folder) {
    var folders = new ArrayList<>(source.includeDirectories());
    folders.add(folder);
    return new Attempt(
        source.withIncludeDirectories(folders),
        defaultHeaders,
        defaultLicence,
        shim,
        flags,
        constants,
        plus(notes, List.of(Note.change(note))));
  }

  private Attempt withoutForeignForms() {
    var rewritten = ForeignForms.rewrite(source.text());
    if (rewritten.notes().isEmpty()) {
      return this;
    }
    var global =
        new BpfSource(
            source.name(),
            rewritten.text(),
            source.headers(),
            source.includeDirectories(),
            source.flags());
    var attempt =
        new Attempt(global, defaultHeaders, defaultLicence, shim, flags, constants, notes);
    for (String note : rewritten.notes()) {
      attempt = attempt.noting(Note.change(note));
    }
    return attempt;
  }

  private Attempt withoutOldMaps() {
    var maps = new ArrayList<String>();
    var text = modern(source.text(), maps);
    var headers =
        source.headers().stream().map(h -> new Header(h.name(), modern(h.text(), maps))).toList();
    var files = modernFiles(maps);
    if (maps.isEmpty()) {
      return this;
    }
    var modern =
        new BpfSource(source.name(), text, headers, source.includeDirectories(), source.flags());
    return new Attempt(
            modern,
            defaultHeaders,
            defaultLicence,
            shim.withReplaced(files),
            flags,
            constants,
            notes)
        .noting(
            Note.change(
                "maps of an old form are not known to libbpf 1.0 and later: "
                    + OldMaps.list(maps)
                    + " became SEC(\".maps\")"));
  }

  /** The source's own headers that have old maps, rewritten. */
  private Map<Path, String> modernFiles(List<String> maps) {
    var files = new HashMap<Path, String>();
    for (Path file : Includes.ownFiles(source)) {
      try {
        OldMaps.rewrite(BpfSource.read(file))
            .ifPresent(
                rewritten -> {
                  maps.addAll(rewritten.maps());
                  files.put(file, rewritten.text());
                });
      } catch (IOException e) {
        // clang will say what is wrong with it.
      }
    }
    return files;
  }

  private static String modern(String text, List<String> maps) {
    var rewritten = OldMaps.rewrite(text);
    rewritten.ifPresent(r -> maps.addAll(r.maps()));
    return rewritten.map(OldMaps.Rewritten::text).orElse(text);
  }

  private static <T> List<T> plus(List<T> list, List<T> more) {
    var all = new ArrayList<T>(list);
    all.addAll(more);
    return all;
  }
}
