#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is captured: exits, owners, failures, and the keys that narrow or widen it: a c f x."""

import sys

from actors import NOBODY_PID, Stage
from screen import (bottom, connections, execs, export, filter_shown, prompt, question, selected,
                    start, sync, wait_bottom, wait_filter, wait_selected)
from tap import check, equal, main, test
from terminal import wait_until


def users(stage, *argv, **options):
    """conntop with the stage's user alone, wide enough for every column."""
    return start("-u", str(stage.uid), "-d", "0.2", *argv, **{"cols": 170, "rows": 30, **options})


def row_of(pane, **wanted):
    """The row that has these cells, or None."""
    rows = [row for row in pane.rows() if wanted.items() <= row.items()]
    check(len(rows) <= 1, f"one row with {wanted} at most", rows)
    return rows[0] if rows else None


def wait_row(terminal, get, **wanted):
    wait_until(lambda: row_of(get(terminal), **wanted), f"a row with {wanted}")
    return row_of(get(terminal), **wanted)


def arguments(terminal):
    return execs(terminal).column("ARGS")


# --- exits ---


def check_exit(script, shown, code, number):
    with Stage() as stage, users(stage) as terminal:
        stage.run("/bin/sh", "-c", script)
        row = wait_row(terminal, execs, COMM="sh", EXIT=shown)
        check(row["LIFE"][0].isdigit(), "a lifetime", row)
        row = export(terminal)["execs"][0]
        equal((row["exit_code"], row["signal"]), (code, number), "exit code and signal exported")
        check(0 < row["duration_us"] < 10e6, "a lifetime of some milliseconds", row)


@test
def exit__code__is_shown_in_the_row_of_the_exec():
    check_exit("exit 3", "3", 3, None)


@test
def exit__signal__is_shown_by_its_name():
    check_exit("kill -TERM $$", "TERM", None, 15)


@test
def exit__still_running__has_a_life_that_grows_and_no_exit():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        before = wait_row(terminal, execs, COMM="ct-one")
        equal(before["EXIT"], "-", "exit of a process that runs")
        wait_until(lambda: execs(terminal).column("LIFE") != [before["LIFE"]], "a longer life")
        worker.close()
        after = wait_row(terminal, execs, COMM="ct-one", EXIT="0")
        sync(terminal)
        equal(execs(terminal).column("LIFE"), [after["LIFE"]], "lifetime after the end")


@test
def exit__by_another_exec__is_told_of_the_older_row():
    with Stage() as stage, users(stage) as terminal:
        stage.worker("ct-one").execute("ct-two")
        wait_row(terminal, execs, COMM="ct-one", EXIT="exec")
        wait_row(terminal, execs, COMM="ct-two", EXIT="-")


# --- who owns a connection ---


@test
def accepted__by_a_forked_process__is_shown_with_its_pid():
    with Stage() as stage, users(stage) as terminal:
        parent, client = stage.worker("ct-parent"), stage.worker("ct-client")
        place = parent.listen()
        children = [parent.fork_to_accept(place) for _ in range(3)]
        ports = [client.connect(place) for _ in children]
        terminal.send("2")
        for port in ports:
            wait_until(lambda port=port: (row_of(connections(terminal), RPORT=str(port)) or {})
                       .get("PID", "-") != "-", f"the owner of what came from port {port}")
        rows = [row_of(connections(terminal), RPORT=str(port)) for port in ports]
        equal(sorted(int(row["PID"]) for row in rows), sorted(children), "PIDs that accepted")
        equal({(row["D"], row["COMM"], row["LPORT"], row["STATE"]) for row in rows},
              {("←", "ct-parent", str(place.port), "ESTAB")}, "what else their rows tell")
        for port in ports:
            equal(row_of(connections(terminal), LPORT=str(port))["PID"], str(client.pid),
                  "PID that connected")


@test
def owner__of_what_nobody_has_accepted__is_shown_as_unknown():
    with Stage() as stage:
        worker = stage.worker("ct-one")
        place = worker.listen()
        port = worker.connect(place)
        with start("-P", str(place.port), "-d", "0.2", cols=170, rows=30) as terminal:
            terminal.send("2")
            row = wait_row(terminal, connections, RPORT=str(port))
            equal([row[title] for title in ("PID", "USER", "COMM", "D")], ["-", "-", "-", "←"],
                  "owner")
            equal(row_of(connections(terminal), LPORT=str(port))["PID"], str(worker.pid),
                  "PID that connected")
            snapshot = {row["direction"]: row for row in export(terminal)["connections"]}
            equal([snapshot["in"][key] for key in ("pid", "uid", "comm")], [None] * 3,
                  "owner exported")


