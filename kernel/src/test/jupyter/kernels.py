"""A kernel process and the five sockets to it, down to the frames: for the probes and the benchmark.

The official client (jupyter_client) makes the connection file, starts the process and signs; what it hides (queued
requests, garbage, stdin, welcome messages) is done here by hand.
"""

import contextlib
import os
import signal
import subprocess
import time

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session


class Silence(Exception):
    """Nothing came in time."""


class Kernel:
    """A kernel process with its sockets; a context manager that leaves no process behind."""

    def __init__(self, name="skep", environment=None, connect=True, seconds=90, stderr=subprocess.PIPE, parent=None):
        spec = KernelSpecManager().get_kernel_spec(name)
        self.file, self.connection = write_connection_file(key=os.urandom(16).hex().encode())
        self.session = Session(key=self.connection["key"].encode() if isinstance(self.connection["key"], str) else self.connection["key"])
        self.seconds = seconds
        self.argv = [part.replace("{connection_file}", self.file) for part in spec.argv]
        self.environment = {**os.environ, **spec.env, **(environment or {})}
        if parent:
            self.environment["JPY_PARENT_PID"] = str(parent)
        self.stderr = stderr
        self.process = None
        self.context = zmq.Context()
        self.kept = []
        if connect:
            self.connect()

    def connect(self):
        identity = b"probe-" + os.urandom(4).hex().encode()
        self.iopub = self.socket(zmq.SUB, "iopub_port")
        self.iopub.setsockopt(zmq.RCVHWM, 0)
        self.iopub.setsockopt(zmq.SUBSCRIBE, b"")
        self.shell = self.socket(zmq.DEALER, "shell_port", identity)
        self.control = self.socket(zmq.DEALER, "control_port", identity)
        self.stdin = self.socket(zmq.DEALER, "stdin_port", identity)
        self.heartbeat = self.socket(zmq.REQ, "hb_port")

    def socket(self, kind, port, identity=None):
        socket = self.context.socket(kind)
        socket.linger = 0
        if identity:
            socket.setsockopt(zmq.IDENTITY, identity)
        socket.connect(f"tcp://{self.connection['ip']}:{self.connection[port]}")
        return socket

    def start(self):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.stderr,
            start_new_session=True)
        return self

    def __enter__(self):
        return self.start().ready()

    def ready(self):
        """Waits until the output of requests is received too, not only their replies."""
        while True:
            request = self.send(self.shell, "kernel_info_request")
            self.reply(self.shell, request)
            with contextlib.suppress(Silence):
                self.published(request, until="idle", seconds=1)
                return self

    def __exit__(self, *error):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        self.context.destroy(linger=0)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.file)

    # Messages

    def send(self, socket, kind, content=None, parent=None, buffers=None, metadata=None):
        """Sends a request; returns its id."""
        message = self.session.msg(kind, content or {}, parent=parent, metadata=metadata)
        self.session.send(socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def receive(self, socket, seconds=None):
        if not socket.poll(int(1000 * (self.seconds if seconds is None else seconds))):
            raise Silence()
        _, message = self.session.recv(socket, mode=0, copy=True)
        return message

    def reply(self, socket, request, seconds=None):
        """Waits for the reply to a request, and drops others that come before it."""
        end = time.monotonic() + (self.seconds if seconds is None else seconds)
        while True:
            message = self.receive(socket, max(0, end - time.monotonic()))
            if message["parent_header"].get("msg_id") == request:
                return message

    def published(self, request, until, seconds=None):
        """What was published for a request, up to a state ("idle") or to the message for which `until` is true."""
        done = until if callable(until) else lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == until
        end = time.monotonic() + (self.seconds if seconds is None else seconds)
        messages = []

        def mine():
            for index, message in enumerate(self.kept):
                if message["parent_header"].get("msg_id") == request:
                    return self.kept.pop(index)
            return None

        while True:
            message = mine()
            if message is None:
                message = self.receive(self.iopub, max(0, end - time.monotonic()))
                if message["parent_header"].get("msg_id") != request:
                    self.kept.append(message)
                    continue
            messages.append(message)
            if done(message):
                return messages

    # Cells

    def run(self, code, **options):
        """Sends a cell without waiting; returns its id."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": True, **options}
        return self.send(self.shell, "execute_request", content)

    def execute(self, code, seconds=None, **options):
        """Runs a cell; returns its reply and what it published."""
        request = self.run(code, **options)
        reply = self.reply(self.shell, request, seconds)
        return Cell(reply["content"], self.published(request, "idle", seconds), reply)

    def until_busy(self, request):
        self.published(request, "busy")

    def until_printed(self, request, text="ready"):
        """Waits until a cell has printed a text."""
        seen = ""

        def printed(message):
            nonlocal seen
            if message["msg_type"] == "stream":
                seen += message["content"]["text"]
            return text in seen

        self.published(request, printed)

    def interrupt(self):
        request = self.send(self.control, "interrupt_request")
        return self.reply(self.control, request)["content"]

    def ended(self, seconds):
        """Waits for the end of the process; returns its status, or None if it lives on."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Cell:
    """How a cell ended, and what it published."""

    def __init__(self, reply, messages, whole):
        self.reply = reply
        self.messages = messages
        self.whole = whole
        self.status = reply["status"]

    def kinds(self):
        return [m["msg_type"] for m in self.messages]

    def of(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)

    def result(self, mime="text/plain"):
        results = self.of("execute_result")
        return results[-1]["data"][mime] if results else None
