package org.skep.bpf.base;

import java.util.Optional;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * The types of keys and values as the source declares them. libbpf forgets them for the kinds of
 * maps whose types the kernel does not take.
 */
public final class DeclaredTypes {
  private static final String SECTION = ".maps";

  private DeclaredTypes() {}

  /**
   * The type behind {@code __type(member, T)} of a map.
   *
   * @return {@code void} where the source says none
   */
  public static TypeId of(Optional<Btf> types, String map, String member) {
    return types.flatMap(btf -> find(btf, map, member)).orElse(TypeId.VOID);
  }

  private static Optional<TypeId> find(Btf btf, String map, String member) {
    return btf.types()
        .filter(id -> btf.type(id) instanceof BtfType.DataSection s && s.name().equals(SECTION))
        .flatMap(id -> ((BtfType.DataSection) btf.type(id)).variables().stream())
        .filter(v -> btf.type(v.variable()) instanceof BtfType.Variable d && d.name().equals(map))
        .findFirst()
        .flatMap(
            v ->
                btf.resolved(((BtfType.Variable) btf.type(v.variable())).type())
                        instanceof BtfType.Struct s
                    ? s.members().stream().filter(m -> m.name().equals(member)).findFirst()
                    : Optional.empty())
        .flatMap(
            m ->
                btf.resolved(m.type()) instanceof BtfType.Pointer p
                    ? Optional.of(p.target())
                    : Optional.empty());
  }
}
