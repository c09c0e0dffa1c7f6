#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the screen shows of what happens: the frame, rows, geometry, colours, charsets."""

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time

from actors import Stage, has_ipv6
from screen import (CONNECTIONS, EXECS, KEY_LINE, Pane, connections, execs, manual_columns, prompt,
                    start, sync, wait_selected)
from tap import Skip, check, contains, equal, main, test
from terminal import Timeout

SPAN = r"[0-9]+us|[0-9.]+ms|[0-9.]+s"
SIZES = [(40, 8), (60, 16), (80, 24), (100, 30), (170, 30), (300, 80)]


# --- the frame ---

BARS = " *[▁▂▃▄▅▆▇█]+"


@test
def start__no_arguments__shows_summary_both_panes_and_key_line():
    with start(cols=170, rows=30) as terminal:
        lines = terminal.capture()
        host = re.escape(socket.gethostname())
        check(re.match(rf"conntop  {host}  \d\d:\d\d:\d\d  execs [0-9]+/s  conns [0-9]+/s  "
                       rf"({BARS}  )?live [0-9]+  [0-9.]+[KMG]?/s  ({BARS}  )?lost [0-9]+"
                       r"(  no [a-z ]+)?$", lines[0]),
              "a summary line", lines[0])
        equal(Pane(lines, EXECS).title[:8], "▶ Execs ", "title of Execs")
        equal(Pane(lines, CONNECTIONS).title[:14], "  Connections ", "title of Connections")
        equal(Pane(lines, EXECS).sort(), ("TIME", "down"), "order of Execs")
        equal(Pane(lines, CONNECTIONS).sort(), ("OPENED", "down"), "order of Connections")
        equal(Pane(lines, EXECS).titles(), list(manual_columns("execs")), "titles of Execs")
        equal(Pane(lines, CONNECTIONS).titles(), list(manual_columns("connections")),
              "titles of Connections")
        check(lines[-1].startswith("p pid  u user  ") and lines[-1].endswith("? help  q quit"),
              "a key line", lines[-1])
        equal(terminal.ask("cursor_flag"), "0", "cursor shown")


@test
def summary__clock__goes_on_without_events():
    with start("-u", "65533", "-d", "0.2", cols=100) as terminal:
        first = terminal.capture()[0]
        terminal.wait_for(lambda lines: lines[0][:30] != first[:30], "another time of day")


# --- rows ---


@test
def exec__of_another_process__is_a_row_with_every_cell_right():
    with Stage() as stage, start("-u", str(stage.uid), cols=170) as terminal:
        pid = stage.run("/bin/true", "one", "two words", "")
        terminal.wait_for(lambda _: execs(terminal).lines and
                          execs(terminal).column("EXIT") == ["0"], "the row of what has ended")
        row = execs(terminal).rows()[0]
        check(re.fullmatch(r"\d\d:\d\d:\d\d\.\d\d\d", row.pop("TIME")), "a time of day")
        check(re.fullmatch(SPAN, row.pop("LIFE")), "a lifetime")
        equal(row, {"PID": str(pid), "PPID": str(os.getpid()), "USER": str(stage.uid),
                    "PCOMM": os.path.basename(sys.argv[0])[:15], "RET": "0", "EXIT": "0",
                    "COMM": "true", "ARGS": "/bin/true one two words"}, "row")
        equal(execs(terminal).count(), (1,), "rows by the title")


def check_connection(host):
    with Stage() as stage, start("-u", str(stage.uid), "-d", "0.2", cols=200) as terminal:
        server, worker = stage.server(host), stage.worker("ct-one")
        lport = worker.connect(server)
        worker.send(lport, 5000)
        terminal.wait_for("4.9K")
        row = connections(terminal).rows()[0]
        for title in ("OPENED", "CONN", "RTT", "TX/s", "AGE"):
            check(row.pop(title) != "-", f"a value of {title}")
        wanted = {"PID": str(worker.pid), "USER": str(stage.uid), "COMM": "ct-one", "D": "→",
                  "LADDR": host, "LPORT": str(lport), "RADDR": host, "RPORT": str(server.port),
                  "STATE": "ESTAB", "TX": "4.9K", "RX": "0", "RX/s": "0"}
        equal(row, wanted, "row of the living connection")
        equal(connections(terminal).count(), (1, 0), "connections by the title")
        contains(terminal.capture()[0], "  live 1  ", "summary")
        worker.end(lport)
        terminal.wait_for(lambda _: connections(terminal).count() == (0, 1), "its end")
        row = connections(terminal).rows()[0]
        equal({title: row[title] for title in wanted}, {**wanted, "STATE": "CLOSED"},
              "row of the ended connection")


