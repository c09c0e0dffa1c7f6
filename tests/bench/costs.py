# SPDX-License-Identifier: GPL-2.0-or-later
"""Goals 1 and 3, and peers: what a program costs those that run beside it, and takes itself."""

import os
import re
import shutil
import statistics
import subprocess
import time

from figures import Row, below, lines_of, unmeasured
from loads import Side, interleave, percent, ratio, result, run_tool
from watched import CONNTOP, Watched

RESET, CONNS, EXECS, SYSCALLS = "conns -H", "conns -o -H", "execs", "syscalls"
BULK, IPERF = "bulk -H", "iperf3"
SETTLE_S = 0.5  # within which a program has taken what happened
STREAM = [CONNTOP, "--stream", "all", "--format", "json"]
# For bpftrace before 0.19; from then on `args` is no pointer.
TRACE = ("tracepoint:sock:inet_sock_set_state /args->protocol == 6/"
         ' { printf("%d %s %d %d %d\\n", pid, comm, args->sport, args->dport, args->newstate); }'
         ' tracepoint:sched:sched_process_exec { printf("%d %s\\n", pid, str(args->filename)); }')

# What it is; the largest ratio allowed, None: no change that can be told from none; and by which
# figure: processor time, where the load only computes, is moved least by what else runs.
GOALS = {
    RESET: ("a connection (reset)", 1.03, "cpu_ns"),
    CONNS: ("a connection (closed in order)", 1.03, "cpu_ns"),
    EXECS: ("an exec", 1.01, "cpu_ns"),
    SYSCALLS: ("a system call", None, "cpu_ns"),
    BULK: ("loopback throughput (bulk)", None, "each_ns"),
    IPERF: ("loopback throughput (iperf3)", None, "each_ns"),
}


def bpftrace():
    """Its command: a line for each state of a connection, and for each exec."""
    try:
        version = subprocess.run(["bpftrace", "--version"], stdout=subprocess.PIPE, text=True,
                                 check=True).stdout
        number = tuple(map(int, re.search(r"(\d+)\.(\d+)", version).groups()))
    except OSError:
        number = (0, 0)
    return ["bpftrace", "-e", TRACE.replace("->", ".") if number >= (0, 19) else TRACE]


def libbpf_tool(name):
    """Its command: Debian 13 calls it NAME-libbpf."""
    return [name if shutil.which(name) else f"{name}-libbpf"]


def peers():
    return [
        Side("execsnoop", libbpf_tool("execsnoop"), loads=(EXECS, SYSCALLS)),
        Side("tcplife", libbpf_tool("tcplife"), loads=(CONNS, SYSCALLS)),
        Side("tcpstates", libbpf_tool("tcpstates"), loads=(CONNS, SYSCALLS)),
        Side("bpftrace", bpftrace()),
        Side("iftop", ["iftop", "-n", "-i", "lo"], True),
        Side("nethogs", ["nethogs", "-a", "lo"], True),
        Side("htop", ["htop"], True),
    ]


def working(sides):
    """Those that are installed and run here; and of each other one why not."""
    found, lacks = [], []
    for side in sides:
        if not shutil.which(side.command[0]):
            lacks.append(f"{side.name}: not installed")
            continue
        try:
            with Watched(side.command, side.screen):
                found.append(side)
        except RuntimeError as error:
            lacks.append(f"{side.name}: {str(error).splitlines()[0]}")
    return found, lacks


def percents(got):
    return f"{percent(got.middle)} ({percent(got.low)} to {percent(got.high)})"


def per_100000(pairs):
    """Own processor seconds for 100,000 of what the load counts."""
    return statistics.median(leg.cpu_ns / leg.load["count"] for pair in pairs for leg in pair) / 1e4


def cost(words, base, beside):
    """The row of a load beside conntop's screen."""
    what, limit, figure = GOALS[words]
    got = ratio(base, beside, figure)
    reached = got.middle <= limit if limit else got.low <= 1
    text = f"{percents(got)}: {got.ns - got.base_ns:+.0f} on {got.base_ns:.0f} ns"
    if figure != "each_ns":
        text += f"; by the clock {percent(ratio(base, beside, 'each_ns').middle)}"
    return Row(1, f"{what}, screen open", percent(limit) if limit else "no change", text, reached)


def goal_1(seconds, rounds):
    """Each load beside conntop on a screen, as it is by default."""
    loads = {words: seconds for words in GOALS if words != IPERF or shutil.which(words)}
    loads[EXECS] = 2 * seconds  # has the smallest limit
    pairs = interleave([Side("alone", None), Side("screen", [CONNTOP], True)], loads, rounds)
    rows = [cost(words, pairs["alone"][words], pairs["screen"][words]) for words in loads]
    if IPERF not in loads:
        rows.append(unmeasured(1, GOALS[IPERF][0], "iperf3 is not installed"))
    return rows


def own_cpu(side, words, count, times):
    """Own processor seconds for 100,000 connections: medians of so many runs."""
    with Watched(side.command, side.screen) as watched:
        got = []
        for _ in range(times):
            before = watched.cpu_ns()
            result(run_tool(f"{words} -n {count}"))
            time.sleep(SETTLE_S)
            got.append((watched.cpu_ns() - before) / count / 1e4)
            if not side.screen:
                os.truncate(watched.out, 0)
    return statistics.median(got)


def goal_3(count, times):
    sides = ((Side("screen open", [CONNTOP], True), 0.1), (Side("JSON to a file", STREAM), 0.5))
    return [below(3, f"own CPU, 100,000 times {GOALS[words][0]}, {side.name}",
                  own_cpu(side, words, count, times), limit, "s")
            for side, limit in sides for words in (RESET, CONNS)]


def peers_table(seconds, rounds):
    """Lines: conntop and its peers side by side, beside the same loads."""
    found, lacks = working(peers())
    loads = dict.fromkeys((CONNS, EXECS, SYSCALLS), seconds)
    sides = [Side("alone", None), Side("conntop", [CONNTOP], True),
             Side("conntop --stream", STREAM), *found]
    pairs = interleave(sides, loads, rounds)
    cells = [("program", "a connection", "an exec", "a system call", "own CPU, 100,000 connections",
              "RSS")]
    for side in sides[1:]:
        got = pairs[side.name]
        costs = [percent(ratio(pairs["alone"][words], got[words], GOALS[words][2]).middle)
                 if words in got else "" for words in loads]
        own = f"{per_100000(got[CONNS]):.2f} s" if CONNS in got else ""
        rss = max(leg.rss_kb for some in got.values() for pair in some for leg in pair)
        cells.append((side.name, *costs, own, f"{rss / 1024:.1f} MB"))
    return lines_of(cells) + lacks
