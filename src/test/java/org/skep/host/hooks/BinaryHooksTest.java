package org.skep.host.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.host.SmallLibrary;

/** Functions and probes of a library that the test compiles. */
class BinaryHooksTest {
  @TempDir Path folder;

  @Test
  void functionsAndProbesOfALibrary() throws Exception {
    Path object = SmallLibrary.compile(folder);
    assertEquals(
        List.of(object + ":resell", object + ":sell"),
        Hooks.find("uprobe:" + object + ":*sell").stream().map(Hook::name).toList());
    List<Hook> probes = Hooks.find("usdt:" + object + ":*");
    assertEquals(
        List.of(object + ":shop:closed", object + ":shop:sold"),
        probes.stream().map(Hook::name).toList());
    assertEquals("s32 arg1, u64 arg2", probes.getLast().signature());
    assertEquals("at 2 places", probes.getLast().note());
    assertEquals(
        "SEC(\"usdt/" + object + ":shop:sold\")\nint BPF_USDT(on_sold, s32 arg1, u64 arg2)",
        Hooks.find("usdt:" + object + ":shop:sold").getFirst().program());
    assertEquals(List.of(), Hooks.find("usdt:" + object + ":other:*"));
    assertEquals(
        List.of("usdt:" + object + ":shop:closed", "usdt:" + object + ":shop:sold"),
        Hooks.complete("usdt:" + object + ":shop", 10));
  }

  @Test
  void damagedFilesAreRefusedInWords() throws Exception {
    byte[] whole = Files.readAllBytes(SmallLibrary.compile(folder));
    var random = new Random(5);
    Path damaged = folder.resolve("damaged.so");
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      for (int n = 0; n < 8; n++) {
        bytes[random.nextInt(i % 2 == 0 ? 64 : bytes.length)] = (byte) random.nextInt();
      }
      Files.write(damaged, bytes);
      try {
        ElfFile file = ElfFile.open(damaged);
        file.functions();
        file.probes();
      } catch (IllegalArgumentException e) {
        assertEquals(true, String.valueOf(e.getMessage()).startsWith("read '"), e::toString);
      }
    }
    Files.write(damaged, new byte[10]);
    assertThrows(IllegalArgumentException.class, () -> ElfFile.open(damaged));
  }

  @Test
  void globsMatchWholeNames() {
    assertEquals(true, NamePattern.of("tcp_?4_*").matches("tcp_v4_connect"));
    assertEquals(false, NamePattern.of("tcp_*").matches("do_tcp_x"));
    assertEquals(false, NamePattern.of("a.c").matches("abc"));
    assertEquals(true, NamePattern.of("").matches("anything"));
    assertEquals(true, NamePattern.of("b").anywhere().matches("abc"));
  }
}
