#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The panes that add up: Processes, Remotes, Listeners."""

import sys

from actors import Stage
from screen import (KEY_LINE, LISTENERS, PROCESSES, REMOTES, Pane, export, listeners,
                    manual_columns, processes, prompt, question, remotes, start, wait_filter,
                    wait_selected)
from tap import check, contains, equal, main, test
from terminal import wait_until

GETTERS = {"3": processes, "4": remotes, "5": listeners}
NAMES = {"3": PROCESSES, "4": REMOTES, "5": LISTENERS}


def users(stage, *argv, **options):
    """conntop with the stage's user alone, wide enough for every column."""
    return start("-u", str(stage.uid), "-d", "0.2", *argv, **{"cols": 200, "rows": 30, **options})


def show(terminal, key):
    """Shows the pane of that key alone."""
    terminal.send(key)
    terminal.wait_for(lambda lines: lines[1].startswith(f"▶ {NAMES[key]} "), NAMES[key])


def cells(get, terminal, **wanted):
    """Waits for a row with these cells; the row."""
    found = []

    def ask():
        found[:] = [row for row in get(terminal).rows() if wanted.items() <= row.items()]
        return found

    wait_until(ask, f"a row with {wanted}")
    equal(len(found), 1, f"rows with {wanted}")
    return found[0]


def without(row, *titles):
    """The row but for what no test can know, which is some value."""
    for title in titles:
        check(row.pop(title) not in ("-", ""), f"a value of {title}", row)
    return row


# --- what they show ---


@test
def processes__key_3__shows_each_process_with_every_cell_right():
    with Stage() as stage, users(stage) as terminal:
        server, worker = stage.server(), stage.worker("ct-one")
        lport = worker.connect(server)
        worker.send(lport, 5000)
        worker.end(worker.connect(server))
        worker.fail_to_connect()
        pid = worker.run("/bin/sh", "-c", "exit 3")
        show(terminal, "3")
        equal(processes(terminal).titles(), list(manual_columns("processes")), "titles")
        row = without(cells(processes, terminal, COMM="ct-one", TX="4.9K"), "LIFE", "CGROUP",
                      "TX/s")
        equal(row, {"PID": str(worker.pid), "USER": str(stage.uid), "COMM": "ct-one", "EXECS": "1",
                    "LIVE": "1", "CONNS": "3", "FAILED": "1", "TX": "4.9K", "RX": "0", "RX/s": "0",
                    "EXIT": "-", "ARGS": f"{stage.path('ct-one')} -I -S {stage.script}"},
              "worker")
        row = without(cells(processes, terminal, PID=str(pid)), "LIFE", "CGROUP")
        equal((row["COMM"], row["EXIT"], row["EXECS"], row["CONNS"], row["ARGS"]),
              ("sh", "3", "0", "0", "/bin/sh -c exit 3"), "child")
        equal(processes(terminal).count(), (1, 1), "running and ended by the title")


@test
def processes__older_than_conntop__is_shown_with_its_arguments():
    with Stage() as stage:
        server, worker = stage.server(), stage.worker("ct-one")
        worker.connect(server)
        with users(stage) as terminal:
            show(terminal, "3")
            row = cells(processes, terminal, PID=str(worker.pid), LIVE="1")
            equal((row["USER"], row["COMM"], row["EXECS"]), (str(stage.uid), "ct-one", "0"), "row")
            check(row["ARGS"].startswith(stage.path("ct-one")), "its arguments", row)


