# SPDX-License-Identifier: GPL-2.0-or-later
"""Goal 2: whether anything is lost at the full rate that this machine can make."""

import collections
import ctypes
import json
import os
import threading
import time

from costs import STREAM
from figures import Row
from harness import said_lost
from loads import result, run_tool
from watched import CONNTOP, Watched, temp_path

LIBC = ctypes.CDLL(None)
EXPORT_S = 20
SETTLE_S = 0.5  # within which all that happened is seen
PUNCH = 0x01 | 0x02  # FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE


class Sink:
    """Counts the lines of a growing file and gives back the room of what was counted."""

    def __init__(self, path):
        self.path, self.at, self.lines = path, 0, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        while not self.over.wait(0.5):
            self.count()

    def count(self):
        with open(self.path, "r+b") as file:
            file.seek(self.at)
            while got := file.read(1 << 22):
                self.lines += got.count(b"\n")
                self.at += len(got)
            if self.at > 4096:
                LIBC.fallocate(file.fileno(), PUNCH, ctypes.c_long(0),
                               ctypes.c_long(self.at & ~0xfff))

    def end(self):
        self.over.set()
        self.thread.join()
        self.count()
        return self.lines


# What happened, at least; what of it was seen; lost by kind; missed by the kernel.
Counts = collections.namedtuple("Counts", "happened seen lost missed")


def full_rate(seconds, opens):
    """A generator of connections for each processor and one of execs: how many events they make.
    opens: whether those of a socket that opens are counted."""
    conns = [run_tool("conns -H", seconds, pin=False) for _ in range(os.cpu_count())]
    execs = run_tool("execs", seconds, pin=False)
    # One end connects, one accepts; each opens and closes.
    made = sum(result(one)["count"] for one in conns) * (6 if opens else 4)
    return int(made + 2 * result(execs)["count"])


def counts_of(happened, events):
    return Counts(happened, sum(events["seen"].values()), events["lost"], events["missed"])


def exported(watched):
    """The counts in what `e` writes."""
    path = temp_path("export.json")
    for text in ("\x1b", "e", "\x15", path, "\r"):
        watched.line.type(text)
        time.sleep(0.2)
    end = time.monotonic() + EXPORT_S
    while not os.path.exists(path):
        if time.monotonic() > end:
            raise RuntimeError("no export")
        time.sleep(0.05)
    with open(path, encoding="utf-8") as file:
        return json.load(file)["events"]


def on_screen(seconds):
    with Watched([CONNTOP], screen=True) as watched:
        happened = full_rate(seconds, opens=True)
        time.sleep(SETTLE_S)
        return counts_of(happened, exported(watched))


def recorded(seconds):
    path = temp_path("recording")
    with Watched([CONNTOP, "--once", "--duration", str(seconds + 600), "--format", "json",
                  "--record", path]) as watched:
        happened = full_rate(seconds, opens=True)
        time.sleep(SETTLE_S)
    os.unlink(path)
    with open(watched.out, encoding="utf-8") as file:
        return counts_of(happened, json.load(file)["events"])


def streamed(seconds):
    path = temp_path("stream")
    with Watched([*STREAM, "-o", path]) as watched:
        sink = Sink(path)
        happened = full_rate(seconds, opens=False)
        time.sleep(SETTLE_S)
    lines = sink.end()
    os.unlink(path)
    lost, missed = said_lost(watched.said())
    return Counts(happened, lines, lost, missed)


def row(name, seconds, counts):
    """Strangers may have made more than happened here, never less."""
    n_lost = sum(counts.lost.values()) + counts.missed
    figure = f"{n_lost} of {counts.happened:,} ({counts.happened / seconds / 1000:.0f},000/s)"
    kinds = [f"{kind} {n}" for kind, n in counts.lost.items() if n]
    kinds += [f"missed {counts.missed}"] if counts.missed else []
    figure += ": " + ", ".join(kinds) if kinds else ""
    untold = counts.happened - counts.seen - n_lost
    figure += f"; {untold} not accounted for" if untold > 0 else ""
    return Row(2, f"lost in {seconds:g} s at the full rate, {name}", "0", figure,
               n_lost == 0 and untold <= 0)


def goal_2(seconds):
    return [row("screen", seconds, on_screen(seconds)),
            row("JSON to a file", seconds, streamed(seconds)),
            row("recorded", seconds, recorded(seconds))]
