#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows: search, row filters, execs as a tree with who began them."""

import os
import sys

from actors import Stage
from screen import bottom, execs, selected, start, wait_bottom, wait_selected
from tap import check, contains, equal, main, test

NAMES = ("alpha", "beta", "Gamma", "beta", "delta")


def users(stage, *argv, **options):
    """conntop with the stage's user alone and Execs alone, wide enough for the tree."""
    terminal = start("-u", str(stage.uid), *argv, **{"cols": 170, "rows": 40, **options})
    terminal.send("1")
    return terminal


def named_rows(stage, terminal):
    """An exec with each of the names as its argument, the last on top."""
    for name in NAMES:
        stage.run("/bin/true", name)
    terminal.wait_for(lambda _: execs(terminal).count() == (len(NAMES),), "the execs")


def wait_shown(terminal, *names):
    """Exactly these are shown."""
    terminal.wait_for(lambda _: [line.split()[-1] for line in execs(terminal).lines] ==
                      list(names), f"rows {names}")


# --- search ---


@test
def search__typed__selects_the_row_and_escape_returns():
    with Stage() as stage, users(stage) as terminal:
        named_rows(stage, terminal)
        terminal.send("/", "b", "e", "t")
        wait_selected(terminal, "beta")
        contains(bottom(terminal), "Search: bet", "bottom line")
        terminal.send("Escape")
        wait_selected(terminal, "delta")


@test
def search__n_and_N__go_on_and_round():
    with Stage() as stage, users(stage) as terminal:
        named_rows(stage, terminal)
        terminal.send("/", "b", "e", "t", "a", "Enter")
        wait_selected(terminal, "beta")
        first = selected(terminal)
        terminal.send("n")
        terminal.wait_for(lambda _: "beta" in selected(terminal) and selected(terminal) != first,
                          "the other one")
        terminal.send("n")
        wait_bottom(terminal, "search wrapped")
        equal(selected(terminal).split()[1], first.split()[1], "PID selected")
        terminal.send("/", "gamma!", "Enter")
        wait_bottom(terminal, "no row has 'gamma!'")


# --- row filter ---


@test
def row_filter__text_and_regex__show_rows_as_they_come():
    with Stage() as stage, users(stage) as terminal:
        named_rows(stage, terminal)
        terminal.send("\\", "b", "e", "t", "a", "Enter")
        wait_shown(terminal, "beta", "beta")
        contains(execs(terminal).title, "2 of 5", "title")
        stage.run("/bin/true", "beta-2")
        stage.run("/bin/true", "other")
        wait_shown(terminal, "beta-2", "beta", "beta")
        terminal.send("F4", "C-u", "/[lG]am|al/", "Enter")
        wait_shown(terminal, "Gamma", "alpha")
        terminal.send("=")
        terminal.wait_for(lambda _: " of " not in execs(terminal).title, "no row filter")


@test
def row_filter__bad_regex__is_refused_in_place():
    with Stage() as stage, users(stage) as terminal:
        named_rows(stage, terminal)
        terminal.send("\\", "/[a/")
        wait_bottom(terminal, "Unmatched [")
        terminal.send("Enter")
        wait_bottom(terminal, "Rows with: /[a/")
        terminal.send("Escape")
        wait_bottom(terminal, "q quit")
        equal(execs(terminal).count(), (len(NAMES),), "rows")


# --- tree ---


def tree(terminal):
    """What the lines lead to, with them, of each row."""
    pane = execs(terminal)
    return [pane.cell(line, "ARGS") for line in pane.lines]


def shell(stage, terminal):
    """A shell that begins two programs: the PIDs of all three are on screen."""
    stage.run("/bin/sh", "-c", "/bin/true one; /bin/true two; :")
    terminal.wait_for(lambda _: execs(terminal).count() == (3,), "three execs")


@test
def tree__t__shows_who_began_what_from_before_conntop_on():
    with Stage() as stage, users(stage, "--sort", "+time") as terminal:
        shell(stage, terminal)
        terminal.send("t")
        terminal.wait_for(lambda _: len(execs(terminal).lines) > 3, "ancestors")
        rows = tree(terminal)
        at = next(i for i, row in enumerate(rows) if "/bin/sh" in row)
        lead = rows[at].index("\u2514\u2500 /bin/sh")
        equal(rows[at + 1], " " * (lead + 2) + "\u251c\u2500 /bin/true one", "first child")
        equal(rows[at + 2], " " * (lead + 2) + "\u2514\u2500 /bin/true two", "second child")
        contains(execs(terminal).title, "Execs 3", "title: ancestors are no execs")
        # Above it stands this very test.
        check(f" {os.getpid()} " in execs(terminal).lines[at - 1], "the parent", rows)
        terminal.send("t")
        terminal.wait_for(lambda _: len(execs(terminal).lines) == 3, "a list again")


@test
def tree__minus_and_plus__fold_a_branch():
    with Stage() as stage, users(stage, "--sort", "+time") as terminal:
        shell(stage, terminal)
        terminal.send("t")
        terminal.wait_for(lambda _: len(execs(terminal).lines) > 3, "ancestors")
        terminal.send("/", "true two", "Enter")
        wait_selected(terminal, "/bin/true two")
        terminal.send("-")
        wait_selected(terminal, "[+2] /bin/sh")
        equal(tree(terminal)[-1].split()[-2:], ["two;", ":"], "last row: the shell's")
        terminal.send("+")
        terminal.wait_for(lambda _: "/bin/true two" in tree(terminal)[-1], "unfolded")


@test
def tree__ascii__has_plain_lines():
    with Stage() as stage, users(stage, "--sort", "+time", "--ascii") as terminal:
        shell(stage, terminal)
        terminal.send("t")
        terminal.wait_for(lambda _: any("|- /bin/true one" in row for row in tree(terminal)),
                          "plain lines")
        contains(tree(terminal)[-1], "`- /bin/true two", "last row")


sys.exit(main())
