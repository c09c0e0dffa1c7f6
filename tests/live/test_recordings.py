#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Recordings of real events, shown again; and what leaves by other ways, against its schema."""

import collections
import csv
import json
import os
import shutil
import socket
import stat
import subprocess
import time

import jsonschema

from actors import UID, Child, connect_often, known_program, listener, spawn
from harness import (CONNTOP, LIMITS, NOBODY, ROOT, Between, Conntop, Within, Witness, check,
                     conntop, conntop_env, equal, ns_of, once_for_all, run_tests, temp_path, test,
                     wait_until)

CONNECTS = 2000  # both ends of each are seen


def work(path):
    """Programs, connections, a failure."""
    server = listener()
    address = server.getsockname()
    for i in range(5):
        spawn(path, ["argv0", str(i), "a b", "\x1b[31m"])
    connect_often(server, 20)
    server.close()
    with socket.socket() as refused:
        refused.connect_ex(address)


def recorded(*args, work=work, path=None):
    """A run of conntop under which work was done: (its result, the recording)."""
    file = path or temp_path("recording")
    with_conntop = Conntop(*args, "-u", UID, "--record", file)
    Child(work, known_program(), uid=UID).result()
    return with_conntop.stop(), file


def replay(file, *args, **kwargs):
    return conntop("--replay", file, *args, **kwargs)


@once_for_all
def a_snapshot():
    return recorded("--once", "--duration", 1000, "--format", "json")


@once_for_all
def a_stream():
    return recorded("--stream", "all", "--format", "json")


# --- the same again -------------------------------------------------------------------------------


@test
def replay__once__is_the_live_snapshot_byte_for_byte():
    live, file = a_snapshot()
    again = replay(file, "--once", "--format", "json")
    equal(again.status, 0, "exit status")
    equal(again.err, "", "standard error")
    snapshot = json.loads(live.out)
    equal(len(snapshot["connections"]), 41, "connections")
    equal(snapshot["filters"]["uid"], str(UID), "the filter")
    check(live.out == again.out, "the replay differs from what was seen live")


@test
def replay__snapshot_as_a_stream__has_the_times_it_had():
    begin_ns = time.time_ns()
    _, file = recorded("--once", "--duration", 1000)
    lines = replay(file, "--stream", "all", "--format", "json", "--speed", 0).out.splitlines()
    check(lines, "events")
    for line in map(json.loads, lines):
        equal(line["time"], Within(begin_ns, time.time_ns()), "time")


@test
def replay__stream__is_the_live_stream_byte_for_byte():
    live, file = a_stream()
    again = replay(file, "--stream", "all", "--format", "json", "--speed", 0)
    equal(again.status, 0, "exit status")
    check(live.out == again.out, "the replay differs from what was seen live")


@test
def replay__every_format__agrees_with_live():
    live, file = recorded("--once", "--duration", 1000)
    check(live.out == replay(file, "--once").out, "text differs")
    live, file = recorded("--once", "--duration", 1000, "--format", "csv", "--pane",
                          "connections")
    check(live.out == replay(file, "--once", "--format", "csv", "--pane", "connections").out,
          "CSV differs")


@test
def replay__stream_as_a_snapshot__has_every_event_once():
    live, file = a_stream()
    lines = [json.loads(line) for line in live.out.splitlines()]
    snapshot = json.loads(replay(file, "--once", "--format", "json").out)
    for kind in ("exec", "exit", "connect", "accept", "close"):
        equal(snapshot["events"]["seen"][kind], sum(line["event"] == kind for line in lines),
              f"seen of {kind}, and its lines")
    equal(sorted(row["pid"] for row in snapshot["execs"]),
          sorted(line["pid"] for line in lines if line["event"] == "exec"), "execs")
    for line in lines:
        if line["event"] == "exec":
            row = next(row for row in snapshot["execs"] if row["time"] == line["time"])
            equal({key: row[key] for key in line if key not in ("event", "comm")},
                  {key: line[key] for key in line if key not in ("event", "comm")}, "exec")


