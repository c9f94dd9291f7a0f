package org.skep.bpf.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.skep.BtfFormatException;
import org.skep.Note;
import org.skep.bpf.base.NativeObject;
import org.skep.btf.ObjectCheck;

/**
 * Opens an object file with libbpf and prepares what the source leaves open, in the same order for
 * the first attempt to load it and for each later one.
 */
public final class ObjectOpener {
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};

  /**
   * An object that can be set and loaded.
   *
   * @param notes what was taken otherwise than it is written, and warnings
   */
  public record Opened(NativeObject object, List<Note> notes) {}

  private ObjectOpener() {}

  /**
   * Checks an object file, opens it and looks through it.
   *
   * @throws BtfFormatException if it is damaged, so that libbpf would read beyond memory
   */
  public static Opened open(String name, byte[] elf) {
    check(name, elf);
    Opened prepared = prepared(name, elf);
    boolean kept = false;
    try {
      List<Note> notes = new ArrayList<>(prepared.notes);
      notes.addAll(Note.changes(Pins.notes(prepared.object)));
      notes.addAll(PaddedKeys.notes(prepared.object, elf));
      kept = true;
      return new Opened(prepared.object, List.copyOf(notes));
    } finally {
      if (!kept) {
        prepared.object.close();
      }
    }
  }

  /** Opens what was checked before. */
  static Opened prepared(String name, byte[] elf) {
    NativeObject object = NativeObject.open(name, elf);
    boolean kept = false;
    try {
      List<Note> notes = new ArrayList<>(Note.changes(SectionTypes.completeTypes(object)));
      MapDefaults.makeSectionsMappable(object);
      notes.addAll(Note.changes(MapDefaults.takeValuesAsRecords(object)));
      kept = true;
      return new Opened(object, notes);
    } finally {
      if (!kept) {
        object.close();
      }
    }
  }

  /** What is not an ELF file at all is left to libbpf, which says so. */
  private static void check(String name, byte[] elf) {
    if (elf.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(elf, MAGIC.length))) {
      return;
    }
    try {
      ObjectCheck.check(elf);
    } catch (BtfFormatException e) {
      throw new BtfFormatException("open object '" + name + "'", e);
    }
  }
}
