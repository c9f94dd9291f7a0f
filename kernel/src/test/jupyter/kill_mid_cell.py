#!/usr/bin/env python3
"""Kills the kernel in the middle of a cell, while a program of an earlier one is attached.

Prints as JSON which programs, maps and links the kernel's process held, and which of these were left in the running
Linux some seconds after. What follows from it is for the caller to say.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel

KINDS = {"prog": "prog_id", "map": "map_id", "link": "link_id"}
SECONDS_TO_GO = 10


def held_by(pid):
    """The ids of what a process holds, read from its own descriptors: other processes may hold programs as well."""
    held = {kind: set() for kind in KINDS}
    for info in Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            text = info.read_text()
        except FileNotFoundError:  # closed meanwhile
            continue
        for kind, key in KINDS.items():
            # A link's descriptor names its program as well, which may be held by nothing else.
            held[kind].update(int(found) for found in re.findall(rf"^{key}:\s*(\d+)$", text, re.MULTILINE))
    return held


def in_the_running_linux(kind):
    bpftool = shutil.which("bpftool", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    shown = subprocess.run([bpftool, "--json", kind, "show"], check=True, capture_output=True, text=True)
    return {entry["id"] for entry in json.loads(shown.stdout)}


def left_of(held):
    """Waits for what was held to go, as the kernel frees late."""
    deadline = time.monotonic() + SECONDS_TO_GO
    while True:
        left = {kind: ids & in_the_running_linux(kind) for kind, ids in held.items()}
        if not any(left.values()) or time.monotonic() > deadline:
            return left
        time.sleep(0.1)


def program_of(notebook):
    cells = (cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code")
    return next(cell.source for cell in cells if cell.source.startswith("%%bpf"))


def main(notebook):
    manager, client = start_new_kernel(kernel_name="skep", startup_timeout=120)
    try:
        reply = client.execute_interactive(program_of(notebook), timeout=60, output_hook=lambda message: None)
        if reply["content"]["status"] != "ok":
            sys.exit(json.dumps(reply["content"]))
        pid = manager.provisioner.pid
        client.execute("while (true) Thread.sleep(1);")
        while client.get_iopub_msg(timeout=30)["msg_type"] != "execute_input":
            pass
        held = held_by(pid)
        os.kill(pid, signal.SIGKILL)
        left = left_of(held)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(json.dumps({name: {kind: sorted(ids) for kind, ids in found.items()} for name, found in
                      {"held": held, "left": left}.items()}))


if __name__ == "__main__":
    main(sys.argv[1])
