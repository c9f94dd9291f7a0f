package org.skep.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.skep.btf.Btf;

/** What {@code /proc} and {@code /sys} tell of processes, sockets and modules. */
class ProcessesTest {
  @Test
  void aFileOfProcIsReadWhole() throws Exception {
    String stat = ProcFile.read(Path.of("/proc/self/stat"));
    assertTrue(stat.startsWith(ProcessHandle.current().pid() + " ("), stat);
    assertEquals(
        Files.readAllLines(Path.of("/proc/filesystems")),
        ProcFile.lines(Path.of("/proc/filesystems")));
  }

  @Test
  void aListeningSocketIsFoundByItsPort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var owned = ListeningSockets.find("tcp", socket.getLocalPort()).orElseThrow();
      assertEquals(ProcessHandle.current().pid(), owned.pid());
      assertTrue(
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + owned.descriptor()))
              .toString()
              .startsWith("socket:"));
      assertTrue(
          ListeningSockets.ports().contains("tcp:" + socket.getLocalPort()),
          ListeningSockets.ports()::toString);
    }
  }

  @Test
  void theTypesOfEachModuleThatLinuxDescribesAreRead() throws Exception {
    Path described = Path.of("/sys/kernel/btf");
    long modules = 0;
    if (Files.isDirectory(described)) {
      try (var files = Files.list(described)) {
        modules = files.filter(f -> !f.endsWith("vmlinux")).count();
      }
    }
    assertEquals(modules, ModuleTypes.all().stream().map(Btf::bytes).distinct().count());
  }
}
