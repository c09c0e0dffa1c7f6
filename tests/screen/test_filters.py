#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters on the screen, and what the kernel's counters say of them."""

import sys

from actors import NOBODY_PID, Stage, free_uid, run_others
from screen import (bottom, check_prompt, connections, execs, export, export_when, filter_shown,
                    no_filter, prompt, start, wait_bottom, wait_filter, wait_selected)
from tap import check, equal, main, test
from terminal import wait_until

OTHERS = 50


def users(stage, *argv, **options):
    """conntop with the stage's user alone, wide enough for every column."""
    return start("-u", str(stage.uid), "-d", "0.2", *argv, cols=170, rows=30, **options)


def pids(pane):
    return {int(pid) for pid in pane.column("PID")}


def select_exec(terminal, pid):
    """Moves the selection of the Execs pane to the newest row of a PID."""
    terminal.send("g")
    rows = terminal.capture() and execs(terminal).column("PID")
    terminal.send(*["j"] * rows.index(str(pid)))
    wait_selected(terminal, f" {pid} ")


def two_workers(stage, terminal):
    """Two workers of one user with a connection each: (worker, other, server)."""
    server = stage.server()
    worker, other = stage.worker("ct-one"), stage.worker("ct-two")
    worker.connect(server)
    other.connect(server)
    terminal.wait_for(lambda _: pids(execs(terminal)) == {worker.pid, other.pid} and
                      pids(connections(terminal)) == {worker.pid, other.pid},
                      "rows of both workers in both panes")
    return worker, other, server


def counts(snapshot, *kinds):
    """(seen, filtered, lost) of the kinds."""
    events = snapshot["events"]
    return tuple(sum(events[what][kind] for kind in kinds)
                 for what in ("seen", "filtered", "lost"))


def run_others_filtered(terminal):
    """Foreign execs: none may be seen, all are to be counted. The count of those filtered."""
    seen, filtered, _ = counts(export(terminal), "exec")
    equal(seen, 0, "execs seen before others'")
    run_others(OTHERS)
    after = export_when(terminal, lambda snapshot:
                        counts(snapshot, "exec")[1] >= filtered + OTHERS,
                        f"{OTHERS} more execs filtered than {filtered}")
    equal(counts(after, "exec")[0], 0, "execs seen after others'")
    return filtered + OTHERS


# --- by PID ---


@test
def filter_pid__key__prompts_with_pid_of_selected_row():
    with Stage() as stage, users(stage) as terminal:
        worker, _, _ = two_workers(stage, terminal)
        select_exec(terminal, worker.pid)
        prompt(terminal, "p", end=None)
        equal(bottom(terminal), f"Filter by PID: {worker.pid}", "prompt")


@test
def filter_pid__key_in_connections__prompts_with_pid_of_that_row():
    with Stage() as stage, users(stage) as terminal:
        worker, _, _ = two_workers(stage, terminal)
        terminal.send("Tab", "G")
        wait_selected(terminal, f" {worker.pid} ")
        prompt(terminal, "p", end=None)
        equal(bottom(terminal), f"Filter by PID: {worker.pid}", "prompt")


@test
def filter_pid__enter_on_prefilled_prompt__leaves_only_that_pid():
    with Stage() as stage, users(stage) as terminal:
        worker, other, server = two_workers(stage, terminal)
        select_exec(terminal, worker.pid)
        prompt(terminal, "p")
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        equal(pids(execs(terminal)), {worker.pid}, "PIDs of Execs")
        equal(pids(connections(terminal)), {worker.pid}, "PIDs of Connections")
        # What comes later, too: once the last of these is there, the others had their chance.
        other.execute("ct-three")
        other.connect(server)
        worker.execute("ct-four")
        worker.connect(server)
        terminal.wait_for(lambda _: "ct-four" in execs(terminal).column("COMM") and
                          connections(terminal).count() == (2, 0), "the worker's new rows")
        equal(pids(execs(terminal)), {worker.pid}, "PIDs of Execs later")
        equal(pids(connections(terminal)), {worker.pid}, "PIDs of Connections later")


