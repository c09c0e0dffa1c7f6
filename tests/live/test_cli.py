#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: what is refused and how, output, formats, ends, and privileges given up."""

import csv
import io
import json
import os
import shutil
import signal
import stat
import subprocess

from actors import UID, Child, client, connect_often, known_program, listener, spawn
from harness import (CONNTOP, NOBODY, Conntop, Within, check, conntop, conntop_env, equal,
                     once_for_all, proc_status, run_tests, stream, temp_dir, temp_path, test,
                     wait_until)

EXIT_FAILED, EXIT_USAGE = 1, 2

AS_NOBODY = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY), "SUDO_USER": "nobody"}


# --- refused --------------------------------------------------------------------------------------


def check_refused(args, *words):
    """Status 2, nothing on stdout; one sentence with these words, then where to look."""
    result = conntop(*args)
    equal(result.status, EXIT_USAGE, f"exit status of {args}")
    equal(result.out, b"", "standard output")
    lines = result.err.splitlines()
    equal(len(lines), 2, f"lines on standard error, {result.err!r}")
    check(lines[0].startswith("conntop: "), f"expected 'conntop: ...', got {lines[0]!r}")
    for word in words:
        check(word in lines[0], f"expected {word!r} in {lines[0]!r}")
    equal(lines[1], "Try 'conntop --help'.", "second line")


@test
def options__unknown__are_refused():
    check_refused(["--frobnicate"], "option", "--frobnicate")
    check_refused(["-y"], "option", "-y")
    check_refused(["--once", "stray"], "argument", "stray")


@test
def options__value_missing_or_too_many__are_refused():
    check_refused(["--once", "-p"], "-p", "value")
    check_refused(["--once=1"], "--once", "no value")


@test
def pids__bad_lists__are_refused():
    for word in ("12x", "0", "-5", "4194305", "1..3"):
        check_refused(["--once", "-p", f"1,{word}"], "PID", f"'{word}'")
    for text in ("1,,2", "1,", ",1"):
        check_refused(["--once", "-p", text], "PID", "''")


@test
def users__unknown_or_bad__are_refused():
    check_refused(["--once", "-u", "no-such-user"], "unknown user", "'no-such-user'")
    check_refused(["--once", "-u", "root,4294967295"], "user", "'4294967295'")


@test
def ports__bad_ranges__are_refused():
    for word in ("20-10", "65536", "1-65536", "-", "80-", "http"):
        check_refused(["--once", "-P", f"443,{word}"], "port", f"'{word}'")


@test
def columns_panes_kinds_and_formats__unknown__are_refused():
    check_refused(["--once", "--columns", "pid,frob"], "column", "frob")
    check_refused(["--once", "--sort", "frob"], "column", "frob")
    check_refused(["--once", "--pane", "frob"], "pane", "frob", "execs")
    check_refused(["--stream", "exec,frob"], "kind", "frob", "connect")
    check_refused(["--once", "--format", "frob"], "format", "frob", "json")


@test
def numbers__out_of_range__are_refused():
    check_refused(["--once", "--duration", "0"], "duration", "'0'")
    check_refused(["--once", "--duration", "nan"], "duration", "'nan'")
    check_refused(["-d", "0.05"], "delay", "'0.05'")
    check_refused(["-d", "61"], "delay", "'61'")
    check_refused(["--max-rows", "0"], "rows", "'0'")


@test
def modes__that_exclude_each_other__are_refused():
    check_refused(["--once", "--stream", "exec"], "--once", "--stream")
    check_refused(["--format", "json"], "--format")
    check_refused(["-o", "file"], "--output")


@test
def errors__with_control_characters__are_made_safe():
    check_refused(["--once", "-u", "a\x1b[31mb\u202e"], r"'a\e[31mb\u{202e}'")
    check_refused(["--once", "stray\nline"], r"'stray\nline'")


# --- cannot run -----------------------------------------------------------------------------------


def check_failed(result, *words):
    """Status 1 and one sentence with these words."""
    equal(result.status, EXIT_FAILED, f"exit status, standard error {result.err!r}")
    equal(len(result.err.splitlines()), 1, f"lines on standard error, {result.err!r}")
    check(result.err.startswith("conntop: "), f"expected 'conntop: ...', got {result.err!r}")
    for word in words:
        check(word in result.err, f"expected {word!r} in {result.err!r}")


