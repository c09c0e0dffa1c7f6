#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Much at once: it comes in order of time; what is more than the ring buffer holds is counted."""

import collections
import signal

from actors import UID, Child, client, connect_often, known_program, listener, spawn
from harness import (Between, Witness, check, conntop_env, equal, in_order, once, run_tests,
                     said_lost, stream, test)

EXECS = 1500  # with 8 KB of arguments each: three times what the ring holds


def run_long(path, n):
    """Executions whose records are long, and long in the making."""
    for i in range(n):
        spawn(path, ["argv0", str(i), "x" * 8000])


@test
def losses__execs_while_a_stream_is_stopped__counted_exactly():
    with_stream = stream("exec", "-u", UID)
    with_stream.send(signal.SIGSTOP)
    Child(run_long, known_program(), EXECS, uid=UID).result()
    with_stream.send(signal.SIGCONT)
    result = with_stream.stop()
    lost, missed = said_lost(result.err)
    check(0 < lost["exec"] < EXECS, f"expected that some are lost of {EXECS}, got {lost}")
    equal(result.out.count(b"\n") + lost["exec"], Between(EXECS - missed, EXECS),
          "lines and lost together")


@test
def losses__execs_while_a_snapshot_is_stopped__counted_exactly():
    with_once = once("-u", UID)
    with_once.send(signal.SIGSTOP)
    Child(run_long, known_program(), EXECS, uid=UID).result()
    with_once.send(signal.SIGCONT)
    snapshot = with_once.stop_snapshot()
    events = snapshot["events"]
    check(events["lost"]["exec"] > 0, "nothing was lost")
    equal(events["seen"]["exec"] + events["lost"]["exec"], EXECS, "seen and lost")
    equal(len(snapshot["execs"]), events["seen"]["exec"], "rows, and what was seen")


# --- all kinds, and a ring that is tiny on purpose ------------------------------------------------

RUNS, CONNECTS = 2000, 3000
# A connection is opened and closed at both ends; connected at one, accepted at the other.
HAPPENED = {"exec": RUNS, "exit": RUNS + 2, "open": 2 * CONNECTS, "connect": CONNECTS,
            "accept": CONNECTS, "close": 2 * CONNECTS}
TINY = conntop_env(CONNTOP_RING_KB="16")


def run_short(path, n):
    for i in range(n):
        spawn(path, ["argv0", str(i)])


def everything(midway=lambda: None):
    """22,000 events of one user, in two processes at once; midway() when the first has ended."""
    children = [Child(run_short, known_program(), RUNS, uid=UID),
                client(lambda: len(connect_often(listener(), CONNECTS, reset=True)))]
    children[0].result()
    midway()
    children[1].result()


def due(kind, witness, missed):
    """What is to be counted of a kind, but for what the kernel missed, or kept from conntop."""
    return Between(HAPPENED[kind] - missed - witness.of(kind), HAPPENED[kind])


def check_counts(events, witness):
    for kind in HAPPENED:
        counted = events["seen"][kind] + events["lost"][kind]
        equal(counted, due(kind, witness, events["missed"]), f"seen and lost of {kind}")
    check(sum(events["lost"].values()) > 0, "nothing was lost")


@test
def losses__22000_of_all_kinds_and_a_tiny_ring__counted_exactly():
    with Witness() as witness:
        with_once = once("-u", UID, env=TINY)
        with_once.send(signal.SIGSTOP)
        everything(midway=lambda: with_once.send(signal.SIGCONT))
        events = with_once.stop_snapshot()["events"]
    check_counts(events, witness)
    equal(events["missed"], 0, "missed by the kernel")


@test
def losses__22000_of_all_kinds_while_a_snapshot_is_stopped__counted_exactly():
    with Witness() as witness:
        with_once = once("-u", UID, env=TINY)
        with_once.send(signal.SIGSTOP)
        everything()
        with_once.send(signal.SIGCONT)
        events = with_once.stop_snapshot()["events"]
    check_counts(events, witness)


@test
def losses__22000_of_all_kinds_as_a_stream__lines_and_losses_are_what_happened():
    with Witness() as witness:
        with_stream = stream("all", "-u", UID, env=TINY)
        with_stream.send(signal.SIGSTOP)
        everything(midway=lambda: with_stream.send(signal.SIGCONT))
        result = with_stream.stop()
    lost, missed = said_lost(result.err)
    check(lost, "nothing was lost")
    # A connect whose end was lost is told at the end, as one that is under way.
    lines = collections.Counter(line.partition(b'"event":"')[2].partition(b'"')[0].decode()
                                for line in result.out.splitlines() if b"EINPROGRESS" not in line)
    for kind in HAPPENED.keys() - {"open"}:
        equal(lines[kind] + lost.get(kind, 0), due(kind, witness, missed),
              f"lines and losses of {kind}")


@test
def stream_all__processes_at_once__in_order_of_time():
    server, program = listener(), known_program()
    with Witness() as witness:
        with_stream = stream("all", "-u", UID)
        busy = [client(connect_often, server, 1500, True) for _ in range(2)]
        busy += [client(run_long, program, 300) for _ in range(2)]
        for child in busy:
            child.result()
        rows = with_stream.stop_rows()
    events = [row["event"] for row in rows if row.get("direction") != "in"]
    equal([events.count(kind) for kind in ("exec", "exit", "connect", "close")],
          [600, 604, Between(3000 - witness.kept, 3000), Between(3000 - witness.kept, 3000)],
          "execs, exits, connects and closes")
    in_order(rows)


if __name__ == "__main__":
    run_tests()
