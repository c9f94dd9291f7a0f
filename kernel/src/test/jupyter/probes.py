#!/usr/bin/env python3
"""Probes of the notebook protocol, beyond the conformance suite: what kernels got wrong before, one by one.

    probes.py [--shared | --alone] [NAME...]

Without arguments all; --shared and --alone pick those that share a kernel and those that start their own, a NAME
those whose names contain it.

Prints a JSON array, an object per probe: its name, its outcome (passed, failed), and why.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

import zmq
from dateutil.parser import isoparse
from jupyter_client.session import Session
from kernels import Kernel, Silence

PROBES = []


def probe(function):
    """A probe of the kernel that probes share."""
    PROBES.append((function, False))
    return function


def probe_alone(function):
    """A probe that starts kernels of its own."""
    PROBES.append((function, True))
    return function


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r} but was {actual!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


# Who the kernel is


@probe
def kernel_info_has_all_fields_on_shell_and_control(k):
    for channel in (k.shell, k.control):
        info = k.reply(channel, k.send(channel, "kernel_info_request"))["content"]
        equal("ok", info["status"])
        equal("5.4", info["protocol_version"])
        equal("skep", info["implementation"])
        equal(False, info["debugger"])
        equal([], info["supported_features"])
        for field in ("implementation_version", "banner"):
            holds(info[field], field)
        holds(all(link["url"].startswith("https://") for link in info["help_links"]), "help_links")
        language = info["language_info"]
        equal(("java", ".java", "text/x-java", "text/x-java", "java"), tuple(language[f] for f in (
            "name", "file_extension", "mimetype", "codemirror_mode", "pygments_lexer")))
        holds(language["version"].startswith("25"), "language version")


@probe
def headers_carry_the_kernels_own_session_and_a_date_with_zone(k):
    cell = k.execute("1 + 1")
    headers = [cell.whole["header"]] + [m["header"] for m in cell.messages]
    equal(1, len({h["session"] for h in headers}))
    holds(headers[0]["session"] != k.session.session, "the client's session is echoed")
    equal(len(headers), len({h["msg_id"] for h in headers}))
    for header in headers:
        date = header["date"]
        date = isoparse(date) if isinstance(date, str) else date
        holds(date.tzinfo is not None, f"no zone in {header['date']}")
        equal("5.4", header["version"])


@probe
def heartbeat_answers_at_once(k):
    for _ in range(5):
        started = time.monotonic()
        k.heartbeat.send(b"ping")
        holds(k.heartbeat.poll(10_000), "no echo")
        equal(b"ping", k.heartbeat.recv())
        took = time.monotonic() - started
        if took < 0.1:
            return
    raise AssertionError(f"the echo took {took:.3f} s")


@probe_alone
def requests_queued_before_the_kernel_binds_are_answered():
    kernel = Kernel()
    first = kernel.send(kernel.shell, "kernel_info_request")
    cell = kernel.run("6 * 7")
    try:
        kernel.start()
        equal("ok", kernel.reply(kernel.shell, first)["content"]["status"])
        equal("ok", kernel.reply(kernel.shell, cell)["content"]["status"])
    finally:
        kernel.__exit__()


@probe
def a_new_subscriber_is_welcomed(k):
    for topic in (b"", b"status"):
        late = k.socket(zmq.SUB, "iopub_port")
        late.setsockopt(zmq.SUBSCRIBE, topic)
        holds(late.poll(20_000), "no welcome")
        # Read with a session of its own: the shared one refuses a message that it has seen already.
        identities, message = Session(key=k.session.key).recv(late, mode=0)
        if message["msg_type"] == "iopub_welcome":
            equal([topic], identities)
            equal(topic.decode(), message["content"]["subscription"])
        else:
            raise AssertionError(f"{message['msg_type']} came before the welcome")
        late.close()


# Requests and their frame of busy and idle


@probe
def every_request_is_framed_by_busy_and_idle(k):
    requests = [
        ("kernel_info_request", {}), ("execute_request", {"code": "1"}),
        ("complete_request", {"code": "Sys", "cursor_pos": 3}),
        ("inspect_request", {"code": "Math.max", "cursor_pos": 8, "detail_level": 0}),
        ("is_complete_request", {"code": "1"}),
        ("history_request", {"hist_access_type": "tail", "n": 1, "output": False, "raw": True}),
        ("comm_info_request", {}), ("comm_msg", {"comm_id": "nobody", "data": {}}), ("no_such_request", {})]
    for kind, content in requests:
        states = [m for m in k.published(k.send(k.shell, kind, content), "idle") if m["msg_type"] == "status"]
        equal((kind, ["busy", "idle"]), (kind, [m["content"]["execution_state"] for m in states]))


@probe
def all_replies_have_a_status(k):
    for kind, content in (
            ("kernel_info_request", {}), ("complete_request", {"code": "x", "cursor_pos": 1}),
            ("inspect_request", {"code": "x", "cursor_pos": 1}), ("history_request", {"hist_access_type": "tail", "n": 1}),
            ("comm_info_request", {})):
        equal((kind, "ok"), (kind, k.reply(k.shell, k.send(k.shell, kind, content))["content"]["status"]))


@probe
def output_stands_between_busy_and_idle(k):
    kinds = k.execute('System.out.println("a"); System.err.println("b"); display("c"); 7').kinds()
    equal(["status", "execute_input", "stream", "stream", "display_data", "execute_result", "status"], kinds)


@probe
def control_is_answered_while_a_cell_runs_and_parents_are_kept(k):
    request = k.run('System.out.println("ready"); Thread.sleep(1000); System.out.println("after"); 5')
    k.until_printed(request)
    asked = time.monotonic()
    control = k.send(k.control, "kernel_info_request")
    k.reply(k.control, control)
    holds(time.monotonic() - asked < 0.9, "control waited for the cell")
    rest = k.published(request, "idle")
    equal(["stream", "execute_result", "status"], [m["msg_type"] for m in rest])
    k.reply(k.shell, request)


@probe
def numbers_count_the_cells_that_are_stored(k):
    first = k.execute("1").reply["execution_count"]
    silent = k.execute("2", silent=True)
    unstored = k.execute("3", store_history=False)
    equal(first + 1, k.execute("4").reply["execution_count"])
    equal(["status", "status"], silent.kinds())
    equal("3", unstored.result())


@probe
def a_silent_cell_shows_nothing_and_still_runs(k):
    cell = k.execute('int silently = 8; System.out.println("seen"); display("seen"); silently', silent=True)
    equal(["status", "status"], cell.kinds())
    equal("8", k.execute("silently").result())
    equal("error", k.execute("1 / 0", silent=True).status)


@probe
def user_expressions_are_evaluated_after_the_cell(k):
    cell = k.execute("int seven = 7;", user_expressions={"good": "seven * 6", "bad": "nowhere", "thrown": "seven / 0"})
    answers = cell.reply["user_expressions"]
    equal(("ok", "42"), (answers["good"]["status"], answers["good"]["data"]["text/plain"]))
    equal("error", answers["bad"]["status"])
    equal("java.lang.ArithmeticException", answers["thrown"]["ename"])
    equal({}, k.execute("1 / 0", user_expressions={"x": "1"}).reply["user_expressions"])


@probe
def an_error_aborts_the_cells_behind_it(k):
    failing = k.run("Thread.sleep(300); throw new IllegalStateException();")
    behind = k.run("int neverDefined = 1;")
    question = k.send(k.shell, "is_complete_request", {"code": "1"})
    equal("error", k.reply(k.shell, failing)["content"]["status"])
    equal("aborted", k.reply(k.shell, behind)["content"]["status"])
    equal("complete", k.reply(k.shell, question)["content"]["status"])
    equal(["busy", "idle"], [m["content"]["execution_state"] for m in k.published(behind, "idle")])
    equal("error", k.execute("neverDefined").status)
    equal("ok", k.execute("1").status)


@probe
def without_stop_on_error_the_cells_behind_run(k):
    failing = k.run("Thread.sleep(300); throw new IllegalStateException();", stop_on_error=False)
    behind = k.run("1 + 2")
    equal("error", k.reply(k.shell, failing)["content"]["status"])
    equal("ok", k.reply(k.shell, behind)["content"]["status"])


@probe
def an_empty_cell_is_fine(k):
    for code in ("", "  \n\t", "// a comment", "/* a comment */", ";"):
        cell = k.execute(code)
        equal((code, "ok", None), (code, cell.status, cell.result()))


# Cells


@probe
def results_have_plain_text_and_survive_what_they_are(k):
    equal("null", k.execute("(String) null").result())
    equal(None, k.execute("System.out.flush();").result())
    holds("1, 2, 3" in k.execute("new int[] {1, 2, 3}").result(), "an array is unreadable")
    thrower = "new Object() { public String toString() { throw new StackOverflowError(); } }"
    equal("ok", k.execute(thrower).status)
    holds(len(k.execute('"x".repeat(50_000_000)').result()) < 2_000_000, "a huge text is sent whole")
    equal("2", k.execute("1 + 1").result())


@probe
def errors_name_their_class_and_the_cells_line(k):
    cell = k.execute('int a = 1;\nint b = 0;\nthrow new java.io.IOException("disk " + a / 1);')
    equal(("error", "java.io.IOException", "disk 1"), tuple(cell.reply[f] for f in ("status", "ename", "evalue")))
    text = re.sub("\x1b\\[[0-9;]*m", "", "\n".join(cell.reply["traceback"]))
    holds(f"Cell In[{cell.reply['execution_count']}], line 3" in text and "throw new java.io.IOException" in text, text)
    holds("org.skep" not in text and "jdk.jshell" not in text, text)
    equal({f: cell.reply[f] for f in ("ename", "evalue", "traceback")}, cell.of("error")[0])


@probe
def compile_errors_are_all_shown_with_caret_and_source(k):
    cell = k.execute('int good = 1;\nint bad = "text";\nString worse = 5;')
    text = re.sub("\x1b\\[[0-9;]*m", "", "\n".join(cell.reply["traceback"]))
    for expected in ("line 2", "line 3", 'int bad = "text";', "^"):
        holds(expected in text, f"{expected} is not in\n{text}")


@probe
def errors_of_the_virtual_machine_are_survived(k):
    equal("java.lang.StackOverflowError", k.execute("int down(int n) { return down(n + 1); }\ndown(0)").reply["ename"])
    equal("java.lang.OutOfMemoryError", k.execute("new long[Integer.MAX_VALUE][Integer.MAX_VALUE]").reply["ename"])
    equal("java.lang.AssertionError", k.execute('throw new AssertionError("x");').reply["ename"])
    equal("2", k.execute("1 + 1").result())


@probe
def declarations_may_refer_forward_and_to_each_other(k):
    code = "int twice(int n) { return half(n) * 4; }\nint half(int n) { return n / 2; }\ntwice(10)"
    equal("20", k.execute(code).result())
    equal("ok", k.execute("class Ping { Pong pong; }\nclass Pong { Ping ping; }").status)
    equal("3", k.execute("record Point(int x, int y) {}\nvar p = new Point(1, 2);\np.x() + p.y()").result())


@probe
def all_cells_run_on_one_thread_with_a_name_that_linux_shows(k):
    name = "Thread.currentThread().getName() + Thread.currentThread().threadId()"
    first = k.execute(name).result()
    equal(first, k.execute(name).result())
    holds("skep-cell" in first, first)
    comms = [open(f"/proc/{k.process.pid}/task/{t}/comm").read().strip() for t in os.listdir(f"/proc/{k.process.pid}/task")]
    holds("skep-cell" in comms, f"no thread of that name: {comms}")


@probe
def the_context_class_loader_sees_the_classes_of_cells(k):
    k.execute("public class Seen {}")
    found = k.execute("Class.forName(Seen.class.getName(), true, Thread.currentThread().getContextClassLoader()) == Seen.class")
    equal("true", found.result())


# Output


@probe
def output_arrives_while_the_cell_runs(k):
    request = k.run('System.out.print("part"); Thread.sleep(3000);')
    started = time.monotonic()
    k.until_printed(request, "part")
    k.interrupt()
    holds(time.monotonic() - started < 2.9, "output came with the end of the cell")
    k.reply(k.shell, request)


@probe
def out_and_err_keep_their_order(k):
    cell = k.execute('for (int i = 0; i < 50; i++) { System.out.print("o" + i + " "); System.err.print("e" + i + " "); }')
    equal("".join(f"o{i} e{i} " for i in range(50)), "".join(c["text"] for c in cell.of("stream")))


@probe
def a_cell_that_closes_its_output_does_not_close_that_of_others(k):
    equal("ok", k.execute('try (var out = new PrintWriter(System.out)) { out.print("in"); } System.err.close();').status)
    cell = k.execute('System.out.print("out"); System.err.print("err");')
    equal(("out", "err"), (cell.text(), cell.text("stderr")))


NATIVE = """
import java.lang.foreign.*;
import java.lang.invoke.*;
MethodHandle c(String name, FunctionDescriptor type) {
  return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().find(name).get(), type);
}
MethodHandle puts = c("puts", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
MethodHandle perror = c("perror", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
"""


@probe
def what_native_code_and_children_print_is_shown(k):
    equal("ok", k.execute(NATIVE).status)
    cell = k.execute("""
        try (Arena arena = Arena.ofConfined()) {
          int written = (int) puts.invokeExact(arena.allocateFrom("by puts \\u2713"));
          perror.invokeExact(arena.allocateFrom("by perror"));
        }""")
    equal(("ok", "by puts \u2713\n"), (cell.status, cell.text()))
    holds(cell.text("stderr").startswith("by perror"), cell.text("stderr"))
    cell = k.execute('new ProcessBuilder("sh", "-c", "echo to out; echo to err >&2").inheritIO().start().waitFor()')
    equal(("0", "to out\n", "to err\n"), (cell.result(), cell.text(), cell.text("stderr")))
    cell = k.execute('new ProcessBuilder("seq", "300000").inheritIO().start().waitFor()')
    equal(300000, cell.text().count("\n"))


@probe
def a_variable_that_loses_its_value_is_named(k):
    k.execute("class Hive { } var hive = new Hive();")
    holds("'hive'" in k.execute("class Hive { int bees; }").text("stderr"), "nothing is said")
    equal("", k.execute("class Hive { } var hive = new Hive();").text("stderr"))


@probe
def a_crash_of_javac_is_neither_shown_nor_taken_for_success(k):
    k.execute("class Comb { class Cell { int v() { return 1; } } } var comb = new Comb().new Cell();")
    cell = k.execute("class Comb { static class Cell { int v() { return 2; } } }")
    equal("note: variable 'comb' is gone, as its type was declared again\n", cell.text("stderr"))
    equal("2", k.execute("new Comb.Cell().v()").result())


@probe
def classes_of_cells_are_named_as_there(k):
    error = k.execute('class Sting extends Exception { } throw new Sting();').reply
    equal("Sting", error["ename"])
    shown = k.execute("class Hidden { } List.of(new Hidden())").result()
    holds(shown.startswith("[Hidden@"), shown)


@probe
def a_hundred_thousand_lines_arrive_and_idle_after_them(k):
    cell = k.execute('for (int i = 0; i < 100_000; i++) System.out.println("line " + i);')
    equal("".join(f"line {i}\n" for i in range(100_000)), cell.text())
    equal("status", cell.kinds()[-1])
    holds(len(cell.of("stream")) < 2000, f"{len(cell.of('stream'))} messages")


@probe
def lines_of_many_threads_all_arrive(k):
    cell = k.execute('var ts = new ArrayList<Thread>(); for (int t = 0; t < 8; t++) { int id = t; ts.add(Thread.ofPlatform().start(() -> {'
                     ' for (int i = 0; i < 2000; i++) System.out.println(id + ":" + i); })); } for (var t : ts) t.join();')
    lines = cell.text().splitlines()
    equal(16_000, len(lines))
    for thread in range(8):
        equal([f"{thread}:{i}" for i in range(2000)], [line for line in lines if line.startswith(f"{thread}:")])


@probe
def text_of_all_languages_arrives(k):
    equal("gr\u00fc\u00df \u4f60\u597d \U0001f41d\n", k.execute('System.out.println("gr\u00fc\u00df \u4f60\u597d \U0001f41d");').text())
    equal("\U0001f41d", k.execute('"\U0001f41d"').result())
    equal("ok", k.execute('System.out.println("a\\ud83d");').status)


@probe
def a_thread_prints_into_its_own_cell_also_after_it(k):
    request = k.run('var go = new java.util.concurrent.CountDownLatch(1); Thread.ofPlatform().start(() -> {'
                    ' try { go.await(); } catch (InterruptedException e) {} System.out.println("late"); });')
    k.reply(k.shell, request)
    k.published(request, "idle")
    other = k.execute('go.countDown(); Thread.sleep(300);')
    equal("", other.text())
    k.until_printed(request, "late")


@probe
def an_exception_of_another_thread_is_shown(k):
    request = k.run('Thread.ofPlatform().start(() -> { throw new IllegalStateException("elsewhere"); }).join();')
    k.until_printed(request, "elsewhere")
    k.reply(k.shell, request)
    shown = k.execute('Thread.ofPlatform().name("aside").start(() -> {\n  throw new IllegalStateException("no");\n}).join();')
    equal(
        "Exception in thread 'aside': java.lang.IllegalStateException: no\n"
        f"    at lambda (Cell In[{shown.reply['execution_count']}], line 2)\n"
        '        throw new IllegalStateException("no");\n',
        shown.text("stderr"))


@probe_alone
def warming_up_shows_nothing_and_the_first_chart_brings_its_script():
    with Kernel() as k:
        first = k.run("1 + 1")
        k.reply(k.shell, first)
        shown = k.published(first, "idle")
        with contextlib.suppress(Silence):  # the first chart is warmed up about a second after the first cell
            shown += k.published(first, lambda m: m["msg_type"] == "display_data", seconds=5)
        equal([], [m["msg_type"] for m in shown if m["msg_type"] == "display_data"])
        chart = k.execute(
            "tech.tablesaw.plotly.api.HorizontalBarPlot.create("
            '"one", Table.create("t", StringColumn.create("k", "a"), IntColumn.create("v", 1)), "k", "v")')
        script = chart.of("display_data")
        holds(len(script) == 1 and "newPlot" in script[0]["data"]["text/html"], "plotly.js was not sent with the first chart")


@probe
def displays_can_be_replaced_and_cleared(k):
    first = k.execute('String shown = display("one");').of("display_data")[0]
    update = k.execute('updateDisplay(shown, "two");').of("update_display_data")[0]
    equal(first["transient"]["display_id"], update["transient"]["display_id"])
    equal([{"wait": True}], k.execute('System.out.println("x"); clearOutput(true);').of("clear_output"))
    request = k.run('for (int i = 0; i < 4; i++) Thread.ofPlatform().start(() -> display("threads"));')
    seen = []
    k.published(request, lambda m: m["msg_type"] == "display_data" and seen.append(m) is None and len(seen) == 4)
    k.reply(k.shell, request)


@probe
def large_messages_pass_both_ways(k):
    text = "x" * 5_000_000
    cell = k.execute(f'// {text}\n"y".repeat(5_000_000).lines().forEach(System.out::print);')
    equal("ok", cell.status)
    equal(5_000_000, len(cell.text()))


# Questions about code


@probe
def completion_counts_code_points(k):
    code = 'String bee = "\U0001f41d"; bee.toUpp'
    reply = k.reply(k.shell, k.send(k.shell, "complete_request", {"code": code, "cursor_pos": len(code)}))["content"]
    equal((len(code) - len("toUpp"), len(code)), (reply["cursor_start"], reply["cursor_end"]))
    holds(any(m.startswith("toUpperCase") for m in reply["matches"]), reply["matches"])
    middle = k.reply(k.shell, k.send(k.shell, "complete_request", {"code": code + "(1)", "cursor_pos": len(code)}))["content"]
    equal(reply["matches"], middle["matches"])


@probe
def java_is_completed_behind_magics_and_not_in_texts(k):
    def matches(code):
        request = k.send(k.shell, "complete_request", {"code": code, "cursor_pos": len(code)})
        content = k.reply(k.shell, request)["content"]
        return [code[:content["cursor_start"]] + match for match in content["matches"]]

    k.execute('String comb = "wax";')
    for magic in ("%time ", "%timeit -n 3 ", "var t = %timeit ", "int n = 1;\n%time "):
        holds(magic + "comb.length()" in matches(magic + "comb.len"), magic)
    for text in ('"comb.len', "// comb.len", "/* comb.len", '"""\ncomb.len', "'c"):
        equal([], matches(text))
    holds("'\"' + comb.length()" in matches("'\"' + comb.len"), "behind a character")


@probe
def completions_come_with_their_kinds(k):
    reply = k.reply(k.shell, k.send(k.shell, "complete_request", {"code": "Math.ma", "cursor_pos": 7}))["content"]
    kinds = reply["metadata"]["_jupyter_types_experimental"]
    holds("max(" in reply["matches"], reply["matches"])
    equal(reply["matches"], [kind["text"] for kind in kinds])
    holds(all({"start", "end", "text", "type", "signature"} <= kind.keys() for kind in kinds), kinds)


@probe
def a_cursor_outside_of_the_code_is_survived(k):
    for kind in ("complete_request", "inspect_request"):
        for cursor in (-5, 10_000):
            equal("ok", k.reply(k.shell, k.send(k.shell, kind, {"code": "Math", "cursor_pos": cursor}))["content"]["status"])


@probe
def inspection_shows_signature_and_documentation(k):
    code = '"\U0001f41d"; Math.max(1, 2)'
    reply = k.reply(k.shell, k.send(k.shell, "inspect_request", {"code": code, "cursor_pos": code.index("max") + 2}))["content"]
    equal(True, reply["found"])
    holds("max" in reply["data"]["text/plain"] and "text/html" in reply["data"], reply["data"])
    nothing = k.reply(k.shell, k.send(k.shell, "inspect_request", {"code": "nowhere", "cursor_pos": 7}))["content"]
    equal(("ok", False), (nothing["status"], nothing["found"]))


@probe
def completeness_is_judged(k):
    for code, status in (
            ("1 + 1", "complete"), ("int f() {", "incomplete"), (")", "invalid"), ("int int = 3;", "invalid"),
            ("", "complete"), ('"""\nabc', "incomplete")):
        reply = k.reply(k.shell, k.send(k.shell, "is_complete_request", {"code": code}))["content"]
        equal((code, status), (code, reply["status"]))
        holds(status != "incomplete" or "indent" in reply, "no indent")


@probe
def a_question_mark_opens_the_pager(k):
    payload = k.execute("Math.max?").reply["payload"]
    equal("page", payload[0]["source"])
    holds("max" in payload[0]["data"]["text/plain"], payload)


# History


def history(k, **content):
    request = k.send(k.shell, "history_request", {"output": False, "raw": True, **content})
    return k.reply(k.shell, request)["content"]["history"]


@probe
def history_gives_tail_range_and_search(k):
    for code in ("int h1 = 1;", "int h2 = 2;", "int h2 = 2;", "h1 + h2"):
        k.execute(code)
    k.execute("int unseen;", store_history=False)
    k.execute("int unseen;", silent=True)
    equal(["int h2 = 2;", "h1 + h2"], [row[2] for row in history(k, hist_access_type="tail", n=2)])
    session, line, _ = history(k, hist_access_type="tail", n=1)[0]
    equal(["int h2 = 2;"], [r[2] for r in history(k, hist_access_type="range", session=session, start=line - 1, stop=line)])
    equal(["h1 + h2"], [r[2] for r in history(k, hist_access_type="range", session=0, start=line, stop=line + 1)])
    equal(1, len(history(k, hist_access_type="search", pattern="int h2*", n=10, unique=True)))
    equal([], history(k, hist_access_type="search", pattern="*unseen*", n=10))
    equal([["h1 + h2", None]], [r[2] for r in history(k, hist_access_type="tail", n=1, output=True)])


@probe_alone
def history_outlives_the_kernel():
    with tempfile.TemporaryDirectory() as state:
        with Kernel(environment={"XDG_STATE_HOME": state}) as first:
            first.execute("int kept = 1;")
            history(first, hist_access_type="tail", n=1)
        with Kernel(environment={"XDG_STATE_HOME": state}) as second:
            equal(["int kept = 1;"], [r[2] for r in history(second, hist_access_type="tail", n=5)])


# Comms

ECHO = """
Notebook.current().comms().register("echo", (comm, first) -> {
    comm.onMessage(m -> comm.send(new CommMessage(m.data(), m.metadata(), m.buffers().reversed())));
    comm.onClose(m -> System.out.println("closed"));
});
"""


@probe
def comms_carry_data_and_buffers_both_ways_also_while_a_cell_runs(k):
    k.execute("import org.skep.notebook.*; import org.skep.notebook.wire.*;")
    equal("ok", k.execute(ECHO).status)
    k.send(k.shell, "comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}})
    running = k.run('System.out.println("ready"); Thread.sleep(30_000);')
    k.until_printed(running)
    said = k.send(k.shell, "comm_msg", {"comm_id": "c1", "data": {"n": 3}}, buffers=[b"one", b"\x00\xff"], metadata={"m": 1})
    answers = [m for m in k.published(said, "idle", seconds=15) if m["msg_type"] == "comm_msg"]
    equal(({"comm_id": "c1", "data": {"n": 3}}, {"m": 1}), (answers[0]["content"], answers[0]["metadata"]))
    equal([b"\x00\xff", b"one"], [bytes(b) for b in answers[0]["buffers"]])
    k.interrupt()
    k.reply(k.shell, running)

    info = k.reply(k.shell, k.send(k.shell, "comm_info_request", {"target_name": "echo"}))["content"]
    equal({"status": "ok", "comms": {"c1": {"target_name": "echo"}}}, info)
    equal({}, k.reply(k.shell, k.send(k.shell, "comm_info_request", {"target_name": "other"}))["content"]["comms"])
    end = k.send(k.shell, "comm_close", {"comm_id": "c1", "data": {}})
    equal("closed\n", "".join(m["content"].get("text", "") for m in k.published(end, "idle")))
    equal({}, k.reply(k.shell, k.send(k.shell, "comm_info_request"))["content"]["comms"])


@probe
def the_kernel_opens_comms(k):
    k.execute("import org.skep.notebook.*; import org.skep.notebook.wire.*; import com.google.gson.*;")
    cell = k.execute('var comm = Notebook.current().comms().open("page", new CommMessage(new JsonObject()));\n'
                     'comm.send(new CommMessage(new JsonObject(), new JsonObject(), List.of(new byte[] {7})));\n'
                     'comm.close(new CommMessage(new JsonObject()));')
    equal(["comm_open", "comm_msg", "comm_close"], [kind for kind in cell.kinds() if kind.startswith("comm")])
    equal("page", cell.of("comm_open")[0]["target_name"])


@probe
def a_comm_to_nobody_is_closed(k):
    request = k.send(k.shell, "comm_open", {"comm_id": "lost", "target_name": "no such target", "data": {}})
    closed = [m["content"] for m in k.published(request, "idle") if m["msg_type"] == "comm_close"]
    equal(["lost"], [c["comm_id"] for c in closed])


# Input


def question(k, cell):
    message = k.receive(k.stdin)
    equal(("input_request", cell), (message["msg_type"], message["parent_header"]["msg_id"]))
    return message


@probe
def input_is_asked_for_with_prompt_and_password(k):
    cell = k.run("new BufferedReader(new InputStreamReader(System.in)).readLine()", allow_stdin=True)
    k.send(k.stdin, "input_reply", {"value": "a line \U0001f41d"}, parent=question(k, cell))
    equal("ok", k.reply(k.shell, cell)["content"]["status"])
    result = [m for m in k.published(cell, "idle") if m["msg_type"] == "execute_result"][0]
    equal("a line \U0001f41d", result["content"]["data"]["text/plain"])

    ask = 'org.skep.notebook.display.CurrentCell.output().get().input("secret: ", true)'
    cell = k.run(ask, allow_stdin=True)
    asked = question(k, cell)
    equal({"prompt": "secret: ", "password": True}, asked["content"])
    k.send(k.stdin, "input_reply", {"value": "s"})  # clients may leave the parent out
    equal("ok", k.reply(k.shell, cell)["content"]["status"])


@probe
def input_works_again_after_an_interrupted_one(k):
    cell = k.run("System.in.read()", allow_stdin=True)
    stale = question(k, cell)
    k.interrupt()
    equal("error", k.reply(k.shell, cell)["content"]["status"])
    k.send(k.stdin, "input_reply", {"value": "too late"}, parent=stale)
    for answer in ("first", "second"):
        cell = k.run("new Scanner(System.in).nextLine()", allow_stdin=True)
        k.send(k.stdin, "input_reply", {"value": answer}, parent=question(k, cell))
        equal("ok", k.reply(k.shell, cell)["content"]["status"])
        result = [m for m in k.published(cell, "idle") if m["msg_type"] == "execute_result"][0]
        equal(answer, result["content"]["data"]["text/plain"])


@probe
def input_is_refused_where_nobody_can_answer(k):
    equal("error", k.execute("System.in.read()", allow_stdin=False).status)
    holds(not k.stdin.poll(200), "a question was sent")


# What must not break it


@probe
def unknown_messages_are_lived_through(k):
    for channel in (k.shell, k.control):
        k.published(k.send(channel, "debug_request", {"seq": 1, "type": "request", "command": "initialize"}), "idle")
        k.published(k.send(channel, "create_subshell_request"), "idle")
    equal("2", k.execute("1 + 1").result())


@probe
def a_wrong_signature_is_dropped(k):
    for channel in (k.shell, k.control, k.stdin):
        channel.send_multipart([
            b"<IDS|MSG>", b"0" * 64, json.dumps({"msg_id": "forged", "msg_type": "execute_request"}).encode(), b"{}", b"{}",
            b'{"code": "int forged = 1;"}'])
    equal("error", k.execute("forged").status)
    equal("ok", k.reply(k.control, k.send(k.control, "kernel_info_request"))["content"]["status"])


@probe
def garbage_is_dropped(k):
    signed = [b"[]", b"{}", b"{}", b"{}"]
    for channel in (k.shell, k.control, k.stdin):
        for frames in (
                [b""], [b"\xff\xfe"], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"x"], [b"a"] * 20,
                [b"<IDS|MSG>", k.session.sign(signed), *signed],
                [b"<IDS|MSG>", k.session.sign([b"{" * 100_000] * 4), *[b"{" * 100_000] * 4]):
            channel.send_multipart(frames)
    for port in ("shell_port", "iopub_port", "control_port", "stdin_port", "hb_port"):
        with socket.create_connection((k.connection["ip"], k.connection[port]), 10) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    equal("2", k.execute("1 + 1").result())
    equal("ok", k.reply(k.control, k.send(k.control, "kernel_info_request"))["content"]["status"])


@probe
def contents_of_wrong_types_are_lived_through(k):
    for kind, content in (
            ("execute_request", {"code": 5, "silent": "yes", "user_expressions": [1]}),
            ("execute_request", {"code": "1", "user_expressions": {"a": {"b": 1}}}),
            ("complete_request", {"code": None, "cursor_pos": "x"}), ("inspect_request", {}),
            ("is_complete_request", {"code": []}), ("history_request", {"hist_access_type": 3}),
            ("comm_info_request", {"target_name": {}})):
        k.reply(k.shell, k.send(k.shell, kind, content))
    equal("2", k.execute("1 + 1").result())


# Interrupts

ENDLESS = {
    "a loop": "while (true) { }",
    "a sleep": "Thread.sleep(60_000);",
    "a lock": "synchronized (Object.class) { Object.class.wait(); }",
    "a park": "while (true) java.util.concurrent.locks.LockSupport.park();",
    "a loop that catches everything": "while (true) { try { Thread.sleep(60_000); } catch (Throwable t) { } }",
    "a stream": "IntStream.iterate(0, i -> i + 1).forEach(i -> { });",
    "a read of a pipe": "new PipedInputStream(new PipedOutputStream()).read();",
    "a join of a looping thread": "var t = new Thread(() -> { while (true) { } }); t.start(); t.join();",
    "a join of a virtual thread": "Thread.ofVirtual().start(() -> { while (true) { Thread.yield(); } }).join();",
    "printing": 'while (true) System.out.println("x".repeat(100));',
}


def stops(k, what, code):
    request = k.run('System.out.println("ready"); ' + code)
    k.until_printed(request)
    time.sleep(0.2)
    asked = time.monotonic()
    equal({"status": "ok"}, k.interrupt())
    reply = k.reply(k.shell, request, seconds=10)["content"]
    took = time.monotonic() - asked
    equal((what, "error", "Interrupted"), (what, reply["status"], reply["ename"]))
    k.published(request, "idle")
    return took


@probe
def whatever_a_cell_does_an_interrupt_ends_it(k):
    for what, code in ENDLESS.items():
        took = stops(k, what, code)
        holds(took < 5, f"{what} took {took:.1f} s to stop")
        equal((what, "2"), (what, k.execute("1 + 1").result()))


@probe_alone
def what_cannot_be_stopped_can_be_left_behind():
    with Kernel() as k:
        k.execute("var door = new CompletableFuture<Integer>(); int kept = 5;")
        stuck = k.run('{ System.out.println("ready"); door.join(); System.out.println("came back"); }')
        behind = k.run("kept = 6;")
        k.until_printed(stuck)
        k.interrupt()
        k.until_printed(stuck, "Interrupt once more")
        k.interrupt()
        reply = k.reply(k.shell, stuck, seconds=10)["content"]
        equal(("error", "Interrupted"), (reply["status"], reply["ename"]))
        holds("error" in [m["msg_type"] for m in k.published(stuck, "idle", seconds=10)], "no error is shown")
        equal("aborted", k.reply(k.shell, behind)["content"]["status"])
        equal("5", k.execute("kept").result())
        equal("skep-cell", k.execute("Thread.currentThread().getName()").result())
        equal("ok", k.execute("door.complete(1); Thread.sleep(500);").status)
        equal("2", k.execute("1 + 1").result())
        holds(not k.shell.poll(300), "the cell left behind was answered twice")
        whatever_a_cell_does_an_interrupt_ends_it(k)


@probe
def no_core_is_busy_after_an_interrupt(k):
    stops(k, "a loop", ENDLESS["a loop"])
    k.execute("1 + 1")
    time.sleep(1)
    before = k.cpu_seconds()
    time.sleep(2)
    used = (k.cpu_seconds() - before) / 2
    holds(used < 0.3, f"{used:.2f} cores are busy")


@probe
def an_interrupt_in_the_first_moment_is_not_lost(k):
    for _ in range(6):
        request = k.run("Thread.sleep(60_000);")
        k.until_busy(request)
        k.interrupt()
        equal("error", k.reply(k.shell, request, seconds=10)["content"]["status"])
        k.published(request, "idle")


@probe_alone
def an_interrupt_while_the_first_cell_is_compiled_is_not_lost():
    for pause in (0, 0.3):
        with Kernel() as k:
            request = k.run("Thread.sleep(60_000);")
            k.until_busy(request)
            time.sleep(pause)
            k.interrupt()
            equal("error", k.reply(k.shell, request, seconds=30)["content"]["status"])
            equal("2", k.execute("1 + 1").result())


@probe
def an_interrupt_when_idle_harms_nothing(k):
    equal({"status": "ok"}, k.interrupt())
    equal("ok", k.execute("Thread.sleep(100);").status)


@probe
def an_interrupt_aborts_the_cells_behind(k):
    running = k.run('System.out.println("ready"); while (true) { }', stop_on_error=False)
    behind = [k.run("int behind = 1;") for _ in range(3)]
    k.until_printed(running)
    time.sleep(0.2)
    k.interrupt()
    equal("error", k.reply(k.shell, running)["content"]["status"])
    equal(["aborted"] * 3, [k.reply(k.shell, request)["content"]["status"] for request in behind])
    equal("2", k.execute("1 + 1").result())


@probe
def libraries_are_told_of_an_interrupt(k):
    k.execute("import org.skep.notebook.display.*;")
    k.execute("var told = new java.util.concurrent.CountDownLatch(1);")
    request = k.run('try (var hook = CurrentCell.onInterrupt(told::countDown)) { System.out.println("ready"); Thread.sleep(60_000); }')
    k.until_printed(request)
    k.interrupt()
    k.reply(k.shell, request)
    equal("0", k.execute("told.getCount()").result())


# The end


def shutdown(k, restart=False):
    request = k.send(k.control, "shutdown_request", {"restart": restart})
    started = time.monotonic()
    reply = k.reply(k.control, request)["content"]
    equal({"status": "ok", "restart": restart}, reply)
    holds(k.ended(20) is not None, "the process lives on")
    return time.monotonic() - started


@probe_alone
def shutdown_is_answered_and_the_process_ends():
    for restart in (False, True):
        with Kernel() as k:
            took = shutdown(k, restart)
            equal(0, k.process.returncode)
            holds(took < 3, f"it took {took:.2f} s")


@probe_alone
def shutdown_ends_a_looping_cell_and_runs_hooks():
    with tempfile.TemporaryDirectory() as folder:
        witness = os.path.join(folder, "hook")
        with Kernel() as k:
            k.execute(f'Runtime.getRuntime().addShutdownHook(new Thread(() -> {{ new File("{witness}").mkdir(); }}));')
            request = k.run('System.out.println("ready"); while (true) { try { while (true) { } } catch (Throwable t) { } }')
            k.until_printed(request)
            took = shutdown(k)
            holds(took < 3, f"it took {took:.2f} s")
            holds(os.path.exists(witness), "the hook did not run")


@probe_alone
def shutdown_does_not_wait_for_a_hook_that_hangs():
    with Kernel() as k:
        k.execute("Runtime.getRuntime().addShutdownHook(new Thread(() -> { while (true) { } }));")
        took = shutdown(k)
        holds(took < 3, f"it took {took:.2f} s")


@probe_alone
def sigterm_ends_a_looping_cell():
    with Kernel() as k:
        request = k.run('System.out.println("ready"); while (true) { }')
        k.until_printed(request)
        started = time.monotonic()
        os.kill(k.process.pid, signal.SIGTERM)
        equal(143, k.ended(20))
        holds(time.monotonic() - started < 3, "it took long")


@probe_alone
def the_kernel_ends_when_its_parent_is_gone():
    parent = subprocess.Popen(["sleep", "600"])
    with Kernel(parent=parent.pid) as k:
        time.sleep(2)
        equal(None, k.process.poll())
        parent.kill()
        parent.wait()
        holds(k.ended(20) is not None, "the process lives on")


@probe
def a_cell_cannot_end_the_process_by_accident(k):
    equal("error", k.execute("System.exit(7);").status)
    equal("2", k.execute("1 + 1").result())


def main(arguments):
    wanted = [a for a in arguments if not a.startswith("--")]
    kinds = {a == "--alone" for a in arguments if a in ("--shared", "--alone")}
    outcomes = []
    shared = None
    try:
        for function, alone in PROBES:
            name = function.__name__
            if (wanted and not any(word in name for word in wanted)) or (kinds and alone not in kinds):
                continue
            started = time.monotonic()
            try:
                if alone:
                    function()
                else:
                    if shared is None or shared.process.poll() is not None:
                        shared = Kernel(stderr=subprocess.DEVNULL).start().ready()
                    function(shared)
                outcome, why = "passed", ""
            except (AssertionError, Silence, Exception) as error:
                outcome, why = "failed", traceback.format_exc()
                if shared is not None and not alone:  # what it left running must not spoil the next
                    shared.__exit__()
                    shared = None
            print(f"{time.monotonic() - started:6.2f} s  {outcome}  {name}", file=sys.stderr, flush=True)
            if why:
                print(why, file=sys.stderr, flush=True)
            outcomes.append({"name": name, "outcome": outcome, "why": why})
    finally:
        if shared is not None:
            shared.__exit__()
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main(sys.argv[1:])
