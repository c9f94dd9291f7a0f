package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of the kernel, declared by the types of the running Linux. */
class KfuncDeclarationsTest {
  /** Of the two forms a Linux offers one; a text may be written for the other. */
  @ParameterizedTest
  @ValueSource(strings = {"bpf_stream_vprintk", "bpf_stream_vprintk_impl"})
  void aFunctionIsDeclaredInTheFormThatTheTextHas(String name) {
    var declared = KfuncDeclarations.declare(Set.of(name)).orElseThrow();
    assertEquals(List.of(name), declared.names());
    assertTrue(declared.text().startsWith("extern "), declared.text());
    assertTrue(
        declared.text().contains("bpf_stream_vprintk_impl(int")
            ? name.endsWith("_impl")
                || declared
                    .text()
                    .contains(
                        "bpf_stream_vprintk(a0, a1, a2, a3) bpf_stream_vprintk_impl(a0, a1, a2, a3, (void *)0)")
            : !name.endsWith("_impl")
                || declared
                    .text()
                    .contains(
                        "bpf_stream_vprintk_impl(a0, a1, a2, a3, rest...) bpf_stream_vprintk(a0, a1, a2, a3)"),
        declared.text());
  }

  @Test
  void whatTheKernelDoesNotOfferIsNotDeclared() {
    assertTrue(KfuncDeclarations.declare(Set.of("bpf_stream_stage_init", "nothing")).isEmpty());
  }
}
