#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Much at once: it comes in order of time; what is more than the ring buffer holds is counted."""

import signal

from actors import UID, Child, client, connect_often, known_program, listener, spawn
from harness import (LOSSES, Between, check, equal, in_order, once, run_tests, stream,
                     test)

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
    misses = with_stream.misses()
    with_stream.send(signal.SIGCONT)
    result = with_stream.stop()
    lines = result.out.count(b"\n")
    said = LOSSES.fullmatch(result.err)
    check(said, f"expected 'conntop: N events lost', got {result.err!r}")
    lost = int(said[1])
    check(0 < lost < EXECS, f"expected that some are lost of {EXECS}, got {lost}")
    equal(lines + lost - misses, EXECS, "lines and lost together")


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


CONNECTS = 10_000  # of three events each: more than the ring holds


@test
def losses__connects_while_a_snapshot_is_stopped__counted_exactly():
    server = listener()
    with_once = once("-u", UID, "-P", server.getsockname()[1])
    with_once.send(signal.SIGSTOP)
    client(lambda: len(connect_often(server, CONNECTS, reset=True))).result()
    with_once.send(signal.SIGCONT)
    events = with_once.stop_snapshot()["events"]
    for kind in ("open", "connect", "close"):
        counted = events["seen"][kind] + events["lost"][kind]
        equal(counted, Between(CONNECTS - events["missed"], CONNECTS), f"seen and lost of {kind}")
    check(sum(events["lost"].values()) > 0, "nothing was lost")


@test
def stream_all__processes_at_once__in_order_of_time():
    server, program = listener(), known_program()
    with_stream = stream("all", "-u", UID)
    busy = [client(connect_often, server, 1500, True) for _ in range(2)]
    busy += [client(run_long, program, 300) for _ in range(2)]
    for child in busy:
        child.result()
    rows = with_stream.stop_rows()
    events = [row["event"] for row in rows if row.get("direction") != "in"]
    equal([events.count("exec"), events.count("connect")], [600, 3000], "execs and connects")
    in_order(rows)


if __name__ == "__main__":
    run_tests()
