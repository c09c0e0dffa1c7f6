#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Whole screens, as text files in expected/: what conntop shows of the scene after some keys.

    test_expected.py [WORD...]            compares those whose names have a word, or all
    test_expected.py --update [WORD...]   writes the files anew (make update-expected)
"""

import difflib
import os
import subprocess
import sys
import typing

from scenes import PROGRAM, Ahead, Scene, painted, plain
from tap import ROOT, main, no_terminal, test

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected")

TINY, SMALL, USUAL, LARGE, HUGE = (40, 8), (60, 20), (80, 24), (120, 40), (200, 50)
C = {"locale": "C"}
SPARKS = {"steps": 8}  # seconds of history
FAILURES = ("-x",)
ONCE = ("--once", "--duration", "0.1")


class Shot(typing.NamedTuple):
    """A screen: its file's name, its size, the keys before it, and how conntop is started."""

    name: str
    size: tuple
    keys: str = ""
    argv: tuple = ()
    paint: bool = False
    bottom: bool = False  # the bottom line after each key, instead of the screen
    options: typing.Mapping = {}

    def title(self):
        words = ["conntop", *self.argv]
        extra = [f"{name}={value}" for name, value in self.options.items()]
        return (f"{self.size[0]}x{self.size[1]}: {' '.join(words)}" +
                (f" ({', '.join(extra)})" if extra else "") +
                (f"; keys: {self.keys}" if self.keys else ""))

    def text(self):
        """What its file has: the title, the screen, and where the cursor is when it is shown."""
        cols, rows = self.size
        with Scene(*self.argv, cols=cols, rows=rows, **dict(self.options)) as scene:
            if self.bottom:
                lines = [scene.press(key)[-1] for key in self.keys.split()]
            else:
                scene.press(*self.keys.split())
                lines = painted(scene) if self.paint else plain(scene)
            if scene.ask("cursor_flag") == "1":
                lines.append(f"--- cursor on line {int(scene.ask('cursor_y')) + 1}, "
                             f"column {int(scene.ask('cursor_x')) + 1}")
        return "\n".join([self.title(), *lines, ""])


class Output(typing.NamedTuple):
    """What is printed where there is no terminal."""

    name: str
    argv: tuple

    def text(self):
        env = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        printed = subprocess.run([PROGRAM, *self.argv], env=env, stdout=subprocess.PIPE, text=True,
                                 check=True).stdout
        return f"conntop {' '.join(self.argv)}\n{printed}"


THEMES = sorted(name[:-len(".theme")] for name in os.listdir(os.path.join(ROOT, "themes")))

