package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The types of the Linux that runs the tests. */
class RunningLinuxBtfTest {
  private final Btf btf = Btf.ofRunningLinux();

  @Test
  void isReadOnce() {
    assertSame(btf, Btf.ofRunningLinux());
  }

  @Test
  void everyTypeCanBeMadeSpelledAndLaidOut() {
    assertTrue(btf.typeCount() > 10_000);
    btf.types()
        .forEach(
            id -> {
              assertTrue(!btf.nameOf(id).isEmpty(), id::toString);
              if (id.value() % 7 == 0) {
                assertTrue(!TypeLayout.of(btf, id).isEmpty(), id::toString);
              }
            });
  }

  @Test
  void namesAreFoundAsCMeansThem() {
    assertInstanceOf(BtfType.Struct.class, btf.type(btf.find("struct task_struct").orElseThrow()));
    assertInstanceOf(BtfType.Struct.class, btf.type(btf.find("task_struct").orElseThrow()));
    assertInstanceOf(BtfType.Typedef.class, btf.type(btf.find("u32").orElseThrow()));
    assertInstanceOf(BtfType.Int.class, btf.type(btf.find("unsigned int").orElseThrow()));
    assertEquals(TypeId.VOID, btf.find("void").orElseThrow());
    assertTrue(btf.find("struct no_such_thing").isEmpty());
  }

  @Test
  void sizesAreThoseOfC() {
    assertEquals(4, btf.byteSize(btf.find("u32").orElseThrow()));
    assertEquals(8, btf.byteSize(btf.find("u64").orElseThrow()));
    assertEquals(16, btf.byteSize(btf.find("struct list_head").orElseThrow()));
    assertEquals(8, btf.pointerByteSize());
  }
}
