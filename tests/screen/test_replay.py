#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""A recording on the screen: the one that ships, paused, stepped, narrowed, to its end."""

import os
import re
import time

import tap
from screen import execs, start
from tap import equal, test
from terminal import wait_until

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "man", "demo.conntop")


def replay(*argv):
    return start("--replay", DEMO, *argv)


def clock(terminal):
    """The recorded host's time, in seconds of its day."""
    found = re.search(r" (\d\d):(\d\d):(\d\d) ", terminal.capture()[0])
    tap.check(found, "a time on the summary line", terminal.capture())
    hours, minutes, seconds = map(int, found.groups())
    return 3600 * hours + 60 * minutes + seconds


@test
def replay__space__stands_still_and_goes_on():
    with replay() as terminal:
        wait_until(lambda: "REPLAY" in terminal.capture()[0], "REPLAY")
        wait_until(lambda: execs(terminal).lines, "an exec")
        terminal.send("Space")
        terminal.wait_for("PAUSED")
        before = terminal.capture()
        time.sleep(1.5)
        equal(terminal.capture(), before, "the screen, while it is held still")
        held = clock(terminal)
        terminal.send("Space")
        terminal.wait_for("REPLAY")
        wait_until(lambda: clock(terminal) > held, "the clock to go on")


@test
def replay__dot__goes_one_refresh_on():
    with replay() as terminal:
        wait_until(lambda: execs(terminal).lines, "an exec")
        terminal.send(".")
        terminal.wait_for("PAUSED")
        for _ in range(3):
            before = clock(terminal)
            terminal.send(".")
            wait_until(lambda: clock(terminal) != before, "another second")
            equal(clock(terminal) - before, 1, "seconds that went by")
        terminal.send("Space")
        terminal.wait_for("REPLAY")


@test
def replay__speed__comes_to_its_end_and_stays():
    with replay("--speed", "1000") as terminal:
        terminal.wait_for("ENDED")
        ended = clock(terminal)
        tap.check(execs(terminal).count()[0] > 50, "the execs are there", terminal.capture())
        terminal.send("2")
        terminal.wait_for("closed")
        equal(clock(terminal), ended, "the time")
        terminal.send("q")
        equal(terminal.exit_status(), 0, "exit status")


@test
def replay__filter__narrows_what_is_shown():
    with replay("--speed", "1000") as terminal:
        terminal.wait_for("ENDED")
        pid = execs(terminal).column("PID")[0]
        terminal.send("p", "Enter")
        terminal.wait_for(f"pid={pid}")
        wait_until(lambda: set(execs(terminal).column("PID")) == {pid}, "that process alone")
        terminal.send("=")
        wait_until(lambda: execs(terminal).count()[0] > 50, "all of them")


tap.main()