@test
def older__waiting_in_a_queue__is_there_without_a_refresh():
    with Stage() as stage:
        worker = stage.worker("ct-one")
        place = worker.listen()
        port = worker.connect(place)
        with start("-P", str(place.port), "-d", "60", cols=170, rows=30) as terminal:
            wait_row(terminal, connections, RPORT=str(port), PID="-")
            wait_row(terminal, connections, LPORT=str(port), PID=str(worker.pid))


@test
def owner__unknown__no_filter_on_owners_shows_it_nor_is_prefilled_by_it():
    with Stage() as stage:
        worker = stage.worker("ct-one")
        place = worker.listen()
        port = worker.connect(place)
        with start("-P", str(place.port), "-d", "0.2", cols=170, rows=30) as terminal:
            terminal.send("2")
            wait_row(terminal, connections, RPORT=str(port))
            for key, label in (("p", "PID"), ("u", "user"), ("c", "command")):
                terminal.send("g")
                sync(terminal)
                if "←" not in selected(terminal):
                    terminal.send("j")
                wait_selected(terminal, "←")
                prompt(terminal, key, end=None)
                equal(question(terminal), f"Filter by {label}:", "prompt")
                terminal.type("!1" if key == "p" else "!nobody")
                terminal.send("Enter")
                terminal.wait_for(lambda _: len(connections(terminal).rows()) == 1,
                                  "one end of the connection")
                equal(connections(terminal).column("LPORT"), [str(port)], "local port")
                prompt(terminal, key, "")
                terminal.wait_for(lambda _: len(connections(terminal).rows()) == 2, "both ends")


# --- by address and command ---


def two_places(stage, terminal):
    """A worker connected to two addresses, the second selected: (worker, port at each)."""
    worker = stage.worker("ct-one")
    ports = [worker.connect(stage.server(host)) for host in ("127.0.0.2", "127.0.0.3")]
    terminal.send("2")
    terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "two connections")
    terminal.send("g")
    wait_selected(terminal, " 127.0.0.3 ")
    return worker, ports


@test
def filter_address__key__prompts_with_remote_address_and_narrows_to_it():
    with Stage() as stage, users(stage) as terminal:
        two_places(stage, terminal)
        prompt(terminal, "a", end=None)
        equal(bottom(terminal), "Filter by address: 127.0.0.3", "prompt")
        terminal.send("Enter")
        wait_filter(terminal, f"uid={stage.uid} addr=127.0.0.3")
        equal(connections(terminal).column("RADDR"), ["127.0.0.3"], "addresses")
        terminal.send("0")
        sync(terminal)
        equal(execs(terminal).column("COMM"), ["ct-one"], "execs, which have no address")


@test
def filter_address__prefix_and_exclusion__are_obeyed_now_and_later():
    with Stage() as stage, users(stage) as terminal:
        worker, ports = two_places(stage, terminal)
        prompt(terminal, "a", "127.0.0.2/31, !127.0.0.3")
        wait_filter(terminal, f"uid={stage.uid} addr=127.0.0.2/31,!127.0.0.3")
        equal(connections(terminal).column("LPORT"), [str(ports[0])], "local ports")
        others, mine = stage.server("127.0.0.4"), stage.server("127.0.0.2")
        worker.connect(others)
        later = worker.connect(mine)
        terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "a row more")
        equal(set(connections(terminal).column("LPORT")), {str(ports[0]), str(later)},
              "local ports later")
        prompt(terminal, "a", "")
        terminal.wait_for(lambda _: connections(terminal).count() == (4, 0), "all rows")


@test
def filter_address__bad_value__is_refused_with_text_kept():
    with Stage() as stage, users(stage) as terminal:
        for bad in ("127.0.0.300", "10.0.0.0/33", "here"):
            prompt(terminal, "a", bad)
            wait_bottom(terminal, f"bad address '{bad}'")
            check(bottom(terminal).startswith(f"Filter by address: {bad} "), "the text kept",
                  bottom(terminal))
            equal(filter_shown(terminal), f"uid={stage.uid}", "filter in force")
            terminal.send("Escape")
            wait_bottom(terminal, "p pid")


@test
def filter_command__key__prompts_with_its_name_and_narrows_to_it():
    with Stage() as stage, users(stage) as terminal:
        server, one, two = stage.server(), stage.worker("ct-one"), stage.worker("ct-two")
        one.connect(server)
        two.connect(server)
        terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "two connections")
        terminal.send("G")
        wait_selected(terminal, f" {one.pid} ")
        prompt(terminal, "c", end=None)
        equal(bottom(terminal), "Filter by command: ct-one", "prompt")
        terminal.send("Enter")
        wait_filter(terminal, f"uid={stage.uid} comm=ct-one")
        equal(execs(terminal).column("PID"), [str(one.pid)], "PIDs of Execs")
        equal(connections(terminal).column("PID"), [str(one.pid)], "PIDs of Connections")
        prompt(terminal, "c", "ct-*,!*one")
        wait_filter(terminal, f"uid={stage.uid} comm=ct-*,!*one")
        terminal.wait_for(lambda _: connections(terminal).column("PID") == [str(two.pid)],
                          "the other's connection")


