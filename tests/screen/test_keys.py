#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys: selection, panes, pause, help."""

import sys

from actors import Stage
from screen import (KEY_LINE, PANES, bottom, connections, execs, export, manual_keys, selected,
                    start, sync, wait_bottom, wait_selected)
from tap import check, contains, equal, main, test
from terminal import wait_until

ROWS = 70


def users(stage, *argv, **options):
    """conntop with the stage's user alone, wide enough for every column."""
    return start("-u", str(stage.uid), *argv, **{"cols": 170, "rows": 30, **options})


def many_rows(stage, terminal):
    """Execs row-00 .. row-69, the newest on top, in the only pane; how many of them are shown."""
    for number in range(ROWS):
        stage.run("/bin/true", f"row-{number:02}")
    terminal.send("1")
    terminal.wait_for(lambda _: execs(terminal).count() == (ROWS,) and
                      len(execs(terminal).lines) > 20, f"{ROWS} rows in one pane")
    body = len(execs(terminal).lines)
    equal(body, terminal.rows - 4, "rows shown in one pane")
    return body


def press(terminal, key, number):
    """After the key, the row is the selected one and in sight."""
    terminal.send(key)
    sync(terminal)
    contains(selected(terminal), f"row-{number:02}", f"selected row after {key}")


# --- moving ---


@test
def selection__at_start__is_first_row_and_only_in_focused_pane():
    with Stage() as stage, users(stage) as terminal:
        worker, server = stage.worker("ct-one"), stage.server()
        worker.connect(server)
        terminal.wait_for(lambda _: connections(terminal).count() == (1, 0), "a connection")
        equal(selected(terminal), execs(terminal).lines[0], "selected line")
        terminal.send("Tab")
        wait_until(lambda: connections(terminal).focused, "the other pane in focus")
        equal(selected(terminal), connections(terminal).lines[0], "selected line")


@test
def selection__line_keys__move_by_one_and_stop_at_the_ends():
    with Stage() as stage, users(stage) as terminal:
        many_rows(stage, terminal)
        last = ROWS - 1
        press(terminal, "k", last)
        press(terminal, "j", last - 1)
        press(terminal, "Down", last - 2)
        press(terminal, "j", last - 3)
        press(terminal, "k", last - 2)
        press(terminal, "Up", last - 1)
        press(terminal, "Up", last)
        press(terminal, "Up", last)
        press(terminal, "G", 0)
        press(terminal, "j", 0)
        press(terminal, "k", 1)