@test
def replay__filters__narrow_what_was_recorded():
    _, file = a_stream()
    everything = json.loads(replay(file, "--once", "--format", "json").out)
    pid = everything["execs"][0]["pid"]
    narrowed = json.loads(replay(file, "--once", "--format", "json", "-p", pid).out)
    equal([row["pid"] for row in narrowed["execs"]], [pid], "PIDs of execs")
    equal(narrowed["connections"], [], "connections")
    equal(narrowed["events"]["seen"]["exec"], 1, "seen")
    equal(narrowed["events"]["filtered"]["exec"],
          everything["events"]["filtered"]["exec"] + everything["events"]["seen"]["exec"] - 1,
          "filtered")
    lines = replay(file, "--stream", "exec", "--speed", 0, "-c", "!*").out
    equal(lines.count(b"\n"), 1, "lines: only the titles")


@test
def replay__without_any_right__works():
    _, file = a_stream()
    os.chmod(file, 0o644)
    program = shutil.copy(CONNTOP, temp_path("conntop"))
    done = subprocess.run([program, "--replay", file, "--once", "--format", "json"],
                          stdin=subprocess.DEVNULL, capture_output=True, env=conntop_env(),
                          user=NOBODY, group=NOBODY, extra_groups=[], timeout=60, check=False)
    equal((done.returncode, done.stderr), (0, b""), "exit status and standard error")
    equal(len(json.loads(done.stdout)["execs"]), 5, "execs")


@test
def replay__at_a_pace__takes_its_time():
    def slowly(path):
        spawn(path, ["argv0"])
        time.sleep(1)
        spawn(path, ["argv0"])

    _, file = recorded("--stream", "exec", "--format", "json", work=slowly)
    begin = time.monotonic()
    lines = replay(file, "--stream", "exec", "--format", "json", "--speed", 2).out
    took = time.monotonic() - begin
    equal(lines.count(b"\n"), 2, "lines")
    check(took >= 0.4, f"took {took} s, for a second at twice its pace")
    first = replay(file, "--once", "--format", "json", "--duration", 0.5).out
    check(len(json.loads(first)["execs"]) < 2, "--duration shows the beginning only")


# --- files ----------------------------------------------------------------------------------------


@test
def record__file__is_private_new_and_small():
    file = temp_path("recording")
    with_conntop = Conntop("--stream", "close", "-u", UID, "--record", file)
    before = os.stat(file).st_size

    def connect(_):
        server = listener()
        connect_often(server, CONNECTS)

    Child(connect, known_program(), uid=UID).result()
    with_conntop.stop()
    info = os.stat(file)
    equal(stat.S_IMODE(info.st_mode), 0o600, "mode")
    grown = (info.st_size - before) / (2 * CONNECTS)
    check(grown <= 200, f"{grown:.0f} bytes for a short connection")
    again = conntop("--stream", "exec", "--duration", 0.1, "--record", file)
    equal(again.status, 1, "exit status")
    equal(again.err, f"conntop: {file}: it exists already; --force replaces it\n", "error")
    equal(os.stat(file).st_size, info.st_size, "size of the first recording")
    forced = conntop("--stream", "exec", "-u", UID, "--duration", 0.1, "--record", file, "--force")
    equal(forced.status, 0, "exit status")
    check(os.stat(file).st_size < info.st_size, "--force did not replace it")


@test
def record__under_sudo__belongs_to_the_invoking_user():
    folder = temp_path("folder")
    os.mkdir(folder)
    os.chown(folder, 65534, 65534)
    file = os.path.join(folder, "recording")
    env = conntop_env(SUDO_UID="65534", SUDO_GID="65534", SUDO_USER="nobody")
    done = conntop("--stream", "exec", "--duration", 0.1, "--record", file, env=env)
    equal(done.status, 0, "exit status")
    equal(os.stat(file).st_uid, 65534, "owner")


@test
def record__disk_full__says_so_and_goes_on():
    folder = temp_path("small")
    os.mkdir(folder)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder],
                      stderr=subprocess.DEVNULL, check=False).returncode:
        raise AssertionError("no tmpfs can be mounted here")
    try:
        file = os.path.join(folder, "recording")
        with_conntop = Conntop("--stream", "exec", "--format", "json", "-u", UID, "--record", file)

        def many(path):
            for _ in range(300):
                spawn(path, ["argv0", os.urandom(3000).hex()])

        Child(many, known_program(), uid=UID).result()
        with_conntop.send(15)
        done = with_conntop.ended()
        equal(done.status, 1, "exit status")
        check("No space left on device" in done.err and file in done.err, done.err)
        equal(done.out.count(b"\n"), 300, "lines of the stream")
        cut = replay(file, "--stream", "exec", "--format", "json", "--speed", 0)
        check(0 < cut.out.count(b"\n") < 300, "what was written can be shown")
        equal(cut.status, 1, "exit status of the replay")
    finally:
        subprocess.run(["umount", folder], check=True)


