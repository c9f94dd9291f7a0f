package org.skep.bpf.base;

/** What a file of events or entries says of itself: the keys of its texts. */
public final class RecordingKeys {
  /** The name of the map. */
  public static final String MAP = "map";

  /** When it was taken. */
  public static final String TIME = "time";

  /** The release of Linux that it was taken on. */
  public static final String LINUX = "linux";

  private RecordingKeys() {}
}
