package org.skep.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Writes the headers of a {@link Shim} into the folder of a job. */
final class ShimFolder {
  /** A header of that name which the text brings. */
  static final String OWN_TYPES = "its vmlinux.h";

  private static final Path SYSTEM = Path.of("/usr/include");

  /** Whose constants texts inside the kernel use without asking for them. */
  private static final List<String> USUAL =
      List.of(
          "errno.h",
          "linux/bpf.h",
          "linux/errno.h",
          "linux/fcntl.h",
          "linux/icmp.h",
          "linux/icmpv6.h",
          "linux/if.h",
          "linux/if_ether.h",
          "linux/if_packet.h",
          "linux/if_tunnel.h",
          "linux/if_vlan.h",
          "linux/in.h",
          "linux/in6.h",
          "linux/ip.h",
          "linux/ipv6.h",
          "linux/limits.h",
          "linux/mpls.h",
          "linux/perf_event.h",
          "linux/pkt_cls.h",
          "linux/socket.h",
          "linux/tcp.h",
          "linux/udp.h",
          "linux/version.h",
          "sys/socket.h",
          "asm/unistd.h");

  private static final Pattern CONSTANT =
      Pattern.compile("#define ((?:[A-Z]\\w*|s6_addr\\w*|__NR_\\w+)(?:\\([^)]*\\))?)(?: .*)?");

  private final Path folder;
  private final JobFolder job;
  private final Shim shim;

  ShimFolder(JobFolder job, Shim shim) {
    this.job = job;
    this.folder = job.path().resolve("shim");
    this.shim = shim;
  }

  /** The flags that put the folder in its place; to be given before all other folders. */
  List<String> flags(Headers headers) throws InterruptedException {
    var flags = new ArrayList<String>();
    if (!shim.replaced().isEmpty()) {
      flags.addAll(List.of("-ivfsoverlay", overlay().toString()));
    }
    var flagsAtEnd = new ArrayList<String>();
    shim.renamed()
        .forEach(
            (header, names) -> {
              if (header.equals(Shim.TYPES)) {
                return; // another header is generated
              }
              if (header.equals(OWN_TYPES)) {
                job.write(
                    "shim/" + Shim.TYPES, renaming(names, "#include_next <" + Shim.TYPES + ">"));
                flags.addAll(List.of("-I", folder.toString()));
              } else {
                // Included ahead of the text, so that its guard keeps it from coming again.
                var own = "renamed" + flagsAtEnd.size() + ".h";
                job.write(own, renaming(names, "#include \"" + header + "\""));
                flagsAtEnd.addAll(List.of("-include", job.path().resolve(own).toString()));
              }
            });
    if (shim.linuxTypes()) {
      writeStandIns(headers);
      flags.addAll(List.of("-nostdlibinc", "-isystem", folder.toString()));
      flags.addAll(List.of("-include", folder + "/skep_linux.h"));
    } else if (shim.kernelNames()) {
      link("uapi", SYSTEM);
      flags.addAll(List.of("-idirafter", folder.toString()));
    }
    if (shim.kernelNames()) {
      flags.addAll(List.of("-idirafter", headers.own().resolve("kernel").toString()));
      flags.addAll(List.of("-include", headers.own().resolve("skep_kernel.h").toString()));
      if (shim.headers().contains("vmlinux.h")) {
        flags.add("-DSKEP_VMLINUX_FOLLOWS");
      }
      flags.add("-Wno-macro-redefined");
      flags.add("-D" + Headers.hostMacro());
    }
    flags.addAll(flagsAtEnd);
    return flags;
  }

  /** Tells clang to read other texts where it looks for these files. */
  private Path overlay() {
    var files = new ArrayList<String>();
    for (var each : shim.replaced().entrySet()) {
      var own = "replaced/" + files.size() + ".h";
      job.write(own, each.getValue());
      files.add(
          "{\"type\": \"file\", \"name\": "
              + quoted(each.getKey())
              + ", \"external-contents\": "
              + quoted(job.path().resolve(own))
              + "}");
    }
    job.write(
        "overlay.yaml",
        "{\"version\": 0, \"use-external-names\": false, \"roots\": ["
            + String.join(", ", files)
            + "]}");
    return job.path().resolve("overlay.yaml");
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String renaming(Set<String> names, String include) {
    var text = new StringBuilder();
    for (String name : new TreeSet<>(names)) {
      text.append("#define ").append(name).append(' ').append(name).append("___vm\n");
    }
    text.append(include).append('\n');
    for (String name : new TreeSet<>(names)) {
      text.append("#undef ").append(name).append('\n');
    }
    return text.toString();
  }

  private void writeStandIns(Headers headers) throws InterruptedException {
    for (String header : shim.headers()) {
      if (!Includes.OF_CLANG.contains(header) && Includes.ofSystem(header)) {
        job.write("shim/" + header, "");
      }
    }
    for (String library : List.of("bpf", "xdp")) {
      if (Files.isDirectory(SYSTEM.resolve(library))) {
        link(library, SYSTEM.resolve(library));
      }
    }
    var names = new TreeSet<>(USUAL);
    for (String header : shim.headers()) {
      names.add(header.startsWith("uapi/") ? header.substring(5) : header);
    }
    var constants = headers.constants(names, ShimFolder::constants);
    job.write(
        "shim/skep_linux.h",
        "#include <vmlinux.h>\n#include \"" + constants + "\"\n#include <skep_kernel.h>\n");
  }

  /** What the preprocessor knows, reduced to constants, which cannot clash with types. */
  private static String constants(String defines) {
    var text = new StringBuilder();
    defines
        .lines()
        .forEach(
            line -> {
              var matcher = CONSTANT.matcher(line);
              if (matcher.matches()) {
                var name = matcher.group(1).replaceFirst("\\(.*", "");
                text.append("#ifndef ").append(name).append('\n');
                text.append(line).append("\n#endif\n");
              }
            });
    return text.toString();
  }

  private void link(String name, Path target) {
    try {
      Files.createDirectories(folder);
      var link = folder.resolve(name);
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
