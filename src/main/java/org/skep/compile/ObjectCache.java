package org.skep.compile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Fix;
import org.skep.CompileException.Severity;
import org.skep.Note;

/**
 * Objects by what they were made from: the key names text, flags and clang; the entry lists the
 * files that were included, and counts only while these are what they were.
 */
final class ObjectCache {
  private static final String FORMAT = "skep object 2";

  private final CacheDirectory directory;

  ObjectCache(CacheDirectory directory) {
    this.directory = directory;
  }

  /**
   * @param instructions those that the key names
   */
  Optional<CompiledObject> find(String key, InstructionSet instructions) {
    return directory.read(name(key)).flatMap(bytes -> decode(bytes, instructions));
  }

  void store(String key, CompiledObject object, List<Path> included) {
    directory.store(name(key), encode(object, included));
  }

  private static String name(String key) {
    return "objects/" + key.substring(0, 2) + "/" + key;
  }

  private static byte[] encode(CompiledObject object, List<Path> included) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(FORMAT);
      out.writeInt(included.size());
      for (Path file : included) {
        out.writeUTF(file.toString());
        out.writeUTF(Hash.stamp(file));
      }
      out.writeInt(object.warnings().size());
      for (Diagnostic each : object.warnings()) {
        out.writeUTF(each.file());
        out.writeInt(each.line());
        out.writeInt(each.column());
        out.writeUTF(each.severity().name());
        writeText(out, each.message());
        out.writeInt(each.fixes().size());
        for (Fix fix : each.fixes()) {
          out.writeInt(fix.line());
          out.writeInt(fix.column());
          out.writeInt(fix.endLine());
          out.writeInt(fix.endColumn());
          writeText(out, fix.replacement());
        }
      }
      out.writeInt(object.notes().size());
      for (Note note : object.notes()) {
        out.writeUTF(note.level().name());
        writeText(out, note.text());
      }
      out.writeInt(object.elfShared().length);
      out.write(object.elfShared());
    } catch (IOException e) {
      throw new IllegalStateException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private static Optional<CompiledObject> decode(byte[] bytes, InstructionSet instructions) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (!in.readUTF().equals(FORMAT)) {
        return Optional.empty();
      }
      int files = in.readInt();
      for (int i = 0; i < files; i++) {
        var file = Path.of(in.readUTF());
        if (!in.readUTF().equals(Hash.stamp(file))) {
          return Optional.empty();
        }
      }
      var warnings = new ArrayList<Diagnostic>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        warnings.add(
            new Diagnostic(
                in.readUTF(),
                in.readInt(),
                in.readInt(),
                Severity.valueOf(in.readUTF()),
                readText(in),
                readFixes(in)));
      }
      var notes = new ArrayList<Note>();
      count = in.readInt();
      for (int i = 0; i < count; i++) {
        notes.add(new Note(Note.Level.valueOf(in.readUTF()), readText(in)));
      }
      var elf = in.readNBytes(in.readInt());
      return Optional.of(
          new CompiledObject(elf, warnings, notes, instructions, true, Duration.ZERO));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Fix> readFixes(DataInputStream in) throws IOException {
    var fixes = new ArrayList<Fix>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      fixes.add(new Fix(in.readInt(), in.readInt(), in.readInt(), in.readInt(), readText(in)));
    }
    return fixes;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
