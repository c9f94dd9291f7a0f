package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignFormsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SEC(\"xdp\") static int f(struct xdp_md *ctx) { static int n; return n; }",
        "SEC(\"xdp\")\nstatic __noinline int f(struct xdp_md *ctx) { return 1; }",
        "int g; static SEC(\"xdp\") int f(struct xdp_md *ctx) { return 1; }",
        "__section(\"xdp\") static int f(struct xdp_md *ctx) { return 1; }",
        "static __attribute__((section(\"xdp\"), used)) int f(struct xdp_md *c) { return 1; }",
        "int g(void); static int __attribute__((section(\"tc\"))) f(void *c) { return 1; }",
        "SEC(\"tp_btf/x\") static int BPF_PROG(f, int a) { return 1; }",
      })
  void aStaticProgramBecomesGlobal(String text) {
    var rewritten = ForeignForms.rewrite(text);
    assertEquals(text.replaceFirst("static", "      "), rewritten.text());
    assertEquals(
        List.of("program 'f' is static, which libbpf rejects: taken as global"), rewritten.notes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "static int helper(void) { return 1; }\nSEC(\"xdp\") int f(void *c) { return helper(); }",
        "SEC(\"xdp\") int f(void *c) { static int n; return n++; }",
        "static const int limit SEC(\".rodata\") = 5;",
        "static int n __attribute__((section(\"data\"))) = 5; int f(void) { return n; }",
        "struct { __uint(pinning, LIBBPF_PIN_BY_NAME); } m SEC(\".maps\"); static int x;",
        "struct { __uint(pinning, 1); } m SEC(\".maps\");",
      })
  void whatLibbpfTakesStaysAsItIs(String text) {
    assertEquals(new ForeignForms.Rewritten(text, List.of()), ForeignForms.rewrite(text));
  }

  @Test
  void pinningOfOtherLoadersIsLeftOut() {
    var rewritten = ForeignForms.rewrite("struct { __uint(pinning, 100); } m SEC(\".maps\");");
    assertEquals("struct { __uint(pinning, 0  ); } m SEC(\".maps\");", rewritten.text());
    assertEquals(
        List.of("pinning '100' is of another loader: the map is not pinned"), rewritten.notes());
  }
}
