package org.skep.notebook.ebpf.state;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.text.Nearest;

/**
 * What one notebook holds in the kernel: the loaded objects by the names of their cells.
 *
 * <p>Safe for use by many threads.
 */
public final class Experiments {
  private final Map<String, Experiment> byName = new ConcurrentSkipListMap<>();

  /** Takes in what a cell made; what an earlier cell of this name made is closed. */
  public void replace(Experiment experiment) {
    Experiment before = byName.put(experiment.object().name(), experiment);
    if (before != null) {
      before.object().closeInBackground();
    }
  }

  /** Closes an object; empty where there is none of this name. */
  public Optional<Experiment> close(String name) {
    Optional<Experiment> experiment = Optional.ofNullable(byName.remove(name));
    experiment.ifPresent(e -> e.object().close());
    return experiment;
  }

  /** The object of a name that is loaded and not closed. */
  public Optional<Experiment> find(String name) {
    Experiment experiment = byName.get(name);
    if (experiment != null && experiment.object().isClosed()) {
      byName.remove(name, experiment);
      return Optional.empty();
    }
    return Optional.ofNullable(experiment);
  }

  /** All that are loaded, by name. */
  public List<Experiment> all() {
    byName.values().removeIf(e -> e.object().isClosed());
    return List.copyOf(byName.values());
  }

  /**
   * The map of a path such as {@code opens.counts}; the object may also be a variable of Java.
   *
   * @throws MagicException where there is none; the message names what there is
   */
  public BpfMap map(String path, MagicContext context) {
    int dot = path.indexOf('.');
    if (dot <= 0 || dot == path.length() - 1) {
      throw noMap(path);
    }
    return object(path.substring(0, dot), context).map(path.substring(dot + 1));
  }

  /**
   * The path of a map that is named by itself, where only one of those loaded has this name; empty
   * where what is typed is a path already, or the name of an object.
   */
  public Optional<String> pathOf(String name, MagicContext context) {
    if (name.indexOf('.') >= 0 || isObject(name, context)) {
      return Optional.empty();
    }
    List<String> paths = paths().filter(p -> p.endsWith("." + name)).toList();
    if (paths.size() == 1) {
      return Optional.of(paths.getFirst());
    }
    if (paths.isEmpty()) {
      throw noMap(name);
    }
    throw new MagicException(
        "find map '" + name + "': which of them is meant? (" + String.join(", ", paths) + ")");
  }

  private MagicException noMap(String name) {
    Stream<String> known =
        Stream.concat(
            Stream.concat(names().stream(), paths()),
            paths().map(p -> p.substring(p.indexOf('.') + 1)));
    List<String> paths = paths().filter(p -> !p.contains("..")).toList();
    return new MagicException(
        "find map '"
            + name
            + "': no such map or object"
            + Nearest.hint(name, known)
            + (paths.isEmpty()
                ? " (" + loaded() + ")"
                : " (maps: " + String.join(", ", paths) + ")"));
  }

  private Stream<String> paths() {
    return mapItems().stream().map(ArgumentCompletions.Item::text);
  }

  private boolean isObject(String name, MagicContext context) {
    return find(name).isPresent() || context.variable(name).orElse(null) instanceof BpfObject;
  }

  /**
   * The object of a name, made by a cell of C or held by a variable of Java.
   *
   * @throws MagicException where there is none; the message names those that are
   */
  public BpfObject object(String name, MagicContext context) {
    Optional<BpfObject> ofCell = find(name).map(Experiment::object);
    if (ofCell.isPresent()) {
      return ofCell.get();
    }
    if (context.variable(name).orElse(null) instanceof BpfObject object) {
      return object;
    }
    throw new MagicException(
        "find object '"
            + name
            + "': no such object"
            + Nearest.hint(name, names().stream())
            + " ("
            + loaded()
            + ")");
  }

  /** What is loaded, for messages. */
  public String loaded() {
    return all().isEmpty()
        ? "nothing is loaded: run a %%bpf cell first"
        : "loaded: " + String.join(", ", names());
  }

  /** Every map as {@code NAME.MAP}, to complete. */
  public List<ArgumentCompletions.Item> mapItems() {
    return all().stream()
        .flatMap(e -> MapList.of(e.object()).stream())
        .map(
            m ->
                new ArgumentCompletions.Item(
                    m.owner().name() + "." + m.name(), "map", m.type().words()))
        .toList();
  }

  /** Every object and program as {@code NAME} and {@code NAME.PROGRAM}, to complete. */
  public List<ArgumentCompletions.Item> programItems() {
    return all().stream()
        .map(Experiment::object)
        .flatMap(
            o ->
                Stream.concat(
                    Stream.of(new ArgumentCompletions.Item(o.name(), "object", "")),
                    o.programs().stream()
                        .map(
                            p ->
                                new ArgumentCompletions.Item(
                                    o.name() + "." + p.name(), "program", p.section()))))
        .toList();
  }

  /** The names of {@link #all()}. */
  public Collection<String> names() {
    return all().stream().map(e -> e.object().name()).toList();
  }
}
