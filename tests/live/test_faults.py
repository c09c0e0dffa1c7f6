#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong around conntop: full maps, disturbed iterators, clocks that step, its own end."""

import json
import mmap
import os
import random
import re
import signal
import struct
import subprocess
import sys
import time

from actors import UID, Child, known_program, listener, spawn
from harness import (ROOT, Skip, check, cleanup, conntop_env, equal, fdinfo, is_sanitized, ns_of,
                     once, run_tests, said_lost, same_rows, stream, temp_path, test, wait_until)
from players import Player, at_once, come_and_go, connected

sys.path.append(os.path.join(ROOT, "tests", "screen"))
from line import Line  # pylint: disable=wrong-import-position

BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
FAULTS = os.path.join(BUILD, "tests", "faults.so")
SCENE = os.path.abspath(os.environ.get("SCENE") or os.path.join(BUILD, "tests", "scene"))
HOUR_NS = 3600 * 10**9


def with_faults(**changes):
    """An environment in which tests/faults/faults.c is between conntop and the C library."""
    if not os.path.exists(FAULTS):
        raise Skip(f"{FAULTS} is not built")
    if is_sanitized():
        raise Skip("AddressSanitizer wants to be the first library")
    return conntop_env(LD_PRELOAD=FAULTS, **changes)


# --- maps that are full ---------------------------------------------------------------------------

CHILDREN, ROOM = 40, 8


def fork_and_hold(path):
    """Children that are all there at once, then execute: their PIDs."""
    gate_r, gate_w = os.pipe()
    pids = []
    for _ in range(CHILDREN):
        pid = os.fork()
        if not pid:
            os.close(gate_w)
            os.read(gate_r, 1)
            os.execve(path, ["argv0"], {})
        pids.append(pid)
    os.close(gate_w)
    for pid in pids:
        os.waitpid(pid, 0)
    yield pids


@test
def follow__more_descendants_than_there_is_room_for__those_missing_are_counted():
    path = known_program()
    player = Player(fork_and_hold, path)
    with_stream = stream("exec", "-p", player.pid, "--follow",
                         env=conntop_env(CONNTOP_FOLLOWED_MAX=str(ROOM)))
    player.next()
    result = with_stream.stop()
    rows = [json.loads(line) for line in result.out.splitlines()]
    equal(len(rows), ROOM, "execs of descendants that there was room for")
    equal(said_lost(result.err)[1], CHILDREN - ROOM, "missed, as said at the end")


@test
def follow__room_for_all__none_is_missing():
    player = Player(fork_and_hold, known_program())
    with_stream = stream("exec", "-p", player.pid, "--follow")
    pids = player.next()
    same_rows(with_stream.stop_rows(), [{"pid": pid} for pid in pids], "pid")


# --- iterators ------------------------------------------------------------------------------------

CONNECTIONS = 600
ROOM_FOR = "16"  # samples: then the kernel has to find its place again


@test
def iterator__interrupted_restarted_and_cut_short__each_connection_once():
    server = listener(backlog=1024)
    for _ in range(2):
        Child(come_and_go, listener())
    sockets = [connected(server.getsockname()) for _ in range(CONNECTIONS)]
    for sock in sockets:
        cleanup(at_once(sock).close)
    ports = sorted(one.getsockname()[1] for one in sockets)
    snapshot = once("-P", str(server.getsockname()[1]),
                    env=with_faults(FAULTS_ITERATOR="1",
                                    CONNTOP_SAMPLES_MAX=ROOM_FOR)).stop_snapshot()
    rows = [row for row in snapshot["connections"] if row["direction"] == "out"]
    equal(sorted(row["lport"] for row in rows), ports, "local ports of the connections made")
    equal({row["pid"] for row in rows}, {os.getpid()}, "who made them")


# --- clocks ---------------------------------------------------------------------------------------


class Clocks:
    """Two clocks of conntop's own: what CLOCK_REALTIME and CLOCK_MONOTONIC are off by."""

    def __init__(self):
        self.path = temp_path("clocks")
        with open(self.path, "w+b") as file:
            file.write(bytes(16))
            file.flush()
            self.page = mmap.mmap(file.fileno(), 16)
        cleanup(self.page.close)

    def step(self, wall_ns=0, monotonic_ns=0):
        self.page[:16] = struct.pack("qq", wall_ns, monotonic_ns)


