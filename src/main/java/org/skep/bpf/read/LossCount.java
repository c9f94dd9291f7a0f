package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.skep.bpf.base.SendNotes;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.MapContext;
import org.skep.bpf.map.MapOwner;
import org.skep.btf.BtfType;

/**
 * What the programs of an object note of their own losses: {@code skep.h} counts, in a section of
 * global variables, each key or event that a map refused.
 */
public final class LossCount {
  private static final String SECTION = ".data.skep";
  private static final String LOST = "lost";
  private static final String MAP = "map";
  private static final String CHECKED = "skep:checked";
  private static final String UNCOUNTED = "skep:uncounted:";

  private final List<Long> offsets;
  private final GlobalVariable.Memory memory;
  private final boolean whole;
  private final boolean fixedCpu;

  private LossCount(
      List<Long> offsets, GlobalVariable.Memory memory, boolean whole, boolean fixedCpu) {
    this.offsets = offsets;
    this.memory = memory;
    this.whole = whole;
    this.fixedCpu = fixedCpu;
  }

  /** The count of a map; without any place that counts, {@link #isKnown} is false. */
  public static LossCount of(MapContext context, String map) {
    Optional<MapOwner> owner = context.owner();
    List<Long> offsets = new ArrayList<>();
    for (GlobalVariable noted : owner.map(MapOwner::globals).orElse(List.of())) {
      if (noted.section().equals(SECTION)
          && noted.get() instanceof Map<?, ?> place
          && String.valueOf(place.get(MAP)).replaceAll("[&()\\s]", "").equals(map)
          && place.containsKey(LOST)) {
        offsets.add(noted.byteOffset() + noted.type().byteSize() - Long.BYTES);
      }
    }
    return new LossCount(
        List.copyOf(offsets),
        offsets.isEmpty() ? GlobalVariable.NOWHERE : owner.orElseThrow().memory(SECTION),
        !offsets.isEmpty() && countsAll(context, map, owner.orElseThrow()),
        owner.map(o -> o.sendsToFixedCpu(map)).orElse(false));
  }

  /**
   * Whether each place that may lose an event of the map counts: {@code skep_records.h} has looked,
   * and noted none that does not, for this map or for one that it could not tell.
   */
  private static boolean countsAll(MapContext context, String map, MapOwner owner) {
    Set<String> others = new HashSet<>(owner.mapNames());
    others.remove(map);
    boolean checked = false;
    for (String tag : tags(context)) {
      checked |= tag.equals(CHECKED);
      if (tag.startsWith(UNCOUNTED)
          && !others.contains(SendNotes.mapIn(tag.substring(UNCOUNTED.length())))) {
        return false;
      }
    }
    return checked;
  }

  private static List<String> tags(MapContext context) {
    return context.types().stream()
        .flatMap(btf -> btf.types().map(btf::type))
        .flatMap(type -> type instanceof BtfType.DeclTag tag ? Stream.of(tag.text()) : Stream.of())
        .toList();
  }

  /** Whether a program sends to the perf buffer of one CPU, whichever it runs on. */
  public boolean hasFixedCpu() {
    return fixedCpu;
  }

  /** Whether some place of the programs counts. */
  public boolean isKnown() {
    return !offsets.isEmpty();
  }

  /** Whether all places count, so that there is no more loss than is counted. */
  public boolean isWhole() {
    return whole;
  }

  /** How much was refused so far; 0 where nobody counts. */
  public long now() {
    return isKnown() ? memory.read(this::sum) : 0;
  }

  private long sum(MemorySegment section) {
    long sum = 0;
    for (long offset : offsets) {
      sum += section.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }
    return sum;
  }
}