@test
def filter_pid__in_force__kernel_counts_others_as_filtered_not_seen():
    with Stage() as stage, start("-p", NOBODY_PID, "-d", "0.2") as terminal:
        worker = stage.worker("ct-one")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid}")
        filtered = run_others_filtered(terminal)
        worker.execute("ct-two")
        after = export_when(terminal, lambda snapshot:
                            counts(snapshot, "exec")[0] and snapshot["execs"],
                            "the worker's exec seen and shown")
        equal(counts(after, "exec")[0], 1, "execs seen after the worker's")
        check(counts(after, "exec")[1] >= filtered, f"{filtered} filtered or more", after["events"])
        equal(counts(after, "exec")[2], 0, "execs lost")
        equal([row["pid"] for row in after["execs"]], [worker.pid], "PIDs exported")


@test
def filter_pid__bad_value__is_refused_with_text_kept_and_mended():
    with Stage() as stage, users(stage) as terminal:
        worker, _, _ = two_workers(stage, terminal)
        before = filter_shown(terminal)
        prompt(terminal, "p", f"{worker.pid}x")
        wait_bottom(terminal, "bad PID")
        check_prompt(terminal, f"Filter by PID: {worker.pid}x",
                     f"bad PID '{worker.pid}x': a number from 1 to 4194304")
        equal(filter_shown(terminal), before, "filter in force")
        equal(len(pids(execs(terminal))), 2, "PIDs on the screen")
        terminal.send("BSpace", "Enter")
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        equal(pids(execs(terminal)), {worker.pid}, "PIDs of Execs")


@test
def filter_pid__list_with_exclusion__is_obeyed():
    with Stage() as stage, users(stage) as terminal:
        worker, other, _ = two_workers(stage, terminal)
        prompt(terminal, "p", f"!{other.pid}")
        wait_filter(terminal, f"pid=!{other.pid} uid={stage.uid}")
        equal(pids(execs(terminal)), {worker.pid}, "PIDs of Execs")
        prompt(terminal, "p", f"{worker.pid}, {other.pid}")
        wait_filter(terminal, f"pid={worker.pid},{other.pid} uid={stage.uid}")
        equal(pids(execs(terminal)), {worker.pid, other.pid}, "PIDs of Execs")


@test
def filter_pid__empty__lifts_it_and_keeps_the_others():
    with Stage() as stage, users(stage) as terminal:
        worker, other, _ = two_workers(stage, terminal)
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        prompt(terminal, "p", "")
        wait_filter(terminal, f"uid={stage.uid}")
        terminal.wait_for(lambda _: pids(connections(terminal)) == {worker.pid, other.pid},
                          "both workers' connections")


@test
def filter_prompt__escape__leaves_filter_as_it_was():
    with Stage() as stage, users(stage) as terminal:
        two_workers(stage, terminal)
        for key in ("p", "u", "P"):
            prompt(terminal, key, "1", end="Escape")
            wait_bottom(terminal, "p pid")
            equal(filter_shown(terminal), f"uid={stage.uid}", "filter in force")
            equal(terminal.ask("cursor_flag"), "0", "cursor shown")
        equal(len(pids(execs(terminal))), 2, "PIDs on the screen")


# --- by user ---


@test
def filter_user__key__prompts_with_user_and_narrows_to_it():
    with Stage() as stage, Stage() as elsewhere:
        with start("-u", f"{stage.uid},{elsewhere.uid}", cols=170, rows=30) as terminal:
            stage.run("/bin/true", "mine")
            terminal.wait_for("/bin/true mine")
            elsewhere.run("/bin/true", "theirs")
            terminal.wait_for("/bin/true theirs")
            terminal.send("G")
            wait_selected(terminal, "/bin/true mine")
            prompt(terminal, "u", end=None)
            equal(bottom(terminal), f"Filter by user: {stage.uid}", "prompt")
            terminal.send("Enter")
            wait_filter(terminal, f"uid={stage.uid}")
            equal(execs(terminal).column("ARGS"), ["/bin/true mine"], "rows")


