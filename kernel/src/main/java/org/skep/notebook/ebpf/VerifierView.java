package org.skep.notebook.ebpf;

import org.skep.VerifierException;
import org.skep.compile.BpfSource;
import org.skep.notebook.display.MimeBundle;

/** Why the verifier refused a program: the sentence first, the whole log one click away. */
final class VerifierView {
  private VerifierView() {}

  static MimeBundle of(VerifierException refusal, BpfSource source) {
    return MimeBundle.html(html(refusal, source), text(refusal, source));
  }

  static String text(VerifierException refusal, BpfSource source) {
    return refusal.getMessage() + "\n" + refusal.log().strip().indent(4).stripTrailing();
  }

  static String html(VerifierException refusal, BpfSource source) {
    return "<div>"
        + Html.toned(Html.Tone.BAD, Html.escape(String.valueOf(refusal.getMessage())))
        + "</div>"
        + Html.details(
            "the verifier's whole log of "
                + Html.code(refusal.program())
                + ", "
                + Text.count(refusal.log().lines().count(), "line"),
            Html.pre(Html.escape(refusal.log())));
  }
}
