#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of rows: every column of both panes, both ways."""

import ipaddress
import sys

from actors import NOBODY_PID, Stage, has_ipv6
from screen import (LISTENERS, REMOTES, connections, execs, export, listeners, manual_columns,
                    processes, prompt, remotes, start, sync)
from tap import check, equal, main, test


TOLD_BY = {REMOTES: "RPORT", LISTENERS: "LPORT"}  # the other panes' rows by PID


def users(stage, *argv, **options):
    """conntop with the stage's user alone, wide enough for every column."""
    return start("-u", str(stage.uid), *argv, **{"cols": 170, "rows": 30, **options})


def sort_key(key, value):
    """Absent first, numbers by size, addresses and text by their bytes."""
    if value is None:
        return (0,)
    if key in ("laddr", "raddr"):
        address = ipaddress.ip_address(value)
        return (1, address.version, address.packed)
    if isinstance(value, list):
        value = "\0".join([*value, ""])
    return (1, value.encode() if isinstance(value, str) else value)


def header_mark(terminal, pane):
    """The title that the header shows underlined."""
    pieces = terminal.styled()[pane.at + 1]
    marked = [text.strip() for text, attributes, _ in pieces if "underline" in attributes]
    equal(len(marked), 1, "titles underlined")
    return marked[0]


def check_order(terminal, get, key):
    """The rows are in the order that the title line tells; the screen shows them so."""
    pane = get(terminal)
    title, direction = pane.sort()
    equal(header_mark(terminal, pane), title, "title underlined")
    if key == "args":
        key = "filename"  # ARGS shows it first, and is sorted by it
    rows = export(terminal)[pane.name.lower()]
    equal([sort_key(key, row[key]) for row in rows],
          sorted((sort_key(key, row[key]) for row in rows), reverse=direction == "down"),
          f"{key} {direction}")
    told_by = TOLD_BY.get(pane.name, "PID")
    equal([int(cell) for cell in get(terminal).column(told_by)],
          [row[told_by.lower()] for row in rows], f"{told_by} on the screen, as exported")
    return title, direction


def sort_by_every_column(terminal, get, columns):
    """`>` through all columns and round, each both ways."""
    titles = get(terminal).titles()
    equal(titles, list(columns), "titles")
    at = titles.index(get(terminal).sort()[0])
    for wanted in titles[at + 1:] + titles[:at + 1]:
        terminal.send(">")
        sync(terminal)
        title, direction = check_order(terminal, get, columns[wanted])
        equal(title, wanted, "title sorted by")
        terminal.send("I")
        sync(terminal)
        equal(check_order(terminal, get, columns[wanted]),
              (wanted, "up" if direction == "down" else "down"), "order turned round")


def various_rows(stage, terminal):
    """Rows that differ in what can differ."""
    server, living = stage.server(), 0
    for number, name in enumerate(("ct-b", "ct-a", "ct-c")):
        worker = stage.worker(name)
        worker.run("/bin/true", name, "z")
        ports = [worker.connect(server) for _ in range(3)]
        worker.send(ports[0], (3000, 90, 200)[number])
        worker.end(ports[1])
        living += 2
    if has_ipv6():
        worker.connect(stage.server("::1"))
        living += 1
    worker.fail_to_connect()
    terminal.wait_for(lambda _: connections(terminal).count() == (living, 4),
                      f"{living} living and 4 ended connections")


@test
def sort__next_key_in_execs__orders_by_every_column_both_ways():
    with Stage() as stage, users(stage) as terminal:
        various_rows(stage, terminal)
        sort_by_every_column(terminal, execs, manual_columns("execs"))


@test
def sort__next_key_in_connections__orders_by_every_column_both_ways():
    # Paused, as figures and ages would change between two looks.
    with Stage() as stage, users(stage) as terminal:
        various_rows(stage, terminal)
        terminal.send("Tab")
        terminal.wait_for("2.9K")
        terminal.send("Space")
        terminal.wait_for("PAUSED")
        sort_by_every_column(terminal, connections, manual_columns("connections"))


def sort_pane_by_every_column(key, get, name):
    """Of what adds up, for some listeners and connections to them."""
    with Stage() as stage, users(stage, "-n", "-d", "0.2", cols=200) as terminal:
        for number, comm in enumerate(("ct-b", "ct-a", "ct-c")):
            worker = stage.worker(comm)
            place = worker.listen()
            for _ in range(number + 1):
                lport = worker.connect(place)
            worker.send(lport, (3000, 90, 200)[number])
            worker.run("/bin/sh", "-c", f"exit {number}")
        worker.fail_to_connect()
        terminal.send(key)
        terminal.wait_for(lambda lines: lines[1][2:].startswith(name.capitalize()), "the pane")
        terminal.wait_for(lambda _: len(get(terminal).lines) >= 3, "rows")
        terminal.wait_turns()
        terminal.send("Space")
        terminal.wait_for("PAUSED")
        sort_by_every_column(terminal, get, manual_columns(name))


