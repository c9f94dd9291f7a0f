package org.skep.bpf.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Uapi;

/**
 * What the kernel knows of a map.
 *
 * @param name cut to 15 characters
 * @param btf the number of the types that key and value are of; 0 for none
 * @param keyType the key's type among them; 0 for none
 * @param valueType the value's type among them; 0 for none
 * @param linuxValueType the value's type in the running Linux; 0 for all but struct_ops
 */
public record MapInfo(
    MapShape shape, String name, int btf, int keyType, int valueType, int linuxValueType) {

  public static MapInfo of(String called, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, Uapi.bpf_map_info);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      int result = LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length);
      if (result < 0) {
        throw new SyscallException(
            "ask about map '" + called + "'",
            -result,
            NativeObject.words(-result, java.util.List.of()));
      }
      BpfMapType type = BpfMapType.of(info.getInt("type"));
      return new MapInfo(
          new MapShape(
              type,
              info.getInt("id"),
              info.getInt("key_size"),
              info.getInt("value_size"),
              Integer.toUnsignedLong(info.getInt("max_entries")),
              info.getInt("map_flags"),
              type.isPerCpu() ? Libbpf.libbpf_num_possible_cpus() : 1),
          info.getText("name"),
          info.getInt("btf_id"),
          info.getInt("btf_key_type_id"),
          info.getInt("btf_value_type_id"),
          info.getInt("btf_vmlinux_value_type_id"));
    }
  }
}
