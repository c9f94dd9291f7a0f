package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.btf.BtfType.Member;

/**
 * Sizes and offsets of the running Linux's structs, against an independent opinion: bpftool writes
 * the types as C, clang lays them out anew, and asserts what we read from BTF.
 */
class RunningLinuxLayoutTest {
  private static final int FLOOR = 3_000;
  private static final Pattern NAMED = Pattern.compile("@(?:size|offset) (\\w+)");
  private static final Pattern RECORD = Pattern.compile("^\\[(\\d+)] (STRUCT|UNION) ");
  private static final Pattern MEMBER =
      Pattern.compile("^\\t'(.*)' type_id=(\\d+) bits_offset=(\\d+)(?: bitfield_size=(\\d+))?");

  private final Btf btf = Btf.ofRunningLinux();

  @Test
  void clangAgreesWithEverySizeAndOffset(@TempDir Path folder) throws Exception {
    boolean dumped = dump(folder.resolve("vmlinux.h"));
    Assumptions.assumeTrue(dumped, "needs bpftool (apt-get install bpftool)");
    var asserts = new StringBuilder("#include \"vmlinux.h\"\n");
    int structs = 0;
    for (Map.Entry<String, BtfType.Struct> entry : uniqueStructs().entrySet()) {
      structs++;
      String name = entry.getKey();
      BtfType.Struct struct = entry.getValue();
      asserts.append(
          "_Static_assert(sizeof(struct %s) == %d, \"@size %s@\");\n"
              .formatted(name, struct.byteSize(), name));
      for (Member m : struct.members()) {
        if (!m.name().isEmpty() && !m.isBitField()) {
          asserts.append(
              "_Static_assert(__builtin_offsetof(struct %s, %s) == %d, \"@offset %s.%s@\");\n"
                  .formatted(name, m.name(), m.bitOffset() / 8, name, m.name()));
        }
      }
    }
    int count = structs;
    assertTrue(count > FLOOR, () -> "only " + count + " structs");
    Path source = folder.resolve("check.c");
    Files.writeString(source, asserts);
    Path log = folder.resolve("log");
    var clang =
        new ProcessBuilder(
                ClangObject.clang(),
                "-target",
                "bpf",
                "-fms-extensions",
                "-Wno-microsoft-anon-tag",
                "-DBPF_NO_PRESERVE_ACCESS_INDEX",
                "-ferror-limit=0",
                "-fsyntax-only",
                source.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(clang.waitFor(5, TimeUnit.MINUTES));
    List<String> errors =
        Files.readAllLines(log).stream().filter(line -> line.contains("error:")).toList();
    var wrong = new TreeSet<String>();
    for (String error : errors) {
      Matcher named = NAMED.matcher(error);
      assertTrue(named.find(), error);
      wrong.add(named.group(1));
    }
    // A few structs cannot be written down as C with the layout that BTF has, and those that hold
    // them; there the header is wrong, as the comparison with bpftool's raw dump shows.
    assertTrue(wrong.size() < count / 100, wrong::toString);
  }

  @Test
  void bpftoolReadsTheSameMembers() throws Exception {
    int members = 0;
    try (var lines = bpftool("raw").start().inputReader()) {
      List<Member> expected = List.of();
      int at = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher record = RECORD.matcher(line);
        Matcher member = MEMBER.matcher(line);
        if (record.find()) {
          var type = btf.type(new TypeId(Integer.parseInt(record.group(1))));
          assertEquals(record.group(2), type.getClass().getSimpleName().toUpperCase(Locale.ROOT));
          expected =
              switch (type) {
                case BtfType.Struct t -> t.members();
                case BtfType.Union t -> t.members();
                default -> List.of();
              };
          at = 0;
        } else if (member.find()) {
          Member m = expected.get(at++);
          assertEquals(member.group(1), m.name().isEmpty() ? "(anon)" : m.name());
          assertEquals(Integer.parseInt(member.group(2)), m.type().value(), line);
          assertEquals(Long.parseLong(member.group(3)), m.bitOffset(), line);
          int bits = member.group(4) == null ? 0 : Integer.parseInt(member.group(4));
          assertEquals(bits, m.bitFieldSize(), line);
          members++;
        }
      }
    } catch (IOException e) {
      Assumptions.abort("needs bpftool (apt-get install bpftool)");
    }
    int compared = members;
    assertTrue(compared > 10 * FLOOR, () -> "only " + compared + " members");
  }

  /** Structs whose name is an identifier that occurs once, among unions and enums too. */
  private Map<String, BtfType.Struct> uniqueStructs() {
    var structs = new HashMap<String, BtfType.Struct>();
    var seen = new HashMap<String, Integer>();
    btf.types()
        .forEach(
            id -> {
              switch (btf.type(id)) {
                case BtfType.Struct s when s.name().matches("[A-Za-z_]\\w*") -> {
                  structs.put(s.name(), s);
                  seen.merge(s.name(), 1, Integer::sum);
                }
                case BtfType.Union u -> seen.merge(u.name(), 1, Integer::sum);
                case BtfType.Enum e -> seen.merge(e.name(), 1, Integer::sum);
                default -> {}
              }
            });
    structs.keySet().removeIf(name -> !Integer.valueOf(1).equals(seen.get(name)));
    return structs;
  }

  private static ProcessBuilder bpftool(String format) {
    return new ProcessBuilder(
            "bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", format)
        .redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  private static boolean dump(Path header) throws InterruptedException {
    try {
      return bpftool("c").redirectOutput(header.toFile()).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
