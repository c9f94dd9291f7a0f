package org.skep.bpf.events;

/** What the readings of one map have to know of each other. */
public final class EventState {
  private boolean reading;
  private long lossTold;

  /**
   * Begins a reading: events can be taken out of a buffer once only.
   *
   * @return how many losses earlier readings have told of
   */
  public synchronized long begin(String map) {
    if (reading) {
      throw new IllegalStateException(
          "read events of '" + map + "': they are being read already (stop that reading first)");
    }
    reading = true;
    return lossTold;
  }

  public synchronized void end(long lossNow) {
    reading = false;
    lossTold = lossNow;
  }
}
