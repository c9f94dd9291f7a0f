package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.ProgramStreams;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.run.TestRun;
import org.skep.host.LinuxVersion;

/** What programs print into their streams, and what a Linux without streams says. */
@Tag("vm")
class StreamsIT {
  private static BpfObject object;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    object = Guest.open("streams").load();
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static boolean has() {
    return LinuxVersion.running().isAtLeast(6, 17);
  }

  private static List<String> run(String name) throws InterruptedException {
    BpfProgram program = object.program(name);
    assertInstanceOf(LoadOutcome.Loaded.class, program.loaded(), () -> program.loaded().toString());
    program.run(TestRun.once());
    return read(program);
  }

  private static List<String> read(BpfProgram program) {
    List<String> lines = new ArrayList<>();
    try (ProgramStreams streams = ProgramStreams.open(Set.of(program))) {
      streams.read(line -> lines.add(line.toString()));
      streams.readRest(line -> lines.add(line.toString()));
    }
    return lines;
  }

  @Test
  void linesOfBothStreamsAreReadOnce() throws InterruptedException {
    if (!has()) {
      var refused =
          assertThrows(UnsupportedFeatureException.class, () -> read(object.program("talk")));
      assertTrue(String.valueOf(refused.getMessage()).contains("6.17"), refused::toString);
      return;
    }
    assertEquals(
        List.of(
            "streams.talk stdout  number 7",
            "streams.talk stderr  two",
            "streams.talk stderr  lines, the last unfinished 7"),
        run("talk"));
    assertEquals(List.of(), read(object.program("talk")));
  }

  @Test
  void moreThanTheRoomForOneReadingIsReadWhole() throws InterruptedException {
    if (has()) {
      List<String> lines = run("talk_much");
      assertEquals(1_000, lines.size());
      assertEquals("streams.talk_much stdout  number 999", lines.getLast());
    }
  }

  @Test
  void whatTheKernelSaysOfAProgramIsRead() throws InterruptedException {
    if (has()) {
      List<String> lines = run("never_ends");
      assertTrue(lines.getFirst().startsWith("streams.never_ends stderr  "), lines::toString);
      assertTrue(lines.toString().contains("may_goto"), lines::toString);
    }
  }
}
