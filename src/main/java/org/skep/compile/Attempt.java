package org.skep.compile;

import java.util.ArrayList;
import java.util.List;

/**
 * One way of compiling a source. The first is the plain one; each fallback makes another out of it.
 *
 * @param source the text as it is given to clang
 * @param defaultHeaders whether the text gets the default headers
 * @param defaultLicence whether the text gets a licence
 * @param flags what fallbacks add to clang's flags
 * @param notes what was done on the user's behalf, one sentence each
 */
record Attempt(
    BpfSource source,
    boolean defaultHeaders,
    boolean defaultLicence,
    List<String> flags,
    List<String> notes) {
  private static final String DEFAULT_HEADERS =
      "no #include in the text: vmlinux.h, bpf_helpers.h, bpf_tracing.h, bpf_core_read.h,"
          + " bpf_endian.h and skep.h were included";
  private static final String DEFAULT_LICENCE =
      "no licence in the text: compiled as GPL; to choose, write char LICENSE[]"
          + " SEC(\"license\") = \"GPL\";";

  Attempt {
    flags = List.copyOf(flags);
    notes = List.copyOf(notes);
  }

  /** The text as it stands. */
  static Attempt plain(BpfSource source) {
    var pieces = CText.pieces(source.text());
    var plain = new Attempt(source, false, false, List.of(), List.of());
    if (!CText.includesAnything(pieces)) {
      plain = new Attempt(source, true, false, List.of(), List.of(DEFAULT_HEADERS));
      // A text with includes may find its licence there, which shows once it is compiled.
      return CText.namesLicence(pieces) ? plain : plain.withLicence();
    }
    return plain;
  }

  Attempt withLicence() {
    return new Attempt(source, defaultHeaders, true, flags, plus(notes, DEFAULT_LICENCE));
  }

  Attempt withFlags(String note, List<String> more) {
    var all = new ArrayList<>(flags);
    all.addAll(more);
    return new Attempt(source, defaultHeaders, defaultLicence, all, plus(notes, note));
  }

  Attempt withSource(String note, BpfSource newSource) {
    return new Attempt(newSource, defaultHeaders, defaultLicence, flags, plus(notes, note));
  }

  private static List<String> plus(List<String> list, String more) {
    var all = new ArrayList<>(list);
    all.add(more);
    return all;
  }
}
