package org.skep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParentTest {
  private static final Optional<ProcessHandle> NOBODY = Optional.empty();

  private static Map<String, String> named(long processId) {
    return Map.of("JPY_PARENT_PID", Long.toString(processId));
  }

  @Test
  void followsTheProcessThatTheFrontEndNames() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    var found =
        assertInstanceOf(Parent.Running.class, Parent.find(named(sleep.pid()), NOBODY, true));
    assertFalse(found.hasEnded());
    sleep.destroyForcibly().waitFor();
    assertTrue(found.hasEnded());
    assertEquals(new Parent.Gone(sleep.pid()), Parent.find(named(sleep.pid()), NOBODY, true));
  }

  @Test
  void aProcessThatNobodyHasWaitedForHasEnded() throws Exception {
    // the name of the one is no text, and the other never waits for it
    String script = "(printf '\\377' > /proc/self/comm) & echo $!; exec sleep 60";
    Process shell = new ProcessBuilder("sh", "-c", script).start();
    try {
      long child = Long.parseLong(shell.inputReader().readLine());
      var running = new Parent.Running(ProcessHandle.of(child).orElseThrow());
      while (!running.hasEnded()) {
        Thread.onSpinWait();
      }
      assertEquals(new Parent.Gone(child), Parent.find(named(child), NOBODY, true));
    } finally {
      shell.destroyForcibly();
    }
  }

  @Test
  void aKernelInAContainerFollowsWhatStartedItThere() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    var outside = named(ended.pid());
    var here = ProcessHandle.current();
    assertEquals(new Parent.Running(here), Parent.find(outside, Optional.of(here), false));
    assertEquals(
        new Parent.Gone(ended.pid()),
        Parent.find(outside, ProcessHandle.of(1), false),
        "a child of the first process was left by its parent");
    assertEquals(
        new Parent.Gone(ended.pid()), Parent.find(outside, Optional.of(here), true), "outside");
  }

  @Test
  void followsNobodyWhereNoneIsNamedOrItIsSwitchedOff() {
    long own = ProcessHandle.current().pid();
    assertEquals(new Parent.None(), Parent.find(Map.of(), NOBODY, true));
    assertEquals(new Parent.None(), Parent.find(Map.of("JPY_PARENT_PID", "0"), NOBODY, true));
    assertEquals(
        new Parent.None(),
        Parent.find(Map.of("JPY_PARENT_PID", "" + own, "SKEP_OUTLIVE_PARENT", "1"), NOBODY, true));
  }
}
