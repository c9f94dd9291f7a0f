package org.skep.bpf.map;

import org.skep.bpf.code.TypeWriter;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.table.ValueType;

/** The types of values that the kernel itself defines, for maps whose source need not name them. */
final class RawTypes {
  static final ValueType U32;
  static final ValueType U64;

  /** {@code struct bpf_devmap_val}: an interface, and a program to run there. */
  static final ValueType DEVMAP;

  /** {@code struct bpf_cpumap_val}: the length of a queue, and a program to run there. */
  static final ValueType CPUMAP;

  static {
    TypeWriter types = new TypeWriter();
    int u32 = types.integer("u32", Integer.BYTES, false);
    int u64 = types.integer("u64", Long.BYTES, false);
    int devmap = types.pair("bpf_devmap_val", "ifindex", "prog", u32, Integer.BYTES);
    int cpumap = types.pair("bpf_cpumap_val", "qsize", "prog", u32, Integer.BYTES);
    Btf btf = Btf.parse(types.toByteArray());
    U32 = ValueType.of(btf, new TypeId(u32));
    U64 = ValueType.of(btf, new TypeId(u64));
    DEVMAP = ValueType.of(btf, new TypeId(devmap));
    CPUMAP = ValueType.of(btf, new TypeId(cpumap));
  }

  private RawTypes() {}
}
