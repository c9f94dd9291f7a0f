package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.skep.bpf.attach.AttachPoint;

/** Programs that count in a map how often they ran, so that a hook is tested by its effect. */
final class Hits {
  private static final String MAP =
      """
      struct {
        __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
        __type(key, u32); __type(value, u64);
      } hits SEC(".maps");
      static __always_inline int hit(int result) {
        u32 zero = 0;
        u64 *n = bpf_map_lookup_elem(&hits, &zero);
        if (n) __sync_fetch_and_add(n, 1);
        return result;
      }
      """;

  /** What makes the event happen. */
  interface Event {
    void happen() throws Exception;
  }

  private Hits() {}

  /** Loads a text whose programs call {@code hit(RESULT)}. */
  static BpfObject load(String program) {
    return Cell.load("attach", MAP + program);
  }

  /** How often they did. */
  static long of(BpfObject object) {
    return (Long) object.map("hits").get(0).orElseThrow();
  }

  /** The first program, attached as its section says, counts what the event does. */
  static void countsDeclared(String program, Event event) throws Exception {
    try (BpfObject object = load(program)) {
      object.attachAll();
      AttachOutcome outcome = object.programs().getFirst().attachment().orElseThrow();
      if (outcome instanceof AttachOutcome.Attached(BpfLink link)) {
        countsWhileItIsAttached(object, link, event);
      } else {
        assertInstanceOf(AttachOutcome.Attached.class, outcome, outcome::toString);
      }
    }
  }

  /** The first program, whose section does not say where, counts what the event does. */
  static void counts(String program, AttachPoint point, Event event) throws Exception {
    try (BpfObject object = load(program)) {
      object.attachAll();
      BpfProgram first = object.programs().getFirst();
      assertInstanceOf(AttachOutcome.NeedsTarget.class, first.attachment().orElseThrow());
      countsWhileItIsAttached(object, first.attach(point), event);
    }
  }

  private static void countsWhileItIsAttached(BpfObject object, BpfLink link, Event event)
      throws Exception {
    event.happen();
    assertTrue(of(object) > 0, () -> "it did not run: " + link.describe());
    link.close();
    long after = of(object);
    event.happen();
    assertEquals(after, of(object), () -> "it runs after its link closed: " + link.describe());
  }
}
