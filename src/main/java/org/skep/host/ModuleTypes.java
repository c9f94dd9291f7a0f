package org.skep.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.skep.BtfFormatException;
import org.skep.btf.Btf;

/** The types of the loaded kernel modules, which continue those of the kernel. */
public final class ModuleTypes {
  private static final Path FOLDER = Path.of("/sys/kernel/btf");
  private static final String KERNEL = "vmlinux";

  /** A file is read again where its module was loaded anew. */
  private record Version(long changed, Optional<Btf> types) {}

  private static final Map<Path, Version> READ = new HashMap<>();

  private ModuleTypes() {}

  /** The types of each module that describes them, by the modules' names. */
  public static synchronized List<Btf> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(f -> !f.endsWith(KERNEL))
          .sorted()
          .map(ModuleTypes::read)
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<Btf> read(Path file) {
    try {
      long changed = Files.getLastModifiedTime(file).toMillis();
      Version version = READ.get(file);
      if (version == null || version.changed() != changed) {
        version = new Version(changed, parse(file));
        READ.put(file, version);
      }
      return version.types();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Btf> parse(Path file) throws IOException {
    try {
      return Optional.of(Btf.parse(Files.readAllBytes(file), Btf.ofRunningLinux()));
    } catch (BtfFormatException e) {
      return Optional.empty(); // made for another build of this kernel
    }
  }
}
