package org.skep.bpf.decode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.skep.table.NotedTable;
import org.skep.table.build.Naming;
import org.skep.table.build.TableBuilder;

/**
 * Records of one type on their way into a table that holds the last so many. A record that is
 * shorter than its type where programs send all of it, or longer where they send nothing behind it,
 * is counted and left out, because it would be read wrongly; one that ends within the text at the
 * end of its type, or is sent in part, is read with as much as there is.
 */
public final class EventRows {
  private final EventType type;
  private final boolean roundsUp;
  private final int keep;
  private final TableBuilder rows;
  private final LatestEvents latest;
  private final Map<Integer, Long> wrongLengths = new LinkedHashMap<>();
  private long[] order = new long[0];
  private long added;
  private long cut;
  private long parts;
  private long longer;
  private long partial;

  public EventRows(EventType type, boolean roundsUp, int keep) {
    this.type = type;
    this.roundsUp = roundsUp;
    this.keep = keep;
    this.rows = type.plan().rows();
    rows.keepLast(keep);
    this.latest = new LatestEvents(type.plan());
  }

  EventType type() {
    return type;
  }

  /**
   * Takes records of the same length, as {@link EventSink} says.
   *
   * @param number of the first among the records of all types, to put them in order again; negative
   *     where there is one type only
   */
  public void take(
      MemorySegment bytes, long offset, long stride, int length, int count, long number) {
    if (!take(bytes, offset, stride, length, count)) {
      return;
    }
    if (number >= 0) {
      number(number, count);
    }
    added += count;
  }

  private void number(long first, int count) {
    if (order.length < Math.min(keep, added + count)) {
      order = Arrays.copyOf(order, (int) Math.min(keep, 2 * (added + count)));
    }
    for (int i = 0; i < count; i++) {
      order[(int) ((added + i) % keep)] = first + i;
    }
  }

  private boolean take(MemorySegment bytes, long offset, long stride, int length, int count) {
    int size = type.byteSize();
    boolean fits = length == size || (roundsUp && length > size && length < size + Long.BYTES);
    if (type.rest() instanceof EventType.Rest.Elements elements && length >= size) {
      whole(bytes, offset, stride, length, count);
      partial += (length - elements.byteOffset()) % elements.byteSize() == 0 ? 0 : count;
    } else if (fits) {
      rows.add(null, 0, bytes.asSlice(offset, (count - 1) * stride + size), stride, count);
      latest.take(bytes, offset, stride, size, count);
    } else if (length > size && type.rest() instanceof EventType.Rest.Payload) {
      whole(bytes, offset, stride, length, count);
      longer += count;
    } else if (length < size && length >= type.cutFrom() && length > 0) {
      for (int i = 0; i < count; i++) {
        rows.addPart(bytes, offset + i * stride, length);
      }
      latest.take(bytes, offset, stride, length, count);
      if (length >= type.textAt()) {
        cut += count;
      } else {
        parts += count;
      }
    } else {
      wrongLengths.merge(wrongLengths.size() < 1_000 ? length : -1, (long) count, Long::sum);
      return false;
    }
    return true;
  }

  /** Adds records with what they have behind their type. */
  private void whole(MemorySegment bytes, long offset, long stride, int length, int count) {
    for (int i = 0; i < count; i++) {
      rows.addEvent(bytes, offset + i * stride, length);
    }
    latest.take(bytes, offset, stride, length, count);
  }

  /** How many records were added, those that were dropped again too. */
  long added() {
    return added;
  }

  /** How many records are in the table. */
  int rowCount() {
    return rows.rowCount();
  }

  /** The table of the records, with what is to be said of them. */
  public NotedTable table() {
    return rows.table(notes());
  }

  /** Forgets the rows, and not what is counted of them. */
  void clear() {
    rows.clear();
  }

  /** The number of each row among the records of all types. */
  long[] order() {
    int count = rows.rowCount();
    long[] straight = new long[count];
    for (int i = 0; i < count; i++) {
      straight[i] = order[(int) ((added - count + i) % keep)];
    }
    return straight;
  }

  /** Makes the table of the latest few records, of copies of them. */
  Supplier<NotedTable> latest() {
    return latest.copy();
  }

  /** The numbers in the rows so far that have no name yet. */
  List<Naming> unnamed() {
    return rows.unnamed();
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (added > keep) {
      notes.add("the last " + keep + " of " + added + " events are kept");
    }
    notes.addAll(leftOut());
    return notes;
  }

  /** What was left out or cut, a sentence each. */
  List<String> leftOut() {
    List<String> notes = new ArrayList<>();
    wrongLengths.forEach(
        (length, count) ->
            notes.add(
                count
                    + (count == 1 ? " event" : " events")
                    + (length < 0 ? "" : " of " + length + " bytes")
                    + " left out: "
                    + type.name()
                    + " has "
                    + type.byteSize()
                    + " bytes (--type names another type, --types several)"));
    if (cut > 0) {
      notes.add(
          cut
              + (cut == 1 ? " event ends" : " events end")
              + " within the text at the end of "
              + type.name()
              + ", and have as much of it as was sent");
    }
    if (parts > 0) {
      notes.add(
          parts
              + (parts == 1 ? " event is shorter than " : " events are shorter than ")
              + type.name()
              + ", which has "
              + type.byteSize()
              + " bytes: what was not sent is missing"
              + (roundsUp
                  ? " (the last 7 bytes may be padding, as a perf buffer rounds lengths up to 8"
                      + " bytes)"
                  : ""));
    }
    if (longer > 0) {
      notes.add(
          longer
              + (longer == 1 ? " event is longer than " : " events are longer than ")
              + type.name()
              + ": what is behind its "
              + type.byteSize()
              + " bytes is in 'payload'"
              + (roundsUp ? ", with up to 7 bytes of padding at its end" : ""));
    }
    if (type.rest() instanceof EventType.Rest.Elements elements && elements.byteSize() > 1) {
      elementNotes(elements, notes);
    }
    if (type.isUnknown() && added > 0) {
      notes.add(
          "nothing tells the type of the events, so they are bytes (--type \"struct event\" names"
              + " it)");
    }
    return notes;
  }

  private void elementNotes(EventType.Rest.Elements elements, List<String> notes) {
    String member = "'" + elements.member() + "'";
    if (roundsUp && elements.byteSize() < Long.BYTES && added > 0) {
      notes.add(
          "the last element of "
              + member
              + " may be padding, as a perf buffer rounds lengths up to 8 bytes");
    } else if (!roundsUp && partial > 0) {
      notes.add(
          partial
              + (partial == 1 ? " event ends" : " events end")
              + " within an element of "
              + member
              + ", which is left out");
    }
  }
}