def times_around_steps(clocks, steps):
    """(what each line of a stream says is its time, less when it was) for an exec after each."""
    with_stream = stream("exec", "-u", UID, "-d", "0.1", env=with_faults(FAULTS_CLOCKS=clocks.path))
    path, off = known_program(), []
    for number, step in enumerate(steps):
        clocks.step(**step)
        time.sleep(0.5)  # it looks at its clocks with each refresh
        begin_ns = time.time_ns()
        Child(spawn, path, ["argv0", str(number)], uid=UID).result()
        wait_until(lambda n=number: len(with_stream.rows()) > n, "a line")
        off.append(ns_of(with_stream.rows()[number]["time"]) - begin_ns)
    rows = with_stream.stop_rows()
    equal([row["args"][1] for row in rows], [str(n) for n in range(len(steps))], "the order")
    return off


def check_off(off, wanted):
    for got, want in zip(off, wanted):
        check(abs(got - want) < 10**9, f"a time is off by {got / 1e9} s, expected {want / 1e9} s")


@test
def clock__wall_clock_steps_forth_and_back__times_follow_and_order_stays():
    steps = [{}, {"wall_ns": HOUR_NS}, {"wall_ns": -HOUR_NS}, {}]
    check_off(times_around_steps(Clocks(), steps), [0, HOUR_NS, -HOUR_NS, 0])


@test
def clock__suspend__times_stay_those_of_the_wall():
    # While the host sleeps CLOCK_MONOTONIC stands still, and falls behind the other two.
    off = times_around_steps(Clocks(), [{}, {"monotonic_ns": -HOUR_NS}, {}])
    check_off(off, [0, 0, 0])


# --- its own end ----------------------------------------------------------------------------------


def bpf_ids(pid):
    """Links, programs and maps that a process holds."""
    return {kind: set(map(int, fdinfo(pid, kind + "_id"))) for kind in ("link", "prog", "map")}


def bpf_there(kind):
    """Ids of all that the kernel has of a kind."""
    said = subprocess.run(["bpftool", "-j", kind, "show"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False).stdout
    return {one["id"] for one in json.loads(said or b"[]")}


def pinned():
    return {os.path.join(where, name) for where, _, names in os.walk("/sys/fs/bpf")
            for name in names}


@test
def sigkill__watching_everything__leaves_nothing_attached_or_pinned():
    before = pinned()
    running = stream("all", "-x")
    held = bpf_ids(running.pid)
    check(all(held.values()), f"held: {held}")
    try:
        check(held["link"] <= bpf_there("link"), "bpftool sees the links while conntop runs")
    except FileNotFoundError as error:
        raise Skip("no bpftool here") from error
    running.send(signal.SIGKILL)
    equal(running.ended().status, -signal.SIGKILL, "status")
    for kind, ids in held.items():
        wait_until(lambda k=kind, i=ids: not i & bpf_there(k), f"every {kind} to be gone")
    equal(pinned() - before, set(), "pinned since")


# --- sizes ----------------------------------------------------------------------------------------

RESIZES = 10000
GROWTH_KIB = 4096  # what malloc(3) gives back varies by half of it; 10,000 frames are gigabytes


def footprint(pid):
    """KiB of memory that are its own, and how many descriptors."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        kib = sum(int(line.split()[1]) for line in file if line.startswith("Private_"))
    return kib, len(os.listdir(f"/proc/{pid}/fd"))


def resize_often(line, sizes, count):
    for _ in range(count):
        line.resize(*sizes())
        line.read_for(0.0005)  # not so fast that the signals of many become one


@test
def resize__10000_times_from_1x1_to_500x200__flat_and_the_screen_is_right():
    if not os.path.exists(SCENE):
        raise Skip(f"{SCENE} is not built")
    if is_sanitized(SCENE):
        raise Skip("AddressSanitizer keeps what is freed")
    chance = random.Random(6)

    def sizes():
        return chance.choice([(1, 1), (500, 200), (40, 8), (80, 24),
                              (chance.randint(1, 500), chance.randint(1, 200))])

    with Line(command=[SCENE, "-d", "0.1"], cols=100, rows=30, env={"SCENE_STEPS": "1"}) as line:
        line.wait_for("Connections")
        resize_often(line, sizes, RESIZES // 10)
        line.resize(500, 200)  # what the largest screen takes is taken by now
        line.settle()
        before = footprint(line.pid())
        resize_often(line, sizes, RESIZES - RESIZES // 10)
        line.resize(500, 200)
        line.settle()
        after = footprint(line.pid())
        check(after[0] < before[0] + GROWTH_KIB, f"memory grew from {before[0]} to {after[0]} KiB")
        equal(after[1], before[1], "descriptors")
        line.resize(90, 20)
        line.settle()
        line.out = b""
        line.type("\x0c")
        line.settle()
        shown = line.out.decode()
        rows = {int(row) for row in re.findall(r"\x1b\[(\d+)[;d]", shown)}
        check("Execs" in shown and "Connections" in shown, shown)
        equal(max(rows), 20, "the last row that is drawn")
        line.type("q")
        equal(line.end(), 0, "status")


if __name__ == "__main__":
    run_tests()