@test
def filter_command__name_of_blanks_and_stars__is_offered_so_that_it_matches_itself_alone():
    with Stage() as stage, users(stage) as terminal:
        stage.worker("ct- x")
        stage.worker("ct-*")
        terminal.wait_for(lambda _: execs(terminal).count() == (2,), "two rows")
        terminal.send("g")
        prompt(terminal, "c", end=None)
        equal(bottom(terminal), "Filter by command: ct-\\*", "prompt")
        terminal.send("Enter")
        wait_filter(terminal, f"uid={stage.uid} comm=ct-\\*")
        equal(execs(terminal).column("COMM"), ["ct-*"], "names")
        prompt(terminal, "c", "ct-\\ x")
        terminal.wait_for(lambda _: len(execs(terminal).lines) == 1 and " ct- x " in
                          execs(terminal).lines[0], "the other")


# --- follow ---


@test
def follow__key__adds_descendants_and_drops_them_again():
    with Stage() as stage, start("-p", NOBODY_PID, "-d", "0.2", cols=170, rows=30) as terminal:
        worker, other = stage.worker("ct-one"), stage.worker("ct-two")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid}")
        worker.run("/bin/sh", "-c", "/bin/true unfollowed; :")
        terminal.send("f")
        wait_filter(terminal, f"pid={worker.pid}+")
        wait_bottom(terminal, "descendants of the filtered PIDs are followed")
        other.run("/bin/true", "stranger")
        worker.run("/bin/sh", "-c", "/bin/true grandchild; :")
        terminal.wait_for(lambda _: "/bin/true grandchild" in arguments(terminal), "a grandchild")
        equal(arguments(terminal), ["/bin/true grandchild", "/bin/sh -c /bin/true grandchild; :"],
              "execs while followed")
        equal(export(terminal)["filters"]["follow"], True, "follow exported")
        terminal.send("f")
        wait_filter(terminal, f"pid={worker.pid}")
        wait_bottom(terminal, "descendants are followed no longer")
        worker.run("/bin/true", "later")
        worker.execute("ct-three")
        terminal.wait_for(lambda _: "ct-three" in execs(terminal).column("COMM"), "the worker")
        equal(execs(terminal).column("PID"), [str(worker.pid)], "PIDs followed no longer")


@test
def follow__without_a_pid__says_so_and_waits_for_one():
    with Stage() as stage, users(stage) as terminal:
        terminal.send("f")
        wait_bottom(terminal, "follow: no PID filter is set yet")
        worker = stage.worker("ct-one")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid}+ uid={stage.uid}")
        worker.run("/bin/true", "child")
        terminal.wait_for("/bin/true child")


# --- failures ---


@test
def failed__key__shows_execs_that_fail_until_pressed_again():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        worker.fail_to_run("/ct/none", "before")
        terminal.send("x")
        wait_bottom(terminal, "failed execs and connects are watched, too")
        check("  +failed" in terminal.capture()[0], "+failed", terminal.capture()[0])
        worker.fail_to_run("/ct/none", "a", "b c")
        worker.fail_to_run(stage.script)
        row = wait_row(terminal, execs, ARGS="/ct/none a b c")
        equal((row["RET"], row["COMM"], row["PPID"]), ("-2", "ct-one", str(worker.pid)), "row")
        equal(wait_row(terminal, execs, ARGS=stage.script)["RET"], "-13", "errno of EACCES")
        equal([row["error"] for row in export(terminal)["execs"]], ["EACCES", "ENOENT", None],
              "errors exported")
        terminal.send("x")
        wait_bottom(terminal, "failed execs and connects are watched no longer")
        check("+failed" not in terminal.capture()[0], "+failed gone", terminal.capture()[0])
        worker.fail_to_run("/ct/none", "after")
        worker.run("/bin/true", "last")
        terminal.wait_for("/bin/true last")
        equal(len(execs(terminal).lines), 4, "rows: none of what failed before and after")


@test
def failed__key_in_a_small_terminal__is_told_by_the_summary():
    with start(cols=40, rows=8) as terminal:
        terminal.send("x")
        terminal.wait_for(lambda lines: "+failed" in lines[0], "+failed")


sys.exit(main())
