#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys: selection, panes, order, pause, help."""

import sys

from actors import Stage
from screen import (KEY_LINE, bottom, connections, execs, export, export_when, manual_columns,
                    manual_keys, selected, start, wait_bottom, wait_selected)
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
    wait_until(lambda: f"row-{number:02}" in selected(terminal),
               f"row-{number:02} selected after {key}, not {selected(terminal)!r}")


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
        terminal.wait_for(lambda _: execs(terminal).sort() == ("TIME", "up"), "the other order")
        contains(selected(terminal), f"row-{ROWS - 3}", "selected row")


@test
def scroll__right_and_left__move_the_last_column():
    with Stage() as stage, users(stage) as terminal:
        stage.run("/bin/true", "0123456789abcdef")
        terminal.wait_for("/bin/true 0123456789abcdef")
        terminal.send("Right")
        terminal.wait_for(lambda _: execs(terminal).column("ARGS") == ["e 0123456789abcdef"],
                          "arguments from the 9th character on")
        terminal.send("l")
        terminal.wait_for(lambda _: execs(terminal).column("ARGS") == ["6789abcdef"],
                          "arguments from the 17th character on")
        terminal.send("Left", "Left", "Left")
        terminal.wait_for("/bin/true 0123456789abcdef")


# --- panes ---


def layout(terminal):
    """The panes shown, the focused one marked."""
    out = []
    for line in terminal.capture()[1:]:
        if line[2:8] == "Execs " or line[2:14] == "Connections ":
            out.append(line[2:].split(" ")[0] + ("*" if line[0] == "▶" else ""))
    return out


@test
def panes__keys__show_both_or_one_and_move_the_focus():
    steps = [("Tab", ["Execs", "Connections*"]), ("Tab", ["Execs*", "Connections"]),
             ("2", ["Connections*"]), ("1", ["Execs*"]), ("0", ["Execs*", "Connections"]),
             ("2", ["Connections*"]), ("0", ["Execs", "Connections*"]),
             ("z", ["Connections*"]), ("Tab", ["Execs*"]), ("z", ["Execs*", "Connections"]),
             ("z", ["Execs*"]), ("z", ["Execs*", "Connections"])]
    with start() as terminal:
        equal(layout(terminal), ["Execs*", "Connections"], "panes at the start")
        for key, wanted in steps:
            terminal.send(key)
            terminal.wait_for(lambda _, wanted=wanted: layout(terminal) == wanted,
                              f"{wanted} after {key}")


@test
def panes__option__starts_with_one():
    with start("--pane", "connections") as terminal:
        equal(layout(terminal), ["Connections*"], "panes")
        equal(connections(terminal).height, terminal.rows - 4, "height of the pane")


# --- order ---


def sortable(value):
    """The order of the manual: absent first, numbers by size, text by bytes."""
    if value is None:
        return (0,)
    if isinstance(value, list):
        value = "\0".join([*value, ""])
    return (1, value.encode() if isinstance(value, str) else value)


def address(text):
    """IPv4 before IPv6, each by its bytes."""
    import ipaddress
    parsed = ipaddress.ip_address(text)
    return parsed.version, parsed.packed


def check_order(snapshot, pane, key, direction):
    values = [row[key] for row in snapshot[pane]]
    order = address if key in ("laddr", "raddr") else sortable
    equal(values, sorted(values, key=order, reverse=direction == "down"),
          f"{key} {direction} in {pane}")


def header_mark(terminal, pane):
    """The title that the header shows underlined."""
    pieces = terminal.styled()[pane.at + 1]
    marked = [text.strip() for text, attributes, _ in pieces if "underline" in attributes]
    return marked[0] if marked else None