@test
def sort__next_key_in_processes__orders_by_every_column_both_ways():
    sort_pane_by_every_column("3", processes, "processes")


@test
def sort__next_key_in_remotes__orders_by_every_column_both_ways():
    sort_pane_by_every_column("4", remotes, "remotes")


@test
def sort__next_key_in_listeners__orders_by_every_column_both_ways():
    sort_pane_by_every_column("5", listeners, "listeners")


@test
def sort__previous_key__goes_back_and_round():
    with Stage() as stage, users(stage) as terminal:
        titles = execs(terminal).titles()
        at = titles.index("TIME")
        for title in titles[:at][::-1] + titles[at:][::-1]:
            terminal.send("<")
            sync(terminal)
            equal(execs(terminal).sort()[0], title, "title sorted by")


@test
def sort__one_pane__leaves_the_other_as_it_was():
    with start(cols=170) as terminal:
        terminal.send(">", "I")
        sync(terminal)
        equal(execs(terminal).sort(), ("PID", "down"), "order of Execs")
        equal(connections(terminal).sort(), ("OPENED", "down"), "order of Connections")


@test
def sort__column_that_does_not_fit__is_told_in_the_title_line():
    with start(cols=40, rows=16) as terminal:
        titles = list(manual_columns("execs"))
        hidden = next(title for title in titles if title not in execs(terminal).titles())
        away = titles.index(hidden) - titles.index(execs(terminal).sort()[0])
        terminal.send(*[">"] * (away % len(titles) or len(titles)))
        sync(terminal)
        equal(execs(terminal).sort()[0], hidden, "title sorted by")


def last_pid(number):
    """Sets the number after which the kernel looks for the next PID; the old one."""
    with open("/proc/sys/kernel/ns_last_pid", "r+", encoding="ascii") as file:
        old = file.read().strip()
        file.seek(0)
        file.write(str(number))
    return old


def run_with_pids_near(stage, number):
    """Two processes, under the next free PIDs where the kernel lets us choose. Whether it did."""
    try:
        old = last_pid(number)
    except OSError:  # a container
        old = None
    try:
        stage.run("/bin/true", "chosen")
        stage.run("/bin/true", "next")
    finally:
        if old:
            last_pid(old)
    return old is not None


@test
def sort__pid__is_by_number_both_ways():
    with Stage() as stage, users(stage) as terminal:
        chosen = [run_with_pids_near(stage, number) for number in (9997, 997, 50000)]
        terminal.wait_for(lambda _: execs(terminal).count() == (6,), "six rows")
        terminal.send(">")
        for direction in ("up", "down"):
            sync(terminal)
            equal(execs(terminal).sort(), ("PID", direction), "order")
            pids = [int(pid) for pid in execs(terminal).column("PID")]
            equal(pids, sorted(pids, reverse=direction == "down"), f"PIDs {direction}")
            terminal.send("R")
        if all(chosen):
            check(len({len(str(pid)) for pid in pids}) > 1, "PIDs of several lengths", pids)


@test
def sort__local_port__is_by_number_both_ways():
    with Stage(uid=0) as stage, start("-p", NOBODY_PID, "-d", "0.2", cols=170) as terminal:
        server, worker = stage.server(), stage.worker("ct-one")
        prompt(terminal, "p", str(worker.pid))
        ports = []
        for port in (999, 10001, 9998, 1000, 99):
            try:
                ports.append(worker.connect(server, port))
            except AssertionError:
                continue  # somebody else has it
        check(len({len(str(port)) for port in ports}) > 2, "ports of three lengths", ports)
        terminal.send("Tab")
        terminal.wait_for(lambda _: connections(terminal).count() == (len(ports), 0), "the ports")
        titles = connections(terminal).titles()
        terminal.send(*[">"] * ((titles.index("LPORT") - titles.index("OPENED")) % len(titles)))
        for direction in ("up", "down"):
            sync(terminal)
            equal(connections(terminal).sort(), ("LPORT", direction), "order")
            equal([int(port) for port in connections(terminal).column("LPORT")],
                  sorted(ports, reverse=direction == "down"), f"ports {direction}")
            terminal.send("I")


sys.exit(main())
