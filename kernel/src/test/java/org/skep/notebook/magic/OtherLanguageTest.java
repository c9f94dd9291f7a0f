package org.skep.notebook.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherLanguageTest {

  private static Optional<String> hint(String cell) {
    return OtherLanguage.hint(cell, "bpf"::equals);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'%bpf a --no-attach\nSEC(\"tc\") int f(void *c) { return 0; }' | (did you mean",
        "'#include <linux/bpf.h>\nint x;' | %%bpf NAME",
        "'SEC(\"xdp\") int f(struct xdp_md *c) { return 0; }' | %%bpf NAME",
        "'bpf_printk(\"hi\");' | %%bpf NAME",
        "'u64 n;' | %%bpf NAME",
        "'static __u32 a, b;' | %%bpf NAME",
        "'struct event { int pid; };' | %%bpf NAME",
        "'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }' | looks like bpftrace",
        "'kprobe:do_sys_open /pid == 5/ { printf(\"x\"); }' | looks like bpftrace",
        "'BEGIN { @a = 1; }' | looks like bpftrace",
        "'sudo bpftrace -l' | looks like bpftrace",
        "'from bcc import BPF\nb = BPF(text=\"\")' | looks like Python",
        "'import pandas as pd' | looks like Python",
        "'def f(): pass' | looks like Python",
        "'def f(a):\n  pass' | looks like Python",
        "'print(1)' | looks like Python",
        "'print \"x\"' | looks like Python",
        "'for x in range(3):\n  y()' | looks like Python",
        "'help()' | %lsmagic lists",
        "'?' | %lsmagic lists",
        "'exit' | does not end the kernel",
        "'quit()' | does not end the kernel",
        "'#!/bin/bash\nls' | %sh COMMAND",
        "'!ls -l' | %sh COMMAND",
        "'pip install numpy' | %sh COMMAND",
        "'ls' | %sh COMMAND",
        "'/list' | is a command of the jshell tool",
        "'/vars x' | is a command of the jshell tool",
      })
  void aCellOfAnotherLanguageIsToldHowItBegins(String cell, String expected) {
    assertTrue(hint(cell).orElse("").contains(expected), () -> cell + " => " + hint(cell));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int x = y;",
        "foo(1",
        "// a\nmake(3);",
        "%bpf",
        "cat.speak(;",
        "union(a, b",
        "struct.size(;",
        "help.me(;",
        "exit(3",
        "printer(1",
        "case 5:",
        "label: x()",
        "BEGIN.x(;"
      })
  void javaWithAMistakeIsTakenForJava(String cell) {
    assertEquals(Optional.empty(), hint(cell), cell);
  }
}
