package org.skep.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.skep.host.ProcFile;

/** The process that started the kernel, and with which it ends. */
sealed interface Parent {
  /** Where front ends say which process they are. */
  String VARIABLE = "JPY_PARENT_PID";

  /** Set to 1 in the environment, the kernel goes on when its parent has ended. */
  String SWITCH_OFF = "SKEP_OUTLIVE_PARENT";

  /** Nobody to end with: started by hand, or to be left alone. */
  record None() implements Parent {}

  /** It ended before the kernel looked. */
  record Gone(long processId) implements Parent {}

  /** It runs. */
  record Running(ProcessHandle process) implements Parent {

    /** Whether it has ended, also where nobody has asked for its exit status yet. */
    boolean hasEnded() {
      return !process.isAlive() || isZombie(process.pid());
    }
  }

  /**
   * Finds the parent.
   *
   * @param environment that the kernel was started with
   * @param direct the process of which the kernel is a child now
   * @param outermost whether the kernel sees all processes of the machine, under their own numbers
   */
  static Parent find(
      Map<String, String> environment, Optional<ProcessHandle> direct, boolean outermost) {
    String said = environment.getOrDefault(VARIABLE, "");
    if (environment.getOrDefault(SWITCH_OFF, "").equals("1") || !said.matches("[1-9]\\d{0,9}")) {
      return new None();
    }
    long processId = Long.parseLong(said);
    Optional<Running> named = ProcessHandle.of(processId).map(Running::new);
    if (named.isPresent()) {
      return named.get().hasEnded() ? new Gone(processId) : named.get();
    }
    // In a container the number may be one of outside; then what started the kernel here counts.
    return direct
        .filter(d -> !outermost && d.pid() != 1)
        .<Parent>map(Running::new)
        .orElseGet(() -> new Gone(processId));
  }

  /** Finds the parent of this process. */
  static Parent ofThisProcess() {
    return find(System.getenv(), ProcessHandle.current().parent(), seesAllProcesses());
  }

  private static boolean isZombie(long processId) {
    try {
      String stat = ProcFile.read(Path.of("/proc/" + processId + "/stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean seesAllProcesses() {
    try {
      // the number of the first namespace is fixed in Linux (PROC_PID_INIT_INO)
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
          .toString()
          .equals("pid:[" + 0xEFFFFFFCL + "]");
    } catch (IOException e) {
      return false;
    }
  }
}