@test
def connection__over_ipv4__is_a_row_with_every_cell_right():
    check_connection("127.0.0.1")


@test
def connection__over_ipv6__is_a_row_with_every_cell_right():
    if not has_ipv6():
        raise Skip("no IPv6 here")
    check_connection("::1")


@test
def connection__refused__shows_the_error():
    with Stage() as stage, start("-u", str(stage.uid), "-n", cols=200) as terminal:
        stage.worker("ct-one").fail_to_connect()
        terminal.wait_for("ECONNREFUSED")
        row = connections(terminal).rows()[0]
        equal((row["RPORT"], row["RADDR"]), ("1", "127.0.0.1"), "row")
        equal(connections(terminal).count(), (0, 1), "connections by the title")


def appearance(stage, terminal, argument):
    """Seconds from the start of a program, fork included, until its row is on the screen."""
    begin = time.monotonic()
    stage.run("/bin/true", argument)
    terminal.wait_for(argument)
    return time.monotonic() - begin


def run_until_shown(terminal, argument):
    """On a busy machine a row may be pushed off the screen before it is looked at."""
    for _ in range(10):
        subprocess.run(["/bin/true", argument], check=True)
        try:
            terminal.wait_for(argument, deadline=1)
            return
        except Timeout:
            continue
    terminal.wait_for(argument)


@test
def exec__unfiltered__appears():
    with start(cols=170, rows=50) as terminal:
        run_until_shown(terminal, f"ct-{os.getpid()}")


@test
def exec__measured__appears_within_the_deadline():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=50) as terminal:
        times = []
        for number in range(20):
            time.sleep(random.random() / 4)  # an even spread over the program's own rhythm
            times.append(appearance(stage, terminal, f"ct-{number}."))
        times.sort()
        print("# from the exec to the screen: median %.0f ms, worst %.0f ms of %d" %
              (statistics.median(times) * 1e3, times[-1] * 1e3, len(times)))


# --- geometry ---


def check_frame(terminal, cols, rows):
    lines = terminal.capture()
    equal(len(lines), rows, "lines")
    contains(lines[0], "  lost ", "first line")
    contains(lines[-1], KEY_LINE, "last line")
    for name in (EXECS, CONNECTIONS):
        pane = Pane(lines, name)
        check(pane.height >= 1, f"a row of {name}", lines)
        check("PID" in pane.titles(), f"PID among the titles of {name}", pane.titles())
        # The line ends in a blank where it tells the order or of more; those are not captured.
        blank = pane.sort() is not None or pane.title[-1] in "‹›<>"
        equal(len(pane.title) + blank, cols, f"width of the title of {name}")


@test
def size__from_40x8_to_300x80__has_every_cell_under_its_title():
    with Stage() as stage:
        server, worker = stage.server(), stage.worker("ct-one")
        server6 = stage.server("::1") if has_ipv6() else server
        for cols, rows in SIZES:
            with start("-u", str(stage.uid), "-d", "0.2", cols=cols, rows=rows) as terminal:
                worker.connect(server)
                worker.connect(server6)
                stage.run("/bin/true", "argument")
                terminal.wait_for("/bin/true argument")
                terminal.wait_for(lambda _: connections(terminal).lines, "connections")
                check_frame(terminal, cols, rows)
                equal(execs(terminal).rows()[0]["ARGS"], "/bin/true argument", "arguments")
                check(connections(terminal).column("RADDR")[0] in ("127.0.0.1", "::1"),
                      "an address", connections(terminal).lines)


