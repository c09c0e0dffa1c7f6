#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The recording that ships: whole, worth looking at, and without a word of where it was made."""

import gzip
import ipaddress
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import time

import jsonschema

from harness import (CONNTOP, NOBODY, ROOT, Skip, check, conntop, conntop_env, equal, once_for_all,
                     run_tests, test)

sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))
import rewrite  # noqa: E402 (its folder is known only now)

FILE = os.path.join(ROOT, "man", "demo.conntop")
USERS = {"alice": 52001, "bob": 52002, "www-data": 52003, "shop": 52004, "postgres": 52005}
# Addresses that nobody has (RFC 5737, RFC 3849, RFC 2544), or everybody.
NETWORKS = [ipaddress.ip_network(text) for text in (
    "10.20.0.0/24", "127.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",
    "198.18.0.0/15", "0.0.0.0/32", "2001:db8::/32", "::/127")]


@once_for_all
def events():
    done = conntop("--replay", FILE, "--stream", "all", "--format", "json", "--speed", 0)
    equal((done.status, done.err), (0, ""), "end of the stream")
    return [json.loads(line) for line in done.out.splitlines()]


@once_for_all
def snapshot():
    done = conntop("--replay", FILE, "--once", "--format", "json")
    equal((done.status, done.err), (0, ""), "end of the snapshot")
    return json.loads(done.out)


@once_for_all
def data():
    with gzip.open(FILE) as file:
        return file.read()


def some(rows, what, **fields):
    found = [row for row in rows if all(row[key] == value for key, value in fields.items())]
    check(found, f"no {what}")
    return found


@test
def demo__file__is_small_and_replays_whole():
    check(os.path.getsize(FILE) < 400_000, "it is larger than 400 KB")
    with open(os.path.join(ROOT, "man", "snapshot.schema.json"), encoding="utf-8") as file:
        checker = jsonschema.Draft202012Validator(json.load(file))
    for error in checker.iter_errors(snapshot()):
        raise AssertionError(f"{list(error.absolute_path)}: {error.message[:300]}")
    equal(list(rewrite.entries(data()))[-1], (rewrite.END, b""), "the last entry")
    for pane in ("execs", "connections", "processes", "remotes", "listeners"):
        check(snapshot()[pane], f"nothing in {pane}")
    for kind, lost in snapshot()["events"]["lost"].items():
        equal(lost, 0, f"lost of {kind}")


@test
def demo__time__is_about_a_minute_without_a_gap():
    times = [struct.unpack_from("<Q", payload)[0] / 1e9
             for entry_type, payload in rewrite.entries(data()) if entry_type == rewrite.EVENT
             and rewrite.kind_of(payload) not in ("sample", "listener", "pass")]
    took = times[-1] - times[0]
    check(60 <= took <= 95, f"it takes {took:.0f} s")
    gap = max(after - before for before, after in zip(times, times[1:]))
    check(gap < 3, f"nothing happens for {gap:.1f} s")


@test
def demo__events__are_of_every_kind_direction_family_and_user():
    for kind in ("exec", "exit", "connect", "accept", "close"):
        check(len(some(events(), kind, event=kind)) > 50, f"few of {kind}")
    for kind in rewrite.KINDS:
        check(any(entry_type == rewrite.EVENT and rewrite.kind_of(payload) == kind
                  for entry_type, payload in rewrite.entries(data())), f"no {kind} recorded")
    for direction in ("in", "out"):
        for ip in (4, 6):
            some(snapshot()["connections"], f"{direction} {ip}", direction=direction, ip=ip)
    for name, uid in USERS.items():
        some(snapshot()["processes"], name, uid=uid)
    text = conntop("--replay", FILE, "--once", "--pane", "processes").out.decode()
    for name in USERS:
        check(f" {name[:8]}" in text, f"{name} is not known by name")


