package org.skep.notebook.shell;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.SourceVersion;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/** What cells declared: read and set by reflection on JShell's classes. */
final class Variables {
  private final ShellSession session;

  Variables(ShellSession session) {
    this.session = session;
  }

  /** Declares or sets a variable, see {@link JavaShell#define}. */
  void define(String name, String typeName, @Nullable Object value) {
    if (!SourceVersion.isIdentifier(name) || SourceVersion.isKeyword(name)) {
      throw new IllegalArgumentException("define '" + name + "': not a name for a variable");
    }
    String type = typeName.strip();
    Optional<VarSnippet> known = find(name);
    if (known.isPresent()
        && spell(known.get().typeName()).equals(spell(type))
        && set(known.get(), value)) {
      return;
    }
    for (String candidate : candidates(type, value)) {
      Optional<VarSnippet> declared = declare(name, candidate);
      if (declared.isPresent() && set(declared.get(), value)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        "define '" + name + "': no value of class " + className(value) + " fits '" + type + "'");
  }

  private static String className(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getTypeName();
  }

  private String spell(String typeName) {
    return session.imported.spell(typeName.replaceAll("\\s+", ""));
  }

  private static Set<String> candidates(String typeName, @Nullable Object value) {
    var names = new LinkedHashSet<String>();
    names.add(typeName);
    if (value != null) {
      names.addAll(publicSupertypes(value.getClass()));
    }
    names.add("Object");
    return names;
  }

  /**
   * The names of the public classes and interfaces of a class that cells can name, nearest first.
   */
  private static List<String> publicSupertypes(Class<?> type) {
    var names = new LinkedHashSet<String>();
    var markers = new LinkedHashSet<String>();
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      addName(c, names);
      var queue = new ArrayDeque<>(List.of(c.getInterfaces()));
      while (!queue.isEmpty()) {
        Class<?> next = queue.remove();
        addName(next, next.getMethods().length == 0 ? markers : names);
        queue.addAll(List.of(next.getInterfaces()));
      }
    }
    names.addAll(markers);
    return List.copyOf(names);
  }

  private static void addName(Class<?> type, Set<String> names) {
    String name = type.getCanonicalName();
    boolean open = type.getPackage() == null || type.getModule().isExported(type.getPackageName());
    if (name != null && Modifier.isPublic(type.getModifiers()) && open) {
      String spelled = CellClasses.spell(type.getName());
      names.add(spelled.equals(type.getName()) ? name : spelled);
    }
  }

  private Optional<VarSnippet> declare(String name, String typeName) {
    List<SnippetEvent> events = session.shell.eval(typeName + " " + name + ";");
    var _ = session.engine.takeOutcome();
    if (events.isEmpty()) {
      return Optional.empty();
    }
    Snippet snippet = events.getFirst().snippet();
    if (events.getFirst().status() == Status.VALID
        && snippet instanceof VarSnippet variable
        && variable.name().equals(name)) {
      return Optional.of(variable);
    }
    if (session.shell.status(snippet).isActive()) {
      var _ = session.shell.drop(snippet);
    }
    return Optional.empty();
  }

  private Field field(VarSnippet variable) throws ReflectiveOperationException {
    String owner = session.analysis.wrapper(variable).fullClassName();
    Field field = session.loader.find(owner).getDeclaredField(variable.name());
    field.setAccessible(true);
    return field;
  }

  private boolean set(VarSnippet variable, @Nullable Object value) {
    try {
      field(variable).set(null, value);
      return true;
    } catch (IllegalArgumentException | NullPointerException | ReflectiveOperationException e) {
      return false; // the value is no such type: the next candidate may fit
    }
  }

  /** The value of a variable now. */
  @Nullable Object value(VarSnippet variable) {
    try {
      return field(variable).get(null);
    } catch (ReflectiveOperationException | LinkageError e) {
      return null; // declared, and its class is not there yet
    }
  }

  /** The variable of that name. */
  Optional<VarSnippet> find(String name) {
    return session
        .shell
        .variables()
        .filter(v -> v.name().equals(name) && session.shell.status(v) == Status.VALID)
        .findFirst();
  }

  /** All variables. */
  List<VariableInfo> all() {
    return session
        .shell
        .variables()
        .filter(v -> v.subKind() != Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND)
        .map(
            v ->
                new VariableInfo(v.name(), session.imported.spell(v.typeName()), value(v), cell(v)))
        .toList();
  }

  /** All methods and types of cells. */
  List<DeclarationInfo> declarations() {
    return session
        .shell
        .snippets()
        .filter(s -> session.shell.status(s).isActive() && cell(s) > 0)
        .flatMap(s -> describe(s).stream())
        .toList();
  }

  private Optional<DeclarationInfo> describe(Snippet snippet) {
    return switch (snippet) {
      case MethodSnippet m ->
          Optional.of(
              new DeclarationInfo(DeclarationInfo.Kind.METHOD, m.name(), m.signature(), cell(m)));
      case TypeDeclSnippet t ->
          Optional.of(new DeclarationInfo(kind(t), t.name(), t.name(), cell(t)));
      default -> Optional.empty();
    };
  }

  private static DeclarationInfo.Kind kind(TypeDeclSnippet type) {
    return switch (type.subKind()) {
      case INTERFACE_SUBKIND -> DeclarationInfo.Kind.INTERFACE;
      case RECORD_SUBKIND -> DeclarationInfo.Kind.RECORD;
      case ENUM_SUBKIND -> DeclarationInfo.Kind.ENUM;
      case ANNOTATION_TYPE_SUBKIND -> DeclarationInfo.Kind.ANNOTATION;
      default -> DeclarationInfo.Kind.CLASS;
    };
  }

  private int cell(Snippet snippet) {
    return session.classes.origin(snippet).map(o -> o.cell().executionCount()).orElse(0);
  }
}
