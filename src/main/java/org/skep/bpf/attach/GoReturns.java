package org.skep.bpf.attach;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.NativeLibraryException;
import org.skep.SyscallException;
import org.skep.bpf.code.Objdump;
import org.skep.host.hooks.FunctionPlaces;
import org.skep.host.hooks.FunctionPlaces.Place;
import org.skep.internal.ffi.Errno;

/**
 * Refuses probes at the returns of Go functions. Such a probe puts an address of its own on the
 * stack; Go walks and moves its stacks, finds an address that it does not know, and ends the
 * process: every process that runs the file.
 */
final class GoReturns {
  private static final Pattern RETURN = Pattern.compile("(?:repz? |bnd )?ret[q]?(?: .*)?");
  private static final int SHOWN = 16;

  private GoReturns() {}

  /**
   * Refuses where a file of the binary is Go's.
   *
   * @param function a name or pattern; may be empty
   * @throws SyscallException if it is; the message offers probes that do no harm
   */
  static void refuse(String program, AttachPoint point, String binary, String function) {
    Path go = goFile(binary);
    if (go == null) {
      return;
    }
    throw new SyscallException(
        "attach '" + program + "' to " + point.describe(),
        Errno.EOPNOTSUPP.number(),
        "'"
            + go
            + "' is a Go program, and a probe at a return ends it: it puts an address on a stack that"
            + " Go walks and moves ("
            + remedy(program, binary, function)
            + ")");
  }

  private static @Nullable Path goFile(String binary) {
    try {
      for (Path file : FunctionPlaces.files(binary)) {
        if (FunctionPlaces.isGo(file)) {
          return file;
        }
      }
    } catch (IllegalArgumentException e) {
      return null; // attaching says why it cannot be read
    }
    return null;
  }

  private static String remedy(String program, String binary, String function) {
    String general = "use SEC(\"uprobe\") at its entry and at its RET instructions";
    if (function.isEmpty() || function.matches(".*[*?].*")) {
      return general + ", which 'objdump -d' shows";
    }
    List<Place> places = FunctionPlaces.ofBinary(binary, function);
    if (places.size() != 1) {
      return general + ", which 'objdump -d' shows";
    }
    List<Long> offsets = returns(places.getFirst());
    if (offsets.isEmpty()) {
      return general + (places.getFirst().byteSize() > 0 ? ": it has none" : "");
    }
    var targets = new ArrayList<String>();
    offsets.stream()
        .limit(SHOWN)
        .forEach(
            o ->
                targets.add(
                    "--on "
                        + program
                        + "="
                        + binary
                        + ":"
                        + function
                        + "+0x"
                        + Long.toHexString(o)));
    return general
        + ": "
        + String.join(" ", targets)
        + (offsets.size() > SHOWN ? " and " + (offsets.size() - SHOWN) + " more" : "");
  }

  /** Where the instructions that return begin, in bytes from the function's start. */
  static List<Long> returns(Place place) {
    try {
      return Objdump.decode(place.code(), 0).stream()
          .filter(i -> RETURN.matcher(i.text()).matches())
          .map(Objdump.Decoded::offset)
          .toList();
    } catch (NativeLibraryException | IllegalArgumentException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
