#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What others write (names, arguments) on the way to a terminal: no control, columns in place."""

import os
import re
import sys
import unicodedata

from actors import Stage
from screen import (CONNECTIONS, EXECS, Pane, bottom, connections, execs, listeners, processes,
                    prompt, start, sync)
from tap import check, contains, equal, main, test
from terminal import column_of, text_width, wait_until

# What it is, the bytes, and how they are to be seen.
HOSTILE = [
    ("clipboard", b"\x1b]52;c;aGk=\x07", "\\e]52;c;aGk=\\x07"),
    ("title", b"\x1b]0;owned\x1b\\", "\\e]0;owned\\e\\"),
    ("clear", b"\x1b[2J\x1b[31m", "\\e[2J\\e[31m"),
    ("return", b"a\rb", "a\\rb"),
    ("newline", b"a\nb\nc", "a\\nb\\nc"),
    ("tab", b"a\tb", "a\\tb"),
    ("backspace", b"abc\b\b\b\x7f", "abc\\x08\\x08\\x08\\x7f"),
    ("shift", b"\x0e\x0f", "\\x0e\\x0f"),
    ("c1 raw", b"\x9b31m\x90", "\\x9b31m\\x90"),
    ("c1 utf-8", "\u009b31m".encode(), "\\u{009b}31m"),
    ("bidi", "\u202eabc\u202c".encode(), "\\u{202e}abc\\u{202c}"),
    ("isolate", "\u2066a\u2069".encode(), "\\u{2066}a\\u{2069}"),
    ("separator", "a\u2028b".encode(), "a\\u{2028}b"),
    ("zero width", "a\u200bb\ufeff".encode(), "a\\u{200b}b\\u{feff}"),
    ("invalid", b"a\xff\xfeb\xc3(", "a\\xff\\xfeb\\xc3("),
    ("overlong", b"\xc0\xafa", "\\xc0\\xafa"),
    ("surrogate", b"\xed\xa0\x80a", "\\xed\\xa0\\x80a"),
    ("wide", "\u4f60\u597d".encode(), "\u4f60\u597d"),
    ("wide cut", "\u4f60\u597d\u4f60\u597d\u4f60".encode(), None),
    ("half a character", b"abcdefghijklm\xe4\xbd\xa0", None),
    ("combining", "e\u0301a\u0308".encode(), "e\u0301a\u0308"),
    ("many marks", ("e" + "\u0301" * 6).encode(), None),
    ("lone mark", "\u0301a".encode(), None),
    ("emoji", "\U0001f600a".encode(), "\U0001f600a"),
    ("blanks", b" a  b ", None),
]


def name_of(data):
    """As a file name, of which the kernel takes the first 15 bytes for comm."""
    return data.replace(b"/", b"_")