def sort_every_column(terminal, name, get):
    """`>` through all columns and round; each in both directions."""
    columns = manual_columns(name)
    titles = get(terminal).titles()
    equal(titles, list(columns), f"titles of {name}")
    first = get(terminal).sort()[0]
    at = titles.index(first)
    for title in titles[at + 1:] + titles[:at + 1]:
        terminal.send(">")
        wait_until(lambda title=title: get(terminal).sort()[0] == title, f"sort {title}")
        for _ in range(2):
            direction = get(terminal).sort()[1]
            equal(header_mark(terminal, get(terminal)), title, "title underlined")
            check_order(export(terminal), name, columns[title], direction)
            terminal.send("I")
            wait_until(lambda direction=direction: get(terminal).sort()[1] != direction,
                       f"another direction than {direction}")
    for title in reversed(titles[:at] + titles[at:]):
        if title == titles[-1] and at == len(titles) - 1:
            continue
    equal(get(terminal).sort()[0], first, "column after a full round")
    return titles


def various_rows(stage, terminal):
    """Rows that differ in what can differ; both panes are full enough to be out of order."""
    server, server6 = stage.server(), None
    for name in ("ct-b", "ct-a", "ct-c"):
        worker = stage.worker(name)
        worker.run("/bin/true", name, "z")
        ports = [worker.connect(server) for _ in range(3)]
        worker.send(ports[0], 100 if name == "ct-a" else 3000)
        worker.end(ports[1])
    from actors import has_ipv6
    if has_ipv6():
        server6 = stage.server("::1")
        worker.connect(server6)
    wanted = (7, 3) if server6 else (6, 3)
    terminal.wait_for(lambda _: connections(terminal).count() == wanted, f"{wanted} connections")
    try:
        import socket
        socket.create_connection(("127.0.0.1", 1)).close()
    except OSError:
        pass


@test
def sort__next_key_in_execs__orders_by_every_column_both_ways():
    with Stage() as stage, users(stage) as terminal:
        various_rows(stage, terminal)
        sort_every_column(terminal, "execs", execs)


@test
def sort__next_key_in_connections__orders_by_every_column_both_ways():
    with Stage() as stage, users(stage) as terminal:
        various_rows(stage, terminal)
        terminal.send("Tab")
        sort_every_column(terminal, "connections", connections)


@test
def sort__previous_key__goes_back_and_round():
    with Stage() as stage, users(stage) as terminal:
        titles = execs(terminal).titles()
        at = titles.index("TIME")
        for title in list(reversed(titles[:at])) + list(reversed(titles[at:])):
            terminal.send("<")
            wait_until(lambda title=title: execs(terminal).sort()[0] == title, f"sort {title}")
        terminal.send(">")
        wait_until(lambda: execs(terminal).sort()[0] == titles[(at + 1) % len(titles)],
                   "one column on")


@test
def sort__one_pane__leaves_the_other_as_it_was():
    with start(cols=170) as terminal:
        terminal.send(">", "I")
        terminal.wait_for(lambda _: execs(terminal).sort() == ("PID", "down"), "sort PID ▼")
        equal(connections(terminal).sort(), ("OPENED", "down"), "order of the other pane")


def last_pid(number):
    """Sets the number after which the kernel looks for the next PID; the old one."""
    with open("/proc/sys/kernel/ns_last_pid", "r+", encoding="ascii") as file:
        old = file.read().strip()
        file.seek(0)
        file.write(str(number))
    return old


def pids_of_several_lengths(stage):
    """Runs processes under PIDs of three to five digits, where the kernel lets us choose."""
    for number in (9997, 997, 50000):
        try:
            old = last_pid(number)
        except OSError:
            old = None
        try:
            stage.run("/bin/true", "chosen")
            stage.run("/bin/true", "next")
        finally:
            if old:
                last_pid(old)


@test
def sort__pid__is_by_number_both_ways():
    with Stage() as stage, users(stage) as terminal:
        pids_of_several_lengths(stage)
        terminal.wait_for(lambda _: execs(terminal).count() == (6,), "six rows")
        terminal.send(">")
        for key, direction in (("R", "up"), ("I", "down"), ("I", "up")):
            if direction != execs(terminal).sort()[1]:
                terminal.send(key)
            terminal.wait_for(lambda _, wanted=direction:
                              execs(terminal).sort() == ("PID", wanted), f"sort PID {direction}")
            pids = [int(pid) for pid in execs(terminal).column("PID")]
            equal(pids, sorted(pids, reverse=direction == "down"), f"PIDs {direction}")
        check(len({len(str(pid)) for pid in pids}) > 1 or not_chosen(),
              "PIDs of several lengths", pids)