@test
def run__not_root__says_what_to_do():
    program = shutil.copy(CONNTOP, temp_path("conntop"))
    for args in (["--once"], ["--stream", "exec"]):
        done = subprocess.run([program, *args], stdin=subprocess.DEVNULL, capture_output=True,
                              env=conntop_env(), user=NOBODY, group=NOBODY, extra_groups=[],
                              text=True, timeout=60, check=False)
        check_failed(type("", (), {"status": done.returncode, "err": done.stderr}), "root", "sudo")
        equal(done.stdout, "", "standard output")


@test
def run__without_a_terminal__names_the_other_modes():
    check_failed(conntop(), "terminal", "--once", "--stream")


@test
def output__that_cannot_be_made__fails():
    folder = temp_path("none")
    for mode in (["--once", "--duration", "0.1"], ["--stream", "exec", "--duration", "0.1"]):
        result = conntop(*mode, "-o", f"{folder}/file")
        check_failed(result, f"{folder}/file", "No such file or directory")
        equal(result.out, b"", "standard output")


@test
def output__that_exists__is_untouched():
    path = temp_path("old")
    with open(path, "w", encoding="ascii") as file:
        file.write("precious\n")
    for mode in (["--once", "--duration", "0.1"], ["--stream", "exec", "--duration", "0.1"]):
        check_failed(conntop(*mode, "-o", path), path, "it exists already; --force replaces it")
        with open(path, encoding="ascii") as file:
            equal(file.read(), "precious\n", "contents")


@test
def output__that_is_a_symbolic_link__is_not_followed():
    link, target = temp_path("link"), temp_path("target")
    os.symlink(target, link)
    for mode in (["--once", "--duration", "0.1"], ["--stream", "exec", "--duration", "0.1"]):
        check_failed(conntop(*mode, "-o", link), link)
        check(not os.path.exists(target), "the link's target was made")


@test
def output__disk_full__fails_with_a_sentence():
    for args in (["--once", "--duration", "0.1"], ["--stream", "exec", "--duration", "0.1"],
                 ["--help"], ["--version"]):
        with open("/dev/full", "wb") as full:
            result = conntop(*args, stdout=full)
        check_failed(result, "standard output")


# --- ends -----------------------------------------------------------------------------------------


def run_all(path, lists):
    for args in lists:
        spawn(path, args)


def run_some(n):
    """Executions by the user whose events the tests ask for."""
    lists = [["argv0", f"run-{i}"] for i in range(n)]
    Child(run_all, known_program(), lists, uid=UID).result()


def check_ends(number):
    with_stream = stream("exec", "-u", UID)
    run_some(20)
    rows = with_stream.stop_rows(number)
    equal([row["args"][1] for row in rows], [f"run-{i}" for i in range(20)], "rows")


@test
def stream__sigterm__flushes_and_ends_with_0():
    check_ends(signal.SIGTERM)


@test
def stream__sigint__flushes_and_ends_with_0():
    check_ends(signal.SIGINT)


@test
def once__sigint__prints_the_snapshot():
    with_once = Conntop("--once", "--duration", 1000, "--format", "json", "-u", UID)
    run_some(3)
    snapshot = json.loads(with_once.stop(signal.SIGINT).out)
    equal(len(snapshot["execs"]), 3, "execs")


@test
def duration__over__ends_with_0():
    equal(conntop("--stream", "exec", "--duration", "0.2").status, 0, "of --stream")
    equal(conntop("--once", "--duration", "0.2").status, 0, "of --once")
    result = conntop("--stream", "exec", "--format", "json", "--duration", "0.2", "-u", UID)
    equal((result.out, result.err), (b"", ""), "output when nothing happens")


@test
def stream__reader_leaves__ends_quietly_with_0():
    read_fd, write_fd = os.pipe()
    with_stream = Conntop("--stream", "exec", "-u", UID, stdout=write_fd)
    os.close(write_fd)
    with os.fdopen(read_fd, "rb") as reader:
        equal(reader.readline()[:5], b"PCOMM", "first line")
    run_some(3)
    result = with_stream.ended()
    equal((result.status, result.err), (0, ""), "exit status and standard error")


# --- help -----------------------------------------------------------------------------------------


@test
def help__is_printed__with_every_option():
    for option in ("-h", "--help"):
        result = conntop(option)
        equal((result.status, result.err), (0, ""), "exit status and standard error")
        text = result.out.decode()
        check(text.startswith("Usage: conntop"), f"it begins {text[:40]!r}")
        for word in ("-p, --pid", "-u, --uid", "-P, --port", "--once", "--stream", "--duration",
                     "--format", "--output", "--sort", "--columns", "--numeric", "--version"):
            check(word in text, f"expected {word} in it")


