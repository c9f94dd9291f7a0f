package org.skep.notebook.ebpf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.skep.notebook.ebpf.CorpusResult.Stage;
import org.skep.notebook.ebpf.CorpusResult.Verdict;
import org.skep.notebook.ebpf.state.HumanText;

/** The figures of many files, and why those fail that do. */
final class CorpusReport {
  private static final int EXAMPLES = 3;

  private CorpusReport() {}

  static String of(List<CorpusResult> results) {
    var programs = results.stream().filter(r -> r.verdict() != Verdict.NO_PROGRAM).toList();
    var text = new StringBuilder();
    var rows = new ArrayList<List<String>>();
    rows.add(
        List.of(
            "",
            "files",
            "compile",
            "open",
            "load",
            "works",
            "whole",
            "kernel",
            "user",
            "fails",
            "programs",
            "loaded",
            "attached"));
    new TreeMap<>(programs.stream().collect(Collectors.groupingBy(r -> r.file().split("/")[0])))
        .forEach((name, group) -> rows.add(row(name, group)));
    rows.add(row("all", programs));
    text.append(HumanText.columns(rows, ""));
    text.append(
        """

        compile, open, load: files that came through whole. works: every program is attached, or only a process of the
        user's could attach it, or its text loads it on request only. whole: every program was attached here. kernel: only what this Linux or machine lacks stands against it. user: something is left to
        the user's process before loading, such as the size of a map.
        """);
    results.stream()
        .filter(r -> r.verdict() == Verdict.NO_PROGRAM)
        .map(CorpusResult::file)
        .reduce((a, b) -> a + ", " + b)
        .ifPresent(
            names -> text.append("left out, as they hold no program: ").append(names).append('\n'));
    for (Verdict verdict : List.of(Verdict.FAILS, Verdict.LACKING)) {
      causes(verdict, programs, text);
    }
    notes(programs, text);
    return text.toString();
  }

  private static List<String> row(String name, List<CorpusResult> group) {
    return List.of(
        name,
        count(group, _ -> true),
        count(group, r -> r.reached() != Stage.NONE),
        count(group, r -> r.reached().compareTo(Stage.OPENED) >= 0),
        count(group, r -> r.reached().compareTo(Stage.LOADED) >= 0),
        count(group, r -> r.verdict() == Verdict.WORKS),
        count(group, CorpusResult::whole),
        count(group, r -> r.verdict() == Verdict.LACKING),
        count(group, r -> r.verdict() == Verdict.LEFT_OPEN),
        count(group, r -> r.verdict() == Verdict.FAILS),
        HumanText.number(group.stream().mapToLong(r -> r.programs().size()).sum()),
        HumanText.number(group.stream().mapToLong(CorpusResult::loaded).sum()),
        HumanText.number(group.stream().mapToLong(CorpusResult::attached).sum()));
  }

  private static String count(List<CorpusResult> group, Predicate<CorpusResult> which) {
    return HumanText.number(group.stream().filter(which).count());
  }

  private static void causes(Verdict verdict, List<CorpusResult> results, StringBuilder text) {
    var causes =
        results.stream()
            .filter(r -> r.verdict() == verdict)
            .collect(Collectors.groupingBy(CorpusResult::kind));
    if (causes.isEmpty()) {
      return;
    }
    text.append(verdict == Verdict.FAILS ? "\nfails because of\n" : "\nthis Linux lacks\n");
    causes.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<String, List<CorpusResult>> e) -> -e.getValue().size())
                .thenComparing(Map.Entry::getKey))
        .forEach(
            e ->
                text.append("%5d  %s%n".formatted(e.getValue().size(), e.getKey()))
                    .append("         ")
                    .append(
                        e.getValue().stream()
                            .limit(EXAMPLES)
                            .map(CorpusResult::file)
                            .collect(Collectors.joining(", ")))
                    .append(e.getValue().size() > EXAMPLES ? ", ...\n" : "\n"));
  }

  private static void notes(List<CorpusResult> results, StringBuilder text) {
    var notes = new TreeMap<String, Integer>();
    for (CorpusResult result : results) {
      result.notes().stream()
          .map(
              n ->
                  n.replaceAll("'[^']*'(?:, '[^']*')*", "..")
                      .replaceAll("SEC\\(\"[^.\"][^\"]*\"\\) is", "SEC(..) is"))
          .distinct()
          .forEach(n -> notes.merge(n, 1, Integer::sum));
    }
    if (!notes.isEmpty()) {
      text.append("\nwhat was done for them\n");
      notes.entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .forEach(e -> text.append("%5d  %s%n".formatted(e.getValue(), e.getKey())));
    }
  }
}
