package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the programs of an object note of their own losses: {@code skep.h} counts, in a section of
 * global variables, each key or event that a map refused.
 */
final class LossCount {
  private static final String SECTION = ".data.skep";
  private static final String LOST = "lost";
  private static final String MAP = "map";

  private final List<Long> offsets;
  private final GlobalVariable.Memory memory;

  private LossCount(List<Long> offsets, GlobalVariable.Memory memory) {
    this.offsets = offsets;
    this.memory = memory;
  }

  /** The count of a map; without any place that counts, {@link #isKnown} is false. */
  static LossCount of(MapHome home, String map) {
    Optional<BpfObject> object = home.object().get();
    List<Long> offsets = new ArrayList<>();
    for (GlobalVariable noted : object.map(BpfObject::globals).orElse(List.of())) {
      if (noted.section().equals(SECTION)
          && noted.get() instanceof Map<?, ?> place
          && String.valueOf(place.get(MAP)).replaceAll("[&()\\s]", "").equals(map)
          && place.containsKey(LOST)) {
        offsets.add(noted.byteOffset() + noted.type().byteSize() - Long.BYTES);
      }
    }
    return new LossCount(
        List.copyOf(offsets),
        offsets.isEmpty()
            ? GlobalVariable.NOWHERE
            : object.orElseThrow().map(SECTION).held().memory());
  }

  /** Whether some place of the programs counts. */
  boolean isKnown() {
    return !offsets.isEmpty();
  }

  /** How much was refused so far; 0 where nobody counts. */
  long now() {
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
