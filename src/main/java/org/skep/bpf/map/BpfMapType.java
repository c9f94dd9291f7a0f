package org.skep.bpf.map;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The kinds of maps of Linux, and what can be done with each from outside a program. */
public enum BpfMapType {
  UNKNOWN(-1, Ability.NONE),
  HASH(1, Ability.ALL),
  ARRAY(2, Ability.READ | Ability.WRITE | Ability.WALK),
  PROG_ARRAY(3, Ability.ALL),
  PERF_EVENT_ARRAY(4, Ability.WRITE | Ability.REMOVE),
  PERCPU_HASH(5, Ability.ALL),
  PERCPU_ARRAY(6, Ability.READ | Ability.WRITE | Ability.WALK),
  STACK_TRACE(7, Ability.READ | Ability.REMOVE | Ability.WALK),
  CGROUP_ARRAY(8, Ability.WRITE | Ability.REMOVE),
  LRU_HASH(9, Ability.ALL),
  LRU_PERCPU_HASH(10, Ability.ALL),
  LPM_TRIE(11, Ability.ALL),
  ARRAY_OF_MAPS(12, Ability.ALL),
  HASH_OF_MAPS(13, Ability.ALL),
  DEVMAP(14, Ability.ALL),
  SOCKMAP(15, Ability.ALL),
  CPUMAP(16, Ability.ALL),
  XSKMAP(17, Ability.WRITE | Ability.REMOVE),
  SOCKHASH(18, Ability.ALL),
  CGROUP_STORAGE(19, Ability.READ | Ability.WRITE | Ability.WALK),
  REUSEPORT_SOCKARRAY(20, Ability.ALL),
  PERCPU_CGROUP_STORAGE(21, Ability.READ | Ability.WRITE | Ability.WALK),
  QUEUE(22, Ability.PUSH | Ability.HEAD),
  STACK(23, Ability.PUSH | Ability.HEAD),
  SK_STORAGE(24, Ability.READ | Ability.WRITE | Ability.REMOVE),
  DEVMAP_HASH(25, Ability.ALL),
  STRUCT_OPS(26, Ability.READ | Ability.WALK),
  RINGBUF(27, Ability.NONE),
  INODE_STORAGE(28, Ability.READ | Ability.WRITE | Ability.REMOVE),
  TASK_STORAGE(29, Ability.READ | Ability.WRITE | Ability.REMOVE),
  BLOOM_FILTER(30, Ability.PUSH | Ability.MEMBER),
  USER_RINGBUF(31, Ability.NONE),
  CGRP_STORAGE(32, Ability.READ | Ability.WRITE | Ability.REMOVE),
  ARENA(33, Ability.NONE),
  INSN_ARRAY(34, Ability.NONE);

  /** What can be done with the entries of a map; bits. */
  public static final class Ability {
    static final int NONE = 0;
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int REMOVE = 4;
    public static final int WALK = 8;

    /** Values are added without a key. */
    public static final int PUSH = 16;

    /** The next value to be taken can be looked at. */
    public static final int HEAD = 32;

    /** It tells whether it has a value. */
    public static final int MEMBER = 64;

    static final int ALL = READ | WRITE | REMOVE | WALK;

    private Ability() {}
  }

  private static final Map<Integer, BpfMapType> BY_NUMBER = new HashMap<>();

  static {
    for (BpfMapType type : values()) {
      BY_NUMBER.put(type.number, type);
    }
  }

  private final int number;
  private final int abilities;

  BpfMapType(int number, int abilities) {
    this.number = number;
    this.abilities = abilities;
  }

  public static BpfMapType of(int number) {
    return BY_NUMBER.getOrDefault(number, UNKNOWN);
  }

  public boolean can(int ability) {
    return (abilities & ability) != 0;
  }

  /** Its name in small letters, such as {@code lru_hash}. */
  public String words() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether every key has one value for each CPU. */
  public boolean isPerCpu() {
    return this == PERCPU_HASH
        || this == PERCPU_ARRAY
        || this == LRU_PERCPU_HASH
        || this == PERCPU_CGROUP_STORAGE;
  }

  /** Whether the kernel can read many of its entries in a call. */
  public boolean hasBatch() {
    return switch (this) {
      case HASH,
          ARRAY,
          PERCPU_HASH,
          PERCPU_ARRAY,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          ARRAY_OF_MAPS,
          HASH_OF_MAPS ->
          true;
      default -> false;
    };
  }

  /** Whether it takes no new key once it has as many as it can hold. */
  public boolean refusesWhenFull() {
    return this == HASH || this == PERCPU_HASH || this == LPM_TRIE || this == HASH_OF_MAPS;
  }

  /** Whether its values are maps. */
  public boolean holdsMaps() {
    return this == ARRAY_OF_MAPS || this == HASH_OF_MAPS;
  }

  /** Whether it is an array of which most places may be empty. */
  public boolean hasEmptySlots() {
    return switch (this) {
      case PROG_ARRAY, ARRAY_OF_MAPS, DEVMAP, CPUMAP, STACK_TRACE, SOCKMAP, REUSEPORT_SOCKARRAY ->
          true;
      default -> false;
    };
  }

  /** Whether its keys are the numbers from 0 to its size. */
  public boolean hasIndexes() {
    return switch (this) {
      case ARRAY,
          PERCPU_ARRAY,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          DEVMAP,
          CPUMAP,
          XSKMAP,
          SOCKMAP,
          REUSEPORT_SOCKARRAY ->
          true;
      default -> false;
    };
  }

  /** Whether its values are sockets, of which only a number can be looked up. */
  boolean holdsSockets() {
    return this == SOCKMAP || this == SOCKHASH || this == REUSEPORT_SOCKARRAY;
  }

  /** Whether its keys are the numbers from 0 to its size, all of them always there. */
  public boolean isArray() {
    return this == ARRAY || this == PERCPU_ARRAY;
  }
}