@test
def selection__page_keys__move_by_a_page_and_half_of_one():
    with Stage() as stage, users(stage) as terminal:
        page, last = many_rows(stage, terminal), ROWS - 1
        for down, up in (("PageDown", "PageUp"), ("C-f", "C-b")):
            press(terminal, down, last - page)
            press(terminal, down, last - 2 * page)
            press(terminal, up, last - page)
            press(terminal, up, last)
        press(terminal, "C-d", last - page // 2)
        press(terminal, "C-d", last - page // 2 * 2)
        press(terminal, "C-u", last - page // 2)
        press(terminal, "C-u", last)
        press(terminal, "PageDown", last - page)
        press(terminal, "PageDown", last - 2 * page)
        press(terminal, "PageDown", 0)
        press(terminal, "PageDown", 0)


@test
def selection__end_keys__go_to_first_and_last():
    with Stage() as stage, users(stage) as terminal:
        many_rows(stage, terminal)
        for last, first in (("G", "g"), ("End", "Home")):
            press(terminal, last, 0)
            press(terminal, first, ROWS - 1)


@test
def selection__new_rows_on_top__stays_on_its_row():
    with Stage() as stage, users(stage) as terminal:
        many_rows(stage, terminal)
        terminal.send(*["j"] * 5)
        wait_selected(terminal, "row-64")
        row = selected(terminal)
        for number in range(40):
            stage.run("/bin/true", f"new-{number:02}")
            if number % 10 == 0:
                equal(selected(terminal), row, "selected row while rows come")
        terminal.wait_for(lambda _: execs(terminal).count() == (ROWS + 40,), "the new rows")
        equal(selected(terminal), row, "selected row after rows came")
        terminal.send("k")
        wait_selected(terminal, "row-65")


@test
def selection__on_first_row__follows_what_is_new():
    with Stage() as stage, users(stage) as terminal:
        many_rows(stage, terminal)
        press(terminal, "j", ROWS - 2)
        press(terminal, "g", ROWS - 1)
        stage.run("/bin/true", "newest")
        wait_selected(terminal, "/bin/true newest")


@test
def selection__order_turned__stays_on_its_row():
    with Stage() as stage, users(stage) as terminal:
        many_rows(stage, terminal)
        press(terminal, "j", ROWS - 2)
        press(terminal, "j", ROWS - 3)
        terminal.send("I")
        sync(terminal)
        equal(execs(terminal).sort(), ("TIME", "up"), "order")
        contains(selected(terminal), f"row-{ROWS - 3}", "selected row")


@test
def scroll__right_and_left__move_columns_and_hold_what_tells_rows_apart():
    with Stage() as stage, users(stage, cols=60) as terminal:
        pid = stage.run("/bin/true", "argument")
        terminal.wait_for("/bin/true argument")
        before = execs(terminal)
        check("PPID" not in before.titles(), "no room for PPID", before.titles())
        for right, left in (("Right", "Left"), ("l", "Left")):
            terminal.send(right)
            terminal.wait_for(lambda _: execs(terminal).titles() != before.titles(), "scrolled")
            equal(execs(terminal).column("PID"), [str(pid)], "PID while scrolled")
            check("‹" in execs(terminal).title, "a mark that there is more at the left",
                  execs(terminal).title)
            terminal.send(left)
            terminal.wait_for(lambda _: execs(terminal).titles() == before.titles(), "back")


# --- panes ---


def layout(terminal):
    """The panes shown, the focused one marked."""
    out = []
    for line in terminal.capture()[1:]:
        words = line[2:].split(" ")
        if words[0] in PANES and words[1][:1].isdigit():
            out.append(words[0] + ("*" if line[0] == "▶" else ""))
    return out


def check_layouts(*steps):
    """After each of the keys, in this order, the panes are shown as told."""
    with start() as terminal:
        equal(layout(terminal), ["Execs*", "Connections"], "panes at the start")
        for keys, wanted in steps:
            terminal.send(*keys.split())
            terminal.wait_for(lambda _, wanted=wanted: layout(terminal) == wanted,
                              f"{wanted} after {keys}")


@test
def panes__keys__show_both_or_one_and_move_the_focus():
    check_layouts(("Tab", ["Execs", "Connections*"]), ("Tab", ["Execs*", "Connections"]),
                  ("2", ["Connections*"]), ("1", ["Execs*"]), ("0", ["Execs*", "Connections"]),
                  ("2", ["Connections*"]), ("0", ["Execs", "Connections*"]),
                  ("z", ["Connections*"]), ("z", ["Execs", "Connections*"]), ("Tab z", ["Execs*"]),
                  ("z", ["Execs*", "Connections"]))


@test
def panes__tab_with_one_alone__goes_round_all_of_them():
    check_layouts(("1", ["Execs*"]), *(("Tab", [f"{name}*"]) for name in (*PANES[1:], PANES[0])))


@test
def panes__others_alone__split_is_back_at_one_key():
    for number, name in enumerate(PANES[2:], 3):
        check_layouts((str(number), [f"{name}*"]), ("0", ["Execs*", "Connections"]),
                      ("Tab", ["Execs", "Connections*"]), (str(number), [f"{name}*"]),
                      ("z", ["Execs", "Connections*"]))


@test
def panes__option__starts_with_one():
    with start("--pane", "connections") as terminal:
        equal(layout(terminal), ["Connections*"], "panes")
        equal(connections(terminal).height, terminal.rows - 4, "height of the pane")


# --- pause ---


def hold_and_release(key):
    with Stage() as stage, users(stage, "-d", "0.2") as terminal:
        stage.run("/bin/true", "before")
        terminal.wait_for("/bin/true before")
        terminal.send(key)
        held = terminal.wait_for("PAUSED")
        for number in range(5):
            stage.run("/bin/true", f"during-{number}")
        terminal.wait_turns()
        equal(terminal.capture(), held, "screen while paused")
        equal([row["args"][1] for row in export(terminal)["execs"]], ["before"],
              "rows exported while paused")
        terminal.send(key)
        terminal.wait_for("/bin/true during-4")
        equal([args.split()[1] for args in execs(terminal).column("ARGS")],
              [f"during-{number}" for number in (4, 3, 2, 1, 0)] + ["before"], "rows afterwards")
        check("PAUSED" not in terminal.capture()[0], "PAUSED gone", terminal.capture()[0])


@test
def pause__space__holds_the_screen_while_capture_goes_on():
    hold_and_release("Space")


@test
def pause__capital_z__holds_the_screen_too():
    hold_and_release("Z")


@test
def pause__export__counts_what_it_lists():
    with Stage() as stage, users(stage, "-d", "60") as terminal:
        for number in range(3):
            stage.run("/bin/true", f"row-{number}")
        terminal.wait_for("row-2")
        terminal.send("Space")
        terminal.wait_for("PAUSED")
        snapshot = export(terminal)
        equal(len(snapshot["execs"]), 3, "rows")
        equal(snapshot["events"]["seen"]["exec"], 3, "execs seen")


# --- help ---


def read_help(terminal):
    """The lines of the help screen from its first page to its last; some come twice."""
    terminal.wait_for(lambda lines: lines[1].startswith(" Help"), "the help screen")
    terminal.send("G")
    sync(terminal)
    last = terminal.capture()[1:]
    terminal.send("g")
    sync(terminal)
    lines = terminal.capture()[2:-1]
    while terminal.capture()[1:] != last:
        terminal.send("PageDown")
        sync(terminal)
        lines += terminal.capture()[2:-1]
    return lines


@test
def help__in_full__has_every_key_of_the_manual():
    with start(cols=100, rows=16) as terminal:
        terminal.send("?")
        lines = read_help(terminal)
        for keys, text in manual_keys():
            check(any(line[2:].startswith(keys + "  ") and line.endswith(text)
                      for line in lines), f"{keys!r} {text!r} in the help", lines)


@test
def help__same_key_again__closes_it():
    with start() as terminal:
        for key in ("?", "h", "F1"):
            terminal.send(key)
            terminal.wait_for(lambda lines: lines[1].startswith(" Help"), "the help screen")
            terminal.send(key)
            terminal.wait_for(lambda lines: "Execs" in lines[1], "the panes")


@test
def help__smallest_screen__is_readable_in_full():
    with start(cols=40, rows=8) as terminal:
        terminal.send("?")
        lines = " ".join(read_help(terminal))
        contains(lines, "quit", "help")
        check("…" not in lines, "no text of the help cut off", lines)


# --- the rest ---


@test
def names__key__shows_numbers_and_names_again():
    with Stage(uid=65534) as stage, start("-u", "65534", cols=170) as terminal:
        stage.run("/bin/true", "mine")
        terminal.wait_for("/bin/true mine")
        equal(execs(terminal).column("USER"), ["nobody"], "user")
        terminal.send("D")
        terminal.wait_for(lambda _: execs(terminal).column("USER") == ["65534"], "a number")
        contains(bottom(terminal), "numbers are shown", "message")
        terminal.send("D")
        terminal.wait_for(lambda _: execs(terminal).column("USER") == ["nobody"], "a name")


@test
def redraw__key__repairs_a_screen_that_something_else_wrote_on():
    with Stage() as stage, users(stage, "-d", "60", "--color", "never") as terminal:
        stage.run("/bin/true", "mine")
        terminal.wait_for("/bin/true mine")
        tty = terminal.ask("pane_tty")
        with open(tty, "w", encoding="ascii") as out:
            out.write("\033[2;1HSCRIBBLE")
        terminal.wait_for("SCRIBBLE")
        terminal.send("C-l")
        terminal.wait_for(lambda lines: not any("SCRIBBLE" in line for line in lines) and
                          "Execs" in lines[1], "a clean screen")


@test
def message__next_key__gives_way_to_key_line():
    with start() as terminal:
        terminal.send("=")
        wait_bottom(terminal, "all filters lifted")
        terminal.send("j")
        wait_bottom(terminal, KEY_LINE)


@test
def keys__unknown__change_nothing():
    with Stage() as stage, users(stage, "-d", "60") as terminal:
        stage.run("/bin/true", "mine")
        terminal.wait_for("/bin/true mine")
        before = terminal.capture()
        terminal.send("F5", "F12", "Insert", "y", "%", "é")
        sync(terminal)
        equal(terminal.capture()[1:], before[1:], "screen below the summary")


sys.exit(main())
