#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The key e: what is on the screen, into a file that was not there."""

import csv
import io
import json
import os
import stat
import sys

from actors import Stage
from screen import (bottom, check_prompt, connections, execs, export, export_path, export_when,
                    no_filter, prompt, start, sync, wait_bottom, wait_selected)
from tap import PROGRAM, check, contains, equal, main, test
from terminal import wait_until


def users(stage, *argv, **options):
    """conntop with the stage's user alone, wide enough for every column."""
    return start("-u", str(stage.uid), *argv, **{"cols": 170, "rows": 30, **options})


def some_rows(stage, terminal):
    """Rows in both panes; the screen then holds still."""
    server, worker = stage.server(), stage.worker("ct-one")
    lport = worker.connect(server)
    worker.send(lport, 1234)
    worker.end(worker.connect(server))
    stage.run("/bin/true", "one", "two words", 'quo"te,comma', "")
    terminal.wait_for(lambda _: execs(terminal).count() == (2,) and
                      connections(terminal).count() == (1, 1), "the rows")
    terminal.wait_for("1.2K")
    terminal.send("Space")
    terminal.wait_for("PAUSED")
    return worker


@test
def export_json__filtered__has_the_rows_of_the_screen_in_their_order():
    with Stage() as stage, users(stage) as terminal:
        worker = some_rows(stage, terminal)
        terminal.send(">")
        sync(terminal)
        snapshot = export(terminal)
        equal(snapshot["filters"], {**no_filter(snapshot), "uid": str(stage.uid)}, "filters")
        contains(terminal.capture()[0], snapshot["host"], "host")
        equal(snapshot["kernel"], os.uname().release, "kernel")
        shown = execs(terminal).rows()
        equal([(str(row["pid"]), str(row["ppid"]), str(row["uid"]), row["pcomm"], row["comm"],
                " ".join([row["filename"], *row["args"][1:]]).rstrip(),
                row["time"][11:23]) for row in snapshot["execs"]],
              [(row["PID"], row["PPID"], row["USER"], row["PCOMM"], row["COMM"], row["ARGS"],
                row["TIME"]) for row in shown], "execs")
        equal(snapshot["execs"][1]["args"], ["/bin/true", "one", "two words", 'quo"te,comma', ""],
              "arguments")
        shown = connections(terminal).rows()
        equal([(row["pid"], row["comm"], row["laddr"], str(row["lport"]), row["raddr"],
                str(row["rport"]), row["state"], row["opened"][11:23])
               for row in snapshot["connections"]],
              [(worker.pid, "ct-one", row["LADDR"], row["LPORT"], row["RADDR"], row["RPORT"],
                row["STATE"], row["OPENED"]) for row in shown], "connections")
        equal([(row["tx_bytes"], row["closed"] is None) for row in snapshot["connections"]],
              [(0, False), (1234, True)], "bytes sent, living")
        equal(terminal.ask("cursor_flag"), "0", "cursor shown after the export")


@test
def export_json__order_turned__turns_the_rows():
    with Stage() as stage, users(stage) as terminal:
        some_rows(stage, terminal)
        before = export(terminal)["execs"]
        terminal.send("I")
        sync(terminal)
        equal(export(terminal)["execs"], before[::-1], "rows")


@test
def export_json__just_after_events__counts_what_it_lists():
    with Stage() as stage, users(stage, "-d", "60") as terminal:
        for number in range(3):
            stage.run("/bin/true", f"row-{number}")
        terminal.wait_for("row-2")
        snapshot = export(terminal)
        equal(len(snapshot["execs"]), 3, "rows")
        equal(snapshot["events"]["seen"]["exec"], 3, "execs seen")


@test
def export_csv__of_focused_pane__has_its_rows():
    with Stage() as stage, users(stage) as terminal:
        some_rows(stage, terminal)
        snapshot = export(terminal)
        for key, pane, titles in (("1", "execs", {"pid", "comm", "args", "uid"}),
                                  ("2", "connections", {"pid", "raddr", "state", "tx_bytes"})):
            terminal.send(key)
            sync(terminal)
            text = export(terminal, "csv")
            equal(text.count("\n"), text.count("\r\n"), "lines that end in CR LF")
            rows = list(csv.DictReader(io.StringIO(text)))
            check(titles <= set(rows[0]), f"columns {titles}", rows[0])
            equal([row["pid"] for row in rows], [str(row["pid"]) for row in snapshot[pane]],
                  f"PIDs of {pane}")
        equal([row["tx_bytes"] for row in rows], ["0", "1234"], "bytes sent")


