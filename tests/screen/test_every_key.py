#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Each key that --help lists does what it says there: one test a key, on the scene. A key of the table
of actions that has no test here fails.
"""

import os
import sys

from keycase import (MANY, bottom, execs_in_order, key, keys_of_manual, pane, row_number, run,
                     search, selected_pid, shown, tested)
from screen import CONNECTIONS, EXECS, LISTENERS, PROCESSES, REMOTES, filter_shown, selected
from tap import check, contains, equal, test
from terminal import wait_until


# --- filters --------------------------------------------------------------------------------------


@key("p")
def narrows_to_the_selected_process(scene, name):
    scene.press("j")
    pid = selected_pid(scene)
    scene.press(name)
    contains(bottom(scene), "PID", "prompt")
    contains(bottom(scene), pid, "prompt")
    scene.press("Enter")
    equal(filter_shown(scene), f"pid={pid}", "filter")
    equal(pane(scene).column("PID"), [pid], "rows")


@key("u")
def narrows_to_the_selected_user(scene, name):
    scene.press("j", name, "Enter")
    equal(filter_shown(scene), "uid=alice", "filter")
    equal(set(pane(scene).column("USER")), {"alice"}, "users")


@key("P")
def narrows_to_the_selected_port(scene, name):
    scene.press("2", name, "Enter")
    equal(filter_shown(scene), "port=8080", "filter")
    for row in pane(scene, CONNECTIONS).rows():
        check("http-alt" in row["RPORT"] or row["LPORT"] == "8080", "a port of 8080", row)


@key("a")
def narrows_to_the_selected_address(scene, name):
    scene.press("2", "j", name, "Enter")
    equal(filter_shown(scene), "addr=198.51.100.201", "filter")
    equal(pane(scene, CONNECTIONS).column("RADDR"), ["198.51.100.201"], "remote ends")


@key("c")
def narrows_to_the_selected_command(scene, name):
    scene.press("j", name, "Enter")
    equal(filter_shown(scene), "comm=less", "filter")
    equal(pane(scene).column("COMM"), ["less"], "commands")


@key("f")
def takes_in_descendants(scene, name):
    scene.press("p", "C-u", "'43210", "Enter")
    equal(pane(scene).column("COMM"), ["gcc"], "before")
    scene.press(name)
    equal(filter_shown(scene), "pid=43210+", "filter")
    equal(pane(scene).column("COMM"), ["as", "cc1", "gcc"], "with descendants")
    scene.press(name)
    equal(pane(scene).column("COMM"), ["gcc"], "without again")


@key("x")
def watches_failures(scene, name):
    before = scene.capture()[0]
    scene.press(name)
    check("+failed" in scene.capture()[0] and "+failed" not in before, "+failed after the key",
          (before, scene.capture()[0]))
    scene.press(name)
    check("+failed" not in scene.capture()[0], "no more", scene.capture()[0])


@key("=", argv=("-u", "bob", "-P", "1-99"))
def lifts_all_filters(scene, name):
    equal(filter_shown(scene), "uid=bob port=1-99", "before")
    scene.press(name)
    equal(filter_shown(scene), "", "filter")


@key("F", argv=("-u", "bob"))
def offers_filter_sets(scene, name):
    before = scene.capture()
    after = scene.press(name)
    check(after != before and any("filter" in line.lower() for line in after[1:]),
          "something about filter sets", after)


# --- searching ------------------------------------------------------------------------------------


@key("/")
def finds_while_typing(scene, name):
    scene.press("1", name, "'psql")
    contains(selected(scene), "psql", "selected row while the prompt is open")
    scene.press("Enter")
    contains(selected(scene), "psql", "selected row")


@key("n")
def goes_to_the_next_match(scene, name):
    scene.press("1")
    search(scene, "/usr/bin/gcc")
    first = row_number(scene)
    scene.press(name)
    check(row_number(scene) > first and "gcc" in selected(scene), "a match further down",
          selected(scene))


@key("N")
def goes_to_the_previous_match(scene, name):
    scene.press("1")
    search(scene, "/usr/bin/gcc")
    first = row_number(scene)
    scene.press("n", name)
    equal(row_number(scene), first, "row")


@key("\\", "F4")
def shows_only_rows_with_a_text(scene, name):
    scene.press("1", name, "'healthz", "Enter")
    rows = pane(scene).rows()
    check(rows and all(row["COMM"] == "curl" for row in rows), "health checks only", rows)
    scene.press(name, "C-u", "Enter")
    check("less" in pane(scene).column("COMM"), "the rest again")


# --- the screen -----------------------------------------------------------------------------------


@key("Space", "Z")
def holds_the_screen_still(scene, name):
    held = scene.press(name)
    contains(held[0], "PAUSED", "summary")
    scene.press("1s")
    equal(scene.capture(), held, "screen a second later")
    scene.press(name)
    check("PAUSED" not in scene.capture()[0], "no more PAUSED", scene.capture()[0])
    equal(pane(scene).column("COMM")[0], "vim", "newest exec")


@key("e")
def writes_a_snapshot(scene, name):
    path = os.path.join(scene.folder, "snapshot.csv")
    scene.press(name)
    contains(bottom(scene), "Export", "prompt")
    scene.press("C-u", f"'{path}", "Enter")
    with open(path, encoding="utf-8") as file:
        contains(file.read(), "/var/log/nginx/error.log", "snapshot")


@key("?", "h", "F1")
def shows_help(scene, name):
    contains("\n".join(scene.press(name)[1:3]), "Help", "page")
    scene.press(name)
    equal(shown(scene), [f"{EXECS}*", CONNECTIONS], "panes")


@key("q", "F10", "^C")
def quits(scene, name):
    scene.send(name)
    equal(scene.exit_status(), 0, "exit status")


@key("D")
def shows_numbers_and_names(scene, name):
    scene.press(name)
    check(all(user.isdigit() for user in pane(scene).column("USER")), "numbers of users")
    scene.press(name)
    contains(pane(scene).column("USER"), "alice", "names of users")


@key("d")
def changes_the_delay(scene, name):
    scene.press(name, "C-u", "'0.2", "Enter", name)
    contains(bottom(scene), "0.2", "prompt")


@key("T")
def goes_to_the_next_theme(scene, name):
    names = set()
    for _ in range(2):
        scene.press(name)
        contains(bottom(scene).lower(), "theme", "message")
        names.add(bottom(scene))
    equal(len(names), 2, "themes named")


@key("W", argv=("--numeric",))
def saves_as_defaults(scene, name):
    scene.press(name)
    path = os.path.join(scene.folder, "config", "conntop", "conntop.conf")
    wait_until(lambda: os.path.exists(path), f"a file {path}")
    contains(bottom(scene), "conntop.conf", "message")
    with open(path, encoding="utf-8") as file:
        contains(file.read(), "numeric", "configuration")


@key("^L")
def draws_anew(scene, name):
    before = scene.capture()
    with open(scene.ask("pane_tty"), "w", encoding="ascii") as out:
        out.write("\033[3;1HSCRIBBLE")
    scene.wait_for("SCRIBBLE")
    scene.press(name)
    equal(scene.capture(), before, "screen")


@key("^Z", shell='"$0" "$@"; touch stopped; fg')
def suspends(scene, name):
    before = scene.capture()
    scene.send(name)
    wait_until(lambda: os.path.exists(os.path.join(scene.folder, "stopped")), "the shell going on")
    scene.settle()
    equal(scene.capture(), before, "screen after fg")


# --- order and columns ----------------------------------------------------------------------------


def order(scene, name=EXECS):
    return pane(scene, name).sort()


@key(">")
def sorts_by_the_next_column(scene, name):
    titles = pane(scene).titles()
    scene.press(name)
    equal(order(scene)[0], titles[1], "sorted by")


@key("<")
def sorts_by_the_previous_column(scene, name):
    scene.press(">", ">")
    titles = pane(scene).titles()
    scene.press(name)
    equal(order(scene)[0], titles[1], "sorted by")


@key("I", "R")
def turns_the_order_round(scene, name):
    equal(order(scene), ("TIME", "down"), "order before")
    scene.press("1", name)
    equal(order(scene), ("TIME", "up"), "order")
    equal(pane(scene).column("TIME")[0], execs_in_order()[-1], "first row")


@key("s", "F6")
def offers_columns_to_sort_by(scene, name):
    scene.press("1", name)
    check(any("PID" in line for line in scene.capture()), "columns to choose", scene.capture())
    scene.press("j", "Enter")
    check(order(scene)[0] != "TIME", "another order", order(scene))


@key("S", "F2")
def offers_columns_to_show(scene, name):
    titles = pane(scene).titles()
    scene.press(name, "j", "Space", "Escape")
    after = pane(scene).titles()
    check(set(after) != set(titles), "other columns", after)


# --- panes ----------------------------------------------------------------------------------------


@key("Tab")
def goes_to_the_other_pane(scene, name):
    scene.press(name)
    equal(shown(scene), [EXECS, f"{CONNECTIONS}*"], "panes")
    scene.press(name)
    equal(shown(scene), [f"{EXECS}*", CONNECTIONS], "panes")


@key("0")
def shows_two_panes(scene, name):
    scene.press("3", name)
    equal(sorted(one.rstrip("*") for one in shown(scene)), [CONNECTIONS, EXECS], "panes")


@key("1", "2", "3", "4", "5")
def shows_one_pane(scene, name):
    scene.press(name)
    wanted = (EXECS, CONNECTIONS, PROCESSES, REMOTES, LISTENERS)[int(name) - 1]
    equal(shown(scene), [f"{wanted}*"], "panes")


@key("z")
def zooms_and_back(scene, name):
    scene.press("Tab", name)
    equal(shown(scene), [f"{CONNECTIONS}*"], "panes")
    scene.press(name)
    equal(shown(scene), [EXECS, f"{CONNECTIONS}*"], "panes")


# --- details and the tree -------------------------------------------------------------------------


@key("Enter")
def shows_details(scene, name):
    scene.press("1", "j")
    pid = selected_pid(scene)
    lines = scene.press(name)
    contains(lines[1], pid, "title of the page")
    check(any("/var/log/nginx/error.log" in line for line in lines[2:]), "its arguments", lines)


@key("Esc", "Backspace")
def closes_what_covers_the_panes(scene, name):
    panes = scene.capture()[1:-1]
    for opening in ("?", "Enter", "s"):
        check(scene.press(opening)[1:-1] != panes, f"something else after {opening}")
        equal(scene.press(name)[1:-1], panes, "the panes again")


@key("t", rows=50)
def shows_execs_as_a_tree(scene, name):
    lines = scene.press("1", name)
    check(any("├─" in line or "└─" in line for line in lines), "branches", lines)
    check(any("systemd" in line for line in lines), "an ancestor from before conntop", lines)
    lines = scene.press(name)
    check(not any("└─" in line for line in lines), "no more branches", lines)


def find_make_in_the_tree(scene):
    scene.press("1", "t")
    search(scene, "/usr/bin/make")
    contains(selected(scene), "make", "selected row")
    return pane(scene).count()[0], any(" git " in line for line in scene.capture())


@key("-", rows=50)
def folds_a_branch(scene, name):
    _, seen = find_make_in_the_tree(scene)
    check(seen, "what make executed, before")
    lines = scene.press(name)
    check(not any(" git " in line for line in lines), "what make executed hidden", lines)


@key("+", rows=50)
def unfolds_it(scene, name):
    find_make_in_the_tree(scene)
    before = scene.capture()
    scene.press("-", name)
    equal(scene.capture()[1:-1], before[1:-1], "tree as it was")


# --- moving ---------------------------------------------------------------------------------------


@key("j", "Down")
def moves_down(scene, name):
    scene.press(name)
    equal(row_number(scene), 1, "row")


@key("k", "Up")
def moves_up(scene, name):
    scene.press("j", "j", name)
    equal(row_number(scene), 1, "row")


def page(scene):
    scene.press("1")
    return len(pane(scene).lines)


@key("PgDn", "^F", **MANY)
def moves_a_page_down(scene, name):
    rows = page(scene)
    scene.press(name)
    equal(row_number(scene), rows, "row")


@key("PgUp", "^B", **MANY)
def moves_a_page_up(scene, name):
    rows = page(scene)
    scene.press("G", name)
    equal(row_number(scene), len(execs_in_order()) - 1 - rows, "row")


@key("^D", **MANY)
def moves_half_a_page_down(scene, name):
    rows = page(scene)
    scene.press(name)
    equal(row_number(scene), rows // 2, "row")


@key("^U", **MANY)
def moves_half_a_page_up(scene, name):
    rows = page(scene)
    scene.press("G", name)
    equal(row_number(scene), len(execs_in_order()) - 1 - rows // 2, "row")


@key("g", "Home", **MANY)
def moves_to_the_first_row(scene, name):
    scene.press("1", "G", name)
    equal(row_number(scene), 0, "row")


@key("G", "End", **MANY)
def moves_to_the_last_row(scene, name):
    scene.press("1", name)
    equal(row_number(scene), len(execs_in_order()) - 1, "row")


@key("l", "Right", cols=60)
def scrolls_wide_rows(scene, name):
    before = scene.press("1")
    after = scene.press(name, name)
    check(after[3] != before[3], "rows scrolled", after[3])
    contains(after[3], "43106", "what identifies the row")


@key("Left", cols=60)
def scrolls_back(scene, name):
    before = scene.press("1")
    scene.press("Right", "Right", name, name, name)
    equal(scene.capture()[1:-1], before[1:-1], "rows")


@key(".")
def steps_recordings_only(scene, name):
    scene.press(name)
    contains(bottom(scene), "only a recording can go step by step", "bottom line")


# --- all of them ----------------------------------------------------------------------------------


@test
def keys__of_the_table__have_a_test_each():
    missing = [name for names in keys_of_manual() for name in names if name not in tested]
    equal(missing, [], "keys of --help without a test here")
    equal(sorted(set(tested) - {name for names in keys_of_manual() for name in names}), [],
          "keys tested that --help does not have")


@test
def keys__of_the_table__stand_for_one_action_each():
    names = [name for names in keys_of_manual() for name in names]
    equal(sorted(names), sorted(set(names)), "keys")


sys.exit(run())
