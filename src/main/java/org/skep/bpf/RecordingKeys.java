package org.skep.bpf;

/** What a file of events or entries says of itself: the keys of its texts. */
final class RecordingKeys {
  /** The name of the map. */
  static final String MAP = "map";

  /** When it was taken. */
  static final String TIME = "time";

  /** The release of Linux that it was taken on. */
  static final String LINUX = "linux";

  private RecordingKeys() {}
}
