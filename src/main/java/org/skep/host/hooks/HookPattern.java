package org.skep.host.hooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.skep.text.Nearest;

/**
 * What to look for.
 *
 * @param kinds where
 * @param place the category of a tracepoint, the binary of a probe; empty where there is none
 * @param provider of a USDT probe
 */
record HookPattern(Set<Hook.Kind> kinds, String place, NamePattern provider, NamePattern name) {
  /** Those of the kernel; raw_tp and fentry would repeat tp_btf and kprobe. */
  private static final Set<Hook.Kind> ALL =
      EnumSet.of(
          Hook.Kind.TRACEPOINT, Hook.Kind.TP_BTF, Hook.Kind.KPROBE, Hook.Kind.LSM, Hook.Kind.ITER);

  private static final Map<String, Hook.Kind> WORDS = new TreeMap<>();

  static {
    for (Hook.Kind kind : Hook.Kind.values()) {
      WORDS.put(kind.toString(), kind);
    }
    WORDS.put("tp", Hook.Kind.TRACEPOINT);
    WORDS.put("raw_tracepoint", Hook.Kind.RAW_TP);
    WORDS.put("kretprobe", Hook.Kind.KPROBE);
    WORDS.put("kprobe.multi", Hook.Kind.KPROBE);
    WORDS.put("kretprobe.multi", Hook.Kind.KPROBE);
    WORDS.put("kprobe.session", Hook.Kind.KPROBE);
    WORDS.put("fexit", Hook.Kind.FENTRY);
    WORDS.put("fmod_ret", Hook.Kind.FENTRY);
    WORDS.put("lsm.s", Hook.Kind.LSM);
    WORDS.put("iter.s", Hook.Kind.ITER);
    WORDS.put("uretprobe", Hook.Kind.UPROBE);
    WORDS.put("uprobe.multi", Hook.Kind.UPROBE);
    WORDS.put("uretprobe.multi", Hook.Kind.UPROBE);
    WORDS.put("uprobe.session", Hook.Kind.UPROBE);
  }

  HookPattern {
    kinds = Set.copyOf(kinds);
  }

  static Stream<String> kindWords() {
    return Arrays.stream(Hook.Kind.values()).map(Hook.Kind::toString);
  }

  static HookPattern parse(String text) {
    String pattern = text.strip();
    int end = separator(pattern, ":/");
    String first = end < 0 ? pattern : pattern.substring(0, end);
    Hook.Kind kind = WORDS.get(first);
    if (kind != null) {
      return of(kind, end < 0 ? "*" : pattern.substring(end + 1));
    }
    if (end < 0) {
      return new HookPattern(ALL, "*", NamePattern.of("*"), NamePattern.of(pattern));
    }
    if (end == 0) {
      return of(Hook.Kind.UPROBE, pattern);
    }
    boolean category =
        Tracepoints.ofRunningLinux().categories().stream().anyMatch(NamePattern.of(first)::matches);
    if (category) {
      return of(Hook.Kind.TRACEPOINT, pattern);
    }
    String near = Nearest.hint(first, WORDS.keySet().stream());
    throw new IllegalArgumentException(
        "find hooks '"
            + text
            + "': no such kind '"
            + first
            + "'"
            + (near.isEmpty()
                ? " (kinds: " + String.join(", ", kindWords().toList()) + ")"
                : near));
  }

  private static HookPattern of(Hook.Kind kind, String rest) {
    Set<Hook.Kind> kinds = Set.of(kind);
    return switch (kind) {
      case TRACEPOINT -> {
        int end = separator(rest, ":/");
        if (end >= 0) {
          yield new HookPattern(
              kinds,
              rest.substring(0, end),
              NamePattern.of("*"),
              NamePattern.of(rest.substring(end + 1)));
        }
        boolean category = Tracepoints.ofRunningLinux().categories().contains(rest);
        yield new HookPattern(
            kinds,
            category ? rest : "*",
            NamePattern.of("*"),
            NamePattern.of(category ? "*" : rest));
      }
      case UPROBE -> {
        int end = FunctionPlaces.colon(rest);
        yield new HookPattern(
            kinds,
            end < 0 ? rest : rest.substring(0, end),
            NamePattern.of("*"),
            NamePattern.of(end < 0 ? "*" : rest.substring(end + 1)));
      }
      case USDT -> {
        String[] parts = rest.split(":", 3);
        yield new HookPattern(
            kinds,
            parts[0],
            NamePattern.of(parts.length > 2 ? parts[1] : "*"),
            NamePattern.of(
                parts[parts.length - 1].equals(parts[0]) ? "*" : parts[parts.length - 1]));
      }
      case RAW_TP, TP_BTF, KPROBE, FENTRY, LSM, ITER ->
          new HookPattern(kinds, "*", NamePattern.of("*"), NamePattern.of(rest));
    };
  }

  private static int separator(String text, String separators) {
    for (int i = 0; i < text.length(); i++) {
      if (separators.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Whether it names one hook rather than a set of them. */
  boolean isName() {
    return name.isName();
  }

  /** The same with the name anywhere. */
  HookPattern anywhere() {
    return new HookPattern(kinds, place, provider, name.anywhere());
  }

  List<Hook> search() {
    var hooks = new ArrayList<Hook>();
    for (Hook.Kind kind : Hook.Kind.values()) {
      if (kinds.contains(kind)) {
        endWhenInterrupted();
        hooks.addAll(search(kind));
      }
    }
    return hooks;
  }

  static void endWhenInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("find hooks: interrupted");
    }
  }

  private List<Hook> search(Hook.Kind kind) {
    return switch (kind) {
      case TRACEPOINT -> TracepointHooks.find(NamePattern.of(place), name);
      case RAW_TP, TP_BTF -> TracepointHooks.typed(kind, name);
      case KPROBE, FENTRY -> FunctionHooks.find(kind, name);
      case LSM -> FunctionHooks.security(name);
      case ITER -> FunctionHooks.iterators(name);
      case UPROBE -> BinaryHooks.functions(place, name);
      case USDT -> BinaryHooks.probes(place, provider, name);
    };
  }

  /** That there is none. */
  String noun() {
    return kinds.size() > 1
        ? "no such hook"
        : switch (kinds.iterator().next()) {
          case TRACEPOINT, RAW_TP, TP_BTF -> "no such tracepoint";
          case KPROBE, FENTRY -> "no such kernel function";
          case LSM -> "no such LSM hook";
          case ITER -> "no such iterator";
          case UPROBE -> "it names no such function";
          case USDT -> "it has no such USDT probe";
        };
  }

  /** What was probably meant, where nothing matches. */
  String hint() {
    String typed = name.toString().replaceAll("[*?]", "");
    if (typed.isEmpty() && place.equals("*")) {
      return "";
    }
    if (kinds.contains(Hook.Kind.TRACEPOINT) && kinds.size() == 1) {
      List<String> near =
          Tracepoints.ofRunningLinux().nearest(place.equals("*") ? typed : place + "/" + typed);
      List<String> categories =
          near.isEmpty()
              ? Nearest.to(place, Tracepoints.ofRunningLinux().categories().stream(), 3)
              : near;
      return categories.isEmpty()
          ? ""
          : " (did you mean '" + String.join("' or '", categories) + "'?)";
    }
    if (kinds.contains(Hook.Kind.UPROBE)) {
      return BinaryHooks.nearest(place, typed);
    }
    Stream<String> known =
        kinds.stream().flatMap(kind -> HookCompletion.names(kind, place)).distinct();
    return Nearest.hint(typed, known);
  }
}
