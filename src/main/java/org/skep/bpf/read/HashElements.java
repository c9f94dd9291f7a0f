package org.skep.bpf.read;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * How the running Linux keeps the entries of a hash, as its types say: buckets in an array, each
 * with a chain of elements. An element begins with the address of the next and, eight bytes behind,
 * that of what points to it; further on are its hash number and its key.
 *
 * @param buckets where a map has the address of its first bucket
 * @param bucketBytes from a bucket to the next
 * @param head where a bucket has the address of its first element
 * @param hash where an element has its hash number
 * @param key where an element has its key
 * @param cast how a program says that an address is that of a bucket or element; null where the
 *     kernel has no way
 */
record HashElements(
    int buckets, int bucketBytes, int head, int hash, int key, @Nullable Cast cast) {
  /**
   * The numbers of types of the running Linux.
   *
   * @param function that takes an address and the number of a struct, and gives a pointer to read
   *     with; Linux 6.2 or later
   */
  record Cast(int function, int bucket, int element) {}

  /** Where an element has the address of what points to it. */
  static final int POINTED_FROM = Long.BYTES;

  private static final int UNKNOWN = -1;

  private static final class Running {
    static final Optional<HashElements> LINUX = find();
  }

  /** Those of the running Linux; empty where its types do not tell, or tell otherwise. */
  static Optional<HashElements> ofRunningLinux() {
    return Running.LINUX;
  }

  private static Optional<HashElements> find() {
    try {
      Btf linux = Btf.ofRunningLinux();
      HashElements found =
          new HashElements(
              offset(linux, "struct bpf_htab", "buckets"),
              size(linux, "struct bucket"),
              offset(linux, "struct bucket", "head"),
              offset(linux, "struct htab_elem", "hash"),
              offset(linux, "struct htab_elem", "key"),
              cast(linux));
      boolean known =
          found.buckets > 0
              && found.bucketBytes > 0
              && found.head >= 0
              && found.hash > POINTED_FROM
              && found.key > found.hash
              && offset(linux, "struct hlist_nulls_node", "next") == 0
              && offset(linux, "struct hlist_nulls_node", "pprev") == POINTED_FROM;
      return known ? Optional.of(found) : Optional.empty();
    } catch (BpfException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Cast cast(Btf linux) {
    Optional<TypeId> function = linux.find("bpf_rdonly_cast");
    Optional<TypeId> bucket = linux.find("struct bucket");
    Optional<TypeId> element = linux.find("struct htab_elem");
    return function.isEmpty() || bucket.isEmpty() || element.isEmpty()
        ? null
        : new Cast(function.get().value(), bucket.get().value(), element.get().value());
  }

  private static int size(Btf linux, String struct) {
    return linux.find(struct).map(id -> (int) linux.byteSize(id)).orElse(UNKNOWN);
  }

  private static int offset(Btf linux, String name, String member) {
    return linux
        .find(name)
        .filter(id -> linux.type(id) instanceof BtfType.Struct)
        .flatMap(
            id ->
                ((BtfType.Struct) linux.type(id))
                    .members().stream().filter(m -> m.name().equals(member)).findFirst())
        .map(m -> (int) (m.bitOffset() / Byte.SIZE))
        .orElse(UNKNOWN);
  }
}
