#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prompts and menus in a real terminal: editing, history, completion, columns, help."""

import os
import re
import sys
import tempfile

from scenes import Scene
from screen import execs
from tap import check, contains, equal, main, no_terminal, test

UP = ("Up", "C-p")


def bottom(scene):
    return scene.capture()[-1].rstrip()


def ask(scene, key, text):
    """Opens a prompt and puts a text in place of what is there."""
    scene.press(key, "C-u", f"'{text}")


def cursor(scene):
    return int(scene.ask("cursor_x"))


@test
def prompt__readline_keys__edit_the_text():
    with Scene() as scene:
        ask(scene, "c", "one,two,three")
        scene.press("M-b", "M-b", "M-d")
        contains(bottom(scene), "Filter by command: one,,three  bad command", "word taken out")
        scene.press("C-e", "C-w", "C-a", "C-y")
        equal(bottom(scene), "Filter by command: threeone,,", "put back at the front")
        scene.press("C-k", "C-h", "Home", "DC", "End", "BSpace")
        equal(bottom(scene), "Filter by command: hr", "what is left")
        scene.press("Escape")
        contains(bottom(scene), "p pid", "key line")


@test
def prompt__wide_and_combining_characters__cursor_stands_behind_them():
    with Scene() as scene:
        ask(scene, "c", "世e\u0301x")
        start = len("Filter by command: ")
        equal(cursor(scene), start + 4, "cursor at the end")
        scene.press("Left", "Left")
        equal(cursor(scene), start + 2, "cursor behind the wide one")
        scene.press("BSpace")
        equal(cursor(scene), start, "cursor at the start")
        equal(bottom(scene), "Filter by command: e\u0301x", "text")


@test
def prompt__what_was_entered_before__comes_back():
    with Scene() as scene:
        for text in ("12", "34"):
            ask(scene, "p", text)
            scene.press("Enter")
        for key in UP:
            ask(scene, "p", "5")
            scene.press(key)
            equal(bottom(scene), "Filter by PID: 34", f"after {key}")
            scene.press(key, "Down", "Down")
            equal(bottom(scene), "Filter by PID: 5", "the text of one's own")
            scene.press("Escape")


@test
def prompt__bad_value_at_40_columns__is_told_while_typed():
    with Scene(cols=40, rows=8) as scene:
        ask(scene, "P", "443,70000")
        lines = scene.capture()
        equal(" ".join(line.strip() for line in lines[5:7]),
              "bad port '70000': a number from 0 to 65535, or a range LOW-HIGH", "reason")
        equal(bottom(scene), "Filter by port: 443,70000", "prompt")
        scene.press("Enter")
        equal(bottom(scene), "Filter by port: 443,70000", "prompt after Enter")
        scene.press("BSpace", "Enter")
        contains(scene.capture()[0], "port=443,7000", "summary")


@test
def prompt__tab__completes_users_and_files():
    with tempfile.TemporaryDirectory(prefix="ct-files-") as folder, Scene() as scene:
        ask(scene, "u", "!roo")
        scene.press("Tab")
        equal(bottom(scene), "Filter by user: !root", "user")
        scene.press("Escape")
        os.mkdir(f"{folder}/folder")
        for name in ("first.csv", "first.json"):
            with open(f"{folder}/{name}", "x", encoding="ascii"):
                pass
        ask(scene, "e", f"{folder}/fi")
        scene.press("Tab")
        contains(scene.capture()[-2], "first.csv  first.json", "candidates above")
        equal(bottom(scene), f"Export to file: {folder}/first.", "what they share")
        scene.press("'j", "Tab", "Enter")
        contains(bottom(scene), "It exists already", "question")
        scene.press("'no", "Enter", "C-w", f"'{folder}/fo", "Tab", "'new.json", "Enter")
        check(os.path.exists(f"{folder}/folder/new.json"), "a snapshot", bottom(scene))


@test
def sort_menu__letter_and_enter__sort_by_that_column():
    with Scene() as scene:
        scene.press("1", "s")
        contains(scene.capture()[1], "Sort Execs by", "title")
        scene.press("u", "Enter")
        equal(execs(scene).sort()[0], "USER", "order")
        before = execs(scene).sort()
        scene.press("F6", "Enter")
        after = execs(scene).sort()
        equal(after[0], "USER", "order")
        check(before[1] != after[1], "inverted", after)


@test
def columns_menu__hidden_moved_and_default__change_what_is_shown():
    with Scene(cols=170) as scene:
        scene.press("1")
        titles = execs(scene).titles()
        scene.press("S", "j", "Space", "g", "J", "Enter")
        equal(execs(scene).titles(), [titles[2], titles[0], *titles[3:]], "titles")
        scene.press("F2", "d", "F2")
        equal(execs(scene).titles(), titles, "titles by default")
        scene.press("S", "e", "C-u", "'pid,co", "Tab", "Enter", "Escape")
        equal(execs(scene).titles(), ["PID", "COMM"], "titles as typed")


def help_is_whole(**options):
    """Page by page, by what the title says is in sight."""
    with Scene(cols=40, rows=8, **options) as scene:
        scene.press("?")
        seen, last, total = "", 0, 1
        while last < total:
            lines = scene.capture()
            shown = re.search(r" \d+-(\d+) of (\d+)", lines[1])
            check(shown and int(shown[1]) > last, "the next page", lines[1])
            last, total = int(shown[1]), int(shown[2])
            seen += " " + " ".join(lines[2:7])
            scene.press("PageDown")
        for part in ("lift all filters", "hold the screen still", "has just come", "quit"):
            contains(" ".join(seen.split()), part, "help")
        scene.press("g")
        contains(scene.capture()[2], "Filters", "first line")
        scene.press("Escape")
        contains(scene.capture()[1], "Execs", "title")


@test
def help__40x8_in_utf8__can_be_read_to_the_end():
    help_is_whole()


@test
def help__40x8_in_c_locale__can_be_read_to_the_end():
    help_is_whole(locale="C")


if __name__ == "__main__":
    sys.exit(main(no_terminal))