@test
def remotes__key_4__shows_each_remote_with_every_cell_right():
    with Stage() as stage, users(stage, "-n") as terminal:
        server, worker = stage.server(), stage.worker("ct-one")
        lport = worker.connect(server)
        worker.send(lport, 5000)
        worker.end(worker.connect(server))
        worker.fail_to_connect()
        show(terminal, "4")
        equal(remotes(terminal).titles(), list(manual_columns("remotes")), "titles")
        row = without(cells(remotes, terminal, RPORT=str(server.port), TX="4.9K", LIVE="1"),
                      "LATENCY", "TX/s", "TIME")
        equal(row, {"RADDR": "127.0.0.1", "RPORT": str(server.port), "CONNS": "2", "LIVE": "1",
                    "FAILED": "0", "TX": "4.9K", "RX": "0", "RX/s": "0"}, "server")
        row = without(cells(remotes, terminal, RPORT="1"), "TIME")
        equal(row, {"RADDR": "127.0.0.1", "RPORT": "1", "CONNS": "1", "LIVE": "0", "FAILED": "1",
                    "LATENCY": "-", "TX": "0", "RX": "0", "TX/s": "0", "RX/s": "0"}, "nobody")
        equal(remotes(terminal).count(), (2,), "rows by the title")


@test
def listeners__key_5__shows_each_listener_with_every_cell_right():
    with Stage() as stage, users(stage, "-n") as terminal:
        worker = stage.worker("ct-one")
        place = worker.listen()
        for _ in range(3):
            worker.connect(place)
        show(terminal, "5")
        equal(listeners(terminal).titles(), list(manual_columns("listeners")), "titles")
        row = without(cells(listeners, terminal, LPORT=str(place.port), BACKLOG="3"), "OPENED",
                      "AGE", "CGROUP")
        equal(row, {"PID": str(worker.pid), "USER": str(stage.uid), "COMM": "ct-one",
                    "LADDR": "127.0.0.1", "LPORT": str(place.port), "BACKLOG": "3",
                    "MAX": "64", "ACCEPTS": "0", "ACC/s": "0"}, "listener")
        worker.fork_to_accept(place)
        cells(listeners, terminal, LPORT=str(place.port), BACKLOG="2", ACCEPTS="1")
        equal(listeners(terminal).count(), (1,), "rows by the title")


@test
def listeners__closed__is_gone():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        place = worker.listen()
        show(terminal, "5")
        cells(listeners, terminal, LPORT=str(place.port))
        worker.close()
        terminal.wait_for(lambda _: not listeners(terminal).lines, "no listener")


# --- keys in them ---


@test
def filter__keys_in_these_panes__prompt_with_what_the_row_has():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        place = worker.listen()
        worker.connect(place)
        wanted = {"3": {"p": f"PID: {worker.pid}", "u": f"user: {stage.uid}",
                        "c": "command: ct-one", "P": "port:", "a": "address:"},
                  "4": {"P": f"port: {place.port}", "a": "address: 127.0.0.1", "p": "PID:"},
                  "5": {"p": f"PID: {worker.pid}", "P": f"port: {place.port}",
                        "a": "address: 127.0.0.1", "c": "command: ct-one"}}
        for pane, keys in wanted.items():
            show(terminal, pane)
            terminal.wait_for(lambda _, pane=pane: GETTERS[pane](terminal).lines, "a row")
            for key, text in keys.items():
                prompt(terminal, key, end=None)
                equal(question(terminal), f"Filter by {text}", f"prompt of {key} in pane {pane}")
                terminal.send("Escape")
                terminal.wait_for(KEY_LINE)


@test
def filter__enter_in_processes__leaves_that_process_in_each_pane():
    with Stage() as stage, users(stage) as terminal:
        server, one, two = stage.server(), stage.worker("ct-one"), stage.worker("ct-two")
        other = stage.server()
        one.connect(server)
        two.connect(other)
        mine, _ = one.listen(), two.listen()
        show(terminal, "3")
        terminal.wait_for(lambda _: processes(terminal).count() == (2, 0), "two processes")
        terminal.send("g", *["j"] * processes(terminal).column("COMM").index("ct-one"))
        wait_selected(terminal, "ct-one")
        prompt(terminal, "p")
        wait_filter(terminal, f"pid={one.pid} uid={stage.uid}")
        equal(processes(terminal).column("COMM"), ["ct-one"], "processes")
        show(terminal, "4")
        terminal.wait_for(lambda _: remotes(terminal).column("RPORT") == [str(server.port)],
                          "the remote of that process")
        show(terminal, "5")
        terminal.wait_for(lambda _: listeners(terminal).column("LPORT") == [str(mine.port)],
                          "the listener of that process")