@test
def export_csv__cells_with_quotes_and_commas__are_read_back_whole():
    with Stage() as stage, users(stage) as terminal:
        some_rows(stage, terminal)
        rows = list(csv.DictReader(io.StringIO(export(terminal, "csv"))))
        equal(rows[0]["args"].rstrip(), '/bin/true one two words quo"te,comma', "arguments")


@test
def export_text__of_both_panes__has_their_rows():
    with Stage() as stage, users(stage) as terminal:
        some_rows(stage, terminal)
        lines = export(terminal, "txt").splitlines()
        contains(lines, f"filter   uid={stage.uid}", "lines")
        for name, get in (("Execs", execs), ("Connections", connections)):
            at = next(at for at, line in enumerate(lines) if line.startswith(f"{name}: "))
            equal(lines[at + 1].split(), get(terminal).titles(), f"titles of {name}")
            equal([line.split() for line in lines[at + 2:at + 4]],
                  [line.split() for line in get(terminal).lines], f"rows of {name}")


@test
def export_text__of_one_pane__has_no_other():
    with Stage() as stage, users(stage) as terminal:
        some_rows(stage, terminal)
        terminal.send("2")
        sync(terminal)
        lines = export(terminal, "txt").splitlines()
        check(any(line.startswith("Connections: ") for line in lines), "Connections", lines)
        check(not any(line.startswith("Execs") for line in lines), "no Execs", lines)


@test
def export__done__says_where_and_leaves_no_other_file():
    with Stage() as stage, users(stage) as terminal:
        path = export_path(terminal)
        before = set(os.listdir(terminal.folder))
        prompt(terminal, "e", path)
        wait_bottom(terminal, f"written to {path}")
        equal(set(os.listdir(terminal.folder)) - before, {os.path.basename(path)}, "new files")
        equal(stat.S_IMODE(os.stat(path).st_mode) & 0o077, 0, "rights of others")


@test
def export__relative_name__goes_to_the_working_folder():
    with Stage() as stage:
        os.mkdir(stage.path("here"))
        line = 'cd "$1" && shift && exec "$@"'
        command = ["sh", "-c", line, "sh", stage.path("here"), PROGRAM, "-u", str(stage.uid)]
        with start(command=command) as terminal:
            prompt(terminal, "e", "name.json")
            wait_bottom(terminal, "written to name.json")
            with open(stage.path("here/name.json"), encoding="utf-8") as file:
                equal(json.load(file)["execs"], [], "rows")


# --- refusals ---


def check_refused(terminal, path, reason):
    """The prompt stays, with the text and the reason; the path is still what it was."""
    prompt(terminal, "e", path)
    wait_bottom(terminal, reason)
    check_prompt(terminal, f"Export to file: {path}", reason)
    equal(terminal.ask("cursor_flag"), "1", "cursor shown")


@test
def export__wrong_ending__is_refused_with_text_kept_and_mended():
    with Stage() as stage, users(stage) as terminal:
        path = export_path(terminal, "xml")
        check_refused(terminal, path, "the name must end in .json, .csv, .txt or /")
        check(not os.path.exists(path), "no file")
        terminal.send("BSpace", "BSpace", "BSpace")
        terminal.type("json")
        terminal.send("Enter")
        wait_bottom(terminal, "written to")
        check(os.path.exists(path[:-3] + "json"), "the file under its mended name")


@test
def export__no_name__is_refused():
    with Stage() as stage, users(stage) as terminal:
        for name in ("", "/", "json"):
            prompt(terminal, "e", name)
            sync_error(terminal)
            terminal.send("Escape")
            wait_bottom(terminal, "p pid")


def sync_error(terminal):
    terminal.wait_for(lambda lines: "must end in" in lines[-1] or "written to" in lines[-1],
                      "an answer")
    contains(bottom(terminal), "must end in", "prompt")


