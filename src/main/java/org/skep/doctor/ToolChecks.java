package org.skep.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.NativeLibraryException;
import org.skep.compile.Clang;
import org.skep.internal.libbpf.Libbpf;

/** The tools of the machine. */
final class ToolChecks {
  private static final String AREA = "tool";

  private ToolChecks() {}

  static List<Check> all() throws InterruptedException {
    var checks = new ArrayList<Check>();
    try {
      Clang clang = Clang.find();
      checks.add(Check.yes(AREA, "clang", clang.version() + ", " + clang.program()));
    } catch (NativeLibraryException e) {
      checks.add(missing("clang", e));
    }
    try {
      checks.add(Check.yes(AREA, "libbpf", Libbpf.libbpf_version_string().replaceFirst("^v", "")));
    } catch (NativeLibraryException e) {
      checks.add(missing("libbpf", e));
    }
    checks.add(
        Files.isReadable(Path.of("/usr/include/bpf/bpf_helpers.h"))
            ? Check.yes(AREA, "libbpf's headers", "/usr/include/bpf")
            : Check.no(
                AREA,
                "libbpf's headers",
                "no /usr/include/bpf/bpf_helpers.h",
                "apt install libbpf-dev, dnf install libbpf-devel"));
    checks.add(
        program("bpftool")
            .map(p -> Check.yes(AREA, "bpftool", p + " (Skep itself does without)"))
            .orElseGet(
                () ->
                    Check.limited(
                        AREA,
                        "bpftool",
                        "not on the PATH; only JITed code (%prog dis --native) needs it",
                        "apt install bpftool, dnf install bpftool")));
    return checks;
  }

  private static Check missing(String what, NativeLibraryException e) {
    String message = String.valueOf(e.getMessage());
    int bracket = message.lastIndexOf('(');
    return bracket < 0
        ? Check.no(AREA, what, message, "")
        : Check.no(
            AREA,
            what,
            message.substring(0, bracket).strip(),
            message.substring(bracket + 1).replaceFirst("\\)$", ""));
  }

  private static Optional<Path> program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    for (String folder : path.split(":")) {
      Path file = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        try {
          return Optional.of(file.toRealPath());
        } catch (IOException e) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
