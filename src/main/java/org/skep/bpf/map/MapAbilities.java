package org.skep.bpf.map;

import org.skep.UnsupportedFeatureException;

/** What maps of each kind cannot do, in a sentence with what to do instead. */
public final class MapAbilities {
  private MapAbilities() {}

  /**
   * Refuses what maps of this kind cannot do.
   *
   * @throws UnsupportedFeatureException with the alternative
   */
  public static void require(String map, MapShape shape, int ability) {
    BpfMapType type = shape.type();
    boolean reading = ability == BpfMapType.Ability.READ || ability == BpfMapType.Ability.WALK;
    if (type.can(ability)) {
      if (reading && type.holdsSockets() && shape.valueBytes() < Long.BYTES) {
        throw new UnsupportedFeatureException(
            verb(ability) + " map '" + map + "'",
            "sockets are looked up by their cookies, which need values of 8 bytes",
            "declare it with __type(value, __u64)");
      }
      return;
    }
    throw new UnsupportedFeatureException(
        verb(ability) + " map '" + map + "'",
        "a map of type " + type.words() + " " + limit(type, ability),
        alternative(type, ability));
  }

  private static String verb(int ability) {
    return switch (ability) {
      case BpfMapType.Ability.READ -> "get from";
      case BpfMapType.Ability.WRITE -> "put into";
      case BpfMapType.Ability.REMOVE -> "remove from";
      case BpfMapType.Ability.PUSH -> "push onto";
      case BpfMapType.Ability.HEAD -> "take from";
      case BpfMapType.Ability.MEMBER -> "ask";
      default -> "read";
    };
  }

  private static String limit(BpfMapType type, int ability) {
    return switch (ability) {
      case BpfMapType.Ability.READ ->
          isKeyless(type) ? "has no keys" : "has no values that can be looked up from outside";
      case BpfMapType.Ability.WRITE ->
          isKeyless(type) ? "has no keys" : "cannot be written entry by entry from outside";
      case BpfMapType.Ability.REMOVE ->
          type.isArray() ? "keeps all its entries" : "does not let entries be removed from outside";
      case BpfMapType.Ability.PUSH, BpfMapType.Ability.HEAD -> "is not a queue or stack";
      case BpfMapType.Ability.MEMBER -> "has nothing to ask for";
      default -> "has no keys that can be walked";
    };
  }

  private static boolean isKeyless(BpfMapType type) {
    return type == BpfMapType.QUEUE || type == BpfMapType.STACK || type == BpfMapType.BLOOM_FILTER;
  }

  private static String alternative(BpfMapType type, int ability) {
    boolean pushing = ability == BpfMapType.Ability.PUSH || ability == BpfMapType.Ability.HEAD;
    if (pushing && type.can(BpfMapType.Ability.WRITE)) {
      return "use put and get";
    }
    return switch (type) {
      case ARRAY, PERCPU_ARRAY -> "put zeros in place of a value";
      case QUEUE, STACK -> "push() adds, peek() looks at its head, pop() takes it";
      case RINGBUF, PERF_EVENT_ARRAY -> "it passes events: read them with events()";
      case USER_RINGBUF -> "it passes events to a program: send them";
      case BLOOM_FILTER -> "push() adds a value, contains() asks whether it may have been added";
      case SK_STORAGE -> "get(SOCKET) asks for one socket";
      case INODE_STORAGE -> "get(PATH) asks for one file";
      case TASK_STORAGE -> "get(PID) asks for one task";
      case CGRP_STORAGE -> "get(PATH) asks for one control group";
      case STACK_TRACE -> "the kernel writes it when a program asks for a stack";
      case XSKMAP -> "put sockets of AF_XDP by index, and remember them";
      case CGROUP_ARRAY ->
          "put control groups by index, and remember them: the kernel does not tell";
      case STRUCT_OPS -> "its values are set before loading";
      case ARENA ->
          "it is memory that programs and a process map: libbpf 1.5 and Linux 6.9 have it";
      default -> "a program can do it";
    };
  }
}