@test
def size__40x8__filter_pause_and_help_are_usable():
    with Stage() as stage, start("-u", str(stage.uid), cols=40, rows=8) as terminal:
        first, second = stage.worker("ct-one"), stage.worker("ct-two")
        terminal.wait_for(lambda _: execs(terminal).count() == (2,), "two rows")
        terminal.send("j")
        wait_selected(terminal, f"{first.pid} ")
        prompt(terminal, "p")
        terminal.wait_for(lambda _: execs(terminal).count() == (1,), "one row")
        equal(execs(terminal).column("PID"), [str(first.pid)], "PIDs")
        terminal.send("Space")
        terminal.wait_for("PAUSED")
        terminal.send("Space", "?")
        terminal.wait_for(" Help")
        terminal.send("Escape")
        terminal.wait_for(lambda lines: "Execs" in lines[1], "the panes again")
        terminal.send("2")
        terminal.wait_for(lambda lines: "Connections" in lines[1], "Connections alone")
        check(second.pid != first.pid, "two workers")


@test
def summary__40_columns__tells_of_losses_and_filters():
    with Stage() as stage, start("-u", str(stage.uid), cols=40, rows=8) as terminal:
        line = terminal.capture()[0]
        contains(line, "lost 0", "summary")
        contains(line, f"uid={stage.uid}", "summary")


@test
def summary__narrow_and_paused__tells_the_filter():
    with Stage() as stage, start("-u", str(stage.uid), "-p", "123456", cols=80) as terminal:
        terminal.send("Space")
        terminal.wait_for("PAUSED")
        contains(terminal.capture()[0], f"filter pid=123456 uid={stage.uid}", "summary")


@test
def size__one_column_or_row_too_small__is_one_line_that_says_so():
    for cols, rows in ((39, 8), (40, 7), (39, 7)):
        with start(cols=60, rows=16) as terminal:
            terminal.resize(cols, rows)
            lines = terminal.wait_for("too small")
            equal([line for line in lines if line], ["too small: needs 40x8"],
                  f"{cols}x{rows}")
            terminal.resize(40, 8)
            terminal.wait_for(KEY_LINE)


@test
def size__1x1__survives_and_comes_back():
    with start("-d", "0.1", cols=60, rows=16) as terminal:
        terminal.resize(1, 1)
        terminal.wait_turns()
        # An Escape and what follows at once would be one key with Alt.
        for keys in ("j p x Escape", "? j Escape", "Space Space"):
            terminal.send(*keys.split())
            terminal.wait_turns()
        terminal.resize(80, 24)
        terminal.wait_for(KEY_LINE)
        check_frame(terminal, 80, 24)


@test
def size__storm_of_resizes__ends_right():
    with Stage() as stage, start("-u", str(stage.uid), cols=80, rows=24) as terminal:
        stage.run("/bin/true", "argument")
        for number in range(50):
            terminal.resize(1 + number * 37 % 200, 1 + number * 23 % 60)
        terminal.resize(90, 25)
        terminal.wait_for(lambda lines: KEY_LINE in lines[-1] and
                          any(line.endswith("/bin/true argument") for line in lines), "the row")
        check_frame(terminal, 90, 25)
        check(all(not line for line in execs(terminal).lines[1:]), "one row", terminal.capture())


# --- colours and charsets ---


def colors(terminal):
    return {color for pieces in terminal.styled() for _, _, color in pieces if color}


def check_colors(wanted, *argv, **options):
    with start(*argv, **options) as terminal:
        terminal.send("=")
        sync(terminal)
        prompt(terminal, "p", "bad")
        terminal.wait_for("bad PID")
        equal(bool(colors(terminal)), wanted, f"colours with {argv} {options}")


@test
def color__default__is_used():
    check_colors(True)


@test
def color__never__gives_no_colour_codes():
    check_colors(False, "--color", "never")


@test
def color__no_color_variable__gives_no_colour_codes():
    check_colors(False, env={"NO_COLOR": "1"})


@test
def color__always__wins_over_the_variable():
    check_colors(True, "--color", "always", env={"NO_COLOR": "1"})


@test
def color__empty_variable__counts_as_unset():
    check_colors(True, env={"NO_COLOR": ""})


