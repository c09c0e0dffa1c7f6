#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters: what they let through, and that the rest never reaches the ring buffer.

The same cast acts under each filter: three processes that execute a program and three that connect,
of two users, to two ports. What a snapshot shows of them, and what the kernel counted, must agree.
"""

import os
import socket

from actors import UIDS, Child, known_program, listener
from harness import NOBODY, check, equal, fail, once, run_tests, stream, test

ANN, BOB = UIDS[1], UIDS[2]

# Who does what: name, user, and to which of the ports.
EXECS = {"exec1": ANN, "exec2": ANN, "exec3": BOB}
CONNECTS = {"conn1": (ANN, "low"), "conn2": (ANN, "high"), "conn3": (BOB, "low")}


def connect_from(port, lport):
    with socket.socket() as sock:
        if lport:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("127.0.0.1", lport))
        sock.connect(("127.0.0.1", port))


def free_ports():
    """Listeners at two ports with nobody at the one between, away from the kernel's own choice."""
    for low in range(20000, 30000, 7):
        with socket.socket() as between:
            try:
                between.bind(("127.0.0.1", low + 1))
                return listener(port=low), listener(port=low + 2)
            except OSError:
                continue
    return fail("no free ports")


class Cast:
    """The processes, poised; their names stand for their PIDs in filters, as do those of ports."""

    def __init__(self):
        low, high = free_ports()
        self.ports = {"low": low.getsockname()[1], "high": high.getsockname()[1]}
        self.ports["between"] = self.ports["low"] + 1
        program = known_program()
        self.children = {}
        for name, uid in EXECS.items():
            self.children[name] = Child(os.execve, program, [name], {}, uid=uid, poised=True)
        for name, (uid, port) in CONNECTS.items():
            lport = self.ports["between"] if name == "conn2" else 0
            self.children[name] = Child(connect_from, self.ports[port], lport, uid=uid, poised=True)

    def names_to_numbers(self, text):
        users = {"ann": ANN, "bob": BOB}
        pids = {name: child.pid for name, child in self.children.items()}
        for name, number in (users | pids | self.ports).items():
            text = text.replace(name, str(number))
        return text

    def act(self):
        for child in self.children.values():
            child.go()
            child.result()

    def of_ours(self, rows):
        """The names of those of ours that have a row; each must have one."""
        names = {child.pid: name for name, child in self.children.items()}
        ours = [names[row["pid"]] for row in rows if row["pid"] in names]
        equal(len(ours), len(set(ours)), "rows and processes")
        return set(ours)


def act_under(*filters):
    """The cast acts under a filter: who is seen, and the kernel's counts."""
    cast = Cast()
    with_once = once(*(cast.names_to_numbers(word) for word in filters))
    cast.act()
    snapshot = with_once.stop_snapshot()
    outgoing = [row for row in snapshot["connections"] if row["direction"] == "out"]
    return cast.of_ours(snapshot["execs"]), cast.of_ours(outgoing), snapshot


def check_only(filters, execs, connects):
    """Of all that happens on the host, only these are seen: the filter lets no stranger through."""
    seen_execs, seen_connects, snapshot = act_under(*filters)
    equal(seen_execs, set(execs), "execs shown")
    equal(seen_connects, set(connects), "connections shown")
    seen, filtered = snapshot["events"]["seen"], snapshot["events"]["filtered"]
    equal(sum(snapshot["events"]["lost"].values()), 0, "events lost")
    equal(seen["exec"], len(execs), "execs that reached the ring buffer")
    equal(seen["connect"], len(connects), "connects that reached the ring buffer")
    least = len(EXECS) - len(execs)
    check(filtered["exec"] >= least, f"filtered execs: {filtered['exec']}, at least {least}")
    least = len(CONNECTS) - len(connects)
    check(filtered["connect"] >= least, f"filtered connects: {filtered['connect']}, not {least}")
    return snapshot


def check_but(filters, execs, connects):
    """Only these, all of the cast, are turned away: strangers pass."""
    seen_execs, seen_connects, snapshot = act_under(*filters)
    equal(seen_execs, EXECS.keys() - set(execs), "execs shown")
    equal(seen_connects, CONNECTS.keys() - set(connects), "connections shown")
    filtered = snapshot["events"]["filtered"]
    equal(filtered["exec"], len(execs), "execs turned away in the kernel")
    equal(filtered["connect"], len(connects), "connects turned away in the kernel")


# --- none -----------------------------------------------------------------------------------------


@test
def no_filter__all_is_seen__nothing_filtered():
    check_but([], [], [])


# --- PIDs -----------------------------------------------------------------------------------------


