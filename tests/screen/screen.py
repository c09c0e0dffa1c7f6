# SPDX-License-Identifier: GPL-2.0-or-later
"""What conntop's screen says: panes as tables, the summary, exports, the tables of --help."""

import itertools
import json
import os
import re
import subprocess

import tap
from tap import equal
from terminal import Terminal, cut, text_width, wait_until

RIGHT = {"PID", "PPID", "GID", "RET", "LIFE", "EXIT", "LPORT", "RPORT", "NETNS", "CONN", "RTT",
         "RETR", "TX", "RX", "TX/s", "RX/s", "AGE", "EXECS", "LIVE", "CONNS", "FAILED", "LATENCY",
         "BACKLOG", "MAX", "ACCEPTS", "ACC/s"}
EXECS, CONNECTIONS = "Execs", "Connections"
PROCESSES, REMOTES, LISTENERS = "Processes", "Remotes", "Listeners"
PANES = (EXECS, CONNECTIONS, PROCESSES, REMOTES, LISTENERS)
NO_ROWS = ("  nothing yet", "  nothing passes the filter", "  no row has that text")
KEY_LINE = "p pid  u user"


class Pane:
    """One pane of the screen: its title line, its titles, its rows."""

    def __init__(self, lines, name):
        marked = [at for at, line in enumerate(lines)
                  if re.match(f"(▶|>|-|─| ) {name}(?= [0-9])", line)]
        tap.check(marked, f"a pane {name}", lines)
        self.name = name
        self.at = marked[0]
        self.title = lines[self.at]
        self.header = lines[self.at + 1]
        self.focused = self.title[0] in "▶>"
        self.lines = []
        for line in lines[self.at + 2:-1]:
            if re.match(rf"(▶|>|-|─| ) ({'|'.join(PANES)}) [0-9]", line):
                break
            self.lines.append(line)
        self.height = len(self.lines)
        self.lines = [line for line in self.lines if line and line not in NO_ROWS]

    def titles(self):
        return self.header.split()

    def sort(self):
        """(title, direction) as the title line says, or None."""
        found = re.search(r" sort (\S+) ([▲▼^v]) ?$", self.title)
        return found and (found[1], "down" if found[2] in "▼v" else "up")

    def count(self):
        """The numbers of the title: (rows,) or (live, closed)."""
        head = re.split(r" sort |─", self.title)[0]
        return tuple(int(number.replace(",", "")) for number in re.findall(r"[0-9,]*[0-9]", head))

    def rows(self):
        """
        The rows as {title: cell}. No cell but the last may hold blanks. Each cell must begin or
        end where its title does.
        """
        titles, rows = self.titles(), []
        for line in self.lines:
            cells = line.split(None, len(titles) - 1)
            tap.equal(len(cells), len(titles), f"cells of {line!r} under {self.header!r}")
            at = head = 0
            for title, cell in zip(titles, cells):
                at, head = line.index(cell, at), self.header.index(title, head)
                place, wanted = text_width(line[:at]), head
                if title in RIGHT:
                    place, wanted = place + text_width(cell), head + len(title)
                tap.equal(place, wanted, f"column of {cell!r} under {title} in\n"
                                         f"{self.header}\n{line}\n")
                at, head = at + len(cell), head + len(title)
            rows.append(dict(zip(titles, cells)))
        return rows

    def column(self, title):
        return [row[title] for row in self.rows()]

    def place(self, title):
        """The column at which a title begins."""
        return re.search(rf"(?<!\S){re.escape(title)}(?!\S)", self.header).start()

    def cell(self, line, title):
        """What a line has at a left-aligned title's place, up to the next title's place."""
        rest = self.titles()[self.titles().index(title) + 1:]
        return cut(line, self.place(title), self.place(rest[0]) if rest else None).rstrip()


def execs(terminal):
    return Pane(terminal.capture(), EXECS)


def connections(terminal):
    return Pane(terminal.capture(), CONNECTIONS)


def processes(terminal):
    return Pane(terminal.capture(), PROCESSES)


def remotes(terminal):
    return Pane(terminal.capture(), REMOTES)


def listeners(terminal):
    return Pane(terminal.capture(), LISTENERS)


