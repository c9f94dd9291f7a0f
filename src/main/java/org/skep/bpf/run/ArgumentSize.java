package org.skep.bpf.run;

import java.util.Optional;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/** How large the argument of a program's function is, by the types of its object. */
public final class ArgumentSize {
  private ArgumentSize() {}

  /** The bytes that its only argument points to; 0 where the types do not tell. */
  public static int of(Optional<Btf> types, String function) {
    return types.map(btf -> of(btf, function)).orElse(0);
  }

  private static int of(Btf btf, String function) {
    for (TypeId id : btf.findAll(function)) {
      if (btf.type(id) instanceof BtfType.Function f
          && btf.type(f.prototype()) instanceof BtfType.FunctionPrototype p
          && p.parameters().size() == 1
          && btf.resolved(p.parameters().getFirst().type()) instanceof BtfType.Pointer pointer) {
        return switch (btf.resolved(pointer.target())) {
          case BtfType.Struct s -> (int) s.byteSize();
          case BtfType.Union u -> (int) u.byteSize();
          case BtfType.Int i -> i.byteSize();
          default -> 0;
        };
      }
    }
    return 0;
  }
}
