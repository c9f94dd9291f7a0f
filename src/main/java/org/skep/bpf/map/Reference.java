package org.skep.bpf.map;

/**
 * Something of the kernel that a map holds by its number. What a map gave can be put into a map
 * again.
 *
 * @param kind what it is
 * @param id the kernel's number of it
 * @param name as this notebook calls it, else as the kernel does, which cuts names of programs and
 *     maps to 15 characters; empty where it has none, or is gone
 */
public record Reference(Kind kind, long id, String name) {
  /** What there is to hold. */
  public enum Kind {
    PROGRAM,
    MAP,
    INTERFACE;

    String word() {
      return switch (this) {
        case PROGRAM -> "program";
        case MAP -> "map";
        case INTERFACE -> "interface";
      };
    }
  }

  /** Its name and number, such as {@code parse_tcp (program 12)}. */
  @Override
  public String toString() {
    return name.isEmpty() ? kind.word() + " " + id : name + " (" + kind.word() + " " + id + ")";
  }
}
