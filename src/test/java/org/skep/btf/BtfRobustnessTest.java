package org.skep.btf;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.skep.BpfException;

/**
 * Bytes that are damaged in many ways: only our own exceptions may escape, and soon. The seeds are
 * fixed, so that a failure comes back.
 */
class BtfRobustnessTest {
  private static final int ROUNDS = Integer.getInteger("skep.robustness.rounds", 4_000);
  private static final long[] EDGES = {
    0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000L, 0xffffffffL
  };

  private static final String C =
      """
      #define TAG(x) __attribute__((btf_decl_tag(x)))
      typedef unsigned u32; typedef unsigned long long u64; typedef unsigned short __be16;
      enum e { A, B = 7 }; enum big { C = 1ULL << 40 };
      union u { u32 a; char b[4]; };
      struct s { int bits : 3; u64 more : 50; enum e e; union u u; struct s *next; double d;
        char text[16]; u32 grid[2][3]; void (*f)(struct s *, int, ...); _Bool flag; __int128 wide;
        struct { u32 x; union { u64 y; __be16 z; }; }; u64 ns TAG("skep:ns"); enum big big; char tail[]; };
      struct s s; const volatile u32 *restrict p; struct forward; struct forward *fp;
      int function(struct s *a, u32 b) { return a->bits + b; }
      """;

  private static byte[] elf;
  private static byte[] btf;

  @BeforeAll
  static void compile() {
    var object = ClangObject.of(C);
    elf = object.elf();
    btf = object.section(".BTF");
  }

  private static byte[] damage(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times && bytes.length > 4; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(8)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2, 3 -> {
          long value = EDGES[random.nextInt(EDGES.length)];
          for (int b = 0, from = at & ~3; b < 4 && from + b < bytes.length; b++) {
            bytes[from + b] = (byte) (value >> (8 * b));
          }
        }
        case 4 -> {
          int length = Math.min(random.nextInt(64), bytes.length - at);
          System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
        }
        case 5, 6 -> bytes[at & ~3] = (byte) random.nextInt(64); // often the ID of another type
        default -> bytes = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, at) : bytes;
      }
    }
    return bytes;
  }

  /** Asks everything of every type. */
  private static void use(Btf btf) {
    var memory = MemorySegment.ofArray(new byte[4096]);
    new Random(1).nextBytes((byte[]) memory.heapBase().orElseThrow());
    for (int i = 0; i < btf.typeCount(); i++) {
      var id = new TypeId(i);
      attempt(() -> btf.type(id));
      attempt(() -> btf.nameOf(id));
      attempt(() -> TypeLayout.of(btf, id));
      attempt(() -> btf.find(btf.rawName(id.value())));
      attempt(() -> btf.tagsOf(id, -1));
      attempt(
          () -> {
            if (btf.byteSize(id) <= memory.byteSize()) {
              Object value = new ValueReader(btf, id).read(memory, 0);
              new ValueWriter(btf, id).toBytes(value);
              for (Field f : Fields.flatten(btf, id)) {
                if (f.byteOffset() + f.byteSize() <= memory.byteSize()) {
                  new FieldReader(btf, f).value(memory, 0);
                }
              }
            }
          });
    }
  }

  private static void attempt(Runnable question) {
    try {
      question.run();
    } catch (BpfException | IllegalArgumentException e) {
      // an answer too
    }
  }

  @Test
  void damagedBtfGivesOurExceptionsAlone() {
    assertTimeoutPreemptively(
        Duration.ofMillis(60_000 + 20L * ROUNDS),
        () -> {
          int sound = 0;
          for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] bytes = damage(btf, new Random(seed));
            try {
              use(Btf.parse(bytes));
              sound++;
            } catch (BpfException e) {
              // refused as a whole
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
              throw new AssertionError("seed " + seed, e);
            }
          }
          int parsed = sound;
          assertTrue(parsed > ROUNDS / 10, () -> "only " + parsed + " could be parsed at all");
        });
  }

  @Test
  void damagedObjectsGiveOurExceptionsAlone() {
    assertTimeoutPreemptively(
        Duration.ofMillis(60_000 + 20L * ROUNDS),
        () -> {
          for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] bytes = damage(elf, new Random(seed));
            try {
              var _ = Btf.ofElf(bytes);
            } catch (BpfException e) {
              // refused
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
              throw new AssertionError("seed " + seed, e);
            }
          }
        });
  }

  /** A section whose variable is the section again, and structs that double at each level. */
  @Test
  void typesThatContainThemselvesOrGrowWithoutBoundAreRefused() {
    var section = new BtfBuilder();
    int variable = section.type("v", BtfKind.VAR, 0, false, 2, 0);
    section.type(".data", BtfKind.DATASEC, 1, false, 8, variable, 0, 0);
    use(section.build());
    assertThrows(
        BpfException.class, () -> Fields.flatten(section.build(), new TypeId(variable + 1)));

    var chain = new BtfBuilder();
    int type = chain.integer("char", 1, true);
    for (int i = 0; i < 60; i++) {
      type = chain.struct("s" + i, BtfKind.STRUCT, 1, false, "a", type, 0, "b", type, 0);
    }
    use(chain.build());
    int last = type;
    assertThrows(BpfException.class, () -> Fields.flatten(chain.build(), new TypeId(last)));
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < btf.length; length++) {
      byte[] bytes = Arrays.copyOf(btf, length);
      attempt(() -> use(Btf.parse(bytes)));
    }
    for (int length = 0; length < elf.length; length++) {
      byte[] bytes = Arrays.copyOf(elf, length);
      attempt(() -> Btf.ofElf(bytes));
    }
  }
}
