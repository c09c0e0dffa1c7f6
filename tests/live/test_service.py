#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The systemd unit: what it runs works with the privileges that it leaves, and with none less."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading

from actors import UID, UIDS, Child, connect_often, known_program, listener, spawn
from harness import (CONNTOP, LIMITS, ROOT, Conntop, Skip, check, conntop_env, equal,
                     proc_status, run_tests, same_rows, temp_dir, temp_path, test, wait_until)
from players import Player, connected, ends, leave_network, needs_network

UNIT = os.path.join(ROOT, "man", "conntop.service")
SERVICE_UID = UIDS[7]  # DynamicUser: a user nobody is


def unit():
    """The settings of the unit: a list of what each is set to, in order."""
    settings = {}
    with open(UNIT, encoding="utf-8") as file:
        for line in file:
            key, equals, value = line.rstrip("\n").partition("=")
            if equals and not line.startswith("#"):
                settings.setdefault(key, []).append(value)
    return settings


def only(key):
    values = unit()[key]
    equal(len(values), 1, f"lines {key}=")
    return values[0]


def capabilities():
    """As setpriv(1) wants them."""
    return [name.removeprefix("CAP_").lower() for name in only("AmbientCapabilities").split()]


def program():
    """A copy that every user may execute, wherever this tree is."""
    path = os.path.join(temp_dir(), "conntop")
    if not os.path.exists(path):
        shutil.copy(CONNTOP, path)
        os.chmod(path, 0o755)
    return path


def command(caps):
    """ExecStart, as systemd would start it: the user, the capabilities, no new ones."""
    path, *args = only("ExecStart").split()
    equal(path, "/usr/local/bin/conntop", "the program in the unit")
    listed = ",".join(["-all", *(f"+{cap}" for cap in caps)])
    return ["setpriv", f"--reuid={SERVICE_UID}", f"--regid={SERVICE_UID}", "--clear-groups",
            "--no-new-privs", f"--inh-caps={listed}", f"--ambient-caps={listed}",
            f"--bounding-set={listed}", program(), *args]


def needs(*tools):
    for tool in tools:
        if not shutil.which(tool):
            raise Skip(f"no {tool} here")


def work(path):
    """Two programs, three connections."""
    server = listener()
    for i in range(2):
        spawn(path, ["argv0", str(i)])
    connect_often(server, 3)


class Journal:
    """The other end of what the service writes to: a socket, as journald's."""

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.text = b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while got := self.ours.recv(1 << 16):
            self.text += got

    def lines_of(self, uid):
        """The lines so far, of the events of a user: each a JSON object."""
        whole = self.text.rpartition(b"\n")[0]
        return [row for row in map(json.loads, whole.splitlines()) if row["uid"] == uid]

    def end(self):
        self.theirs.close()
        self.reader.join(10)


@test
def unit__as_shipped__systemd_accepts_it():
    needs("systemd-analyze")
    copy = os.path.join(temp_dir(), "conntop.service")
    with open(UNIT, encoding="utf-8") as file, open(copy, "w", encoding="utf-8") as out:
        out.write(file.read().replace("/usr/local/bin/conntop", program()))
    done = subprocess.run(["systemd-analyze", "--man=no", "verify", copy], capture_output=True,
                          text=True, check=False)
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "systemd-analyze verify")


@test
def service__with_what_the_unit_leaves__tells_of_execs_and_connections():
    needs("setpriv")
    equal(only("CapabilityBoundingSet"), only("AmbientCapabilities"), "the bounding set")
    journal = Journal()
    service = Conntop(command=command(capabilities()), stdout=journal.theirs)
    status = proc_status(service.pid)
    for key in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        equal(int(status[key], 16), 0, f"{key} once it runs")
    equal((status["NoNewPrivs"], status["Seccomp"] in "02"), ("1", True), "NoNewPrivs")
    equal(set(status["Uid"].split()), {str(SERVICE_UID)}, "its user")
    Child(work, known_program(), uid=UID).result()
    wait_until(lambda: sum(row["event"] == "close" for row in journal.lines_of(UID)) == 6,
               "the last lines")
    service.stop()
    journal.end()
    check(journal.text.endswith(b"\n"), "the last line is not whole")
    kinds = [row["event"] for row in journal.lines_of(UID)]
    for kind, n in (("exec", 2), ("exit", 3), ("connect", 3), ("accept", 3), ("close", 6)):
        equal(kinds.count(kind), n, f"lines of {kind}")


