package org.skep.bpf.attach;

import java.util.List;
import java.util.stream.Collectors;
import org.skep.SyscallException;
import org.skep.host.hooks.FunctionPlaces;
import org.skep.host.hooks.FunctionPlaces.Place;
import org.skep.internal.ffi.Errno;

/** Finds the symbol of a function of C++ or Rust that is given by its name in the source. */
final class SourceNames {
  private static final int SHOWN = 4;

  private SourceNames() {}

  /**
   * The symbol to look for; the name as it is where no function has it, or it is a symbol.
   *
   * @throws SyscallException if several functions have the name
   */
  static String symbol(String program, AttachPoint.Uprobe point) {
    List<Place> places;
    try {
      places =
          point.function().matches(".*[*?].*")
              ? List.of()
              : FunctionPlaces.ofBinary(point.binary(), point.function());
    } catch (IllegalArgumentException e) {
      return point.function(); // libbpf says why it cannot be read
    }
    if (places.size() > 1 && !places.getFirst().function().equals(point.function())) {
      throw new SyscallException(
          "attach '" + program + "' to " + point.describe(),
          Errno.EINVAL.number(),
          places.size()
              + " functions have this name (add the types of its parameters, or take the symbol: "
              + places.stream()
                  .limit(SHOWN)
                  .map(p -> "'" + p.signature() + "' is " + p.function())
                  .collect(Collectors.joining(", "))
              + (places.size() > SHOWN ? ", and " + (places.size() - SHOWN) + " more)" : ")"));
    }
    return places.isEmpty() ? point.function() : places.getFirst().function();
  }
}