@test
def demo__work__is_a_build_a_database_and_a_web_server():
    execs = snapshot()["execs"]
    check(len(some(execs, "compilers", comm="cc1", uid=USERS["alice"])) > 40, "a small build")
    some(execs, "make that fails", comm="make", exit_code=2)
    some(execs, "linker", comm="ld", exit_code=0)
    rows = snapshot()["connections"]
    some(rows, "queries", comm="psql", rport=5432)
    some(rows, "the database's end", comm="postgres", direction="in", lport=5432)
    some(rows, "the web server's end", comm="nginx", direction="in", lport=80, ip=6)
    check(any(row["comm"] == "pgbench" and (row["duration_us"] or 0) > 50e6 for row in rows),
          "no long-lived busy connection")
    check(any(row["comm"] == "ssh" and row["state"] == "ESTAB" and (row["rx_bytes"] or 0) < 10000
              for row in rows), "no idle connection")
    check(any((row["rx_bytes"] or 0) > 5e6 for row in rows), "no big transfer")
    check(any((row["rtt_us"] or 0) > 30000 for row in rows), "no far peer")
    check(any(row["retrans"] for row in rows), "no retransmission")
    some(snapshot()["listeners"], "listener", comm="nginx", lport=80)


@test
def demo__failures__are_there():
    some(snapshot()["execs"], "exec of what is not there", error="ENOENT")
    some(snapshot()["execs"], "crash", comm="widget", signal=11)
    some(snapshot()["execs"], "failure", comm="psql", exit_code=1)
    for error in ("ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH"):
        some(snapshot()["connections"], error, error=error)


@test
def demo__where_it_was_made__is_not_told():
    host, release = next(payload for entry_type, payload in rewrite.entries(data())
                         if entry_type == rewrite.HOST).split(b"\0")[:2]
    equal(host, b"web-03", "host")
    check(re.fullmatch(rb"\d+\.\d+(\.\d+)?", release), f"release {release!r}")
    equal({row["uid"] for row in events() if row["uid"] is not None} - set(USERS.values()), set(),
          "other users")
    for row in snapshot()["connections"]:
        for side in ("laddr", "raddr"):
            address = ipaddress.ip_address(row[side])
            check(any(address in network for network in NETWORKS), f"{address} is someone's")
    for row in snapshot()["processes"]:
        check(row["cgroup"] in (None, "/") or
              row["cgroup"].startswith(("/system.slice/", "/user.slice/")), row["cgroup"])
    for word in (b"tests/demo", b"conntop-demo", b"play.py", b"others.py"):
        check(word not in data()[rewrite.HEADER_LEN:], f"it has {word}")


# --- on the screen --------------------------------------------------------------------------------


class Terminal:
    """A program on a terminal, as somebody without any right."""

    def __init__(self, *command):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.chdir(ROOT)
            os.execvpe(command[0], command, conntop_env(TERM="xterm", COLUMNS="100", LINES="30"))
        self.text = b""

    def wait(self, word, seconds=30):
        deadline = time.monotonic() + seconds
        while word not in self.text:
            left = deadline - time.monotonic()
            check(left > 0 and select.select([self.fd], [], [], left)[0],
                  f"no {word} on the terminal: {self.text[-300:]}")
            try:
                self.text += os.read(self.fd, 1 << 16)
            except OSError as error:
                raise AssertionError(f"it ended: {self.text[-300:]}") from error

    def quit(self):
        os.write(self.fd, b"q")
        try:
            while os.read(self.fd, 1 << 16):
                pass
        except OSError:
            pass
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return status


@test
def make_demo__without_any_right__says_what_to_do_and_starts():
    build = os.environ.get("BUILD", "build")
    reach = subprocess.run(["test", "-r", FILE, "-a", "-x", CONNTOP, "-a", "-r",
                            os.path.join(ROOT, "Makefile")], user=NOBODY, group=NOBODY,
                           extra_groups=[], check=False)
    if reach.returncode:
        raise Skip("nobody may look into this folder")
    if subprocess.run(["make", "-C", ROOT, "-q", "all", f"BUILD={build}"], check=False,
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        raise Skip("it is not built, or not anew")
    terminal = Terminal("make", "-s", "demo", f"BUILD={build}")
    terminal.wait(b"\n")
    first = terminal.text.partition(b"\n")[0]
    for word in (b"q quits", b"Space pauses", b"? help"):
        check(word in first, f"the first line: {first}")
    terminal.wait(b"web-03  ")
    terminal.wait(b"psql")
    equal(terminal.quit(), 0, "status")


run_tests()
