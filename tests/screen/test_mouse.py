#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The mouse, as a terminal reports it: clicks, double clicks and the wheel do what stands there."""

import sys

from actors import Stage
from screen import bottom, connections, execs, selected, start, wait_bottom, wait_selected
from tap import check, equal, main, test
from terminal import column_of, wait_until

FIRST, WHEEL_UP, WHEEL_DOWN = 0, 64, 65


def report(terminal, button, row, col, end="M"):
    """What a terminal sends of a button at a place that is counted from 0."""
    terminal.type(f"\x1b[<{button};{col + 1};{row + 1}{end}")


def click(terminal, row, col):
    report(terminal, FIRST, row, col)
    report(terminal, FIRST, row, col, "m")


def place(terminal, part, first=0):
    """Row and column of a text on the screen, from the row `first` on."""
    lines = terminal.capture()
    rows = [row for row, line in enumerate(lines) if row >= first and part in line]
    check(rows, f"on the screen: {part!r}", lines)
    return rows[0], column_of(lines[rows[0]], part)


def click_on(terminal, part, first=0):
    click(terminal, *place(terminal, part, first))


def fill(stage, terminal, count=3):
    for number in range(count):
        stage.run("/bin/true", f"row-{number}")
    wait_selected(terminal, f"row-{count - 1}")


@test
def click__on_a_row__selects_it():
    with Stage() as stage, start("-u", str(stage.uid)) as terminal:
        equal(terminal.ask("mouse_any_flag"), "1", "mouse reports wanted")
        fill(stage, terminal)
        click_on(terminal, "row-0")
        wait_selected(terminal, "row-0")
        # It stays there when more come.
        stage.run("/bin/true", "row-3")
        terminal.wait_for("row-3")
        check("row-0" in selected(terminal), "the selection on row-0", selected(terminal))


@test
def click__dragged__selects_nothing():
    with Stage() as stage, start("-u", str(stage.uid)) as terminal:
        fill(stage, terminal)
        row, col = place(terminal, "row-0")
        report(terminal, FIRST, row, col)
        report(terminal, FIRST, row - 1, col, "m")
        terminal.wait_turns()
        check("row-2" in selected(terminal), "the selection where it was", selected(terminal))


@test
def click__in_the_other_pane__focuses_it():
    with start("-u", "1") as terminal:
        click_on(terminal, "Connections ")
        wait_until(lambda: connections(terminal).focused, "the focus on Connections")
        click_on(terminal, "Execs ")
        wait_until(lambda: execs(terminal).focused, "the focus on Execs")


@test
def double_click__on_a_row__opens_its_details():
    with Stage() as stage, start("-u", str(stage.uid)) as terminal:
        fill(stage, terminal)
        row, col = place(terminal, "row-1")
        click(terminal, row, col)
        click(terminal, row, col)
        terminal.wait_for(lambda lines: not any("Connections " in line for line in lines),
                          "something that covers the panes")
        terminal.send("Escape")
        wait_selected(terminal, "row-1")


@test
def click__on_a_column_title__sorts_and_inverts():
    with Stage() as stage, start("-u", str(stage.uid), cols=120) as terminal:
        fill(stage, terminal)
        click_on(terminal, " PID ", 2)
        terminal.wait_for("sort PID ▲")
        equal([row["ARGS"] for row in execs(terminal).rows()],
              [f"/bin/true row-{number}" for number in range(3)], "ARGS")
        click_on(terminal, " PID ", 2)
        terminal.wait_for("sort PID ▼")
        equal([row["ARGS"] for row in execs(terminal).rows()],
              [f"/bin/true row-{number}" for number in (2, 1, 0)], "ARGS")


@test
def wheel__over_a_pane__moves_three_rows_in_it():
    with Stage() as stage, start("-u", str(stage.uid)) as terminal:
        fill(stage, terminal, 9)
        row, col = place(terminal, "row-8")
        report(terminal, WHEEL_DOWN, row, col)
        wait_selected(terminal, "row-5")
        report(terminal, WHEEL_DOWN, row, col)
        wait_selected(terminal, "row-2")
        report(terminal, WHEEL_UP, row, col)
        wait_selected(terminal, "row-5")


@test
def click__on_the_key_line__does_that_key():
    with start("-u", "1", cols=120) as terminal:
        click(terminal, terminal.rows - 1, column_of(bottom(terminal), "p pid"))
        wait_bottom(terminal, "Filter by PID")
        terminal.send("Escape")
        wait_bottom(terminal, "q quit")
        click(terminal, terminal.rows - 1, column_of(bottom(terminal), "q quit") + 3)
        equal(terminal.exit_status(), 0, "exit status")


@test
def click__in_a_menu__chooses():
    with Stage() as stage, start("-u", str(stage.uid), cols=120) as terminal:
        fill(stage, terminal)
        terminal.send("s")
        terminal.wait_for(lambda lines: any("PPID" in line for line in lines) and
                          not any("Connections " in line for line in lines), "the sort menu")
        click_on(terminal, "PPID", 2)
        terminal.wait_for("sort PPID")


@test
def old_report__of_a_terminal_without_numbers__is_a_click():
    with Stage() as stage, start("-u", str(stage.uid)) as terminal:
        fill(stage, terminal)
        row, col = place(terminal, "row-0")
        at = chr(col + 33) + chr(row + 33)
        terminal.type("\x1b[M " + at + "\x1b[M#" + at)
        wait_selected(terminal, "row-0")


sys.exit(main())