@test
def export__file_that_exists__is_replaced_only_when_told():
    with Stage() as stage, users(stage) as terminal:
        path = export_path(terminal)
        with open(path, "w", encoding="ascii") as file:
            file.write("mine")
        before = os.stat(path)
        prompt(terminal, "e", path)
        wait_bottom(terminal, "It exists already: replace it")
        terminal.type("no")
        terminal.send("Enter")
        wait_bottom(terminal, f"Export to file: {path}")
        with open(path, encoding="ascii") as file:
            equal(file.read(), "mine", "content")
        equal((os.stat(path).st_ino, os.stat(path).st_mtime_ns),
              (before.st_ino, before.st_mtime_ns), "the file")
        terminal.send("Enter")
        wait_bottom(terminal, "It exists already: replace it")
        terminal.type("yes")
        terminal.send("Enter")
        wait_bottom(terminal, "written to")
        with open(path, encoding="utf-8") as file:
            check("conntop" in json.load(file), "the snapshot in its place")


@test
def export__folder__has_a_file_a_pane():
    with Stage() as stage, users(stage) as terminal:
        path = export_path(terminal)[:-len(".json")] + "/"
        prompt(terminal, "e", path)
        wait_bottom(terminal, "written to")
        equal(sorted(os.listdir(path)), ["connections.csv", "execs.csv", "listeners.csv",
                                         "processes.csv", "remotes.csv"], "files")


@test
def export__symbolic_link__is_refused_and_not_followed():
    with Stage() as stage, users(stage) as terminal:
        path, target = export_path(terminal), export_path(terminal)
        os.symlink(target, path)
        check_refused(terminal, path, "it exists already")
        check(not os.path.exists(target), "nothing where the link leads")


@test
def export__unwritable_folder__is_refused_with_the_reason():
    with Stage() as stage, users(stage) as terminal:
        folder = stage.path("closed")
        os.mkdir(folder, 0o555)
        check_refused(terminal, folder + "/x.json", "Permission denied")
        equal(os.listdir(folder), [], "files")


@test
def export__folder_that_is_not_there__is_refused_with_the_reason():
    with Stage() as stage, users(stage) as terminal:
        check_refused(terminal, stage.path("none/x.json"), "No such file or directory")


@test
def export__long_name__shows_the_end_that_is_typed():
    with Stage() as stage, users(stage, cols=60, rows=16) as terminal:
        prompt(terminal, "e", "/tmp/" + "x" * 200 + "END.json", end=None)
        wait_until(lambda: bottom(terminal).endswith("xEND.json"), "the end of the name")
        terminal.send("Home")
        wait_until(lambda: "file: /tmp/xxx" in bottom(terminal), "its begin")


# --- whose file ---


@test
def export__under_sudo__is_the_invoking_users_file():
    with Stage() as stage:
        os.mkdir(stage.path("own"), 0o700)
        os.chown(stage.path("own"), stage.uid, stage.uid)
        os.mkdir(stage.path("roots"), 0o700)
        env = {"SUDO_UID": str(stage.uid), "SUDO_GID": str(stage.uid), "SUDO_USER": "somebody",
               "XDG_CONFIG_HOME": stage.path("own")}
        with users(stage, env=env) as terminal:
            path = stage.path("own/x.json")
            prompt(terminal, "e", path)
            wait_bottom(terminal, f"written to {path}")
            equal((os.stat(path).st_uid, os.stat(path).st_gid), (stage.uid, stage.uid), "owner")
            check_refused(terminal, stage.path("roots/x.json"), "Permission denied")


@test
def export__while_living_rows_come__is_whole():
    with Stage() as stage, users(stage, "-d", "0.1") as terminal:
        for number in range(30):
            stage.run("/bin/true", f"row-{number:02}")
            if number % 10 == 9:
                names = [row["args"][1] for row in export(terminal)["execs"]]
                equal(names, sorted(names, reverse=True), "rows, the newest first")
        export_when(terminal, lambda snapshot: len(snapshot["execs"]) == 30, "30 rows")
        wait_selected(terminal, "row-29")


sys.exit(main())
