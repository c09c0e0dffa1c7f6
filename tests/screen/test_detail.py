#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Details: Enter on a row, and on what it has to do with, Esc back; marks in the other pane."""

import os
import re
import sys

from actors import Stage
from screen import connections, execs, selected, start, wait_selected
from tap import check, contains, equal, main, test
from terminal import Terminal, wait_until


def users(stage, *argv, **options):
    """conntop with the stage's user alone."""
    return start("-u", str(stage.uid), *argv, **{"cols": 130, "rows": 50, **options})


def wait_title(terminal, part):
    """The page's title stands where the panes begin."""
    terminal.wait_for(lambda lines: part in lines[1], f"a page with the title {part!r}")


def wait_panes(terminal):
    terminal.wait_for(lambda lines: re.search("Execs|Connections", lines[1]), "the panes")


def go_to(terminal, part):
    """Moves down to the choice that has the text."""
    for _ in range(100):
        if part in selected(terminal):
            return
        before = terminal.capture(), selected(terminal)
        terminal.send("j")
        wait_until(lambda: (terminal.capture(), selected(terminal)) != before, "another choice")
    raise AssertionError(f"expected: a choice with {part!r}\ngot: {terminal.capture()!r}")


def field(terminal, label):
    """What a page says under a label."""
    for line in terminal.capture():
        words = line.split(None, 1)
        if words and words[0] == label:
            return words[1]
    raise AssertionError(f"expected: a line {label}\ngot: {terminal.capture()!r}")


@test
def enter__on_an_exec__tells_its_arguments_its_ancestors_and_how_it_ended():
    with Stage() as stage, users(stage) as terminal:
        pid = stage.run("/bin/sh", "-c", "exit 3", "it's", "")
        terminal.wait_for(lambda _: execs(terminal).count() == (1,), "an exec")
        terminal.send("Enter")
        wait_title(terminal, f"PID {pid} sh")
        terminal.wait_for("STATE")
        contains(field(terminal, "STATE"), "exited with code 3 after", "state")
        equal(field(terminal, "ARGS"), r"/bin/sh -c 'exit 3' 'it'\''s' ''", "arguments")
        equal(field(terminal, "USER"), str(stage.uid), "user")
        lines = terminal.capture()
        at = lines.index(next(line for line in lines if line.strip() == "Ancestry"))
        ancestors = []
        for line in lines[at + 2:]:
            if not re.match(r" +\d+ ", line):
                break
            ancestors.append(int(line.split()[0]))
        equal(ancestors[0], 1, "the first of all")
        equal(ancestors[-1], os.getpid(), "its parent")
        terminal.send("Escape")
        wait_panes(terminal)


@test
def enter__on_what_belongs_together__goes_round_and_back():
    with Stage() as stage, users(stage) as terminal:
        worker, server = stage.worker("ct-here"), stage.server()
        lport = worker.connect(server)
        terminal.wait_for(lambda _: connections(terminal).count() == (1, 0), "a connection")
        terminal.send("3")
        terminal.wait_for(lambda lines: "Processes" in lines[1], "the processes")
        wait_selected(terminal, "ct-here")
        terminal.send("Enter")
        wait_title(terminal, f"PID {worker.pid} ct-here")
        go_to(terminal, str(server.port))
        terminal.send("Enter")
        wait_title(terminal, f"127.0.0.1:{lport} → 127.0.0.1:{server.port}")
        go_to(terminal, "127.0.0.1")
        terminal.send("Enter")
        wait_title(terminal, f"Remote 127.0.0.1:{server.port}")
        terminal.send("BSpace")
        wait_title(terminal, f"127.0.0.1:{lport} → ")
        contains(selected(terminal), "127.0.0.1", "selected choice")
        terminal.send("Escape")
        wait_title(terminal, f"PID {worker.pid} ct-here")
        contains(selected(terminal), str(server.port), "selected choice")
        terminal.send("Escape")
        terminal.wait_for(lambda lines: "Processes" in lines[1], "the processes again")


@test
def page__of_a_connection__is_live():
    with Stage() as stage, users(stage, "--delay", "0.2") as terminal:
        worker, server = stage.worker("ct-here"), stage.server()
        lport = worker.connect(server)
        terminal.wait_for(lambda _: connections(terminal).count() == (1, 0), "a connection")
        terminal.send("2", "Enter")
        wait_title(terminal, f"127.0.0.1:{lport} → ")
        equal(field(terminal, "STATE"), "ESTAB", "state")
        worker.send(lport, 5120)
        terminal.wait_for("5.0K")
        worker.end(lport)
        terminal.wait_for(lambda _: field(terminal, "STATE") == "CLOSED", "its end")
        contains(field(terminal, "CLOSED"), ":", "when it closed")


@test
def enter__on_a_listener__shows_what_came_in_and_who_took_it():
    with Stage() as stage, users(stage) as terminal:
        worker, other = stage.worker("ct-serve"), stage.worker("ct-call")
        place = worker.listen()
        child = worker.fork_to_accept(place)
        other.connect(place)
        terminal.send("5")
        terminal.wait_for(lambda lines: any(str(place.port) in line for line in lines[3:]),
                          "the listener")
        terminal.send("Enter")
        wait_title(terminal, f"Listener 127.0.0.1:{place.port}")
        terminal.wait_for(lambda lines: any(re.match(rf" +{child} ", line) for line in lines),
                          "the connection that the child accepted")
        go_to(terminal, str(child))
        terminal.send("Enter")
        wait_title(terminal, f"127.0.0.1:{place.port} ← ")
        go_to(terminal, "ct-serve")


@test
def enter__c_locale_and_smallest_screen__is_plain_text():
    with Stage() as stage, Terminal(["-u", str(stage.uid)], cols=40, rows=8,
                                    locale="C") as terminal:
        terminal.wait_for("Execs 0")
        stage.run("/bin/true", "a\x1b[31m", "b\nc")
        terminal.send("1")
        terminal.wait_for(lambda _: execs(terminal).count() == (1,), "an exec")
        terminal.send("Enter")
        terminal.wait_for("STATE")
        terminal.wait_for(r"'a\e[31m'")
        for line in terminal.capture():
            check(line.isascii() and len(line) <= 40, "plain lines", line)


@test
def selection__of_a_process__marks_its_rows_in_the_other_pane():
    with Stage() as stage, users(stage) as terminal:
        first, second, server = stage.worker("ct-one"), stage.worker("ct-two"), stage.server()
        first.connect(server)
        second.connect(server)
        terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "two connections")

        def styles():
            """Of the rows of both processes in the pane that has no keyboard."""
            found = {}
            for pieces in terminal.styled():
                text = "".join(piece for piece, _, _ in pieces)
                for worker in (first, second):
                    if re.match(rf" *\S+ +{worker.pid} .*127\.0\.0\.1", text):
                        found[worker] = {piece[1:] for piece in pieces if piece[0].strip()}
            return found

        wait_selected(terminal, "ct-two")
        terminal.wait_for(lambda _: len(styles()) == 2, "both connections in sight")
        marked = styles()
        check(marked[first] != marked[second], "one of the two marked", marked)
        terminal.send("j")
        wait_selected(terminal, "ct-one")
        wait_until(lambda: styles()[first] == marked[second] and
                   styles()[second] == marked[first], "the other one marked")


if __name__ == "__main__":
    sys.exit(main())
