package org.skep.host.hooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.skep.BpfException;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/**
 * Where programs can be attached in the running Linux.
 *
 * <p>A pattern is a kind and names with {@code *} and {@code ?}: {@code tracepoint:sched:*}, {@code
 * kprobe:tcp_*}, {@code fentry:vfs_*}, {@code lsm:file_*}, {@code iter:*}, {@code raw_tp:sched_*},
 * {@code tp_btf:sched_*}, {@code uprobe:/usr/bin/bash:read*}, {@code usdt:libc.so.6:*}; for the
 * last two a process's number may stand for the binary. Section names such as {@code
 * tracepoint/sched/sched_switch} are patterns as well. Names without a kind are looked for among
 * all of the kernel's hooks. Where a name without {@code *} is no hook, those are found that hold
 * it.
 */
public final class Hooks {
  private Hooks() {}

  /**
   * The hooks of a pattern, kind by kind, in order of their names.
   *
   * @throws IllegalArgumentException if the pattern names no kind, or a binary or process that is
   *     not there
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   * @throws org.skep.UnsupportedFeatureException if tracefs is needed, not mounted and cannot be
   */
  public static List<Hook> find(String pattern) {
    return search(HookPattern.parse(pattern)).hooks();
  }

  /**
   * Why there is no hook of a name, in words and with the nearest names: {@code no such iterator
   * (did you mean 'task'?)}.
   *
   * @param pattern as for {@link #find}
   * @return empty where there is one
   */
  public static Optional<String> missing(String pattern) {
    HookPattern parsed;
    List<Hook> hooks;
    try {
      parsed = HookPattern.parse(pattern);
      hooks = parsed.search();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      return Optional.of(message.substring(message.indexOf(": ") + 2));
    }
    if (!hooks.isEmpty()) {
      return Optional.empty();
    }
    String hint = parsed.hint();
    boolean stripped = hint.isEmpty() && parsed.kinds().contains(Hook.Kind.UPROBE);
    return Optional.of(
        parsed.noun() + (stripped ? " (a stripped binary names only what it exports)" : hint));
  }

  private record Found(List<Hook> hooks, boolean widened) {}

  private static Found search(HookPattern pattern) {
    List<Hook> hooks = pattern.search();
    if (!hooks.isEmpty() || !pattern.isName()) {
      return new Found(hooks, false);
    }
    return new Found(pattern.anywhere().search(), true);
  }

  /**
   * The same as a table: a row for each hook, with {@code kind}, {@code hook} (its name), {@code
   * arguments} and {@code note}. Where there is one hook only: a row for each of its arguments,
   * with {@code argument}, {@code type}, {@code offset} and {@code size} in bytes, missing where
   * they are not known.
   */
  public static NotedTable table(String pattern) {
    HookPattern parsed = HookPattern.parse(pattern);
    Found found = search(parsed);
    return found.hooks().size() == 1 && !found.widened()
        ? argumentsOf(found.hooks().getFirst())
        : list(pattern, parsed, found);
  }

  private static NotedTable list(String pattern, HookPattern parsed, Found found) {
    var notes = new ArrayList<String>();
    if (found.hooks().isEmpty()) {
      notes.add("No hook matches '" + pattern + "'" + parsed.hint() + ".");
      if (parsed.kinds().contains(Hook.Kind.TRACEPOINT)) {
        Tracepoints.ofRunningLinux().trouble().ifPresent(notes::add);
      }
    } else if (found.widened()) {
      notes.add("No hook is named '" + pattern + "': these hold it.");
    }
    found.hooks().stream()
        .map(Hook::kind)
        .distinct()
        .forEach(kind -> HookSupport.trouble(kind).ifPresent(notes::add));
    return Rows.of("hooks", found.hooks())
        .text("kind", h -> h.kind().toString())
        .text("hook", Hook::name)
        .text("arguments", Hooks::signature)
        .text("note", Hook::note)
        .table(notes);
  }

  /** There may be a hundred thousand: who waits for the list can give it up. */
  private static String signature(Hook hook) {
    HookPattern.endWhenInterrupted();
    return hook.signature();
  }

  /** One hook with its arguments, and how a program for it begins. */
  static NotedTable argumentsOf(Hook hook) {
    var notes = new ArrayList<String>();
    notes.add(hook.program().replace('\n', ' ') + " { ... }");
    if (!hook.note().isEmpty()) {
      notes.add(hook.note());
    }
    if (hook.arguments().stream().anyMatch(a -> a.type().startsWith("__data_loc"))) {
      notes.add(
          "__data_loc: the lower 16 bits are the offset of the text from the record's start, the"
              + " upper ones its length.");
    }
    HookSupport.trouble(hook.kind()).ifPresent(notes::add);
    return Rows.of(hook.kind() + " " + hook.name(), hook.arguments())
        .text("argument", Hook.Argument::name)
        .text("type", Hook.Argument::type)
        .perhaps("offset", a -> wide(a.byteOffset()))
        .perhaps("size", a -> wide(a.byteSize()))
        .table(notes);
  }

  public static OptionalLong wide(OptionalInt number) {
    return number.isPresent() ? OptionalLong.of(number.getAsInt()) : OptionalLong.empty();
  }

  /**
   * Patterns that begin with what was typed: the kinds, then the categories and names; at most so
   * many.
   */
  public static List<String> complete(String typed, int limit) {
    try {
      return HookCompletion.of(typed).filter(p -> p.startsWith(typed)).limit(limit).toList();
    } catch (IllegalArgumentException | BpfException e) {
      return List.of();
    }
  }
}
