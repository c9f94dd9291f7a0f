package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;

/** What belongs to the inodes of files, which only LSM programs use. */
@Tag("vm")
class StorageIT {
  private static long number(Optional<Object> value) {
    return ((Number) value.orElseThrow()).longValue();
  }

  /** A program adds to what Java put for a path, and Java reads what it made for another. */
  @Test
  void aProgramAndJavaShareWhatBelongsToAFile() throws IOException, InterruptedException {
    Path given = Files.writeString(Files.createTempFile("skep", ".given"), "x");
    Path other = Files.writeString(Files.createTempFile("skep", ".other"), "x");
    try (BpfObject object = Guest.open("storage").load()) {
      BpfMap known = object.map("known");
      BpfMap all = object.map("all");
      known.put(given, 1_000);
      assertEquals(Optional.of(1_000L), known.get(given));
      assertEquals(Optional.empty(), known.get(other));
      assertEquals(Optional.empty(), all.get(other));
      try (BpfLink link = object.program("count").attach()) {
        assertTrue(link.describe().contains("file_open"), link.describe());
        Files.readString(given);
        Files.readString(other);
        // asking opens the file, too, for its descriptor
        assertTrue(number(known.get(given)) > 1_000);
        assertEquals(Optional.empty(), known.get(other));
        long once = number(all.get(other));
        assertTrue(once > 0);
        Files.readString(other);
        assertTrue(number(all.get(other.toString())) > once);
        assertTrue(known.remove(given));
        Files.readString(given);
        assertEquals(Optional.empty(), known.get(given));
      }
    } finally {
      Files.delete(given);
      Files.delete(other);
    }
  }
}
