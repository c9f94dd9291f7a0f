package org.skep.notebook.shell;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of cells, and those of the jars that cells added.
 *
 * <p>Each of JShell's wrapper classes, with what is nested in it, gets a loader of its own, so that
 * it and the values in its static fields can be collected once a cell has been run anew and nothing
 * refers to the old class. Sealed types and what extends them must share a loader: this one.
 */
final class CellClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String PACKAGE = "REPL.";

  private final Map<String, byte[]> undefined = new ConcurrentHashMap<>();
  private final Map<String, WrapperLoader> wrappers = new ConcurrentHashMap<>();

  /** Wrappers that the classes of this loader name, which live as long as it. */
  private final Map<String, WrapperLoader> pinned = new ConcurrentHashMap<>();

  private final Set<String> shared = ConcurrentHashMap.newKeySet();
  private final Map<ClassDesc, ClassHierarchyInfo> hierarchy = new ConcurrentHashMap<>();
  private final StopWeaver weaver;

  CellClassLoader(ClassLoader parent) {
    super("cells", new URL[0], parent);
    ClassHierarchyResolver cells = hierarchy::get;
    weaver =
        new StopWeaver(
            cells
                .orElse(ClassHierarchyResolver.defaultResolver())
                .orElse(ClassHierarchyResolver.ofResourceParsing(this).cached()));
    byte[] stop = StopWeaver.switchClass();
    defineClass(StopWeaver.SWITCH_CLASS, stop, 0, stop.length);
  }

  /**
   * Defines classes that refer to each other.
   *
   * @param classes those nested in a wrapper that is not among them are passed over: of a
   *     declaration that is made anew, JShell first offers what is new in it, as if the rest could
   *     be redefined, and then all of it under another name
   */
  void define(Map<String, byte[]> classes) throws ClassNotFoundException {
    Map<String, byte[]> plain = new LinkedHashMap<>(classes);
    plain.keySet().removeIf(name -> !classes.containsKey(wrapperOf(name)));
    Map<String, ClassModel> models = new LinkedHashMap<>();
    plain.forEach((name, bytes) -> models.put(name, ClassFile.of().parse(bytes)));
    models.values().forEach(this::remember);
    share(models);
    Set<String> own = new HashSet<>();
    Map<String, Map<String, byte[]>> groups = new HashMap<>();
    plain.forEach(
        (name, bytes) ->
            groups.computeIfAbsent(wrapperOf(name), _ -> new HashMap<>()).put(name, woven(bytes)));
    groups.forEach(
        (wrapper, group) -> {
          if (group.keySet().stream().anyMatch(shared::contains)) {
            undefined.putAll(group);
          } else {
            wrappers.put(wrapper, new WrapperLoader(this, wrapper, group));
            own.add(wrapper);
          }
        });
    models.forEach((name, model) -> keepWhatItNames(wrapperOf(name), model, own));
    for (String name : plain.keySet()) {
      // Linked as far as JShell relies on it: a class that does not fit fails here, not later.
      try {
        var _ = find(name).getDeclaredMethods();
      } catch (IncompatibleClassChangeError e) {
        if (!shared.contains(name)) {
          throw e;
        }
        // A subtype that its sealed type does not know yet: JShell makes both anew in a moment.
      }
    }
  }

  /** What names classes by lines of a cell keeps them, also when cells can no longer name them. */
  private void keepWhatItNames(String wrapper, ClassModel model, Set<String> own) {
    WrapperLoader loader = own.contains(wrapper) ? wrappers.get(wrapper) : null;
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry named) {
        String other = wrapperOf(named.asInternalName().replace('/', '.'));
        WrapperLoader of = wrappers.get(other);
        if (of != null && !other.equals(wrapper)) {
          (loader == null ? pinned : loader.named).put(other, of);
        }
      }
    }
  }

  /** Finds out which classes must be in this loader: sealed types and what extends such. */
  private void share(Map<String, ClassModel> models) {
    boolean more = true;
    while (more) {
      more = false;
      for (var entry : models.entrySet()) {
        if (isShared(entry.getValue()) && shared.add(entry.getKey())) {
          more = true;
        }
      }
    }
  }

  private boolean isShared(ClassModel model) {
    return model.findAttribute(Attributes.permittedSubclasses()).isPresent()
        || model.superclass().map(CellClassLoader::nameOf).filter(shared::contains).isPresent()
        || model.interfaces().stream().map(CellClassLoader::nameOf).anyMatch(shared::contains);
  }

  private static String nameOf(ClassEntry entry) {
    return entry.asInternalName().replace('/', '.');
  }

  /** {@code REPL.$JShell$12} of {@code REPL.$JShell$12$A}. */
  private static String wrapperOf(String name) {
    int nested = name.startsWith(PACKAGE) ? name.indexOf('$', PACKAGE.length() + 8) : -1;
    return nested < 0 ? name : name.substring(0, nested);
  }

  private void remember(ClassModel model) {
    hierarchy.put(
        model.thisClass().asSymbol(),
        model.flags().has(AccessFlag.INTERFACE)
            ? ClassHierarchyInfo.ofInterface()
            : ClassHierarchyInfo.ofClass(
                model.superclass().map(ClassEntry::asSymbol).orElse(null)));
  }

  private byte[] woven(byte[] bytes) {
    byte[] open = StopWeaver.open(bytes);
    try {
      return weaver.weave(open);
    } catch (IllegalArgumentException e) {
      return open; // a method near the 64 KiB limit: it runs, but has no checks
    }
  }

  /** A class of a cell, by its name in the JVM, as long as cells can name it. */
  Class<?> find(String name) throws ClassNotFoundException {
    WrapperLoader wrapper = wrappers.get(wrapperOf(name));
    return wrapper == null ? loadClass(name) : wrapper.loadClass(name);
  }

  /** No cell can name the wrapper any longer; who does already, keeps it. */
  void forget(String wrapper) {
    wrappers.remove(wrapper);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte @Nullable [] bytes = undefined.remove(name);
    if (bytes != null) {
      return defineClass(name, bytes, 0, bytes.length);
    }
    String wrapper = wrapperOf(name);
    WrapperLoader loader = pinned.getOrDefault(wrapper, wrappers.get(wrapper));
    return loader == null ? super.findClass(name) : loader.loadClass(name);
  }

  /** Adds a jar or a folder of classes. */
  void add(Path jarOrFolder) {
    try {
      addURL(jarOrFolder.toUri().toURL());
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("add '" + jarOrFolder + "' to the class path", e);
    }
  }

  /** Loads one wrapper and what is nested in it. */
  private static final class WrapperLoader extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final String wrapper;
    private final Map<String, byte[]> undefined;

    /** The wrappers that the classes of this one name. */
    private final Map<String, WrapperLoader> named = new ConcurrentHashMap<>();

    WrapperLoader(CellClassLoader parent, String wrapper, Map<String, byte[]> classes) {
      super("cell", parent);
      this.wrapper = wrapper;
      undefined = new ConcurrentHashMap<>(classes);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      String of = wrapperOf(name);
      if (of.equals(wrapper)) {
        synchronized (getClassLoadingLock(name)) {
          Class<?> loaded = findLoadedClass(name);
          return loaded == null ? findClass(name) : loaded;
        }
      }
      WrapperLoader other = named.get(of);
      return other == null ? super.loadClass(name, resolve) : other.loadClass(name);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte @Nullable [] bytes = undefined.remove(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