def start(*argv, **options):
    """A terminal in which conntop is up."""
    terminal = Terminal(list(argv), **options)
    try:
        terminal.wait_for(KEY_LINE)
    except BaseException as error:  # the caller has no terminal to close yet
        terminal.__exit__(type(error), error, None)
        raise
    return terminal


def filter_shown(terminal):
    """What the summary says of filters, "" when it says nothing."""
    return (terminal.capture()[0] + " filter ").split(" filter ")[1].strip()


def wait_filter(terminal, text):
    terminal.wait_for(lambda lines: (lines[0] + " filter ").split(" filter ")[1].strip() == text,
                      f"a summary with the filter {text!r}")


def bottom(terminal):
    return terminal.capture()[-1]


def wait_bottom(terminal, part):
    terminal.wait_for(lambda lines: part in lines[-1], f"on the bottom line: {part!r}")


def selected(terminal):
    """The text of the line that is selected, "" when there is none."""
    lines = []
    for pieces in terminal.styled():
        if pieces and "reverse" in pieces[0][1]:
            lines.append("".join(text for text, _, _ in pieces).rstrip())
    tap.check(len(lines) <= 1, "one selected line at most", lines)
    return lines[0] if lines else ""


def wait_selected(terminal, part):
    wait_until(lambda: part in selected(terminal), f"the selection on {part!r}")


def question(terminal):
    """A prompt's label and text, without the example that stands where there is no text."""
    return re.sub("   such as .*", "", bottom(terminal))


def prompt(terminal, key, text=None, end="Enter"):
    """Opens a prompt by its key, puts a text in place of what is there, and presses `end`."""
    terminal.send(key)
    terminal.wait_for(lambda lines: re.match("(Filter by|Export to) ", lines[-1]), "a prompt")
    equal(terminal.ask("cursor_flag"), "1", "cursor shown in a prompt")
    if text is not None:
        terminal.send("C-u")
        terminal.type(text)
    if end:
        terminal.send(end)


def check_prompt(terminal, text, error=""):
    """The prompt has a text, and says that it was refused and why."""
    line = bottom(terminal)
    kept = re.match(re.escape(text) + (" +" if error else "$"), line)
    tap.check(kept and line.endswith(error), f"a prompt {text!r}, refused: {error!r}", line)


def sync(terminal):
    """Returns when the keys pressed so far have been obeyed and drawn. No prompt may be open."""
    prompt(terminal, "e", end="Escape")
    terminal.wait_for(lambda lines: not lines[-1].startswith("Export to"), "the prompt gone")


_numbers = itertools.count()


def export_path(terminal, ending="json"):
    """In the terminal's own folder, which goes with it."""
    return os.path.join(terminal.folder, f"{next(_numbers)}.{ending}")


def export(terminal, ending="json"):
    """What `e` writes: parsed JSON, or the text of another format."""
    path = export_path(terminal, ending)
    prompt(terminal, "e", path)
    wait_until(lambda: os.path.exists(path), f"the export {path}")
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    return json.loads(text) if ending == "json" else text


def no_filter(snapshot):
    """The filters of a snapshot, as they are when none is in force."""
    return {**dict.fromkeys(snapshot["filters"]), "follow": False}


def export_when(terminal, good, what):
    """Exports again and again, until one is as wanted; that one."""
    last = []

    def ask():
        last[:] = [export(terminal)]
        return good(last[0])

    wait_until(ask, what)
    return last[0]


def manual():
    return subprocess.run([tap.PROGRAM, "--help"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def manual_keys():
    """The (keys, help) of --help's Keys section."""
    section = manual().split("\nKeys:\n")[1].split("\n\n")[0]
    return [(line[2:30].rstrip(), line[31:]) for line in section.splitlines()]


def manual_columns(pane):
    """{title: key} of a pane's columns that are shown by default, in order."""
    section = manual().split(f"\nColumns of {pane}")[1].split("\n\n")[0]
    rows = [re.match(r"  (\S+)\s+(\*?) ?(\S+)", line) for line in section.splitlines()[1:]]
    return {row[3]: row[1] for row in rows if row[2] == "*"}
