package org.skep.host.catalog;

import java.util.ArrayList;
import java.util.List;
import org.skep.internal.libbpf.Libbpf;

/**
 * A function that the kernel offers to BPF programs under a number, as libbpf's header describes
 * it.
 *
 * @param declaration in C: {@code long bpf_map_delete_elem(void *map, const void *key)}
 * @param description its documentation, paragraphs and lists as written, without mark-up
 * @param returns what it returns, in words; empty where the header does not say
 */
public record Helper(
    int number, String name, String declaration, String description, String returns) {
  private static final int MOST_TYPES = 64;

  /**
   * Which types of programs may call it here.
   *
   * @param allowed their names
   * @param refused their names
   * @param unknown those that cannot be tried, such as those that need a target
   */
  public record Callers(List<String> allowed, List<String> refused, List<String> unknown) {
    public Callers {
      allowed = List.copyOf(allowed);
      refused = List.copyOf(refused);
      unknown = List.copyOf(unknown);
    }
  }

  /** The first sentence of the description. */
  public String summary() {
    String line = description.lines().takeWhile(l -> !l.isBlank()).reduce("", Helper::joined);
    int end = line.indexOf(". ");
    return end < 0 ? line : line.substring(0, end + 1);
  }

  private static String joined(String before, String line) {
    return before.isEmpty() ? line.strip() : before + " " + line.strip();
  }

  /**
   * Tries it with each type of program, by having the verifier look at the smallest one that calls
   * it; some 20 ms. It needs the rights to load programs: without them, nothing is known.
   *
   * @throws org.skep.NativeLibraryException if there is no libbpf
   */
  public Callers callers() {
    var allowed = new ArrayList<String>();
    var refused = new ArrayList<String>();
    var unknown = new ArrayList<String>();
    for (int type = 1; type < MOST_TYPES; type++) {
      String typeName = Libbpf.libbpf_bpf_prog_type_str(type);
      if (!typeName.isEmpty()) {
        switch (HelperTrial.of(type, number)) {
          case ALLOWED -> allowed.add(typeName);
          case REFUSED -> refused.add(typeName);
          case UNKNOWN -> unknown.add(typeName);
        }
      }
    }
    return new Callers(allowed, refused, unknown);
  }
}
