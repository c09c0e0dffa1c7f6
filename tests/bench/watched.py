# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that run while something is measured, on a terminal of their own or into a file, and
what they take of the machine."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
sys.path[:0] = [path for name in ("live", "screen")
                if (path := os.path.join(TESTS, name)) not in sys.path]

# pylint: disable=wrong-import-position
from harness import CONNTOP, conntop_env, proc_status, wait_until, watches
from line import Line

# Names for those that import this file: it knows where those are that it takes them from.
__all__ = ["CONNTOP", "Line", "Watched", "temp_path", "tidy", "tool"]

COLS, ROWS = 100, 30
READY_S, PEER_READY_S = 20, 5  # within which conntop, and others, attach
PAUSE_S, REST = 0.5, 0.05  # a program that rests for so long, but for that part, is ready
STOP_S = 5
BUILD = os.path.join(ROOT, os.environ.get("BUILD") or "build")

_temp = {"dir": None, "n": 0}


def temp_path(name):
    """A path that is gone at the end."""
    if not _temp["dir"]:
        _temp["dir"] = tempfile.mkdtemp(prefix="conntop-bench-")
    _temp["n"] += 1
    return os.path.join(_temp["dir"], f"{_temp['n']}.{name}")


def tidy():
    if _temp["dir"]:
        shutil.rmtree(_temp["dir"], ignore_errors=True)
        _temp["dir"] = None


def tool(name):
    """A load generator of ours."""
    return os.path.join(BUILD, "bench", name)


def is_conntop(command):
    return "conntop" in os.path.basename(command[0])


def home(command):
    """Variables for it: other programs than conntop save their settings as they end."""
    if is_conntop(command):
        return {}
    folder = os.path.dirname(temp_path(""))
    return {"HOME": folder, "XDG_CONFIG_HOME": folder}


class Watched:
    """
    with Watched([CONNTOP], screen=True) as watched: ...

    A program from the moment on that it is ready. screen: on a terminal that is read all the time,
    else its output goes to files, `out` and `err`.
    """

    def __init__(self, command, screen=False):
        self.screen = screen
        if screen:
            self.line = Line(cols=COLS, rows=ROWS, command=command, env=home(command))
            self.process = self.line.process
            self.drains = True
            self.drainer = threading.Thread(target=self._drain, daemon=True)
            self.drainer.start()
        else:
            self.out, self.err = temp_path("out"), temp_path("err")
            with open(self.out, "wb") as out, open(self.err, "wb") as err:
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                                stderr=err, env=conntop_env(**home(command)))
        self.pid = self.process.pid
        try:
            self._wait_ready(command)
        except BaseException:
            self.close()
            raise

    def _drain(self):
        while self.drains:
            self.line.read_for(0.1)
            self.line.out = b""

    def _wait_ready(self, command):
        if is_conntop(command):
            wait_until(lambda: self._has_ended() or watches(self.pid), "conntop to attach", READY_S)
            time.sleep(0.1)  # what it does once, at start
        else:
            self._wait_rest()
        if self._has_ended():
            raise RuntimeError(f"{' '.join(command)} ended at once: {self.said()}")

    def _wait_rest(self):
        """Until what a peer does at start is over, or for as long as it may take: some never do."""
        end, spent = time.monotonic() + PEER_READY_S, -1e9
        while not self._has_ended() and time.monotonic() < end:
            before, spent = spent, self.cpu_ns()
            if spent - before < REST * PAUSE_S * 1e9:
                break
            time.sleep(PAUSE_S)

    def _has_ended(self):
        return self.process.poll() is not None

    def said(self):
        """What it wrote to its standard error, after its end."""
        if self.screen:
            return self.process.stderr.read().decode(errors="replace")
        with open(self.err, encoding="utf-8", errors="replace") as file:
            return file.read()

    def cpu_ns(self):
        """Processor time so far, of all its threads."""
        spent = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/schedstat", encoding="ascii") as file:
                spent += int(file.read().split()[0])
        return spent

    def wakeups(self):
        return int(proc_status(self.pid)["voluntary_ctxt_switches"])

    def memory_kb(self):
        """(RSS, PSS): resident, and with each shared page divided among those that share it."""
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as file:
            text = file.read()
        return tuple(int(re.search(rf"^{key}: +(\d+) kB", text, re.M)[1]) for key in ("Rss", "Pss"))

    def close(self):
        """Ends it as its user does, and waits."""
        if not self._has_ended():
            if self.screen:
                self.line.type("q")
            else:
                self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.screen:
            self.drains = False
            self.drainer.join()
            self.line.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()
