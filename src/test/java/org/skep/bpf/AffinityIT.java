package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.internal.libbpf.Libbpf;

/**
 * Per-CPU maps have a value for every possible CPU, however few this process may run on: a JVM of
 * one CPU that made room for one would have the kernel write beyond it.
 */
@Tag("privileged")
@Timeout(120)
class AffinityIT {
  /** Runs in a JVM of its own: how many CPUs Java sees, and what the map gives. */
  static final class OnOneProcessor {
    public static void main(String[] arguments) {
      try (BpfObject object =
          Cell.load(
              "affinity",
              """
              struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 100);
                       __type(key, u32); __type(value, u32); } hash SEC(".maps");
              struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 3);
                       __type(key, u32); __type(value, u32); } array SEC(".maps");
              """)) {
        for (String name : List.of("hash", "array")) {
          BpfMap map = object.map(name);
          map.put(1, 5);
          List<?> each = (List<?>) map.get(1).orElseThrow();
          System.out.println(
              Runtime.getRuntime().availableProcessors()
                  + " "
                  + each.size()
                  + " "
                  + map.perCpu().rowCount()
                  + " "
                  + (long) map.sum().numberColumn("value").sum());
        }
      }
    }
  }

  @Test
  void aJvmOfOneProcessorReadsTheValuesOfAll() throws Exception {
    Process process =
        new ProcessBuilder(
                "taskset",
                "--cpu-list",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OnOneProcessor.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(true, process.waitFor(60, TimeUnit.SECONDS), said);
    int cpus = Libbpf.libbpf_num_possible_cpus();
    assertEquals(
        List.of(
            "1 " + cpus + " " + cpus + " " + 5 * cpus,
            "1 " + cpus + " " + 3 * cpus + " " + 5 * cpus),
        said.lines().filter(line -> line.startsWith("1 ")).toList(),
        said);
  }
}
