#!/usr/bin/env python3
"""Runs Jupyter's conformance suite (jupyter_kernel_test) against the installed kernel.

Prints a JSON array, an object per test: its name, its outcome (passed, failed, skipped), and why. A test that
lacks a sample is skipped by the suite: here that is the pager, which the protocol has deprecated. What is skipped all
the same is for the caller to judge.
"""

import faulthandler
import json
import unittest
from contextlib import contextmanager

import jupyter_kernel_test

# Some tests of the suite wait without limit.
SECONDS = 300

# The suite waits a tenth of a second for the next message, which says more about the machine than about a kernel.
PATIENCE = 10


@contextmanager
def patience_of(client, seconds):
    """Lets a client wait longer for output than the suite asks it to."""
    channel = client.iopub_channel
    get_message = channel.get_msg
    channel.get_msg = lambda timeout=None: get_message(timeout=timeout and max(timeout, seconds))
    try:
        yield
    finally:
        channel.get_msg = get_message


class SkepConformance(jupyter_kernel_test.KernelTests):
    def execute_helper(self, *args, **kwargs):
        with patience_of(self.kc, PATIENCE):
            return super().execute_helper(*args, **kwargs)

    kernel_name = "skep"
    language_name = "java"
    file_extension = ".java"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("test stderr");'
    code_generate_error = "int zero = 1 / (1 - 1);"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": 'String.join("-", "a", "b")', "result": "a-b"},
        {"code": "new int[] {1, 2, 3}.length", "result": "3"},
        {"code": "int f(int n) { return g(n) + 1; }\nint g(int n) { return 2 * n; }\nf(20) + 1", "result": "42"},
    ]
    code_display_data = [
        {"code": 'display("<b>bold</b>", "text/html");', "mime": "text/html"},
        {"code": 'display("plain");', "mime": "text/plain"},
    ]
    code_clear_output = "clearOutput();"
    completion_samples = [
        {"text": "System.ou", "matches": ["out"]},
        {"text": '"abc".substr', "matches": ["substring("]},
        {"text": "%lsm", "matches": ["lsmagic"]},
    ]
    complete_code_samples = [
        "1",
        'System.out.println("hello, world");',
        "int f(int x) { return x * 2; }",
        'System.out.println("a"); // comment',
        "%lsmagic",
    ]
    incomplete_code_samples = [
        "int f(int x) {",
        "for (int i = 0; i < 3; i++) {",
        "class A {",
        '"""\nabc',
        "/* open",
    ]
    invalid_code_samples = [")", "int int = 3;"]
    code_history_pattern = "6 *7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"


class Outcomes(unittest.TestResult):
    """One outcome per test: a failed part of it (subTest) fails the whole."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def note(self, test, outcome, why=""):
        name = getattr(test, "test_case", test).id().rsplit(".", 1)[-1]
        if self.found.get(name, ("passed",))[0] != "failed":
            self.found[name] = (outcome, why)

    def note_failure(self, test, error):
        self.note(test, "failed", self._exc_info_to_string(error, test))

    def addSuccess(self, test):
        self.note(test, "passed")

    def addSkip(self, test, reason):
        self.note(test, "skipped", reason)

    def addError(self, test, err):
        self.note_failure(test, err)

    def addFailure(self, test, err):
        self.note_failure(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.note_failure(subtest, err)


def main():
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    outcomes = Outcomes()
    suites = [SkepConformance]
    # Newer suites have one more, for the welcome that a subscriber gets.
    if hasattr(jupyter_kernel_test, "IopubWelcomeTests"):
        suites.append(type("SkepWelcome", (jupyter_kernel_test.IopubWelcomeTests,), {"kernel_name": "skep"}))
    for suite in suites:
        unittest.defaultTestLoader.loadTestsFromTestCase(suite).run(outcomes)
    print(json.dumps([{"name": name, "outcome": outcome, "why": why} for name, (outcome, why) in outcomes.found.items()]))


if __name__ == "__main__":
    main()
