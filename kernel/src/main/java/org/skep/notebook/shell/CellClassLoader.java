package org.skep.notebook.shell;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Loads the classes of cells, and those of the jars that cells added. */
final class CellClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> undefined = new ConcurrentHashMap<>();
  private final Map<ClassDesc, ClassHierarchyResolver.ClassHierarchyInfo> hierarchy =
      new ConcurrentHashMap<>();
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

  /** Defines classes that refer to each other. */
  void define(Map<String, byte[]> plain) throws ClassNotFoundException {
    for (byte[] bytes : plain.values()) {
      remember(ClassFile.of().parse(bytes));
    }
    plain.forEach((name, bytes) -> undefined.put(name, woven(bytes)));
    for (String name : plain.keySet()) {
      // Linked as far as JShell relies on it: a class that does not fit fails here, not later.
      var _ = loadClass(name).getDeclaredMethods();
    }
  }

  private void remember(ClassModel model) {
    boolean isInterface = model.flags().has(java.lang.reflect.AccessFlag.INTERFACE);
    ClassDesc name = model.thisClass().asSymbol();
    hierarchy.put(
        name,
        isInterface
            ? ClassHierarchyResolver.ClassHierarchyInfo.ofInterface()
            : ClassHierarchyResolver.ClassHierarchyInfo.ofClass(
                model.superclass().map(s -> s.asSymbol()).orElse(null)));
  }

  private byte[] woven(byte[] bytes) {
    try {
      return weaver.weave(bytes);
    } catch (IllegalArgumentException e) {
      return bytes; // a method near the 64 KiB limit: it runs, but has no checks
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte @Nullable [] bytes = undefined.remove(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  /** Adds a jar or a folder of classes. */
  void add(Path jarOrFolder) {
    try {
      addURL(jarOrFolder.toUri().toURL());
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("add '" + jarOrFolder + "' to the class path", e);
    }
  }

  /** The jars and folders added so far. */
  List<URL> added() {
    return List.of(getURLs());
  }
}