@test
def pause__in_these_panes__holds_them_still():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        place = worker.listen()
        for key, get in GETTERS.items():
            worker.connect(place)
            show(terminal, key)
            terminal.wait_for(lambda _, get=get: get(terminal).lines, "a row")
            terminal.send("Space")
            held = terminal.wait_for("PAUSED")
            worker.connect(place)
            worker.run("/bin/true")
            terminal.wait_turns()
            equal(terminal.capture(), held, "screen while paused")
            terminal.send("Space")
            terminal.wait_for(lambda lines: "PAUSED" not in lines[0], "the screen going on")


@test
def export_csv__of_these_panes__has_the_rows_of_the_screen():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        place = worker.listen()
        worker.connect(place)
        for key, column, value in (("3", "pid", worker.pid), ("4", "rport", place.port),
                                   ("5", "lport", place.port)):
            show(terminal, key)
            terminal.wait_for(lambda _, key=key: GETTERS[key](terminal).lines, "a row")
            head, *rows = export(terminal, "csv").splitlines()
            at = head.split(",").index(column)
            equal([row.split(",")[at] for row in rows], [str(value)], f"{column} in CSV")
        snapshot = export(terminal)
        equal([snapshot["processes"][0]["pid"], snapshot["remotes"][0]["rport"],
               snapshot["listeners"][0]["lport"]], [worker.pid, place.port, place.port], "JSON")


# --- geometry ---


@test
def size__from_40x8_to_300x80__has_every_cell_under_its_title():
    with Stage() as stage:
        worker = stage.worker("ct-exactly-fifteen-and-more")
        place = worker.listen()
        for cols, rows in ((40, 8), (60, 16), (80, 24), (100, 30), (300, 80)):
            with users(stage, cols=cols, rows=rows) as terminal:
                worker.send(worker.connect(place), 123456)
                worker.fail_to_connect()
                for key, get in GETTERS.items():
                    show(terminal, key)
                    terminal.wait_for(lambda _, get=get: get(terminal).lines, "a row")
                    lines = terminal.capture()
                    equal(len(lines), rows, "lines")
                    contains(lines[-1], KEY_LINE[:14], "last line")
                    check(all(len(line) <= cols for line in lines), f"{cols} columns", lines)
                    pane = Pane(lines, NAMES[key])
                    check(pane.rows(), "rows whose cells are below their titles", lines)
                    check("PID" in pane.titles() or key == "4", "PID", pane.titles())
                    check("RPORT" in pane.titles() or key != "4", "RPORT", pane.titles())
                    check("LPORT" in pane.titles() or key != "5", "LPORT", pane.titles())


@test
def size__narrow__keeps_what_matters_most():
    wanted = {"3": {"PID", "RX/s", "ARGS"}, "4": {"RADDR", "RPORT", "CONNS"},
              "5": {"PID", "LADDR", "LPORT"}}
    wider = {"3": {"USER", "COMM", "LIVE", "CONNS", "TX/s"}, "4": {"LIVE", "FAILED", "LATENCY"},
             "5": {"COMM", "BACKLOG", "MAX", "ACCEPTS"}}
    with start(cols=40, rows=8) as terminal:
        for cols in (40, 80):
            terminal.resize(cols, 24)
            terminal.wait_for(lambda lines, cols=cols: len(lines[1]) > cols - 2, f"{cols} columns")
            for key, get in GETTERS.items():
                show(terminal, key)
                titles = set(get(terminal).titles())
                least = wanted[key] | (wider[key] if cols == 80 else set())
                check(least <= titles, f"{least} in {cols} columns", titles)


sys.exit(main())