def not_chosen():
    """Whether PIDs cannot be chosen here (a container): then those there are must do."""
    try:
        last_pid(last_pid(1000))
    except OSError:
        return True
    return False


@test
def sort__local_port__is_by_number_both_ways():
    ports = [999, 10001, 9998, 1000]
    with Stage(uid=0) as stage, start("-d", "0.2", cols=170) as terminal:
        server, worker = stage.server(), stage.worker("ct-one")
        free = []
        for port in ports:
            try:
                worker.connect(server, port)
                free.append(port)
            except AssertionError:
                continue  # somebody has it
        check(len(free) > 2, "three free ports", free)
        terminal.send("P")
        terminal.send("C-u")
        terminal.type(str(server.port))
        terminal.send("Enter", "Tab")
        terminal.wait_for(lambda _: connections(terminal).count() == (len(free), 0), "connections")
        while connections(terminal).sort()[0] != "LPORT":
            before = connections(terminal).sort()
            terminal.send(">")
            wait_until(lambda before=before: connections(terminal).sort() != before, "the next")
        equal(connections(terminal).column("LPORT"), [str(port) for port in sorted(free)],
              "ports up")
        terminal.send("I")
        terminal.wait_for(lambda _: connections(terminal).sort() == ("LPORT", "down"), "down")
        equal(connections(terminal).column("LPORT"),
              [str(port) for port in sorted(free, reverse=True)], "ports down")


# --- pause ---


def hold_and_release(key):
    with Stage() as stage, users(stage, "-d", "0.2") as terminal:
        stage.run("/bin/true", "before")
        terminal.wait_for("/bin/true before")
        terminal.send(key)
        held = terminal.wait_for("PAUSED")
        seen = export(terminal)["events"]["seen"]["exec"]
        for number in range(5):
            stage.run("/bin/true", f"during-{number}")
        snapshot = export_when(terminal, lambda snapshot:
                               snapshot["events"]["seen"]["exec"] >= seen + 5,
                               "the counters going on")
        equal([row["args"][1] for row in snapshot["execs"]], ["before"], "rows while paused")
        equal(terminal.capture()[:-1], held[:-1], "screen while paused")
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


# --- help ---


def read_help(terminal):
    """All lines of the help screen, scrolled through."""
    wait_until(lambda: terminal.capture()[1].startswith(" Help"), "the help screen")
    lines, before = [], None
    terminal.send("g")
    while terminal.capture() != before:
        before = terminal.capture()
        lines += [line for line in before[2:-1] if line not in lines]
        terminal.send("j")
        # A key that only asks: its answer shows that j has been obeyed.
        terminal.send("C-l")
        wait_until(lambda: terminal.ask("cursor_flag") == "0", "a screen")
        try:
            wait_until(lambda before=before: terminal.capture() != before, "a step", 0.5)
        except AssertionError:
            break
    return lines


@test
def help__each_of_its_keys__shows_every_key_of_the_manual():
    with start(cols=100, rows=16) as terminal:
        for key in ("?", "h", "F1"):
            terminal.send(key)
            lines = read_help(terminal)
            for keys, text in manual_keys():
                check(any(line[2:].startswith(keys + "  ") and line.endswith(text)
                          for line in lines), f"{keys!r} {text!r} in the help", lines)
            terminal.send("Escape")
            terminal.wait_for(lambda lines: "Execs" in lines[1], "the panes")


@test
def help__same_key_again__closes_it():
    with start() as terminal:
        for key in ("?", "h"):
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
        terminal.send("F5", "F12", "M-x", "Insert", "y", "%", "é")
        terminal.send("=")
        wait_bottom(terminal, "all filters lifted")
        equal(terminal.capture()[1:3], before[1:3], "panes")


sys.exit(main())
