package org.skep.btf;

import java.util.List;
import java.util.Set;

/** What a declaration adds to its type: a format, and the order of its bytes. */
record Meaning(Format format, boolean networkOrder) {
  static final Meaning NONE = new Meaning(Format.NONE, false);

  private static final Set<String> NETWORK_ORDER = Set.of("__be16", "__be32", "__be64");

  /** What the tags of a declaration say. */
  static Meaning of(List<String> tags) {
    Meaning meaning = NONE;
    for (String tag : tags) {
      meaning = new Meaning(Format.ofTag(tag).orElse(meaning.format), false);
    }
    return meaning;
  }

  /** Adds what the type says, by tags and names of its typedefs; what is nearer counts. */
  Meaning orOf(Btf btf, TypeId type) {
    Meaning meaning = this;
    TypeId current = type;
    for (int i = 0; i < TypeSizes.DEPTH; i++) {
      if (meaning.format == Format.NONE) {
        Meaning tagged = of(btf.tagsOf(current, -1));
        meaning = new Meaning(tagged.format, meaning.networkOrder);
      }
      switch (btf.type(current)) {
        case BtfType.Typedef t -> {
          if (NETWORK_ORDER.contains(t.name())) {
            meaning = new Meaning(meaning.format, true);
          }
          current = t.target();
        }
        case BtfType.Const t -> current = t.target();
        case BtfType.Volatile t -> current = t.target();
        case BtfType.TypeTag t -> current = t.target();
        case BtfType.Variable t -> current = t.type();
        case BtfType.Struct t -> {
          return meaning.format == Format.NONE ? ofAddress(t.name(), meaning) : meaning;
        }
        default -> {
          return meaning;
        }
      }
    }
    return meaning;
  }

  private static Meaning ofAddress(String struct, Meaning otherwise) {
    return switch (struct) {
      case "in_addr" -> new Meaning(Format.IPV4, true);
      case "in6_addr" -> new Meaning(Format.IPV6, true);
      default -> otherwise;
    };
  }

  /** Whether so many bits hold a port. */
  boolean isPort(int bitSize) {
    return format == Format.PORT && bitSize >= 16 && bitSize <= Long.SIZE;
  }

  /** Whether so many bits are one address, whatever they are made of. */
  boolean isAddress(long bitSize) {
    return switch (format) {
      case IPV4 -> bitSize == 32;
      case IPV6 -> bitSize == 128;
      case MAC -> bitSize == 48;
      default -> false;
    };
  }
}