@test
def filter_user__name__is_offered_and_taken():
    with start("-u", "root", cols=170, rows=30) as terminal:
        run_others(1)
        terminal.wait_for(lambda _: execs(terminal).lines, "a row of root")
        prompt(terminal, "u", end=None)
        equal(bottom(terminal), "Filter by user: root", "prompt")
        terminal.send("C-u")
        terminal.type("nobody,0")
        terminal.send("Enter")
        wait_filter(terminal, "uid=nobody,0")


@test
def filter_user__unknown__is_refused_with_text_kept_and_mended():
    with Stage() as stage, users(stage) as terminal:
        prompt(terminal, "u", "no-such-user")
        wait_bottom(terminal, "unknown user")
        check_prompt(terminal, "Filter by user: no-such-user", "unknown user 'no-such-user'")
        equal(filter_shown(terminal), f"uid={stage.uid}", "filter in force")
        terminal.send("C-w")
        terminal.type("nobody")
        terminal.send("Enter")
        wait_filter(terminal, "uid=nobody")


@test
def filter_user__in_force__kernel_counts_others_as_filtered_not_seen():
    with Stage() as stage, start("-u", str(free_uid()), "-d", "0.2") as terminal:
        prompt(terminal, "u", str(stage.uid))
        wait_filter(terminal, f"uid={stage.uid}")
        run_others_filtered(terminal)
        stage.run("/bin/true", "mine")
        after = export_when(terminal, lambda snapshot:
                            counts(snapshot, "exec")[0] and snapshot["execs"],
                            "the user's exec seen and shown")
        equal(counts(after, "exec")[0], 1, "execs seen after the user's")
        equal([row["uid"] for row in after["execs"]], [stage.uid], "users exported")


# --- by port ---


@test
def filter_port__key__prompts_with_remote_port_and_narrows_to_it():
    with Stage() as stage, users(stage) as terminal:
        mine, theirs, worker = stage.server(), stage.server(), stage.worker("ct-one")
        worker.connect(mine)
        worker.connect(theirs)
        terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "two connections")
        terminal.send("Tab", "G")
        wait_selected(terminal, f" {mine.port} ")
        prompt(terminal, "P", end=None)
        equal(bottom(terminal), f"Filter by port: {mine.port}", "prompt")
        terminal.send("Enter")
        wait_filter(terminal, f"uid={stage.uid} port={mine.port}")
        equal(connections(terminal).column("RPORT"), [str(mine.port)], "ports")
        check(execs(terminal).lines, "execs, which have no port, still shown")


@test
def filter_port__bad_range__is_refused_with_text_kept_and_mended():
    with Stage() as stage, users(stage) as terminal:
        for bad in ("90-80", "70000", "http"):
            prompt(terminal, "P", bad)
            wait_bottom(terminal, f"bad port '{bad}'")
            check_prompt(terminal, f"Filter by port: {bad}", f"bad port '{bad}': a number from 0 "
                         "to 65535, or a range LOW-HIGH")
            equal(filter_shown(terminal), f"uid={stage.uid}", "filter in force")
            terminal.send("Escape")
            wait_bottom(terminal, "p pid")
        prompt(terminal, "P", "80-9")
        wait_bottom(terminal, "bad port '80-9'")
        terminal.type("0")
        terminal.send("Enter")
        wait_filter(terminal, f"uid={stage.uid} port=80-90")