@test
def replay__killed_recorder__shows_what_is_whole():
    file = temp_path("recording")
    with_conntop = Conntop("--stream", "exec", "--format", "json", "-u", UID, "--record", file)
    Child(spawn, known_program(), ["argv0"], uid=UID).result()
    wait_until(lambda: with_conntop.rows(), "the line of the exec")
    time.sleep(2.2)  # the file is brought up to date each second
    with_conntop.kill()
    done = replay(file, "--stream", "exec", "--format", "json", "--speed", 0)
    equal(done.out, with_conntop.out(), "the stream")
    equal(done.err, f"conntop: {file}: the recording is cut off: what is whole is shown\n",
          "standard error")
    equal(done.status, 1, "exit status")


@test
def replay__no_recording__is_refused():
    for text, reason in ((b"", "not a recording of conntop"), (b"#!/bin/sh\n" * 9,
                                                             "not a recording of conntop")):
        file = temp_path("text")
        with open(file, "wb") as out:
            out.write(text)
        done = replay(file, "--once")
        equal((done.status, done.out, done.err), (1, b"", f"conntop: {file}: {reason}\n"), "end")
    missing = temp_path("missing")
    done = replay(missing, "--once")
    equal(done.err, f"conntop: {missing}: No such file or directory\n", "error")


# --- schemas --------------------------------------------------------------------------------------