@test
def version__is_printed():
    result = conntop("-V")
    words = result.out.decode().split()
    equal((result.status, result.err, words[0], len(words)), (0, "", "conntop", 2), "-V")
    check(words[1][0].isdigit(), f"the version is {words[1]}")


# --- snapshots ------------------------------------------------------------------------------------


def csv_rows(out):
    return list(csv.DictReader(io.StringIO(out.decode("utf-8"), newline=""), strict=True))


def odd(path, server):
    run_all(path, [["argv0", 'a "b", c'], ["argv0", "line\nfeed"], ["argv0", "third"]])
    connect_often(server, 2)


def run_odd():
    """Executions with arguments that CSV must quote, and two connections; whose they are."""
    child = client(odd, known_program(), listener())
    child.result()
    return child.pid


def snapshot(*args):
    """What a snapshot with these options shows of run_odd()."""
    with_once = Conntop("--once", "--duration", 1000, "-u", UID, *args)
    pid = run_odd()
    return with_once.stop().out, pid


@once_for_all
def json_snapshot():
    out, pid = snapshot("--format", "json")
    return json.loads(out), pid


@test
def once_json__head__says_what_it_is_of():
    top, _ = json_snapshot()
    uname = os.uname()
    equal([top["host"], top["kernel"]], [uname.nodename, uname.release], "host and kernel")
    equal(top["conntop"], conntop("-V").out.decode().split()[1], "version")
    equal(top["filters"]["uid"], str(UID), "filter")
    check(Within(0, 2**62) == top["time"], f"time is {top['time']}")


@test
def once_json__panes__hold_what_happened():
    top, pid = json_snapshot()
    equal(sorted(row["args"][1] for row in top["execs"]), ['a "b", c', "line\nfeed", "third"],
          "arguments")
    equal([(row["pid"], row["ret"]) for row in top["connections"] if row["direction"] == "out"],
          [(pid, 0)] * 2, "connections")
    equal({key: top["events"]["seen"][key] for key in ("exec", "connect")},
          {"exec": 3, "connect": 2}, "events seen")
    equal(sum(top["events"]["lost"].values()), 0, "events lost")


@test
def once_csv__execs__parse_and_agree():
    rows = csv_rows(snapshot("--format", "csv")[0])
    equal(sorted(row["args"] for row in rows),
          ['argv0 a "b", c', r"argv0 line\nfeed", "argv0 third"], "arguments")
    equal({(row["uid"], row["ret"], row["args_truncated"], row["error"]) for row in rows},
          {(str(UID), "0", "false", "")}, "other fields")
    columns = [key for key in json_snapshot()[0]["execs"][0] if key != "event"]
    equal(list(rows[0]), columns, "columns, as in JSON")


@test
def once_csv__connections__parse_and_agree():
    out, pid = snapshot("--format", "csv", "--pane", "connections")
    rows = [row for row in csv_rows(out) if row["direction"] == "out"]
    equal([(row["pid"], row["laddr"], row["proto"], row["ip"]) for row in rows],
          [(str(pid), "127.0.0.1", "tcp", "4")] * 2, "rows")


@test
def once_text__each_pane__has_lines():
    out, pid = snapshot("--numeric")
    lines = out.decode().splitlines()
    check("Execs: 3" in lines, "no line 'Execs: 3'")
    for shown in (r'a "b", c', r"line\nfeed", "third"):  # in Execs and in Processes
        ending = f"{known_program()} {shown}"
        equal(sum(line.endswith(ending) for line in lines), 2, f"lines that end in {ending}")
    for title in ("Connections: ", "Processes: ", "Remotes: 1", "Listeners: "):
        check(any(line.startswith(title) for line in lines), f"no line {title}")
    check(any(str(pid) in line.split() and "127.0.0.1" in line.split() for line in lines),
          "no line of a connection")


@test
def once__columns_chosen__in_that_order():
    out, pid = snapshot("--format", "csv", "--columns", "ret,comm,ppid", "--pane", "execs")
    equal(out.decode().replace("\r\n", "\n"),
          "ret,comm,ppid\n" + f"0,known-program,{pid}\n" * 3, "CSV")
    out, _ = snapshot("--columns", "lport,pid", "--pane", "connections")
    lines = out.decode().splitlines()
    titles = [line for line in lines if line.startswith("Connections: ")]
    equal(len(titles), 1, "titles of the pane")
    equal(lines[lines.index(titles[0]) + 1].split(), ["LPORT", "PID"], "header")


