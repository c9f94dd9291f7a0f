package org.skep.bpf.decode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.table.NotedTable;
import org.skep.table.build.Naming;
import org.skep.table.query.Tables;

/**
 * The records of a buffer, told apart by a tag at their beginning where there are several types.
 */
public final class TaggedEvents implements EventSink {
  /** A tag member, which every type has in the same place. */
  public record Tag(String member, FieldReader reader, int endByte) {}

  private final String name;
  private final @Nullable Tag tag;
  private final Map<Long, EventRows> byTag;
  private final List<EventRows> all;
  private final Map<Long, Long> unknownTags = new HashMap<>();
  private long tooShort;
  private long received;

  private TaggedEvents(String name, @Nullable Tag tag, Map<Long, EventRows> byTag) {
    this.name = name;
    this.tag = tag;
    this.byTag = byTag;
    this.all = List.copyOf(byTag.values());
  }

  public static TaggedEvents ofOne(String name, EventRows rows) {
    return new TaggedEvents(name, null, Map.of(0L, rows));
  }

  public static TaggedEvents ofMany(String name, Tag tag, Map<Long, EventRows> byTag) {
    return new TaggedEvents(name, tag, new LinkedHashMap<>(byTag));
  }

  @Override
  public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
    if (tag == null) {
      all.getFirst().take(bytes, offset, stride, length, count, -1);
    } else if (length < tag.endByte) {
      tooShort += count;
    } else {
      apart(tag, bytes, offset, stride, length, count);
    }
    received += count;
  }

  private void apart(Tag by, MemorySegment bytes, long offset, long stride, int length, int count) {
    int from = 0;
    while (from < count) {
      long kind = by.reader.bits(bytes, offset + from * stride);
      int to = from + 1;
      while (to < count && by.reader.bits(bytes, offset + to * stride) == kind) {
        to++;
      }
      EventRows rows = byTag.get(kind);
      if (rows == null) {
        unknownTags.merge(unknownTags.size() < 100 ? kind : -1, (long) (to - from), Long::sum);
      } else {
        rows.take(bytes, offset + from * stride, stride, length, to - from, received + from);
      }
      from = to;
    }
  }

  /** The types by the value of their tag; that of the only type counts for nothing. */
  public Map<Long, EventType> types() {
    Map<Long, EventType> types = new LinkedHashMap<>();
    byTag.forEach((value, rows) -> types.put(value, rows.type()));
    return types;
  }

  /** The member that tells types apart; {@code ""} where there is one type only. */
  public String tagMember() {
    return tag == null ? "" : tag.member;
  }

  /** How many records came, whatever became of them. */
  public long received() {
    return received;
  }

  /** The tables by the names of their types. */
  public Map<String, NotedTable> tables() {
    Map<String, NotedTable> tables = new LinkedHashMap<>();
    for (EventRows rows : all) {
      tables.put(rows.type().name(), rows.table());
    }
    return tables;
  }

  /** One table of all: where there are several types, with a column that says which. */
  public NotedTable table(Map<String, NotedTable> tables) {
    if (tag == null) {
      return tables.values().iterator().next();
    }
    Map<String, long[]> orders = new LinkedHashMap<>();
    all.forEach(rows -> orders.put(rows.type().name(), rows.order()));
    List<String> notes = new ArrayList<>();
    tables.values().forEach(t -> notes.addAll(t.notes()));
    notes.addAll(unknown());
    return NotedTable.of(Tables.union(name, "record", tables, orders), notes);
  }

  /** What was left out or cut, a sentence each. */
  public List<String> leftOut() {
    List<String> notes = new ArrayList<>();
    all.forEach(rows -> notes.addAll(rows.leftOut()));
    notes.addAll(unknown());
    return notes;
  }

  private List<String> unknown() {
    List<String> notes = new ArrayList<>();
    TaggedEvents.Tag by = tag;
    if (by == null) {
      return notes;
    }
    unknownTags.forEach(
        (kind, count) ->
            notes.add(
                count
                    + (count == 1 ? " event" : " events")
                    + " left out: no type was given for "
                    + by.member
                    + " "
                    + kind));
    if (tooShort > 0) {
      notes.add(tooShort + " events left out: they end before " + by.member);
    }
    return notes;
  }

  /** For the rows of each type, their places among the rows of all. */
  public List<int[]> places() {
    List<long[]> orders = all.stream().map(EventRows::order).toList();
    List<int[]> places = new ArrayList<>();
    orders.forEach(order -> places.add(new int[order.length]));
    int[] next = new int[orders.size()];
    int count = Math.toIntExact(rowCount());
    for (int place = 0; place < count; place++) {
      int first = -1;
      for (int t = 0; t < next.length; t++) {
        if (next[t] < orders.get(t).length
            && (first < 0 || orders.get(t)[next[t]] < orders.get(first)[next[first]])) {
          first = t;
        }
      }
      places.get(first)[next[first]++] = place;
    }
    return places;
  }

  /** Forgets the rows, and not what is counted of them. */
  public void clear() {
    all.forEach(EventRows::clear);
  }

  /** The numbers in the tables so far that have no name yet. */
  public List<Naming> unnamed() {
    return all.stream().flatMap(rows -> rows.unnamed().stream()).toList();
  }

  /** Makes the tables of the latest few records of each type, of copies of them. */
  public Map<String, Supplier<NotedTable>> latest() {
    Map<String, Supplier<NotedTable>> tables = new LinkedHashMap<>();
    for (EventRows rows : all) {
      tables.put(rows.type().name(), rows.latest());
    }
    return tables;
  }

  /** How many records the tables hold. */
  public long rowCount() {
    return all.stream().mapToLong(EventRows::rowCount).sum();
  }
}
