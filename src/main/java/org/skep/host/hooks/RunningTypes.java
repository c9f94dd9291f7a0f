package org.skep.host.hooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.skep.UnsupportedFeatureException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.host.ModuleTypes;

/** Questions to the types of the running Linux, where it has them. */
public final class RunningTypes {
  private RunningTypes() {}

  /** The types; empty where this Linux does not describe them. */
  public static Optional<Btf> find() {
    try {
      return Optional.of(Btf.ofRunningLinux());
    } catch (UnsupportedFeatureException e) {
      return Optional.empty();
    }
  }

  /** The types, and those of the modules. */
  public static List<Btf> all() {
    return find()
        .map(kernel -> Stream.concat(Stream.of(kernel), ModuleTypes.all().stream()).toList())
        .orElse(List.of());
  }

  /** A function of the kernel or of a module. */
  public record Typed(Btf btf, BtfType.FunctionPrototype prototype) {
    public List<Hook.Argument> arguments(int from, boolean inContext) {
      return RunningTypes.arguments(btf, prototype, from, inContext);
    }
  }

  /** The function of this name; the kernel's own before those of modules. */
  public static Optional<Typed> function(List<Btf> types, String name) {
    for (Btf btf : types) {
      Optional<BtfType.FunctionPrototype> prototype = function(btf, name);
      if (prototype.isPresent()) {
        return Optional.of(new Typed(btf, prototype.get()));
      }
    }
    return Optional.empty();
  }

  public static boolean has(String type) {
    return all().stream().anyMatch(btf -> btf.find(type).isPresent());
  }

  /** The prototype of a kernel function of this name. */
  public static Optional<BtfType.FunctionPrototype> function(Btf btf, String name) {
    for (TypeId id : btf.findAll(name)) {
      if (btf.type(id) instanceof BtfType.Function f
          && btf.type(f.prototype()) instanceof BtfType.FunctionPrototype p) {
        return Optional.of(p);
      }
    }
    return Optional.empty();
  }

  /**
   * The parameters of a function.
   *
   * @param from the first one that a program gets
   * @param inContext whether they lie in the context, 8 bytes each
   */
  public static List<Hook.Argument> arguments(
      Btf btf, BtfType.FunctionPrototype prototype, int from, boolean inContext) {
    var arguments = new ArrayList<Hook.Argument>();
    List<BtfType.Parameter> parameters = prototype.parameters();
    for (int i = from; i < parameters.size(); i++) {
      BtfType.Parameter p = parameters.get(i);
      String name = p.name().isEmpty() ? "arg" + (i - from + 1) : p.name();
      arguments.add(
          new Hook.Argument(
              name,
              btf.nameOf(p.type()),
              inContext ? OptionalInt.of((i - from) * Long.BYTES) : OptionalInt.empty(),
              size(btf, p.type())));
    }
    return arguments;
  }

  private static OptionalInt size(Btf btf, TypeId type) {
    try {
      return OptionalInt.of((int) btf.byteSize(type));
    } catch (IllegalArgumentException e) {
      return OptionalInt.empty();
    }
  }
}
