package org.skep.notebook.ebpf.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.skep.bpf.events.EventStream;
import org.skep.notebook.ebpf.state.HumanText;

/**
 * The latest reading of each map's events in one notebook, {@code NAME.MAP}: under way in the
 * background, or ended and still at hand.
 *
 * <p>Safe for use by many threads.
 */
public final class EventReadings {
  private final Map<String, EventStream> byMap = new ConcurrentSkipListMap<>();

  /** Takes in a reading that has begun; what an earlier one has read is let go. */
  public void replace(String map, EventStream stream) {
    byMap.put(map, stream);
  }

  /** The latest reading of a map. */
  public Optional<EventStream> find(String map) {
    return Optional.ofNullable(byMap.get(map));
  }

  /** A line for each reading, for people. */
  public String overview() {
    if (byMap.isEmpty()) {
      return "no events were read yet: %events NAME.MAP --for 5s";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("map", "state", "events"));
    byMap.forEach(
        (map, stream) ->
            rows.add(
                List.of(map, stream.isEnded() ? "ended" : "reading", stream.status().toString())));
    return HumanText.columns(rows, "").stripTrailing();
  }
}
