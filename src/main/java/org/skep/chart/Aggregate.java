package org.skep.chart;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** How the numbers of the rows of one category become one. */
enum Aggregate {
  SUM,
  MAX,
  MIN,
  AVG,
  COUNT;

  private static final Pattern WORDS = Pattern.compile("[^A-Za-z0-9/]+|(?<=[a-z])(?=[A-Z])");
  private static final Pattern PERCENTILE = Pattern.compile("p\\d+");

  private static final Set<String> GREATEST =
      Set.of("max", "maximum", "peak", "highest", "largest", "greatest", "longest", "worst");

  private static final Set<String> LEAST =
      Set.of("min", "minimum", "lowest", "smallest", "least", "shortest", "best");

  /** Words of names whose numbers mean nothing when they are added. */
  private static final Set<String> NOT_ADDED =
      Set.of(
          // averages and shares
          "avg",
          "average",
          "mean",
          "median",
          "percentile",
          "quantile",
          "stddev",
          "variance",
          "ratio",
          "percent",
          "pct",
          "share",
          "per",
          "load",
          // what is so at a moment
          "last",
          "latest",
          "first",
          "current",
          "level",
          "depth",
          "qlen",
          "limit",
          "capacity",
          "state",
          "status",
          "flags",
          "prio",
          "priority",
          "nice",
          "version",
          "weight",
          "temperature",
          "freq",
          "frequency",
          // times of the clock
          "ts",
          "timestamp",
          "stamp",
          "at",
          "since",
          "when",
          "raw",
          // names that are numbers
          "id",
          "pid",
          "tgid",
          "tid",
          "ppid",
          "uid",
          "gid",
          "port",
          "sport",
          "dport",
          "cpu",
          "fd",
          "inode",
          "ino",
          "dev",
          "ifindex",
          "netns",
          "mntns",
          "addr",
          "address",
          "ip",
          "mark",
          "errno",
          "ret",
          "key");

  /** The words of a name, in small letters; {@code value/s} is one word. */
  private static List<String> words(String column) {
    return List.of(WORDS.split(column, -1)).stream().map(w -> w.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether numbers of a column of this name say something when they are added. */
  static boolean adds(String column) {
    return words(column).stream()
        .noneMatch(
            w ->
                NOT_ADDED.contains(w)
                    || GREATEST.contains(w)
                    || LEAST.contains(w)
                    || PERCENTILE.matcher(w).matches());
  }

  /** Whether the greatest of several numbers of a column of this name stands for all. */
  static boolean isGreatest(String column) {
    return words(column).stream().anyMatch(GREATEST::contains);
  }

  /** Whether the least of several numbers of a column of this name stands for all. */
  static boolean isLeast(String column) {
    return words(column).stream().anyMatch(LEAST::contains);
  }

  /** As it is typed: {@code max}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As it stands at an axis: {@code max of took}. */
  String of(String column) {
    return this == COUNT ? "count" : word() + " of " + column;
  }
}
