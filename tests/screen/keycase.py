# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of single keys, on the scene: how they are registered, and what they ask of the screen."""

import functools
import subprocess
import sys

import scenes
from scenes import Scene
from screen import EXECS, PANES, Pane, selected
from tap import check, main, no_terminal, test

# How tmux calls what --help calls otherwise.
TMUX_NAMES = {"PgDn": "PageDown", "PgUp": "PageUp", "Esc": "Escape", "Backspace": "BSpace",
              "Del": "DC"}
MANY = {"cols": 120, "rows": 20}  # less rows on screen than there are

ahead = scenes.Ahead()
tested = {}  # key as --help has it: its test, as (name, what it does)


def key(*names, argv=(), **options):
    """The test of what these keys do; it gets the scene, and the key as tmux calls it."""

    def register(function):
        for name in names:
            def press(name=name):
                with Scene(*argv, **{"cols": 120, "rows": 24, **options}) as scene:
                    function(scene, tmux_name(name))

            tested[name] = f"key__{name}__{function.__name__}", press
        return function

    return register


def wanted(title):
    return not sys.argv[1:] or any(word in title for word in sys.argv[1:])


def tmux_name(name):
    if name.startswith("^") and len(name) == 2:
        return f"C-{name[1].lower()}"
    return TMUX_NAMES.get(name, name)


@functools.lru_cache(None)
def manual():
    return subprocess.run([scenes.PROGRAM, "--help"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def keys_of_manual():
    """The names of all keys, a list for each action."""
    section = manual().split("\nKeys:\n")[1].split("\n\n")[0]
    return [line[2:30].split() for line in section.splitlines() if line[2:30].split()]


@functools.lru_cache(None)
def execs_in_order():
    """Times of the Execs pane from its first row to its last."""
    with Scene("--pane", "execs", cols=200, rows=60) as scene:
        times = Pane(scene.capture(), EXECS).column("TIME")
    check(len(times) > 30 and len(set(times)) == len(times), "different times", times)
    return times


def pane(scene, name=EXECS):
    return Pane(scene.capture(), name)


def shown(scene):
    """The panes on screen, the focused one with a star."""
    out = []
    for name in PANES:
        try:
            out.append(name + "*" * pane(scene, name).focused)
        except AssertionError:
            pass  # it is not there
    return out


def selected_pid(scene):
    return next(word for word in selected(scene).split() if word.isdigit())


def row_number(scene):
    """Of the selected exec, from 0."""
    return execs_in_order().index(selected(scene).split()[0])


def bottom(scene):
    return scene.capture()[-1]


def search(scene, text):
    scene.press("/", f"'{text}", "Enter")


def run():
    """Runs the test of each key, several at once, and what else was registered."""
    for title, press in tested.values():
        def result(title=title):
            ahead.result(title)

        result.__name__ = title
        test(result)
        if not no_terminal() and wanted(title):
            ahead.start(title, press)
    with ahead:
        return main(no_terminal)
