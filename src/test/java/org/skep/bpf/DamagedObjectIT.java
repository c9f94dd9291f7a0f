package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.BpfException;
import org.skep.BtfFormatException;
import org.skep.bpf.map.GlobalVariable;
import org.skep.btf.ElfObject;
import org.skep.btf.ElfObject.Section;

/**
 * Object files that are damaged: libbpf would read and write beyond memory, which ends the JVM. The
 * seeds are fixed, so that a failure comes back.
 */
@Tag("privileged")
class DamagedObjectIT {
  private static final int ROUNDS = Integer.getInteger("skep.robustness.rounds", 1_500);
  private static final long[] EDGES = {
    0, 1, 2, 8, 16, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000L, 0xfffffff8L, 0xffffffffL
  };

  private static final String TEXT =
      """
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, u32);
        __type(value, u64); } counts SEC(".maps");
      extern int LINUX_KERNEL_VERSION __kconfig;
      const volatile u32 wanted = 1;
      u64 seen;
      static u32 step = 3;
      static __noinline u64 add(u64 a, u32 *b) { *b += a; return a + step++; }
      int count(struct __sk_buff *c);
      struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2);
        __uint(key_size, 4); __array(values, int(void *)); } jumps SEC(".maps") =
        { .values = { (void *)&count } };
      SEC("tc") int count(struct __sk_buff *c) {
        u32 k = c->len;
        u64 *v = bpf_map_lookup_elem(&counts, &k);
        if (v) *v += add(*v, &k);
        seen += wanted + LINUX_KERNEL_VERSION;
        return 0;
      }
      """;

  private static byte[] damage(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        default -> put(bytes, at & ~3, EDGES[random.nextInt(EDGES.length)], 4);
      }
    }
    return bytes;
  }

  private static void put(byte[] bytes, int at, long value, int size) {
    for (int i = 0; i < size && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >> (8 * i));
    }
  }

  @Test
  void damagedObjectsAreRefusedOrLoaded() throws InterruptedException {
    byte[] sound = Cell.compile(TEXT);
    int opened = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      byte[] bytes = damage(sound, new Random(seed));
      try (OpenBpfObject open = OpenBpfObject.open("damaged", bytes)) {
        opened++;
        open.globals().forEach(GlobalVariable::get);
        if (seed % 8 == 0) {
          open.load().close();
        }
      } catch (BpfException | IllegalArgumentException | IllegalStateException e) {
        // an answer
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    int sum = opened;
    assertTrue(sum > ROUNDS / 10, () -> "only " + sum + " could be opened at all");
  }

  /** What ended the JVM with libbpf 1.1, each made on purpose. */
  @Test
  void whatLibbpfDoesNotCheckIsRefusedWithTheReason() {
    byte[] sound = Cell.compile(TEXT);
    ElfObject elf = ElfObject.of(sound);
    Section symbols =
        elf.sections().stream()
            .filter(s -> s.type() == ElfObject.SYMBOLS)
            .findFirst()
            .orElseThrow();
    int function = index(elf, "count");
    int variable = index(elf, "seen");
    refused(sound, symbols.start() + function * 24L + 16, -8, 8, "symbol 'count' within the");
    refused(sound, symbols.start() + function * 24L + 8, -8, 8, "symbol 'count' within the");
    refused(sound, symbols.start() + variable * 24L + 8, 1 << 20, 8, "symbol 'seen' within the");
    Section code = elf.section("tc").orElseThrow();
    int last = (int) (code.start() + code.byteSize() - 8);
    refused(sound, last, 0x18, 1, "the second half of a 64-bit constant in function 'count'");
    Section places = elf.section(".reltc").orElseThrow();
    refused(sound, places.start(), code.byteSize(), 8, "an offset within the");
    refused(sound, places.start() + 12, 0xffff, 4, "symbols in section '.reltc'");
    refused(sound, code.header() + 24, sound.length, 8, "section 'tc' within the");
  }

  private static int index(ElfObject elf, String name) {
    for (int i = 0; i < elf.symbols().size(); i++) {
      if (elf.symbols().get(i).name().equals(name)) {
        return i;
      }
    }
    throw new AssertionError(name);
  }

  private static void refused(byte[] sound, long at, long value, int size, String expected) {
    byte[] bytes = sound.clone();
    put(bytes, (int) at, value, size);
    var why =
        assertThrows(
            BtfFormatException.class, () -> OpenBpfObject.open("damaged", bytes), expected);
    String message = String.valueOf(why.getMessage());
    assertEquals("open object 'damaged': the file is damaged: expected ", message.substring(0, 53));
    assertTrue(message.contains(expected), message);
  }
}
