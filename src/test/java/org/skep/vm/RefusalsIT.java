package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.BpfException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.load.LoadOutcome;
import org.skep.host.KernelSymbols;

/** What is said of functions that cannot be probed, where the kernel has probes. */
@Tag("vm")
class RefusalsIT {
  private static BpfObject object;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    object = Guest.open("refused").load();
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static String refusal(AttachPoint point) {
    return String.valueOf(
        assertThrows(BpfException.class, () -> object.program("probe").attach(point)).getMessage());
  }

  private static String loading(String program) {
    return object.program(program).loaded() instanceof LoadOutcome.Refused(BpfException why)
        ? String.valueOf(why.getMessage())
        : "loaded";
  }

  private static void says(String message, String expected) {
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aMissingFunctionHasNeighbours() {
    says(refusal(new AttachPoint.Kprobe("do_nanosleeep")), "did you mean 'do_nanosleep'");
    says(refusal(new AttachPoint.Ksyscall("nanosleeep", false)), "did you mean 'nanosleep'");
    says(loading("entry"), "did you mean 'do_nanosleep'");
    says(
        String.valueOf(
            assertThrows(BpfException.class, () -> object.program("multi").attach()).getMessage()),
        "no kernel function that can be traced has such a name");
  }

  @Test
  void aFunctionThatTheCompilerSplitIsNamed() {
    KernelSymbols symbols = KernelSymbols.ofRunningLinux();
    Map<String, Long> names =
        symbols
            .all()
            .filter(KernelSymbols.Symbol::isFunction)
            .map(KernelSymbols.Symbol::name)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    String part =
        names.keySet().stream()
            .filter(n -> n.endsWith(".isra.0"))
            .filter(n -> !names.containsKey(n.substring(0, n.indexOf('.'))))
            .findFirst()
            .orElseThrow();
    String whole = part.substring(0, part.indexOf('.'));
    says(
        refusal(new AttachPoint.Kprobe(whole)), "the compiler split this function (it is '" + part);
  }

  @Test
  void aNameOfSeveralFunctionsIsNamedSo() {
    String name =
        KernelSymbols.ofRunningLinux()
            .all()
            .filter(KernelSymbols.Symbol::isFunction)
            .map(KernelSymbols.Symbol::name)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
            .entrySet()
            .stream()
            .filter(e -> e.getValue() > 2 && e.getKey().matches("[a-z_]+_init_once|[a-z]+_show"))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    says(refusal(new AttachPoint.Kprobe(name)), "functions have this name");
  }

  @Test
  void aForbiddenFunctionIsNamedSo() throws IOException {
    String forbidden =
        Files.readAllLines(Path.of("/sys/kernel/debug/kprobes/blacklist")).stream()
            .map(l -> l.split("\\s+")[1])
            .filter(n -> n.matches("[a-z_0-9]+"))
            .findFirst()
            .orElseThrow();
    says(refusal(new AttachPoint.Kprobe(forbidden)), "no kprobe");
    says(refusal(new AttachPoint.Kprobe("do_nanosleep", 1, false)), "no instruction");
  }

  @Test
  void whatTrampolinesCannotDoIsSaid() {
    says(loading("modify"), "do_nanosleep");
  }
}