def unsafe(char):
    """Characters that do something to a terminal, or to the order of a line."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def check_screen(terminal):
    for line in terminal.capture():
        check(not any(map(unsafe, line)), "no control or format character", line)
        check(text_width(line) <= terminal.cols, f"{terminal.cols} columns at most", line)


def check_below_titles(pane, line, starts):
    """What is known of the cells to the right begins under its title."""
    for title, text in starts.items():
        equal(column_of(line, text), pane.place(title),
              f"column of {title} in\n{pane.header}\n{line}\n")


@test
def arguments__hostile__are_shown_as_escapes():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=70) as terminal:
        for what, data, _ in HOSTILE:
            stage.run(b"/bin/true", what.encode(), b"<" + data + b">")
        terminal.send("1")
        terminal.wait_for(lambda lines: any("/bin/true blanks" in line for line in lines) and
                          "Execs" in lines[1], "all of them")
        check_screen(terminal)
        pane = execs(terminal)
        equal(pane.count(), (len(HOSTILE),), "rows")
        for line, (what, _, seen) in zip(pane.lines, reversed(HOSTILE)):
            check_below_titles(pane, line, {"COMM": "true ", "ARGS": f"/bin/true {what} <"})
            if seen:
                check(line.endswith(f"/bin/true {what} <{seen}>"), f"{what} as {seen}", line)


@test
def comm__hostile__keeps_the_columns_of_execs():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=70) as terminal:
        for _, data, _ in HOSTILE:
            stage.run(stage.program(name_of(data), "/bin/true"))
        stage.run("/bin/true", "last")
        terminal.send("1")
        terminal.wait_for(lambda lines: any("/bin/true last" in line for line in lines) and
                          "Execs" in lines[1], "all of them")
        check_screen(terminal)
        pane = execs(terminal)
        equal(pane.count(), (len(HOSTILE) + 1,), "rows")
        for line in pane.lines[1:]:
            check_below_titles(pane, line, {"ARGS": stage.folder + "/"})
        for line, (what, data, seen) in zip(pane.lines[1:], reversed(HOSTILE)):
            if seen and len(data) <= 15 and len(seen) <= 12:
                equal(pane.cell(line, "COMM"), seen, f"comm of {what}")


@test
def parents_comm__hostile__keeps_the_columns_of_execs():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=70) as terminal:
        worker = stage.worker("ct-one")
        for number, (_, data, _) in enumerate(HOSTILE):
            worker.rename(data)
            worker.run("/bin/true", f"child-{number}.")
        terminal.send("1")
        terminal.wait_for(f"/bin/true child-{len(HOSTILE) - 1}.")
        sync(terminal)
        check_screen(terminal)
        pane = execs(terminal)
        for line in pane.lines[:-1]:
            check_below_titles(pane, line, {"COMM": "true ", "ARGS": "/bin/true child-"})


@test
def comm__hostile__keeps_the_columns_of_connections():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=70) as terminal:
        server, worker = stage.server(), stage.worker("ct-one")
        for _, data, _ in HOSTILE:
            worker.rename(data)
            worker.connect(server)
        terminal.send("2")
        terminal.wait_for(lambda lines: "Connections" in lines[1] and
                          connections(terminal).count() == (len(HOSTILE), 0), "all of them")
        check_screen(terminal)
        pane = connections(terminal)
        for line, (what, data, seen) in zip(pane.lines, reversed(HOSTILE)):
            check_below_titles(pane, line, {"LADDR": "127.0.0.1", "STATE": "ESTAB"})
            if seen and len(data) <= 15 and len(seen) <= 12:
                equal(pane.cell(line, "COMM"), seen, f"comm of {what}")


@test
def comm_and_arguments__hostile__are_shown_as_escapes_in_processes():
    with Stage() as stage, start("-u", str(stage.uid), cols=220, rows=70) as terminal:
        pids = [stage.run(stage.program(name_of(data), "/bin/true"), what.encode(),
                          b"<" + data + b">") for what, data, _ in HOSTILE]
        terminal.send("3")
        terminal.wait_for(lambda lines: "Processes" in lines[1] and processes(terminal).count() ==
                          (0, len(HOSTILE)), "all of them")
        check_screen(terminal)
        pane = processes(terminal)
        lines = {int(line.split()[0]): line for line in pane.lines}
        for pid, (what, data, seen) in zip(pids, HOSTILE):
            line = lines[pid]
            check_below_titles(pane, line, {"ARGS": stage.folder + "/"})
            if seen:
                contains(line, f" {what} <{seen}>", f"{what} as {seen}")
            if seen and len(data) <= 15 and len(seen) <= 12:
                equal(pane.cell(line, "COMM"), seen, f"comm of {what}")


@test
def comm__hostile__keeps_the_columns_of_listeners():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=70) as terminal:
        worker = stage.worker("ct-one")
        for _, data, _ in HOSTILE:
            worker.rename(data)
            worker.listen()
        terminal.send("5")
        terminal.wait_for(lambda lines: "Listeners" in lines[1] and
                          listeners(terminal).count() == (len(HOSTILE),), "all of them")
        check_screen(terminal)
        pane = listeners(terminal)
        for line in pane.lines:
            check_below_titles(pane, line, {"LADDR": "127.0.0.1"})
        shown = {pane.cell(line, "COMM") for line in pane.lines}
        for what, data, seen in HOSTILE:
            if seen and len(data) <= 15 and len(seen) <= 12:
                check(seen in shown, f"{what} as {seen}", shown)


@test
def cell__cut_anywhere__keeps_the_frame():
    """Every width cuts another character in two."""
    with Stage() as stage, start("-u", str(stage.uid), cols=120, rows=40) as terminal:
        for what, data, _ in HOSTILE:
            stage.run(stage.program(name_of(data), "/bin/true"), what, data * 20)
        terminal.send("1")
        terminal.wait_for(lambda _: execs(terminal).count() == (len(HOSTILE),), "all of them")
        for cols in range(100, 60, -1):
            terminal.resize(cols, 40)
            terminal.wait_for(lambda lines, cols=cols: len(lines[1]) + 1 == cols, f"{cols} columns")
            check_screen(terminal)
            equal(len(execs(terminal).lines), len(HOSTILE), "lines")


@test
def cell__scrolled_anywhere__keeps_the_frame():
    with Stage() as stage, start("-u", str(stage.uid), cols=80, rows=40) as terminal:
        for what, data, _ in HOSTILE:
            stage.run("/bin/true", what, data * 20)
        terminal.send("1")
        terminal.wait_for(lambda _: execs(terminal).count() == (len(HOSTILE),), "all of them")
        for _ in range(12):
            terminal.send("Right")
            sync(terminal)
            check_screen(terminal)
            pane = execs(terminal)
            equal(len(pane.lines), len(HOSTILE), "lines")
            for line in pane.lines:
                check_below_titles(pane, line, {"COMM": "true"})


# --- the bytes themselves ---

# Cursor, erasing, scrolling, looks, modes, charsets: what terminfo has for tmux's terminals.
SEQUENCES = re.compile(r"\x1b(\[[?>]?[0-9;:]*[A-Za-z@`]|[()][0AB]|[=>78MDEHc])|[\r\n\b\x0e\x0f]")


def recorded(terminal, path, action):
    """All that the program writes to the terminal meanwhile."""
    with open(path, "wb"):
        pass
    terminal.tmux("pipe-pane", "-O", "-t", ":", f"exec cat > {path}")
    action()
    terminal.tmux("pipe-pane", "-t", ":")
    with open(path, "rb") as file:
        return file.read()


def size_of(path):
    return os.stat(path).st_size


def check_bytes(data):
    text = data.decode("utf-8")  # strictly: a stray byte of C1 is no UTF-8
    rest = SEQUENCES.sub("", text)
    bad = sorted({char for char in rest if unsafe(char)})
    equal(bad, [], "characters that act on a terminal, outside of its own sequences")


def record_hostile(stage, terminal, path):
    def action():
        for _, data, _ in HOSTILE:
            stage.run(stage.program(name_of(data), "/bin/true"), data)
        stage.run("/bin/true", "last")
        terminal.wait_for("/bin/true last")
        terminal.send("C-l")
        sync(terminal)
        wait_until(lambda: size_of(path) > 2000 and b"last" in open(path, "rb").read(),
                   "a record of the screen")

    return recorded(terminal, path, action)


@test
def output__hostile_rows__has_no_control_but_the_terminals_own():
    with Stage() as stage, start("-u", str(stage.uid), cols=170, rows=70) as terminal:
        terminal.send("1")
        terminal.tmux("set-option", "-s", "set-clipboard", "on")
        title = terminal.ask("pane_title")
        data = record_hostile(stage, terminal, os.path.join(terminal.folder, "record"))
        check_bytes(data)
        check("你好".encode() in data, "wide characters as they are", data[-2000:])
        equal(terminal.tmux("list-buffers"), [], "clipboard")
        equal(terminal.ask("pane_title"), title, "title of the terminal")


@test
def output__c_locale__is_ascii():
    with Stage() as stage:
        with start("-u", str(stage.uid), cols=170, rows=70, env={"LC_ALL": "C"}) as terminal:
            terminal.send("1")
            data = record_hostile(stage, terminal, os.path.join(terminal.folder, "record"))
            check_bytes(data)
            equal([byte for byte in data if byte >= 0x80], [], "bytes beyond ASCII")
            for name in (EXECS,):
                pane = Pane(terminal.capture(), name)
                for line in pane.lines[1:]:
                    check_below_titles(pane, line, {"ARGS": stage.folder + "/"})


@test
def prompt__hostile_text_typed__is_left_out_or_shown_as_escapes():
    with start(cols=170) as terminal:
        prompt(terminal, "p", "1\u202e2\u009b3\u4f60", end=None)
        wait_until(lambda: "\u4f60" in bottom(terminal), "the text")
        contains(bottom(terminal), "1\\u{202e}23\u4f60", "prompt without the control character")
        terminal.send("Enter")
        wait_until(lambda: "bad PID" in bottom(terminal), "a refusal")
        check_screen(terminal)
        check(CONNECTIONS in " ".join(terminal.capture()), "the panes")


sys.exit(main())
