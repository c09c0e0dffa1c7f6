# SPDX-License-Identifier: GPL-2.0-or-later
"""The load generators, and what a load takes beside programs and alone, in turns."""

import collections
import contextlib
import json
import random
import shlex
import statistics
import subprocess
import time

from watched import Watched, tool

RESAMPLES = 1000
IPERF_PORT = "5201"
IPERF_BYTES = 128 * 1024  # counted as the writes of bulk are

# A program beside which loads run; command None: nothing. loads: those that concern it, or None.
Side = collections.namedtuple("Side", "name command screen loads", defaults=(False, None))
# One run of a load: what it printed, and the own processor time and memory of the program beside.
Leg = collections.namedtuple("Leg", "load cpu_ns rss_kb")
Ratio = collections.namedtuple("Ratio", "base_ns ns low middle high")


def parse(line):
    """name=value ...: numbers where they are."""
    words = dict(word.split("=", 1) for word in line.split())
    return {key: value if key in ("name", "sort") else float(value)
            for key, value in words.items()}


def run_tool(words, seconds=None, pin=True):
    """Starts a generator, "conns -o" say, pinned to the first processor; a Popen."""
    name, *args = shlex.split(words)
    args += ["-s", str(seconds)] if seconds else []
    return subprocess.Popen([tool(name), *(["-c", "0"] if pin else []), *args],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def result(process):
    """Waits for a generator's end: what it printed."""
    out = process.communicate(timeout=660)[0]
    if process.returncode:
        raise RuntimeError(f"{process.args}: status {process.returncode}")
    return parse(out)


def load(words, seconds):
    """Runs a generator, or iperf3, for so long; what it printed."""
    return iperf(seconds) if words == "iperf3" else result(run_tool(words, seconds))


def iperf(seconds):
    """iperf3 over loopback: as bulk, time for each 128 KiB. Whole seconds."""
    whole = max(1, round(seconds))
    server = subprocess.Popen(["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", IPERF_PORT],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.2)
        done = subprocess.run(["iperf3", "-c", "127.0.0.1", "-p", IPERF_PORT, "-t", str(whole),
                               "-J"], stdout=subprocess.PIPE, timeout=whole + 20, check=True)
        received = json.loads(done.stdout)["end"]["sum_received"]
    finally:
        server.kill()
        server.wait()
    n = received["bytes"] / IPERF_BYTES
    return {"name": "iperf3", "count": n, "seconds": received["seconds"],
            "each_ns": received["seconds"] * 1e9 / n}


def legs(side, loads):
    """Each load once beside that program, for its seconds: {load: Leg}."""
    beside = Watched(side.command, side.screen) if side.command else contextlib.nullcontext()
    got = {}
    with beside as watched:
        for words, seconds in loads.items():
            if side.loads is not None and words not in side.loads:
                continue
            before = watched.cpu_ns() if watched else 0
            printed = load(words, seconds)
            if watched:
                time.sleep(0.1)  # for it to take what is left in its buffers
            got[words] = Leg(printed, watched.cpu_ns() - before if watched else 0,
                             watched.memory_kb()[0] if watched else 0)
    return got


def interleave(sides, loads, rounds):
    """In turns, A B C C B A, as often as there are rounds: {side: {load: [(Leg, Leg), ...]}}."""
    pairs = {side.name: collections.defaultdict(list) for side in sides}
    for _ in range(rounds):
        there = [legs(side, loads) for side in sides]
        back = [legs(side, loads) for side in reversed(sides)]
        for side, one, other in zip(sides, there, reversed(back)):
            for words, leg in one.items():
                pairs[side.name][words].append((leg, other[words]))
    return pairs


def ratio(base, beside, figure):
    """Of two lists of pairs of legs, one pair a round: the median of the rounds' ratios (which how
    busy the machine is in other rounds does not move), and between what it is in 95 of 100 samples
    of such rounds."""
    rng = random.Random(1)
    sums = [[sum(leg.load[figure] for leg in pair) for pair in pairs] for pairs in (base, beside)]
    ratios = [two / one for one, two in zip(*sums)]
    samples = sorted(statistics.median(rng.choices(ratios, k=len(ratios)))
                     for _ in range(RESAMPLES))
    middle, base_ns = statistics.median(ratios), statistics.median(sums[0]) / 2
    return Ratio(base_ns, base_ns * middle, samples[RESAMPLES // 40], middle,
                 samples[-RESAMPLES // 40 - 1])


def percent(factor):
    return f"{(factor - 1) * 100:+.1f} %"
