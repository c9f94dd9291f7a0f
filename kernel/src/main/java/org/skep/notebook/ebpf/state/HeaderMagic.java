package org.skep.notebook.ebpf.state;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.compile.BpfSource.Header;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.CellMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.text.Count;

/** {@code %%header NAME}: keeps the C below for cells that include it. */
public final class HeaderMagic implements CellMagic {
  public static final MagicSpec SPEC =
      MagicSpec.named("header", "Keeps the C below, to be included by %%bpf cells")
          .required("NAME", "as it is written in #include \"NAME\"")
          .example("%%header events.h")
          .build();

  private final Map<String, Header> byName = new LinkedHashMap<>();

  /** All that are kept. */
  public synchronized List<Header> all() {
    return List.copyOf(byName.values());
  }

  /** A header cannot be where another one has its folder. */
  private void refuseFolders(String name) {
    for (String other : byName.keySet()) {
      if (other.startsWith(name + "/") || name.startsWith(other + "/")) {
        throw new IllegalArgumentException(
            "name header '" + name + "': there is '" + other + "' (take another name)");
      }
    }
  }

  @Override
  public @Nullable Object run(Arguments arguments, String body, MagicContext context) {
    String name = arguments.get("NAME");
    boolean known;
    try {
      // Line numbers in clang's words are those of the cell.
      var header = new Header(name, "\n".repeat(arguments.line()) + body);
      synchronized (this) {
        refuseFolders(name);
        known = byName.put(name, header) != null;
      }
    } catch (IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
    return MimeBundle.text(
        (known ? "replaced " : "kept ")
            + name
            + " ("
            + Count.of(body.lines().count(), "line")
            + "): #include \""
            + name
            + "\"");
  }
}
