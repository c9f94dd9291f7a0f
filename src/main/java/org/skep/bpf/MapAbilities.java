package org.skep.bpf;

import org.skep.UnsupportedFeatureException;

/** What maps of each kind cannot do, in a sentence with what to do instead. */
final class MapAbilities {
  private MapAbilities() {}

  /**
   * Refuses what maps of this kind cannot do.
   *
   * @throws UnsupportedFeatureException with the alternative
   */
  static void require(String map, BpfMapType type, int ability) {
    if (type.can(ability)) {
      return;
    }
    String verb =
        switch (ability) {
          case BpfMapType.Ability.READ -> "get from";
          case BpfMapType.Ability.WRITE -> "put into";
          case BpfMapType.Ability.REMOVE -> "remove from";
          default -> "read";
        };
    throw new UnsupportedFeatureException(
        verb + " map '" + map + "'",
        "a map of type " + type.words() + " " + limit(type, ability),
        alternative(type));
  }

  private static String limit(BpfMapType type, int ability) {
    return switch (ability) {
      case BpfMapType.Ability.READ -> "has no values that can be looked up from outside";
      case BpfMapType.Ability.WRITE -> "cannot be written entry by entry from outside";
      case BpfMapType.Ability.REMOVE ->
          type.isArray() ? "keeps all its entries" : "does not let entries be removed from outside";
      default -> "has no keys that can be walked";
    };
  }

  private static String alternative(BpfMapType type) {
    return switch (type) {
      case ARRAY, PERCPU_ARRAY -> "put zeros in place of a value";
      case QUEUE, STACK -> "its head can be peeked at";
      case RINGBUF, PERF_EVENT_ARRAY -> "it carries events: read them as they come";
      case USER_RINGBUF -> "it carries events to a program: send them";
      case BLOOM_FILTER -> "it answers whether a value was added";
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          "ask for one socket, file, task or cgroup, or walk it by an iterator program";
      case PROG_ARRAY -> "put a loaded program";
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> "put a map of the inner map's shape";
      case STACK_TRACE -> "the kernel writes it when a program asks for a stack";
      case SOCKMAP, SOCKHASH, XSKMAP, REUSEPORT_SOCKARRAY -> "put a socket";
      case CGROUP_ARRAY -> "put the path of a cgroup";
      case STRUCT_OPS -> "its values are set before loading";
      case ARENA -> "it is memory: map it";
      default -> "a program can do it";
    };
  }
}
