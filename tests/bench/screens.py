# SPDX-License-Identifier: GPL-2.0-or-later
"""Goals 4, 5 and 7: conntop on a terminal, by itself: its start, its end, and at rest."""

import os
import re
import select
import statistics
import subprocess
import time

from figures import Row, below
from loads import parse
from watched import COLS, CONNTOP, ROWS, Line, Watched, temp_path, tool

# What a whole first frame has: the titles of both panes, and the last key of the key line.
FIRST_FRAME = (b"Execs", b"Connections", b"uit")
START_S = 10  # within which the first frame comes
LATENCY_S = 2


def wait_bytes(line, wanted, seconds):
    """Reads until all of that is there; when (time.monotonic), None: not in time."""
    end = time.monotonic() + seconds
    while not all(text in line.out for text in wanted):
        left = end - time.monotonic()
        if left < 0 or line.process.poll() is not None:
            return None
        select.select([line.master], [], [], min(left, 0.5))
        line.read()
    return time.monotonic()


def start_and_end():
    """Seconds from the fork to the whole first frame, from `q` to the end of the process, and to
    the last byte."""
    begin = time.monotonic()
    with Line(cols=COLS, rows=ROWS, command=[CONNTOP]) as line:
        first = wait_bytes(line, FIRST_FRAME, START_S)
        if not first:
            raise RuntimeError(f"no first frame: {line.process.poll()} {line.out[-200:]}")
        line.read_for(1.0)
        gone = os.pidfd_open(line.process.pid)
        asked = last = time.monotonic()
        line.type("q")
        while not select.select([gone], [], [], 0)[0]:
            if select.select([line.master, gone], [], [], 5)[0] == []:
                raise RuntimeError("does not end")
            if line.read():
                last = time.monotonic()
        ended = time.monotonic()
        if line.read():
            last = ended
        os.close(gone)
        line.end()
    return first - begin, ended - asked, last - asked


def goal_5(times):
    begun, ended, last = [sorted(some) for some in zip(*(start_and_end() for _ in range(times)))]

    def row(what, some, limit):
        return below(5, what, statistics.median(some) * 1000, limit, "ms",
                     f" (median of {times}; {some[0] * 1000:.0f} to {some[-1] * 1000:.0f})")

    return [row("start to the first frame", begun, 60), row("q to the last byte", last, 50),
            row("q to the end of the process", ended, 50)]


def program(i):
    """One that does nothing, under a name of its own: each differs from those before in every
    letter, as curses sends only what changed."""
    name = "".join(chr(ord("a") + (i * 7 + at * 3) % 26) for at in range(10))
    path = os.path.join(os.path.dirname(temp_path("")), name)
    if not os.path.lexists(path):
        os.symlink(tool("nothing"), path)
    return path


def latency(line, i):
    """Seconds from an exec to its row on the screen, None: it did not come in time."""
    path = program(i)
    line.read()
    line.out = b""
    begin = time.monotonic()
    pid = os.posix_spawn(path, [path], {})
    shown = wait_bytes(line, (os.path.basename(path).encode(),), LATENCY_S)
    os.waitpid(pid, 0)
    return shown - begin if shown else None


def latencies(times):
    with Line(cols=COLS, rows=ROWS, command=[CONNTOP]) as line:
        if not wait_bytes(line, FIRST_FRAME, START_S):
            raise RuntimeError("no first frame")
        got = []
        for i in range(times):
            line.read_for(0.3 + 0.07 * (i % 10))  # anywhere between two refreshes
            got.append(latency(line, i))
        line.type("q")
        line.end()
    return got


def forks():
    """So far, on the whole machine."""
    with open("/proc/stat", encoding="ascii") as file:
        return int(re.search(r"^processes (\d+)", file.read(), re.M)[1])


def at_rest(seconds):
    with Watched([CONNTOP], screen=True) as watched:
        time.sleep(2)
        cpu, wakeups, forked, begin = watched.cpu_ns(), watched.wakeups(), forks(), time.monotonic()
        time.sleep(seconds)
        spent = time.monotonic() - begin
        cpu, wakeups = watched.cpu_ns() - cpu, watched.wakeups() - wakeups
        forked = (forks() - forked) / spent
        rss, pss = watched.memory_kb()
    busy = f" (the host was not: {forked:.0f} forks/s)" if forked > 1 else ""
    return [
        below(4, "at rest: processor", cpu / spent / 1e7, 0.1, "%", busy),
        below(4, "at rest: wake-ups a second", wakeups / spent, 2, "/s", busy),
        below(4, "at rest: resident", rss / 1024, 12, "MB",
              f" (its share: {pss / 1024:.1f}){busy}"),
    ]


def goal_4(seconds, times):
    rows = at_rest(seconds)
    shown = latencies(times)
    came = sorted(one for one in shown if one)
    figure = f"{len(came)} of {times} came"
    if came:
        figure = (f"{statistics.median(came) * 1000:.0f} ms (longest {came[-1] * 1000:.0f}; "
                  f"{figure})")
    reached = len(came) == times and came[-1] <= 0.2
    return rows + [Row(4, "an exec to its row on the screen", "200 ms", figure, reached)]


def goal_7(pairs, seconds):
    """Own processor time of a refresh while so many connections are held: all of it."""
    delay = 0.2
    held = subprocess.Popen([tool("sockets"), "-H", "-n", str(pairs), "-s", "60"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        count = int(parse(held.stdout.readline())["count"])
        with Watched([CONNTOP, "-d", str(delay)], screen=True) as watched:
            time.sleep(1)
            before = watched.cpu_ns()
            time.sleep(seconds)
            spent_ms = (watched.cpu_ns() - before) / 1e6
    finally:
        held.stdin.close()
        held.wait()
    return [below(7, f"a refresh with {2 * count:,} live sockets, drawing included",
                  spent_ms / (seconds / delay), 10, "ms")]
