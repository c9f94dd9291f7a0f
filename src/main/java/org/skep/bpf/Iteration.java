package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.skep.bpf.decode.DeclaredEventTypes;
import org.skep.bpf.decode.EventRows;
import org.skep.bpf.decode.EventType;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.KernelObjectNames;
import org.skep.btf.Btf;
import org.skep.btf.Text;
import org.skep.btf.TypeId;
import org.skep.table.NotedTable;
import org.skep.table.query.TextTable;
import org.skep.text.Nearest;

/** What an iterator program wrote when it was run over everything that it iterates on. */
public final class Iteration {
  private final BpfProgram program;
  private final byte[] bytes;

  Iteration(BpfProgram program, byte[] bytes) {
    this.program = program;
    this.bytes = bytes;
  }

  /** The bytes as they were written. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The same as text, for programs that write by {@code BPF_SEQ_PRINTF}. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * The same as a table. Text has a row for each line. Where the format strings of the program
   * account for it all, its columns are the conversions of the one that prints rows, so that a name
   * may have blanks; else they are what is between tabs, or words, as a note says where that is not
   * certain. They are named by the first line where that has no numbers. Other bytes are read as
   * structs, where the program marks one by {@code skep_record}.
   *
   * @throws IllegalArgumentException if it is not text, and the program marks no struct or several
   */
  public NotedTable table() {
    List<TypeId> marked =
        program.owner().types().map(btf -> DeclaredEventTypes.of(btf, "")).orElse(List.of());
    // without a struct, what has no NUL is text: a process may have an escape sequence as its name
    if (isText(marked.size() == 1 ? ' ' : 1)) {
      return TextTable.of(name(), bytes, formats());
    }
    if (marked.size() != 1) {
      throw new IllegalArgumentException(
          "read what '"
              + program.name()
              + "' wrote: it is not text (say what it is: table(\"struct row\"), or --as 'struct"
              + " row')");
    }
    return records(program.owner().types().orElseThrow(), marked.getFirst());
  }

  /** The constant texts of the program: what it prints by is among them. */
  private List<String> formats() {
    return program.owner().globals().stream()
        .filter(v -> v.section().startsWith(".rodata"))
        .map(GlobalVariable::get)
        .filter(String.class::isInstance)
        .map(text -> new String(Text.encode((String) text), StandardCharsets.UTF_8))
        .toList();
  }

  private boolean isText(int least) {
    for (byte b : bytes) {
      if (b >= 0 && b < least && b != '\n' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  /**
   * A table with a row for each struct, for programs that write structs by {@code bpf_seq_write}.
   *
   * @param type such as {@code struct row}, of the program or the running Linux
   * @throws IllegalArgumentException if there is no such type
   */
  public NotedTable table(String type) {
    Optional<Btf> own = program.owner().types();
    Optional<TypeId> found = own.flatMap(btf -> btf.find(type));
    if (found.isPresent()) {
      return records(own.orElseThrow(), found.get());
    }
    Btf linux = Btf.ofRunningLinux();
    return records(
        linux,
        linux
            .find(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "read what '"
                            + program.name()
                            + "' wrote as '"
                            + type
                            + "': no such type"
                            + own.map(
                                    btf ->
                                        Nearest.hint(type, btf.types().map(btf::nameOf).toList()))
                                .orElse(""))));
  }

  private NotedTable records(Btf btf, TypeId type) {
    var names = new KernelObjectNames(Optional.of(new ObjectMaps(program.owner())));
    EventType records = EventType.of(name(), btf, type).withNames(names);
    int size = records.byteSize();
    if (size == 0) {
      throw new IllegalArgumentException(
          "read what '" + program.name() + "' wrote: '" + records.name() + "' has no size");
    }
    var rows = new EventRows(records, false, Integer.MAX_VALUE);
    int count = bytes.length / size;
    if (count > 0) {
      // from an array of longs, so that every member is where it may be read
      MemorySegment aligned = MemorySegment.ofArray(new long[bytes.length / Long.BYTES + 1]);
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, aligned, 0, bytes.length);
      rows.take(aligned, 0, size, size, count, -1);
    }
    NotedTable table = rows.table();
    int rest = bytes.length % size;
    return rest == 0
        ? table
        : table.withNote(
            "the last "
                + rest
                + " bytes are no whole "
                + records.name()
                + " of "
                + size
                + ": the program wrote something else");
  }

  private String name() {
    return program.owner().name() + "." + program.name();
  }

  @Override
  public String toString() {
    return text();
  }
}