@test
def once__sorted_by_a_column__both_ways():
    for sign, reverse in (("+", False), ("-", True)):
        out, _ = snapshot("--format", "csv", "--sort", sign + "pid")
        pids = [int(row["pid"]) for row in csv_rows(out)]
        equal(len(pids), 3, "rows")
        equal(pids, sorted(pids, reverse=reverse), f"PIDs, sorted by {sign}pid")


@test
def stream_csv__columns__header_once_and_rows():
    with_stream = Conntop("--stream", "exec", "--format", "csv", "--columns", "args,pid", "-u", UID)
    run_odd()
    out = with_stream.stop().out
    equal([row["args"] for row in csv_rows(out)],
          ['argv0 a "b", c', r"argv0 line\nfeed", "argv0 third"], "arguments")
    equal(out.split(b"\r\n")[0], b"args,pid", "header")


# --- files and privileges -------------------------------------------------------------------------


def writable_folder():
    folder = temp_path("folder")
    os.mkdir(folder)
    os.chown(folder, NOBODY, NOBODY)
    return folder


def check_file(path, owner):
    status = os.stat(path)
    equal((status.st_uid, status.st_gid), (owner, owner), f"owner of {path}")
    equal(oct(stat.S_IMODE(status.st_mode)), "0o600", f"mode of {path}")


@test
def output__snapshot_under_sudo__is_the_users():
    path = os.path.join(writable_folder(), "snapshot.json")
    result = conntop("--once", "--duration", "0.1", "--format", "json", "-o", path,
                     env=conntop_env(**AS_NOBODY))
    equal(result, (0, b"", ""), "status, output and errors")
    check_file(path, NOBODY)
    equal(os.listdir(os.path.dirname(path)), ["snapshot.json"], "files there")
    with open(path, encoding="utf-8") as file:
        equal(json.load(file)["kernel"], os.uname().release, "kernel in the file")


@test
def output__stream_under_sudo__is_the_users():
    path = os.path.join(writable_folder(), "stream")
    with_stream = stream("exec", "-u", UID, "-o", path, env=conntop_env(**AS_NOBODY))
    run_some(3)
    result = with_stream.stop()
    equal(result.out, b"", "standard output")
    check_file(path, NOBODY)
    with open(path, encoding="utf-8") as file:
        equal([json.loads(line)["args"][1] for line in file], ["run-0", "run-1", "run-2"], "rows")


@test
def output__as_root__is_roots_alone():
    path = temp_path("snapshot")
    equal(conntop("--once", "--duration", "0.1", "-o", path).status, 0, "exit status")
    check_file(path, 0)


@test
def output__where_the_user_may_not_write__fails():
    path = os.path.join(temp_dir(), "not-yours")
    result = conntop("--once", "--duration", "0.1", "-o", path, env=conntop_env(**AS_NOBODY))
    check_failed(result, path, "Permission denied")
    check(not os.path.exists(path), "it was made all the same")


def check_privileges(pid, uid):
    status = proc_status(pid)
    equal(status["Uid"].split(), [str(uid)] * 4, "Uid")
    equal(status["Gid"].split(), [str(uid)] * 4, "Gid")
    equal(status["NoNewPrivs"], "1", "NoNewPrivs")
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        equal(int(status[name], 16), 0, name)
    return status


@test
def privileges__under_sudo__are_the_users_and_none():
    with_stream = stream("exec", "-u", UID, env=conntop_env(**AS_NOBODY))
    status = check_privileges(with_stream.pid, NOBODY)
    equal(int(status["CapBnd"], 16), 0, "CapBnd")
    check("0" not in status["Groups"].split(), f"root's group is among {status['Groups']}")
    run_some(5)
    equal(len(with_stream.stop_rows()), 5, "rows that it still gets")


@test
def privileges__as_root__capabilities_are_none():
    with_stream = stream("exec", "-u", UID)
    check_privileges(with_stream.pid, 0)
    wait_until(lambda: proc_status(with_stream.pid)["State"].startswith("S"), "it to sleep")
    run_some(5)
    equal(len(with_stream.stop_rows()), 5, "rows that it still gets")


@test
def privileges__snapshot_under_sudo__samples_without_any():
    path = os.path.join(writable_folder(), "snapshot.json")
    with_once = Conntop("--once", "--duration", 1000, "--format", "json", "-o", path, "-u", UID,
                        env=conntop_env(**AS_NOBODY))
    run_odd()
    with_once.stop()
    with open(path, encoding="utf-8") as file:
        top = json.load(file)
    equal([len(top["execs"]), top["events"]["seen"]["connect"]], [3, 2], "execs and connects")


if __name__ == "__main__":
    run_tests()
