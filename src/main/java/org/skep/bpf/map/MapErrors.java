package org.skep.bpf.map;

import java.util.List;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.ffi.Errno;

/** Says why Linux refused something on a map, and what would help. */
public final class MapErrors {
  private MapErrors() {}

  /**
   * The error of a refused operation.
   *
   * @param operation the verb: {@code put}
   */
  public static BpfException of(String operation, String map, MapShape shape, int errno) {
    return new SyscallException(
        operation + " map '" + map + "'", errno, cause(operation, shape, errno));
  }

  private static String cause(String operation, MapShape shape, int errno) {
    boolean put = operation.startsWith("put") || operation.startsWith("push");
    if (put && Errno.E2BIG.is(-errno)) {
      return shape.type().hasIndexes()
          ? "no such index (it has 0 to " + (shape.maxEntries() - 1) + ")"
          : "it is full (max_entries is "
              + shape.maxEntries()
              + "; remove entries, or make it larger)";
    }
    if (put && Errno.EPERM.is(-errno)) {
      return "it is read-only (EPERM; frozen, as .rodata is after loading: set it before)";
    }
    if (put && shape.type() == BpfMapType.PROG_ARRAY && Errno.EINVAL.is(-errno)) {
      return "it does not take this program (EINVAL; all programs of an array, and those that call"
          + " them, must be of one type)";
    }
    if (operation.startsWith("pin")) {
      return NativeObject.words(errno, List.of())
          + "; the path must be new, on a BPF file system (mount -t bpf none /sys/fs/bpf)";
    }
    if (operation.equals("freeze") && Errno.EBUSY.is(-errno)) {
      return "it is mapped for writing (EBUSY; or frozen already)";
    }
    String hint = put ? hint(shape.type(), errno) : "";
    String words = NativeObject.words(errno, List.of());
    return hint.isEmpty() ? words : words + "; " + hint;
  }

  /** What mostly is the matter where the kernel only gives a number. */
  private static String hint(BpfMapType type, int errno) {
    if (Errno.EOPNOTSUPP.is(-errno)
        && (type == BpfMapType.SOCKMAP || type == BpfMapType.SOCKHASH)) {
      return "a socket must be of TCP and connected or listening, of UDP, or of Unix";
    }
    if (Errno.EBUSY.is(-errno) && type == BpfMapType.REUSEPORT_SOCKARRAY) {
      return "a socket is in one such map at a time: remove it there first";
    }
    boolean isGroup = type == BpfMapType.CGROUP_ARRAY || type == BpfMapType.CGRP_STORAGE;
    if (isGroup && Errno.EBADF.is(-errno)) {
      return "the path must be of cgroup v2";
    }
    if (!Errno.EINVAL.is(-errno)) {
      return "";
    }
    return switch (type) {
      case ARRAY_OF_MAPS, HASH_OF_MAPS ->
          "the map must have the type, flags and sizes of the inner map that was declared; an"
              + " array also its max_entries, unless both say BPF_F_INNER_MAP";
      case DEVMAP, DEVMAP_HASH, CPUMAP ->
          "a program of it is in a section 'xdp/devmap' or 'xdp/cpumap'";
      case REUSEPORT_SOCKARRAY ->
          "the socket must be bound with SO_REUSEPORT, and listening if it is of TCP";
      case XSKMAP -> "the socket must be one of AF_XDP";
      default -> "";
    };
  }
}
