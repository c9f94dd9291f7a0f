package org.skep.bpf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.BpfException;
import org.skep.Note;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.FixedCpuSenders;
import org.skep.bpf.base.Lifetime;
import org.skep.bpf.base.NameLookup;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.load.LoadedObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.Globals;
import org.skep.bpf.map.KernelObjectNames;
import org.skep.bpf.map.MapOwner;
import org.skep.bpf.map.Mappings;
import org.skep.btf.Btf;

/**
 * A loaded object: programs, maps, and the links that hold its programs at their hooks. It owns
 * them all, and frees them when it closes.
 *
 * <p>Safe for many threads. After closing, everything but names is refused with an {@link
 * IllegalStateException}.
 */
public final class BpfObject implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BpfObject.class.getName());

  private final String name;
  private final Instant since = Instant.now();
  private final List<Note> notes;
  private final Optional<Btf> types;
  private final Links links = new Links();
  private final Mappings mappings = new Mappings();
  private final Lifetime lifetime;
  private final List<BpfProgram> programs;
  private final List<BpfMap> maps;
  private final List<GlobalVariable> globals;
  private final List<FixedCpuSenders.Sender> fixedCpuSenders;

  private BpfObject(String name, LoadedObject loaded, Optional<Btf> types) {
    NativeObject object = loaded.object();
    this.name = name;
    this.types = types;
    this.lifetime = lifetime(name, links, mappings, object);
    List<BpfProgram> loadedPrograms = new ArrayList<>();
    loaded
        .outcomes()
        .forEach(
            (program, outcome) ->
                loadedPrograms.add(
                    new BpfProgram(
                        this,
                        program,
                        object.program(program),
                        outcome,
                        loaded.logs().getOrDefault(program, ""))));
    this.programs = List.copyOf(loadedPrograms);
    List<BpfMap> loadedMaps = new ArrayList<>();
    MapOwner owner = new ObjectMaps(this);
    object
        .maps()
        .forEach((map, pointer) -> loadedMaps.add(MapOpener.inObject(this, owner, map, pointer)));
    this.maps = List.copyOf(loadedMaps);
    this.fixedCpuSenders = FixedCpuSenders.of(object);
    List<Note> all = new ArrayList<>(loaded.notes());
    fixedCpuSenders.forEach(sender -> all.add(Note.warning(sender.warning())));
    this.notes = List.copyOf(all);
    this.globals =
        Globals.of(
            types,
            object.sections(),
            new KernelObjectNames(Optional.of(owner)),
            section -> map(section).held().memory());
  }

  /** Takes over a loaded object, with a net under it. */
  static BpfObject of(String name, LoadedObject loaded, Optional<Btf> types) {
    BpfObject made = new BpfObject(name, loaded, types);
    made.lifetime.closeWhenUnreachable(
        () ->
            LOG.log(
                System.Logger.Level.WARNING, "object ''{0}'' was dropped without close()", name));
    return made;
  }

  /** Made apart from the object, which its release must not keep reachable. */
  private static Lifetime lifetime(
      String name, Links links, Mappings mappings, NativeObject object) {
    return new Lifetime(
        "object '" + name + "'",
        "run its cell again",
        () -> {
          links.closeAll();
          mappings.close();
          object.close();
        });
  }

  Lifetime lifetime() {
    return lifetime;
  }

  Mappings mappings() {
    return mappings;
  }

  Links ownedLinks() {
    return links;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Whether a program sends to a perf buffer of one CPU, whichever it runs on. */
  boolean sendsToFixedCpu(String perfBuffer) {
    return fixedCpuSenders.stream().anyMatch(s -> s.map().isEmpty() || s.map().equals(perfBuffer));
  }

  /** When it was loaded. */
  public Instant since() {
    return since;
  }

  /** What it lacks because a program was refused, a sentence each. */
  public List<Note> notes() {
    return notes;
  }

  /** Its types; empty where it was compiled without {@code -g}. */
  public Optional<Btf> types() {
    return types;
  }

  /** The programs, refused ones too, in the order of the source. */
  public List<BpfProgram> programs() {
    return programs;
  }

  /**
   * The program of a function.
   *
   * @throws IllegalArgumentException if there is none; the message names those that are
   */
  public BpfProgram program(String function) {
    return NameLookup.find("program", function, programs, BpfProgram::name, name);
  }

  /** The maps, in the order of the source, sections of globals such as {@code .bss} among them. */
  public List<BpfMap> maps() {
    return maps;
  }

  /**
   * A map by its name in the source.
   *
   * @throws IllegalArgumentException if there is none; the message names those that are
   */
  public BpfMap map(String mapName) {
    return NameLookup.find("map", mapName, maps, BpfMap::name, name);
  }

  /** The global variables, in the order of their sections. */
  public List<GlobalVariable> globals() {
    return globals;
  }

  /**
   * A global variable by its name in the source.
   *
   * @throws IllegalArgumentException if there is none; the message names those that are
   */
  public GlobalVariable global(String variable) {
    return NameLookup.find("global variable", variable, globals, GlobalVariable::name, name);
  }

  /**
   * Counts the runs of its programs for a while.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   * @throws BpfException if the kernel refuses to count
   */
  public RunStatistics statistics(Duration time) throws InterruptedException {
    return RunStatistics.collect(programs, time);
  }

  /** The links that are not closed; {@link BpfLink#state()} says whether each holds its program. */
  public List<BpfLink> links() {
    return links.open();
  }

  /**
   * Attaches every loaded program to where its section name says; {@link BpfProgram#attachment()}
   * has what became of each. A refusal does not keep the others from being attached.
   *
   * @return this object
   */
  public BpfObject attachAll() {
    return attachAll(Map.of());
  }

  /**
   * Attaches some programs to the given places, and all others to where their section names say;
   * {@link BpfProgram#attachment()} has what became of each.
   *
   * @param places by the name of the program; none for one that shall not be attached
   * @return this object
   * @throws IllegalArgumentException if there is no such program; then nothing is attached
   */
  public BpfObject attachAll(Map<String, List<AttachPoint>> places) {
    places.keySet().forEach(this::program);
    for (BpfProgram program : programs) {
      List<AttachPoint> given = places.get(program.name());
      if (given == null) {
        program.attachAsDeclared();
      } else {
        program.attachTo(given);
      }
    }
    attachStructOps(maps.stream().filter(m -> m.type() == BpfMapType.STRUCT_OPS).toList());
    return this;
  }

  /** Their functions have no hook of their own: what becomes of the maps becomes of them. */
  private void attachStructOps(List<BpfMap> tables) {
    BpfLink link = null;
    var refusals = new ArrayList<String>();
    for (BpfMap map : tables) {
      try {
        link = map.attach();
      } catch (BpfException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    if (!tables.isEmpty()) {
      for (BpfProgram program : programs) {
        program.attachedByMaps(link, String.join("\n", refusals));
      }
    }
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return lifetime.isClosed();
  }

  /**
   * Detaches its programs and lets programs and maps go. When this returns, which takes 50 to 80 ms
   * where something was attached, nothing of it runs any more; the kernel frees the memory a moment
   * later. Closing again does nothing.
   */
  @Override
  public void close() {
    lifetime.close();
  }

  /**
   * Refuses every further call at once, and detaches and frees on another thread. For a successor
   * that is attached already.
   */
  public void closeInBackground() {
    lifetime.closeInBackground();
  }

  @Override
  public String toString() {
    return "object '" + name + "'" + (isClosed() ? " (closed)" : "");
  }
}
