#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is lost is counted: conntop is stopped while more happens than its ring buffer holds."""

import signal

from actors import UID, Child, client, connect_often, known_program, listener, spawn
from harness import LOSSES, check, equal, once, run_tests, stream, test

EXECS = 1500  # with 8 KB of arguments each: three times what the ring holds


def run_long(path, n):
    for i in range(n):
        spawn(path, ["argv0", str(i), "x" * 8000])


@test
def losses__execs_while_a_stream_is_stopped__counted_exactly():
    with_stream = stream("exec", "-u", UID)
    with_stream.send(signal.SIGSTOP)
    Child(run_long, known_program(), EXECS, uid=UID).result()
    with_stream.send(signal.SIGCONT)
    result = with_stream.stop()
    lines = result.out.count(b"\n")
    said = LOSSES.fullmatch(result.err)
    check(said, f"expected 'conntop: N events lost', got {result.err!r}")
    lost = int(said[1])
    check(0 < lost < EXECS, f"expected that some are lost of {EXECS}, got {lost}")
    equal(lines + lost, EXECS, "lines and lost together")


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
        equal(events["seen"][kind] + events["lost"][kind], CONNECTS, f"seen and lost of {kind}")
    check(sum(events["lost"].values()) > 0, "nothing was lost")


if __name__ == "__main__":
    run_tests()