# Keys are tmux's names; 'text is typed; 1s lets a second pass.
SHOTS = [
    # both panes, at each size, and with fewer characters and colours
    Shot("split-tiny", TINY),
    Shot("split-small", SMALL),
    Shot("split-usual", USUAL),
    Shot("split-large", LARGE, options=SPARKS),
    Shot("split-huge", HUGE, options=SPARKS),
    Shot("split-ascii", USUAL, argv=("--ascii",)),
    Shot("split-c-locale", LARGE, options={**C, **SPARKS}),
    Shot("split-colors", LARGE, paint=True, options=SPARKS),
    Shot("split-no-colors", USUAL, paint=True, argv=("--color", "never")),
    Shot("split-failures", LARGE, argv=FAILURES),
    Shot("split-losses", USUAL, paint=True, options={"settings": {"LOST": "12"}}),
    Shot("split-limits", LARGE,
         options={"settings": {"LIMITS": "who accepted is told late: no trampolines"}}),
    Shot("split-other-focus", USUAL, "Tab j j"),
    Shot("split-marked", LARGE, "Tab j j", paint=True),
    Shot("split-numbers", USUAL, "D"),
    Shot("too-small", (39, 7)),
    Shot("tiniest", (1, 1)),

    # each pane alone
    Shot("execs", LARGE, "1"),
    Shot("connections", LARGE, "2"),
    Shot("processes", LARGE, "3"),
    Shot("remotes", LARGE, "4"),
    Shot("listeners", LARGE, "5"),
    Shot("execs-small", SMALL, "1"),
    Shot("connections-small", SMALL, "2"),
    Shot("processes-small", SMALL, "3"),
    Shot("remotes-small", SMALL, "4"),
    Shot("listeners-small", SMALL, "5"),
    Shot("connections-huge", HUGE, "2"),
    Shot("execs-tiny", TINY, "1 j j"),
    Shot("connections-colors", LARGE, "2", paint=True),
    Shot("zoomed", USUAL, "Tab z"),
    Shot("zoomed-back", USUAL, "Tab z z"),
    Shot("last-rows", USUAL, "1 G"),
    Shot("page-down", USUAL, "1 PageDown"),
    Shot("scrolled", USUAL, "1 Right Right Right"),
    Shot("scrolled-connections", SMALL, "2 Right Right"),
    Shot("hostile", LARGE, argv=("-u", "bob")),
    Shot("hostile-ascii", LARGE, argv=("-u", "bob", "--ascii")),

    # order, filters, search
    Shot("sorted-by-next", USUAL, ">"),
    Shot("sorted-inverted", USUAL, "I"),
    Shot("sorted-by-option", USUAL, "2", argv=("--sort", "-rx_rate")),
    Shot("filtered-by-user", USUAL, "u C-u 'alice Enter"),
    Shot("filtered-by-port", USUAL, "P C-u '443,5432 Enter Tab"),
    Shot("filtered-by-pid", USUAL, "p Enter"),
    Shot("filtered-followed", USUAL, "p C-u '43201 Enter f"),
    Shot("filtered-to-nothing", USUAL, "c C-u 'nobody* Enter"),
    Shot("searched", USUAL, "1 / 'gcc Enter", paint=True),
    Shot("searched-next", USUAL, "1 / 'gcc Enter n n"),
    Shot("searched-while-typing", USUAL, "1 / 'pg_d"),
    Shot("searched-in-vain", USUAL, "/ 'no-such-text Enter"),
    Shot("row-filter", USUAL, "1 \\ 'curl Enter"),
    Shot("row-filter-regex", USUAL, "1 \\ '/cc1|gcc/ Enter"),

    # the tree
    Shot("tree", LARGE, "1 t"),
    Shot("tree-ascii", LARGE, "1 t", argv=("--ascii",)),
    Shot("tree-folded", LARGE, "1 t / 'make Enter -"),
    Shot("tree-split", USUAL, "t"),

    # details
    Shot("detail-process", LARGE, "1 j Enter"),
    Shot("detail-process-usual", USUAL, "1 j Enter"),
    Shot("detail-process-busy", LARGE, "3 Enter"),
    Shot("detail-process-drilled", LARGE, "1 j Enter Enter"),
    Shot("detail-connection", LARGE, "2 Enter"),
    Shot("detail-remote", LARGE, "4 Enter"),
    Shot("detail-listener", LARGE, "5 Enter"),
    Shot("detail-failed-exec", LARGE, "1 / 'kubectl Enter Enter", argv=FAILURES),
    Shot("detail-tiny", TINY, "1 j Enter"),
    Shot("detail-hostile", USUAL, "1 / 'evil Enter Enter", argv=("-u", "bob")),

    # menus, help, prompts, messages
    Shot("menu-sort", USUAL, "s"),
    Shot("menu-sort-picked", USUAL, "s j j Enter"),
    Shot("menu-columns", USUAL, "S"),
    Shot("menu-columns-tiny", TINY, "S"),
    Shot("help-top", USUAL, "?"),
    Shot("help-bottom", USUAL, "? G"),
    Shot("help-tiny", TINY, "?"),
    Shot("help-colors", LARGE, "?", paint=True),
    Shot("help-ascii", USUAL, "?", argv=("--ascii",)),
    Shot("prompt-pid", USUAL, "p"),
    Shot("prompt-user-error", USUAL, "u C-u 'nosuchuser Enter"),
    Shot("prompt-port-error-tiny", TINY, "P C-u '99999 Enter"),
    Shot("prompt-address-error", SMALL, "a C-u '10.0.0.0/99 Enter"),
    Shot("prompt-search", USUAL, "/ 'c"),
    Shot("prompt-row-filter-error", USUAL, "\\ '/(/ Enter"),
    Shot("prompt-export", USUAL, "e"),
    Shot("prompt-delay-error", USUAL, "d C-u '0.01 Enter"),
    Shot("prompt-complete-user", USUAL, "u C-u 'ba Tab"),
    Shot("message-lifted", USUAL, "="),
    Shot("paused", USUAL, "Space", paint=True),
    Shot("filter-sets", USUAL, "F"),

    # what stays when time goes on
    Shot("later", USUAL, "1s"),
    Shot("later-selection-stays", USUAL, "j j 1s 1s"),
    Shot("later-paused", USUAL, "Space 1s"),
    Shot("later-paused-and-released", USUAL, "Space 1s Space"),
    Shot("later-row-filter", USUAL, "1 \\ 'vim Enter 1s"),
    Shot("later-tree", LARGE, "1 t 1s"),
    Shot("later-detail", USUAL, "1 / 'psql Enter Enter 1s"),

    # themes
    Shot("themes", USUAL, "T " * len(THEMES), bottom=True),
    *(Shot(f"theme-{name}", USUAL, "j j j j", argv=("-x", "--theme", name), paint=True)
      for name in THEMES),

    # for logs and screen readers
    Output("once", ONCE),
    Output("once-ascii", (*ONCE, "--ascii", "-u", "bob")),
    Output("once-failures", (*ONCE, "-x", "-u", "alice", "--pane", "execs")),
    Output("once-csv", (*ONCE, "--format", "csv", "--pane", "connections", "-P", "443")),
]


