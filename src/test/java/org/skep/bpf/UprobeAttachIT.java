package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.BpfException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.base.Parallel;
import org.skep.host.LinuxVersion;
import org.skep.host.SmallLibrary;
import org.skep.host.hooks.FunctionPlaces;

/** The hooks of a library that the test compiles and calls, by their effect. */
@Tag("privileged")
class UprobeAttachIT {
  private static final String USDT =
      "#include <linux/ptrace.h>\ntypedef _Bool bool;\n#include <bpf/usdt.bpf.h>\n";
  private static final Arena ARENA = Arena.ofShared();

  @TempDir private static Path folder;
  private static Path library;
  private static MethodHandle resell;
  private static MethodHandle use;
  private static MethodHandle sell;

  @BeforeAll
  static void compile() throws Exception {
    library = SmallLibrary.compile(folder);
    resell = function("resell");
    use = function("use");
    sell = function("sell");
  }

  @AfterAll
  static void forget() {
    ARENA.close();
  }

  @SuppressWarnings("restricted") // SAFETY: int f(int), no memory; the library stays until the end
  private static MethodHandle function(String name) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(library, ARENA).findOrThrow(name),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  private static void sellOnce() {
    try {
      assertEquals(1, (int) sell.invokeExact(1));
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  private static void call() {
    try {
      assertEquals(6, (int) resell.invokeExact(5));
      assertEquals(20, (int) use.invokeExact(5));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "uprobe, resell",
    "uprobe, resell+0",
    "'uprobe', 'resell,pid=self'",
    "uretprobe, resell",
    "uprobe.s, resell",
    "uretprobe.s, resell",
    "uprobe.multi, *sell",
    "'uprobe.multi', '*sell,pid=self'",
    "uprobe.multi.s, *sell",
    "uretprobe.multi, *sell",
    "uretprobe.multi.s, *sell",
    "usdt, shop:sold",
    "'usdt', 'shop:sold,pid=self'",
    "usdt.s, shop:closed",
  })
  void eachKindCountsCalls(String section, String place) throws Exception {
    String usdt = section.startsWith("usdt") ? USDT : "";
    String program = usdt + "SEC(\"" + section + "\") int p(struct pt_regs *c) { return hit(0); }";
    AttachPoint point;
    try (BpfObject object = Hits.load(program)) {
      point = object.program("p").pointAt(library + ":" + place);
    }
    Hits.counts(program, point, UprobeAttachIT::call);
    if (place.indexOf(',') < 0 && place.indexOf('+') < 0) {
      Hits.countsDeclared(
          program.replace(
              "\"" + section + "\"", "\"" + section + "/" + library + ":" + place + "\""),
          UprobeAttachIT::call);
    }
  }

  @Test
  void aPlaceInTheFile() throws Exception {
    long offset = FunctionPlaces.ofBinary(library.toString(), "resell").getFirst().offset();
    Hits.counts(
        "SEC(\"uprobe\") int p(void *c) { return hit(0); }",
        new AttachPoint.Uprobe(library.toString(), "", offset, -1, false),
        UprobeAttachIT::call);
  }

  @Test
  void anotherProcessIsNotCounted() throws Exception {
    try (BpfObject object = Hits.load("SEC(\"uprobe\") int p(void *c) { return hit(0); }")) {
      BpfProgram p = object.program("p");
      p.attach(p.pointAt(library + ":resell,pid=1"));
      call();
      assertEquals(0, Hits.of(object));
    }
  }

  /** The entry decides whether the return is seen. */
  @Test
  void sessions() throws Exception {
    String program =
        """
        SEC("uprobe.session/%s:*sell") int p(void *c) { return hit(1); }
        SEC("uprobe.session/%s:*sell") int both(void *c) { return hit(0); }
        """
            .formatted(library, library);
    try (BpfObject object = Hits.load(program)) {
      BpfProgram entryAlone = object.program("p");
      if (!LinuxVersion.running().isAtLeast(6, 13)) {
        var why = assertThrows(BpfException.class, entryAlone::attach);
        assertTrue(String.valueOf(why.getMessage()).contains("Linux 6.13"), why::getMessage);
        return;
      }
      BpfLink link = entryAlone.attach();
      call();
      assertEquals(2, Hits.of(object));
      link.close();
      object.program("both").attach();
      call();
      assertEquals(2 + 4, Hits.of(object));
    }
  }

  @Test
  void argumentsAndCookiesOfProbes() throws Exception {
    String program =
        USDT
            + """
        volatile long first, second, cookie;
        SEC("usdt") int p(struct pt_regs *c) {
          long value = 0;
          if (!bpf_usdt_arg(c, 0, &value)) first = value;
          if (!bpf_usdt_arg(c, 1, &value)) second = value;
          cookie = bpf_usdt_cookie(c);
          return hit(0);
        }
        """;
    try (BpfObject object = Hits.load(program)) {
      BpfProgram p = object.program("p");
      p.attach(p.pointAt(library + ":shop:sold,pid=self,cookie=42"));
      call();
      assertEquals(2, Hits.of(object));
      assertEquals(7L, ((Number) object.global("first").get()).longValue());
      assertEquals(9L, ((Number) object.global("second").get()).longValue());
      assertEquals(42L, ((Number) object.global("cookie").get()).longValue());
    }
  }

  /**
   * libbpf keeps what the probes of an object share without a lock, and frees it with the object:
   * two threads that take the same entry for their probes would mix their arguments and cookies up.
   */
  @Test
  void probesThatAreAttachedAndDetachedSideBySideKeepTheirArguments() throws Exception {
    String program =
        USDT
            + """
        volatile long sum;
        SEC("usdt") int p(struct pt_regs *c) {
          __sync_fetch_and_add(&sum, bpf_usdt_cookie(c));
          return 0;
        }
        """;
    var place = new AttachPoint.Usdt(library.toString(), "shop", "sold", 0);
    for (int round = 0; round < 3; round++) {
      BpfObject object = Hits.load(program);
      try {
        BpfProgram p = object.program("p");
        List<Integer> all = IntStream.range(0, 24).boxed().toList();
        Parallel.run(
            all,
            i -> {
              BpfLink link = p.attach(new AttachPoint.WithCookie(place, 1L << i));
              if (i % 2 == 1) {
                link.close();
              }
            });
        long expected = all.stream().filter(i -> i % 2 == 0).mapToLong(i -> 1L << i).sum();
        sellOnce();
        assertEquals(expected, ((Number) object.global("sum").get()).longValue());
        // the object is closed while a thread closes its links
        List<BpfLink> open = object.links();
        Thread closing = Thread.ofPlatform().start(() -> Parallel.run(open, BpfLink::close));
        object.close();
        assertTrue(open.stream().allMatch(BpfLink::isReleased), "a link outlives its object");
        closing.join();
      } finally {
        object.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"uprobe, resell", "uprobe.multi, *sell", "uretprobe.multi, *sell"})
  void cookies(String section, String place) throws Exception {
    String program =
        "SEC(\""
            + section
            + "\") int p(void *c) { return bpf_get_attach_cookie(c) == 42 ? hit(0) : 0; }";
    try (BpfObject object = Hits.load(program)) {
      BpfProgram p = object.program("p");
      try (BpfLink link = p.attach(p.pointAt(library + ":" + place + ",cookie=41"))) {
        call();
        assertEquals(0, Hits.of(object), link::describe);
      }
      p.attach(p.pointAt(library + ":" + place + ",cookie=42"));
      call();
      assertTrue(Hits.of(object) > 0, place);
    }
  }
}