@test
def service__one_capability_less__does_not_start():
    needs("setpriv")
    for missing in capabilities():
        left = [cap for cap in capabilities() if cap != missing]
        done = subprocess.run(command(left), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, env=conntop_env(), timeout=30, check=False)
        equal((done.returncode, done.stdout), (1, ""), f"the end without {missing}")
        equal(done.stderr, "conntop: not allowed to load BPF programs: run it as root "
              "(sudo conntop), or with CAP_BPF and CAP_PERFMON\n", "standard error")


def older_in_another():
    """A connection that is there before the service, and closed when told to."""
    inode = leave_network()
    if inode is None:
        yield None
    with socket.create_server(("127.0.0.1", 0)) as server, \
            connected(server.getsockname()) as out:
        into = server.accept()[0]
        yield inode
        want = ends(out, event="close", direction="out", netns=inode)
        into.close()
    yield want


@test
def service__other_network_namespaces__older_connections_are_seen():
    """Without the right to enter them: they are found among the open files."""
    needs("setpriv")
    player = Player(older_in_another)
    needs_network(player.next())
    service = Conntop(command=command(capabilities()))
    want = player.next()
    rows = wait_until(lambda: [row for row in service.rows() if row["event"] == "close" and
                               row["netns"] == want["netns"] and row["direction"] == "out"],
                      "the line of its close")
    service.stop()
    same_rows(rows, [want], "lport")


def allowed_calls():
    """The system calls that SystemCallFilter= lets through, sets resolved by systemd itself."""
    def resolve(names):
        found = set()
        for name in names:
            if not name.startswith("@"):
                found.add(name)
                continue
            said = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                                  capture_output=True, text=True).stdout
            members = [line.strip() for line in said.splitlines()[1:]]
            found |= resolve(one for one in members if one and one[0] != "#")
        return found

    allowed = set()
    for value in unit()["SystemCallFilter"]:
        names = value.lstrip("~").split()
        allowed = allowed - resolve(names) if value[0] == "~" else allowed | resolve(names)
    return allowed | resolve(["@default"])


@test
def service__system_calls__are_those_the_unit_allows():
    needs("strace", "systemd-analyze", "setpriv")
    with open(CONNTOP, "rb") as file:
        if b"__asan_init" in file.read():
            raise Skip("a sanitized program makes calls of its own")
    log = temp_path("calls")
    whole = command(capabilities())
    at = whole.index(program())
    open(log, "wb").close()
    os.chmod(log, 0o666)
    traced = ["nice", "-n", unit()["Nice"][0], *whole[:at], "strace", "-f", "-o", log, *whole[at:],
              "--duration", "1"]
    done = subprocess.run(traced, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, env=conntop_env(), check=False)
    equal((done.returncode, LIMITS.sub("", done.stderr)), (0, ""), "the end under strace")
    with open(log, encoding="utf-8", errors="replace") as file:
        calls = set(re.findall(r"^\d+ +(\w+)\(", file.read(), re.M))
    check({"bpf", "epoll_wait", "write"} <= calls, f"too few were seen: {sorted(calls)}")
    equal(sorted(calls - allowed_calls()), [], "calls that the unit does not allow")


@test
def install__any_prefix__the_unit_starts_what_was_installed():
    root = temp_path("root")
    done = subprocess.run(["make", "-C", ROOT, "-s", "install", f"DESTDIR={root}", "PREFIX=/usr",
                           f"BUILD={os.environ.get('BUILD', 'build')}"],
                          capture_output=True, text=True, check=False)
    equal(done.returncode, 0, f"make install: {done.stderr[-200:]}; status")
    with open(f"{root}/usr/lib/systemd/system/conntop.service", encoding="utf-8") as file:
        check("\nExecStart=/usr/bin/conntop --stream " in file.read(), "ExecStart is another's")
    for name in ("bin/conntop", "share/man/man1/conntop.1", "share/conntop/demo.conntop",
                 "share/conntop/snapshot.schema.json", "share/conntop/stream.schema.json",
                 "share/conntop/themes/default.theme"):
        check(os.path.isfile(f"{root}/usr/{name}"), f"{name} is not installed")


run_tests()
