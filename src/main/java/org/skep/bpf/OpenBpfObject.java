package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.skep.Note;
import org.skep.SyscallException;
import org.skep.bpf.base.Lifetime;
import org.skep.bpf.base.NameLookup;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.load.Loader;
import org.skep.bpf.load.ObjectOpener;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.Globals;
import org.skep.bpf.map.KernelObjectNames;
import org.skep.btf.Btf;
import org.skep.host.Rights;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfMap;

/**
 * An object that is opened and not yet loaded: the time to set what cannot be changed afterwards.
 *
 * <p>It ends with {@link #load()} or {@link #close()}. For one thread at a time.
 */
public final class OpenBpfObject implements AutoCloseable {
  private final String name;
  private final byte[] elf;
  private final NativeObject opened;
  private final Optional<Btf> types;
  private final List<OpenProgram> programs;
  private final List<OpenMap> maps;
  private final List<GlobalVariable> globals;
  private final List<Note> notes;
  private final Lifetime lifetime;
  private final Handle handle;

  /** What was set, to be set again on a fresh copy where a program has to be left out. */
  private final List<Consumer<NativeObject>> settings = new ArrayList<>();

  private OpenBpfObject(String name, byte[] elf, NativeObject opened, List<Note> notes) {
    this.notes = notes;
    this.name = name;
    this.elf = elf;
    this.opened = opened;
    this.types = opened.types();
    Handle own = new Handle(opened);
    this.handle = own;
    this.lifetime = new Lifetime("open object '" + name + "'", "open it again", own::release);
    lifetime.closeWhenUnreachable(() -> {});
    this.programs =
        opened.programs().keySet().stream().map(p -> new OpenProgram(this, opened, p)).toList();
    this.maps = opened.maps().keySet().stream().map(m -> new OpenMap(this, opened, m)).toList();
    this.globals =
        Globals.of(types, opened.sections(), new KernelObjectNames(Optional.empty()), Section::new);
  }

  /**
   * Opens an object.
   *
   * @param name names the object in messages and its sections of globals in the kernel
   * @param elf what clang made
   * @throws org.skep.SyscallException if libbpf refuses it; the message has libbpf's words
   * @throws org.skep.BtfFormatException if it is damaged, so that libbpf would read beyond memory
   * @throws org.skep.NativeLibraryException if libbpf is missing or too old
   */
  public static OpenBpfObject open(String name, byte[] elf) {
    byte[] copy = elf.clone();
    ObjectOpener.Opened opened = ObjectOpener.open(name, copy);
    boolean kept = false;
    try {
      OpenBpfObject object = new OpenBpfObject(name, copy, opened.object(), opened.notes());
      kept = true;
      return object;
    } finally {
      if (!kept) {
        opened.object().close();
      }
    }
  }

  /** Its name, as given. */
  public String name() {
    return name;
  }

  /** What was taken otherwise than it is written, so that it can be loaded, and warnings. */
  public List<Note> notes() {
    return notes;
  }

  /** Its types; empty where it was compiled without {@code -g}. */
  public Optional<Btf> types() {
    return types;
  }

  /** The programs, in the order of the source. */
  public List<OpenProgram> programs() {
    return programs;
  }

  /**
   * The program of a function.
   *
   * @throws IllegalArgumentException if there is none; the message names those that are
   */
  public OpenProgram program(String function) {
    return NameLookup.find("program", function, programs, OpenProgram::name, name);
  }

  /** The maps, in the order of the source, sections of globals such as {@code .bss} among them. */
  public List<OpenMap> maps() {
    return maps;
  }

  /**
   * A map by its name in the source.
   *
   * @throws IllegalArgumentException if there is none; the message names those that are
   */
  public OpenMap map(String mapName) {
    return NameLookup.find("map", mapName, maps, OpenMap::name, name);
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

  /** The first bytes of a section, which loading hands to the kernel. */
  private final class Section implements GlobalVariable.Memory {
    private final String section;

    Section(String section) {
      this.section = section;
    }

    @Override
    public <T> T read(Function<MemorySegment, T> reader) {
      return ask(() -> reader.apply(LibbpfMap.bpf_map__initial_value(opened.map(section))));
    }

    @Override
    public void write(Consumer<MemorySegment> writer) {
      set(o -> writer.accept(LibbpfMap.bpf_map__initial_value(o.map(section))));
    }
  }

  /**
   * Makes the maps and loads the programs. Where Linux refuses one of several programs, the others
   * are loaded without it, and {@link BpfProgram#loaded()} says why; maps are shared by all.
   *
   * @return the loaded object, nothing attached yet
   * @throws org.skep.BpfException if nothing of the object can be loaded: the reason of the first
   *     program, those of the others suppressed in it; a {@link org.skep.VerifierException} where
   *     the verifier refused it
   * @throws InterruptedException if this thread is interrupted; the verifier is made to give up,
   *     and nothing stays loaded
   */
  public BpfObject load() throws InterruptedException {
    lifetime.enter();
    try {
      if (handle.handedOn) {
        throw new IllegalStateException("object '" + name + "' was loaded already (open it again)");
      }
      Rights.missing()
          .ifPresent(
              why -> {
                throw new SyscallException(
                    "load object '" + name + "'", Errno.EPERM.number(), "not permitted: " + why);
              });
      handle.handedOn = true;
      var loader = new Loader(name, elf, List.copyOf(settings));
      return BpfObject.of(name, loader.load(opened), types);
    } finally {
      lifetime.exit();
    }
  }

  /** Frees it, unless it was loaded. Closing again does nothing. */
  @Override
  public void close() {
    lifetime.close();
  }

  /** Whether libbpf's memory was freed; to be asked also when nobody can reach this any more. */
  BooleanSupplier isFreed() {
    Handle own = handle;
    return () -> own.freed;
  }

  /** What libbpf made, until loading takes it over. */
  private static final class Handle {
    private final NativeObject opened;
    private volatile boolean handedOn;
    private volatile boolean freed;

    Handle(NativeObject opened) {
      this.opened = opened;
    }

    void release() {
      if (!handedOn) {
        opened.close();
        freed = true;
      }
    }
  }

  /** Sets something now, which finds mistakes, and again on every copy that loading opens. */
  void set(Consumer<NativeObject> setting) {
    lifetime.enter();
    try {
      if (handle.handedOn) {
        throw new IllegalStateException(
            "object '" + name + "' was loaded already (set this before loading)");
      }
      setting.accept(opened);
      settings.add(setting);
    } finally {
      lifetime.exit();
    }
  }

  /** Asks something of libbpf while the object is open. */
  <T> T ask(Supplier<T> question) {
    lifetime.enter();
    try {
      if (handle.handedOn) {
        throw new IllegalStateException(
            "object '" + name + "' was loaded already (ask the loaded object)");
      }
      return question.get();
    } finally {
      lifetime.exit();
    }
  }
}
