package org.skep.host.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.host.hooks.NamePattern;

/** Collects members of types by the last part of their path. */
final class MemberWalk {
  /** A type holds itself through pointers alone, but the types of a broken file might not. */
  private static final int DEPTH = 16;

  private static final int MOST = 50_000;

  /** Types that double at each level would be walked through for ever. */
  private static final int MOST_STEPS = 20_000_000;

  /**
   * A member, or a name of an enum.
   *
   * @param bit where a bit field begins in its byte
   * @param value of a name of an enum
   */
  record Found(
      String type,
      String path,
      String declared,
      OptionalLong byteOffset,
      OptionalLong bit,
      OptionalLong bits,
      OptionalLong value) {}

  private final Btf btf;
  private final NamePattern wanted;
  private final boolean within;
  private final List<Found> found = new ArrayList<>();
  private int steps;

  /**
   * @param within whether to look into members that are structs and unions with a name
   */
  MemberWalk(Btf btf, NamePattern wanted, boolean within) {
    this.btf = btf;
    this.wanted = wanted;
    this.within = within;
  }

  List<Found> members() {
    return found;
  }

  /** Whether there may be more. */
  boolean full() {
    return found.size() >= MOST || steps >= MOST_STEPS;
  }

  void add(TypeId id) {
    String type = btf.nameOf(id);
    switch (btf.resolved(id)) {
      case BtfType.Struct t -> add(type, "", 0, t.members(), 0);
      case BtfType.Union t -> add(type, "", 0, t.members(), 0);
      case BtfType.Enum t -> names(type, t.enumerators());
      case BtfType.Enum64 t -> names(type, t.enumerators());
      default -> {}
    }
  }

  private void names(String type, List<BtfType.Enumerator> names) {
    for (BtfType.Enumerator e : names) {
      if (wanted.matches(e.name()) && !full()) {
        OptionalLong none = OptionalLong.empty();
        found.add(new Found(type, e.name(), "", none, none, none, OptionalLong.of(e.value())));
      }
    }
  }

  private void add(
      String type, String path, long startBit, List<BtfType.Member> members, int depth) {
    for (BtfType.Member m : members) {
      if (full()) {
        return;
      }
      steps++;
      boolean unnamed = m.name().isEmpty();
      String memberPath = path.isEmpty() || unnamed ? path + m.name() : path + "." + m.name();
      long at = startBit + m.bitOffset();
      if (!unnamed && wanted.matches(m.name())) {
        found.add(found(type, memberPath, m, at));
      }
      if (depth < DEPTH && (within || unnamed)) {
        switch (btf.resolved(m.type())) {
          case BtfType.Struct t -> add(type, memberPath, at, t.members(), depth + 1);
          case BtfType.Union t -> add(type, memberPath, at, t.members(), depth + 1);
          default -> {}
        }
      }
    }
  }

  private Found found(String type, String path, BtfType.Member m, long at) {
    boolean bits = m.isBitField();
    String declared =
        btf.declarationOf(m.type(), m.name()) + (bits ? " : " + m.bitFieldSize() : "");
    return new Found(
        type,
        path,
        declared,
        OptionalLong.of(at / 8),
        bits ? OptionalLong.of(at % 8) : OptionalLong.empty(),
        OptionalLong.of(bits ? m.bitFieldSize() : btf.byteSize(m.type()) * 8),
        OptionalLong.empty());
  }
}