@test
def color__none__still_tells_selection_and_order():
    with Stage() as stage, start("-u", str(stage.uid), "--color", "never", cols=170) as terminal:
        stage.run("/bin/true", "argument")
        wait_selected(terminal, "/bin/true argument")
        header = terminal.styled()[execs(terminal).at + 1]
        equal([text.strip() for text, attributes, _ in header if "underline" in attributes],
              ["TIME"], "title underlined")


def check_ascii(*argv, **options):
    with Stage() as stage, start("-u", str(stage.uid), *argv, cols=120, **options) as terminal:
        worker = stage.worker("ct-one")
        worker.connect(stage.server())
        stage.run("/bin/true", "caf\u00e9 \u4f60\u597d " + "x" * 200)
        terminal.wait_for("/bin/true caf")
        terminal.wait_for(lambda _: connections(terminal).lines, "a connection")
        screens = [terminal.capture()]
        for key in ("2", "3", "4", "5", "?"):
            terminal.send(key)
            sync(terminal)
            screens.append(terminal.capture())
        for line in sum(screens, []):
            check(line.isascii(), "ASCII only", line)
        equal(Pane(screens[0], EXECS).title[:8], "> Execs ", "title of Execs")
        equal(Pane(screens[0], EXECS).sort(), ("TIME", "down"), "order of Execs")
        row = next(line for line in screens[0] if "/bin/true" in line)
        equal(row[-1], "~", "mark of what is cut off")
        contains(row, "caf\\u{00e9}", "row")


@test
def charset__c_locale__shows_ascii_only():
    check_ascii(env={"LC_ALL": "C"})


@test
def charset__ascii_option__shows_ascii_only():
    check_ascii("--ascii")


@test
def charset__utf8__shows_characters():
    with Stage() as stage, start("-u", str(stage.uid), cols=170) as terminal:
        stage.run("/bin/true", "caf\u00e9 \u4f60\u597d")
        terminal.wait_for("/bin/true caf\u00e9 \u4f60\u597d")


# --- long cells ---


@test
def cell__longer_than_its_column__is_cut_with_a_mark():
    with Stage() as stage, start("-u", str(stage.uid), cols=80) as terminal:
        stage.run("/bin/true", "x" * 3000)
        stage.worker("ct-exactly-fifteen-and-more").connect(stage.server())
        terminal.wait_for("/bin/true xxx")
        terminal.wait_for(lambda _: connections(terminal).lines, "a connection")
        line = next(line for line in execs(terminal).lines if "/bin/true" in line)
        equal((len(line), line[-2:]), (80, "x…"), "width and end of the row")
        comm = connections(terminal).column("COMM")[0]
        check(comm == "ct-exactly-fift" or comm[-1] == "…", "15 characters or a mark", comm)
        terminal.resize(170, 24)
        terminal.wait_for(lambda _: connections(terminal).column("COMM") == ["ct-exactly-fift"],
                          "15 characters of the name")


def check_cut(cells, text):
    """One cell, with as much of a text as there is room for and a mark."""
    check(len(cells) == 1 and cells[0][-1] == "…" and text.startswith(cells[0][:-1]) and
          len(cells[0]) > 12, f"{text!r}, cut with a mark", cells)


def shown_or_cut(column, text):
    """One cell with the text, or with its beginning and a mark."""
    equal(len(column), 1, "cells")
    check(column[0] == text or (column[0][-1] == "…" and text.startswith(column[0][:-1])),
          f"{text}, or cut with a mark", column[0])


@test
def address__longest_ipv6__is_shown_or_cut_with_a_mark():
    if not has_ipv6():
        raise Skip("no IPv6 here")
    with Stage() as stage, start("-u", str(stage.uid), cols=170) as terminal:
        address = "fd00:1111:2222:3333:4444:5555:6666:7777"
        stage.private_connection(address)
        terminal.wait_for("fd00:1111:2222")
        check_cut(connections(terminal).column("RADDR"), address)
        equal(connections(terminal).column("STATE"), ["ESTAB"], "state")
        terminal.resize(80, 24)
        terminal.wait_for(lambda _: "LADDR" not in connections(terminal).titles(), "80 columns")
        check_cut(connections(terminal).column("RADDR"), address)
        terminal.resize(240, 24)
        terminal.wait_for(address)


sys.exit(main())
