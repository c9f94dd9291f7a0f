package org.skep.compile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param notes what was done on the user's behalf
 */
record Attempt(
    BpfSource source,
    boolean defaultHeaders,
    boolean defaultLicence,
    Shim shim,
    List<String> flags,
    List<Note> notes) {
  private static final Note DEFAULT_HEADERS =
      Note.routine(
          "no #include in the text: vmlinux.h, bpf_helpers.h, bpf_tracing.h, bpf_core_read.h,"
              + " bpf_endian.h and skep.h were included");
  private static final Note HEADERS_FIRST =
      Note.routine(
          "the text includes nothing but headers of its own: vmlinux.h, bpf_helpers.h, bpf_tracing.h,"
              + " bpf_core_read.h, bpf_endian.h and skep.h were included first");
  private static final Note DEFAULT_LICENCE =
      Note.routine(
          "no licence in the text: compiled as GPL; to choose, write char LICENSE[]"
              + " SEC(\"license\") = \"GPL\";");

  Attempt {
    flags = List.copyOf(flags);
    notes = List.copyOf(notes);
  }

  /** The text as it stands, but for old maps, which compile and yet cannot be loaded. */
  static Attempt plain(BpfSource source) {
    var pieces = CText.pieces(source.text());
    boolean alone = !CText.includesAnything(pieces);
    var plain = new Attempt(source, alone, false, Shim.NONE, List.of(), List.of());
    if (alone) {
      plain = plain.noting(DEFAULT_HEADERS);
      // A text with includes may find its licence there, which shows once it is compiled.
      plain = CText.namesLicence(pieces) ? plain : plain.withLicence();
    }
    return plain.withoutOldMaps();
  }

  Attempt withLicence() {
    return new Attempt(
        source, defaultHeaders, true, shim, flags, plus(notes, List.of(DEFAULT_LICENCE)));
  }

  Attempt withDefaultHeaders() {
    return new Attempt(
        source, true, defaultLicence, shim, flags, plus(notes, List.of(HEADERS_FIRST)));
  }

  Attempt withFlags(String note, List<String> more) {
    return new Attempt(
        source,
        defaultHeaders,
        defaultLicence,
        shim,
        plus(flags, more),
        plus(notes, List.of(Note.change(note))));
  }

  /** With a header of the name that {@code #include} finds. */
  Attempt withHeader(String name, String text) {
    var headers = new ArrayList<>(source.headers());
    headers.add(new Header(name, text));
    return new Attempt(
        source.withHeaders(headers), defaultHeaders, defaultLicence, shim, flags, notes);
  }

  Attempt withShim(String note, Shim newShim) {
    return new Attempt(
        source,
        defaultHeaders,
        defaultLicence,
        newShim,
        flags,
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
        plus(notes, List.of(Note.change(note))));
  }

  private Attempt noting(Note note) {
    return new Attempt(
        source, defaultHeaders, defaultLicence, shim, flags, plus(notes, List.of(note)));
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
            modern, defaultHeaders, defaultLicence, shim.withReplaced(files), flags, notes)
        .noting(
            Note.change(
                "maps of the form SEC(\"maps\") are not known to libbpf 1.0 and later: "
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
