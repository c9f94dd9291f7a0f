package org.skep.bpf;

/** The ways in which a map can be read, to hold one against another. */
final class Ways {
  private Ways() {}

  /** The one that is taken unless another is asked for. */
  static EntryReader usual(BpfMap map) {
    return map.held().reader();
  }

  /** Key by key: the yardstick of the faster ways. */
  static EntryReader plain(BpfMap map) {
    return map.withDescriptor(fd -> new KeyWalk(map.name(), fd, map.shape()));
  }

  /** In batches as large as is fast. */
  static EntryReader batches(BpfMap map) {
    return map.withDescriptor(fd -> BatchReader.of(map.name(), fd, map.shape(), plain(map)));
  }

  /** In batches that begin with room for so many entries. */
  static EntryReader batches(BpfMap map, int first) {
    return map.withDescriptor(
        fd -> new BatchReader(map.name(), fd, map.shape(), plain(map), first));
  }

  /** By a program, else key by key. */
  static ForEachReader program(BpfMap map) {
    return map.withDescriptor(fd -> new ForEachReader(fd, map.shape(), plain(map)));
  }

  static Completeness read(BpfMap map, EntryReader way, EntrySink sink) {
    return map.home().lifetime().use(() -> way.read(sink, Long.MAX_VALUE));
  }
}