@test
def filter_port__in_force__kernel_counts_others_as_filtered_not_seen():
    # A connection of this host has two ends: both open and close, one connects, one accepts.
    wanted = {"open": 2, "connect": 1, "accept": 1, "close": 2}
    with Stage() as stage, start("-P", "1", "-d", "0.2") as terminal:
        mine, theirs, worker = stage.server(), stage.server(), stage.worker("ct-one")
        prompt(terminal, "P", str(mine.port))
        wait_filter(terminal, f"port={mine.port}")
        seen, filtered, _ = counts(export(terminal), *wanted)
        equal(seen, 0, "events seen before")
        for _ in range(OTHERS):
            worker.end(worker.connect(theirs))
        after = export_when(terminal, lambda snapshot:
                            counts(snapshot, *wanted)[1] >= filtered + 5 * OTHERS,
                            f"{5 * OTHERS} more events filtered than {filtered}")
        equal(counts(after, *wanted)[0], 0, "events seen after others'")
        worker.end(worker.connect(mine))
        after = export_when(terminal, lambda snapshot:
                            counts(snapshot, *wanted)[0] >= sum(wanted.values()) and
                            len(snapshot["connections"]) == 2, "a connection's events and rows")
        equal({kind: after["events"]["seen"][kind] for kind in wanted}, wanted,
              "events seen after a connection to the port")
        equal({row["direction"]: row["rport" if row["direction"] == "out" else "lport"]
               for row in after["connections"]}, {"out": mine.port, "in": mine.port},
              "ports exported")


# --- lifting ---


@test
def lift__filters_in_force__all_are_gone_and_live_connections_are_back():
    with Stage() as stage, users(stage) as terminal:
        server, worker, other = stage.server(), stage.worker("ct-one"), stage.worker("ct-two")
        ports = {worker.connect(server): "before", other.connect(server): "filtered later"}
        terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "two connections")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        ports[other.connect(server)] = "never seen"
        terminal.send("=")
        wait_bottom(terminal, "all filters lifted")
        equal(filter_shown(terminal), "", "filter in force")
        after = export_when(terminal, lambda snapshot: set(ports) <= {
            row["lport"] for row in snapshot["connections"] if row["state"] == "ESTAB"},
            f"the connections {ports} living")
        equal(after["filters"], no_filter(after), "filters exported")
        prompt(terminal, "p", str(other.pid))
        wait_filter(terminal, f"pid={other.pid}")
        pane = connections(terminal)
        equal(pane.count(), (2, 0), "connections of the other worker")
        equal(set(pane.column("STATE")), {"ESTAB"}, "states")


@test
def lift__connection_closed_while_filtered_out__is_not_shown_as_living():
    with Stage() as stage, users(stage) as terminal:
        server, worker, other = stage.server(), stage.worker("ct-one"), stage.worker("ct-two")
        held, closed = other.connect(server), other.connect(server)
        terminal.wait_for(lambda _: connections(terminal).count() == (2, 0), "two connections")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        other.end(closed)
        terminal.send("=")
        wait_filter(terminal, "")
        prompt(terminal, "u", str(stage.uid))
        wait_filter(terminal, f"uid={stage.uid}")
        terminal.wait_for(lambda _: str(held) in connections(terminal).column("LPORT"),
                          "the connection that is held")
        states = {row["LPORT"]: row["STATE"] for row in connections(terminal).rows()}
        equal(states[str(held)], "ESTAB", "state of the one held")
        equal(states.get(str(closed), "CLOSED"), "CLOSED", "state of the one closed")
        equal(connections(terminal).count()[0], 1, "living connections by the title")


@test
def summary__filter_in_force__counts_living_connections_shown():
    with Stage() as stage, users(stage) as terminal:
        worker, _, _ = two_workers(stage, terminal)
        wait_until(lambda: "  live 2  " in terminal.capture()[0], "live 2 in the summary")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        equal(connections(terminal).count()[0], 1, "living connections by the title")
        terminal.wait_for(lambda lines: "  live 1  " in lines[0], "live 1 in the summary")


@test
def filter__tightened_below_many_rows__selection_stays_in_the_list():
    with Stage() as stage, users(stage) as terminal:
        worker = stage.worker("ct-one")
        for number in range(40):
            stage.run("/bin/true", f"row-{number}")
        terminal.wait_for("row-39")
        terminal.send("G")
        wait_selected(terminal, "ct-one")
        terminal.send("k", "k")
        wait_selected(terminal, "row-1")
        prompt(terminal, "p", str(worker.pid))
        wait_filter(terminal, f"pid={worker.pid} uid={stage.uid}")
        wait_selected(terminal, f" {worker.pid} ")


sys.exit(main())