def validator(name):
    with open(os.path.join(ROOT, "man", f"{name}.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def validate(checker, value):
    for error in checker.iter_errors(value):
        raise AssertionError(f"{list(error.absolute_path)}: {error.message[:300]}")


@test
def schema__snapshot__holds_of_real_ones():
    live, _ = a_snapshot()
    snapshot = json.loads(live.out)
    checker = validator("snapshot")
    validate(checker, snapshot)
    for pane in ("execs", "connections", "processes", "remotes"):
        check(snapshot[pane], f"no {pane} to hold against it")
    validate(checker, json.loads(conntop("--once", "--format", "json", "-x").out))
    snapshot["execs"][0]["surprise"] = 1
    check(not checker.is_valid(snapshot), "it lets anything through")


@test
def schema__stream__holds_of_every_kind():
    live, _ = a_stream()
    lines = [json.loads(line) for line in live.out.splitlines()]
    equal({line["event"] for line in lines}, {"exec", "exit", "connect", "accept", "close"},
          "kinds")
    checker = validator("stream")
    for line in lines:
        validate(checker, line)
    del lines[0]["pid"]
    check(not checker.is_valid(lines[0]), "it lets anything through")


# --- a folder of CSV ------------------------------------------------------------------------------


@test
def once__csv_to_a_folder__has_all_panes():
    _, file = a_snapshot()
    folder = temp_path("folder")
    done = replay(file, "--once", "--format", "csv", "-o", folder + "/")
    equal((done.status, done.err), (0, ""), "end")
    snapshot = json.loads(replay(file, "--once", "--format", "json").out)
    for pane in ("execs", "connections", "processes", "remotes", "listeners"):
        with open(os.path.join(folder, pane + ".csv"), newline="", encoding="utf-8") as table:
            equal(len(list(csv.reader(table))), len(snapshot[pane]) + 1, f"lines of {pane}.csv")
    done = replay(file, "--once", "--format", "csv", "-o", folder + "/", "--force")
    equal(done.status, 1, "exit status where the folder is there")


# --- readers that stall ---------------------------------------------------------------------------


@test
def stream__reader_stalls__ends_all_the_same():
    read_fd, write_fd = os.pipe()
    with_conntop = Conntop("--stream", "exec", "--format", "json", "-u", UID, stdout=write_fd)
    os.close(write_fd)

    def long_ones(path):
        for _ in range(200):
            spawn(path, ["argv0", "x" * 2000])

    Child(long_ones, known_program(), uid=UID).result()
    time.sleep(0.3)
    begin = time.monotonic()
    with_conntop.send(15)
    done = with_conntop.ended()
    check(time.monotonic() - begin < 3, "it took long to end")
    equal(done.status, 1, "exit status")
    check("standard output: its reader stalled" in LIMITS.sub("", done.err), done.err)
    got = b""
    while chunk := os.read(read_fd, 1 << 16):
        got += chunk
    os.close(read_fd)
    check(got.endswith(b"}\n"), "the last line is not whole")
    for line in got.splitlines():
        json.loads(line)


# --- a great many ---------------------------------------------------------------------------------

MANY = 25_000  # connections: 100,000 lines, of connect and accept, and of a close at each end


def by_ends(rows):
    """Rows or lines by what names their end of a connection, ports being used again and again."""
    found = collections.defaultdict(list)
    for row in rows:
        found[row["pid"], row["direction"], row["lport"], row["rport"]].append(row)
    return found


def check_closes(lines, rows):
    """The lines of closes are what the rows say, in order."""
    rows.sort(key=lambda row: row["closed"])
    equal(len(lines), len(rows), "closes and rows of one end")
    for line, row in zip(lines, rows):
        for name in ("tx_bytes", "rx_bytes", "ret"):
            equal(line[name], row[name], name)
        # Each conntop has times of its own: its programs run one after the other.
        apart_ns = abs(ns_of(line["time"]) - ns_of(row["closed"]))
        check(apart_ns < 5_000_000, f"closed: {line} {row}")


def check_ends(lines, snapshot, witness):
    """What the stream says of each end is what the rows say; those whose rows are right."""
    closes = by_ends(line for line in lines if line["event"] == "close")
    begins = by_ends(line for line in lines if line["event"] != "close")
    rows = by_ends(snapshot["connections"])
    whole = {ends for ends, some in rows.items()
             if len(begins[ends]) == len(closes[ends]) == len(some)
             and all(row["closed"] for row in some)}
    every = rows.keys() | begins.keys() | closes.keys()
    check(len(every - whole) <= witness.kept, f"{len(every - whole)} ends are not whole, "
          f"{witness.kept} changes were kept from conntop", *list(every - whole)[:3])
    for ends in whole:
        check_closes(closes[ends], rows[ends])
    return {ends: len(rows[ends]) for ends in whole}


def told_in_time(out):
    """Lines but those of connects that were under way: these have the time of the end."""
    return [line for line in out.splitlines() if b'"ret":-115' not in line]


def watched_twice(file, streaming):
    """MANY connections, streamed and recorded, and beside that a snapshot of the same."""
    with_stream = Conntop(*streaming, "-u", UID, "--record", file)
    with_once = Conntop("--once", "--duration", 1000, "--format", "json", "-u", UID,
                        "--max-rows", 4 * MANY)

    def connect(_):
        connect_often(listener(), MANY)

    Child(connect, known_program(), uid=UID).result()
    with_stream.stop_rows()
    return with_stream.out(), with_once.stop_snapshot()


@test
def stream__100000_events__agree_with_a_snapshot_and_a_recording():
    file = temp_path("recording")
    columns = "event,time,pid,direction,lport,rport,tx_bytes,rx_bytes,ret"
    streaming = ("--stream", "connect,accept,close", "--format", "json", "--columns", columns)
    with Witness() as witness:
        out, snapshot = watched_twice(file, streaming)
    lines = [json.loads(line) for line in told_in_time(out)]
    print(f"# {witness.happened} changes of state, {witness.kept} kept from BPF programs")
    equal(dict(collections.Counter((line["event"], line["direction"]) for line in lines)),
          dict.fromkeys([("connect", "out"), ("accept", "in"), ("close", "out"), ("close", "in")],
                        Between(MANY - witness.kept, MANY)), "lines")
    equal(snapshot["events"]["lost"], dict.fromkeys(snapshot["events"]["lost"], 0), "lost")
    equal(len(snapshot["connections"]), Between(2 * MANY - witness.kept, 2 * MANY),
          "connections in the snapshot")
    ends = check_ends(lines, snapshot, witness)
    streamed = replay(file, *streaming, "--speed", 0).out
    check(streamed == out or witness.kept and told_in_time(streamed) == told_in_time(out),
          "the replay differs")
    again = json.loads(replay(file, "--once", "--format", "json", "--max-rows", 4 * MANY).out)
    counts = {one: len(some) for one, some in by_ends(again["connections"]).items()}
    equal({one: counts.get(one) for one in ends}, ends, "the recording's connections")
    equal(len(counts), Between(len(ends), len(ends) + witness.kept), "ends in the recording")


run_tests()