def path_of(shot):
    return os.path.join(FOLDER, f"{shot.name}.txt")


def read_expected(shot):
    try:
        with open(path_of(shot), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def chosen(words):
    return [shot for shot in SHOTS if not words or any(word in test_name(shot) for word in words)]


def test_name(shot):
    return f"screen__{shot.name.replace('-', '_')}__is_as_expected"


def make_test(shot, ahead):
    def compare():
        expected, text = read_expected(shot), ahead.result(shot.name)
        if text != expected:
            diff = difflib.unified_diff(expected.splitlines(), text.splitlines(),
                                        f"expected/{shot.name}.txt", "shown", lineterm="", n=1)
            raise AssertionError("\n".join(diff) + "\nright? make update-expected")

    compare.__name__ = test_name(shot)
    test(compare)


def update(words, ahead):
    """Writes what is shown; without words, takes away files that no shot is of."""
    os.makedirs(FOLDER, exist_ok=True)
    changed = 0
    for shot in chosen(words):
        text = ahead.result(shot.name)
        if read_expected(shot) != text:
            changed += 1
            with open(path_of(shot), "w", encoding="utf-8") as file:
                file.write(text)
    if not words:
        for name in set(os.listdir(FOLDER)) - {f"{shot.name}.txt" for shot in SHOTS}:
            os.remove(os.path.join(FOLDER, name))
    print(f"{changed} of {len(chosen(words))} expected screens changed")
    return 0


def run():
    updating = sys.argv[1:2] == ["--update"]
    words = sys.argv[1 + updating:]
    with Ahead() as ahead:
        for shot in chosen(words) if not no_terminal() else ():
            ahead.start(shot.name, shot.text)
        if updating:
            return update(words, ahead)
        for shot in SHOTS:
            make_test(shot, ahead)
        return main(no_terminal)


sys.exit(run())
