package org.skep.bpf.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.skep.BtfFormatException;
import org.skep.btf.Btf;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/** Types that somebody loaded into the kernel with a map or program, by the kernel's number. */
public final class KernelBtf {
  private KernelBtf() {}

  /** Empty for number 0, and for types that this process may not see or cannot read. */
  public static Optional<Btf> ofId(int id) {
    int fd = id == 0 ? -1 : LibbpfSyscall.bpf_btf_get_fd_by_id(id);
    if (fd < 0) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, Uapi.bpf_btf_info);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      if (LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length) < 0) {
        return Optional.empty();
      }
      int size = info.getInt("btf_size");
      MemorySegment bytes = arena.allocate(size);
      CStruct again =
          CStruct.allocate(arena, Uapi.bpf_btf_info)
              .set("btf", bytes.address())
              .set("btf_size", size);
      length.set(ValueLayout.JAVA_INT, 0, (int) again.segment().byteSize());
      if (LibbpfSyscall.bpf_obj_get_info_by_fd(fd, again.segment(), length) < 0) {
        return Optional.empty();
      }
      return Optional.of(Btf.parse(bytes.toArray(ValueLayout.JAVA_BYTE)));
    } catch (BtfFormatException e) {
      return Optional.empty(); // of a kind that this version does not know
    } finally {
      Libc.close(fd);
    }
  }
}
