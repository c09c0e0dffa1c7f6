#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Who has read nothing finds filter, sort, export and help on the screen alone: the key line of a
usual terminal names them, each of its hints leads where it says, and from there the way on and the
way back are on the screen as well.
"""

import os
import sys

from scenes import Ahead, Scene
from screen import EXECS, Pane, filter_shown
from tap import check, contains, equal, main, no_terminal, test

USUAL = {"cols": 80, "rows": 24}
WIDE = {"cols": 200, "rows": 24}
# What the screen says after the key of a hint was pressed.
LEADS_TO = {
    "pid": "Filter by PID", "user": "Filter by user", "port": "Filter by port",
    "address": "Filter by address", "command": "Filter by command", "all": "lifted",
    "search": "Search", "rows": "Rows with", "next": "no search", "previous": "no search",
    "sort": "Sort Execs by", "export": "Export to", "pause": "PAUSED", "help": " Help",
    "details": "PID 43106", "columns": "Columns of Execs", "tree": "systemd",
    "pane": "▶ Connections", "zoom": "▶ Execs", "invert": "sort TIME ▲", "theme": "theme",
}


def hints(lines):
    """{label: key} of the key line."""
    out = {}
    for hint in lines[-1].split("  "):
        key, _, label = hint.partition(" ")
        out[label] = key
    return out


def back(scene):
    """Presses what the screen names for going back, or Escape in a prompt."""
    way = hints(scene.capture()).get("back", "Esc")
    equal(way, "Esc", "the way back")
    return scene.press("Escape")


def labels_of(**size):
    with Scene(**size) as scene:
        return hints(scene.capture())


@test
def key_line__usual_terminal__names_filter_sort_export_and_help():
    named = labels_of(**USUAL)
    for label in ("pid", "user", "port", "sort", "export", "help", "quit"):
        check(label in named, f"{label} on the key line", named)


@test
def key_line__smallest_terminal__names_filter_help_and_quit():
    named = labels_of(cols=40, rows=8)
    for label in ("pid", "help", "quit"):
        check(label in named, f"{label} on the key line", named)


def follow(label, key, size):
    check(label in LEADS_TO or label == "quit", "a hint that this test knows", label)
    with Scene(**size) as scene:
        if label == "quit":
            scene.send(key)
            equal(scene.exit_status(), 0, "exit status")
        else:
            contains("\n".join(scene.press(key)), LEADS_TO[label], f"screen after {key}")


@test
def key_line__each_hint__leads_where_it_says():
    usual, wide = labels_of(**USUAL), labels_of(**WIDE)
    check(set(usual) < set(wide), "more hints on a wide terminal", (usual, wide))
    with Ahead() as ahead:
        for label, key in wide.items():
            ahead.start(label, follow, label, key, USUAL if label in usual else WIDE)
        for label in wide:
            ahead.result(label)


@test
def filter__found_on_the_key_line__narrows_and_is_lifted_again():
    with Scene(**USUAL) as scene:
        before = scene.capture()
        scene.press("j", hints(before)["user"])
        contains(scene.capture()[-1], "alice", "the selected row's user in the prompt")
        lines = scene.press("Enter")
        equal(filter_shown(scene), "uid=alice", "filter")
        check("all" in hints(lines), "how to lift it on the key line", lines[-1])
        scene.press(hints(lines)["all"])
        equal(filter_shown(scene), "", "filter")


@test
def filter__empty_prompt__shows_what_it_takes():
    with Scene(**USUAL) as scene:
        scene.press(hints(scene.capture())["port"])
        contains(scene.capture()[-1], "443", "an example")


@test
def sort__found_on_the_key_line__offers_columns_and_the_way_on_and_back():
    with Scene(**USUAL) as scene:
        panes = scene.capture()
        lines = scene.press(hints(panes)["sort"])
        contains("\n".join(lines), "process ID", "what a column means")
        check({"choose", "back"} <= set(hints(lines)), "choose and back on the key line", lines[-1])
        equal(back(scene), panes, "the panes again")
        scene.press(hints(panes)["sort"], "j", hints(lines)["choose"])
        equal(Pane(scene.capture(), EXECS).sort()[0], "PID", "sorted by")


@test
def export__found_on_the_key_line__says_what_names_mean_and_where_it_wrote():
    with Scene(**USUAL) as scene:
        scene.press(hints(scene.capture())["export"])
        for ending in (".json", ".csv", ".txt"):
            contains(scene.capture()[-1], ending, "prompt")
        path = os.path.join(scene.folder, "seen.txt")
        scene.press(f"'{path}", "Enter")
        contains(scene.capture()[-1], path, "message")
        check(os.path.getsize(path) > 1000, "a snapshot in the file")


@test
def help__found_on_the_key_line__names_every_key_and_the_way_back():
    with Scene(**USUAL) as scene:
        panes = scene.capture()
        lines = scene.press(hints(panes)["help"])
        contains("\n".join(lines), "Filters", "help")
        check("back" in hints(lines), "the way back on the key line", lines[-1])
        equal(back(scene), panes, "the panes again")


@test
def mistake__in_a_prompt__is_told_there_and_escape_leaves_all_as_it_was():
    with Scene(**USUAL) as scene:
        panes = scene.capture()
        scene.press(hints(panes)["user"], "C-u", "'nobody-has-this-name", "Enter")
        contains(scene.capture()[-1], "unknown user", "prompt")
        equal(back(scene), panes, "the panes again")


sys.exit(main(no_terminal))