@test
def pid__one_of_an_exec__only_that():
    check_only(["-p", "exec1"], ["exec1"], [])


@test
def pid__one_of_a_connection__only_that():
    check_only(["-p", "conn2"], [], ["conn2"])


@test
def pid__list__those():
    check_only(["-p", "exec1,conn3 exec3"], ["exec1", "exec3"], ["conn3"])


@test
def pid__given_twice__adds():
    check_only(["-p", "exec1", "--pid=conn1"], ["exec1"], ["conn1"])


@test
def pid__excluded__all_but_those():
    check_but(["-p", "!exec1,!conn2"], ["exec1"], ["conn2"])


@test
def pid__included_and_excluded__excluded_wins():
    check_only(["-p", "exec1,exec2,!exec1"], ["exec2"], [])


# --- users ----------------------------------------------------------------------------------------


@test
def user__one__only_theirs():
    check_only(["-u", "ann"], ["exec1", "exec2"], ["conn1", "conn2"])


@test
def user__list__theirs():
    check_only(["-u", "ann,bob"], EXECS, CONNECTS)


@test
def user__excluded__all_but_theirs():
    check_but(["-u", "!ann"], ["exec1", "exec2"], ["conn1", "conn2"])


@test
def user__by_name__is_that_uid():
    with_once = once("-u", "nobody")
    child = Child(os.execve, known_program(), ["nobody"], {}, uid=NOBODY)
    child.result()
    snapshot = with_once.stop_snapshot()
    equal({row["uid"] for row in snapshot["execs"]}, {NOBODY}, "users seen")
    check(child.pid in {row["pid"] for row in snapshot["execs"]}, "our own is not seen")
    equal(snapshot["filters"]["uid"], "nobody", "the filter told")


# --- ports ----------------------------------------------------------------------------------------


def check_ports(filters, connects):
    """Only these connects pass; ports say nothing of execs."""
    seen_execs, seen_connects, snapshot = act_under(*filters)
    equal(seen_execs, EXECS.keys(), "execs shown")
    equal(seen_connects, set(connects), "connections shown")
    equal(snapshot["events"]["seen"]["connect"], len(connects), "connects that reached the ring")
    equal(snapshot["events"]["filtered"]["exec"], 0, "execs turned away")


@test
def port__remote__only_that():
    check_ports(["-P", "low"], ["conn1", "conn3"])


@test
def port__local__only_that():
    check_ports(["-P", "between"], ["conn2"])


@test
def port__range__with_both_ends():
    check_ports(["-P", "low-high"], CONNECTS)


@test
def port__range__not_beyond_its_end():
    check_ports(["-P", "low-between,!between"], ["conn1", "conn3"])


@test
def port__list_of_range_and_port__those():
    check_ports(["-P", "low-low,high"], CONNECTS)


@test
def port__excluded__all_but_that():
    check_but(["-P", "!low"], [], ["conn1", "conn3"])


@test
def port__excluded_local__all_but_that():
    check_but(["-P", "!between"], [], ["conn2"])


@test
def port__excluded_range__all_but_those():
    check_but(["-P", "!between-high"], [], ["conn2"])


# --- several kinds --------------------------------------------------------------------------------


@test
def user_and_port__both_must_hold():
    check_only(["-u", "ann", "-P", "low"], ["exec1", "exec2"], ["conn1"])


@test
def user_and_excluded_pid__both_must_hold():
    check_only(["-u", "ann", "-p", "!exec2,!conn1"], ["exec1"], ["conn2"])


@test
def user_and_excluded_port__both_must_hold():
    check_only(["-u", "ann,bob", "-P", "!low"], EXECS, ["conn2"])


@test
def pid_user_and_port__all_must_hold():
    snapshot = check_only(["-p", "exec1,exec3,conn1,conn2,conn3", "-u", "ann", "-P", "low"],
                          ["exec1"], ["conn1"])
    equal(snapshot["filters"]["uid"], str(ANN), "the filter told")


@test
def filters__that_exclude_each_other__nothing():
    check_only(["-p", "exec3,conn3", "-u", "ann"], [], [])


# --- elsewhere ------------------------------------------------------------------------------------


@test
def stream__filtered__prints_no_other():
    cast = Cast()
    with_stream = stream("all", *map(cast.names_to_numbers, ["-u", "bob", "-P", "!high"]))
    cast.act()
    rows = with_stream.stop_rows()
    equal({row["uid"] for row in rows}, {BOB}, "users printed")
    equal([row["pid"] for row in rows if row["event"] in ("exec", "connect")],
          [cast.children[name].pid for name in ("exec3", "conn3")], "PIDs printed")


if __name__ == "__main__":
    run_tests()
