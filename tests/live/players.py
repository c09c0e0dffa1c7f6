# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes that act a part in several scenes: they go on when told, and say what they did."""

import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import time
import traceback

from actors import LIBC, become, plain
from harness import Skip, cleanup, fail, stream, wait_until

CLONE_NEWNET = 0x40000000

COME_AND_GO_S = 60  # at most: it is ended with the test
TOGETHER = 200  # connections


class Player:
    """A forked process that runs a generator: next() lets it go on, up to what it yields.

    It begins at the first next(). What it yields passes through JSON. It is killed with the test.
    """

    def __init__(self, func, *args, uid=None, gid=None, comm=None):
        cue_r, cue_w = os.pipe()
        line_r, line_w = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(cue_w)
            os.close(line_r)
            self.play(func, args, (uid, gid, comm), cue_r, line_w)
        os.close(cue_r)
        os.close(line_w)
        self.cue, self.lines = cue_w, os.fdopen(line_r, "rb")
        self.status = None
        cleanup(self.kill)

    @staticmethod
    def play(func, args, who, cue_r, line_w):
        try:
            become(*who)
            part = func(*args)
            while os.read(cue_r, 1):
                os.write(line_w, json.dumps({"value": next(part)}).encode() + b"\n")
        except StopIteration:
            pass
        except BaseException:
            os.write(line_w, json.dumps({"error": traceback.format_exc()}).encode() + b"\n")
        finally:
            os._exit(0)

    def tell(self):
        """Lets it go on, and does not wait."""
        os.write(self.cue, b"g")

    def answer(self):
        """What it yields; None when it ended or became something else instead."""
        line = self.lines.readline()
        said = json.loads(line) if line else {}
        if "error" in said:
            fail("a player failed:", *said["error"].splitlines())
        return said.get("value")

    def next(self):
        self.tell()
        return self.answer()

    def ended(self):
        """Waits for its end: the status of wait(2)."""
        if self.status is None:
            self.status = os.waitpid(self.pid, 0)[1]
        return self.status

    def kill(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.ended()
        if self.cue >= 0:
            os.close(self.cue)
            self.cue = -1
            self.lines.close()


class Flag:
    """What one process sets and those forked after it was made see."""

    def __init__(self):
        self.page = mmap.mmap(-1, mmap.PAGESIZE)

    def set(self):
        self.page[0] = 1

    def __bool__(self):
        return bool(self.page[0])

    def wait(self):
        wait_until(lambda: self, "a flag")


# --- connections ----------------------------------------------------------------------------------


def ends(sock, **more):
    """What every row of a connection must hold, seen from this socket."""
    local, remote = sock.getsockname(), sock.getpeername()
    return {"ip": 6 if ":" in plain(remote[0]) else 4, "proto": "tcp",
            "laddr": plain(local[0]), "lport": local[1],
            "raddr": plain(remote[0]), "rport": remote[1], **more}


def flipped(row):
    """The same connection from its other end."""
    return row | {"laddr": row["raddr"], "lport": row["rport"],
                  "raddr": row["laddr"], "rport": row["lport"]}


def connected(address):
    """A socket that is."""
    sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    sock.connect(tuple(address))
    return sock


def at_once(sock):
    """Lets a close be a reset, which leaves no TIME-WAIT behind."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    return sock


def come_and_go(server):
    """Many come one by one, and go all at once."""
    end = time.monotonic() + COME_AND_GO_S
    while time.monotonic() < end:
        held = []
        for _ in range(TOGETHER):
            held += [at_once(connected(server.getsockname())), server.accept()[0]]
        for sock in held:
            sock.close()


def to_port(rows, port, event=None):
    """The rows of connections to a port, seen from there: those that came in."""
    return [row for row in rows if row["direction"] == "in" and row["lport"] == port
            and event in (None, row.get("event"))]


def wait_rows(with_stream, n, *which):
    """Until a stream has told n rows of that kind, if it ever does; they come late, or doubled."""
    deadline = time.monotonic() + 5
    while len(to_port(with_stream.rows(), *which)) < n and time.monotonic() < deadline:
        time.sleep(0.02)


# --- servers --------------------------------------------------------------------------------------


def port_of(server):
    return server.getsockname()[1]


def accept_stream(server, kinds="accept,close"):
    return stream(kinds, "-P", port_of(server))


def wait_queue_empty(server):
    """Until all that came is accepted."""
    wait_until(lambda: accept_queue(server) == 0, "the workers")


def accept_queue(server):
    """How many wait for accept(2): in a listener's tcpi_unacked."""
    return struct.unpack_from("I", server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104),
                              24)[0]


def connect_in_turn(address, n):
    """One after the other, each until it is closed by the server."""
    for _ in range(n):
        with connected(address) as sock:
            while sock.recv(1):
                pass
    return n


# --- network namespaces ---------------------------------------------------------------------------


def ip(*words):
    done = subprocess.run(["ip", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode:
        fail(f"ip {' '.join(words)}: {done.stderr.strip()}")


def leave_network():
    """Moves this process into a network namespace of its own; its inode. None: it cannot."""
    if LIBC.unshare(CLONE_NEWNET):
        return None
    ip("link", "set", "lo", "up")
    return netns()


def netns():
    return os.stat("/proc/self/ns/net").st_ino


def set_sysctl(name, value):
    """One of this process's network namespace."""
    with open(f"/proc/sys/net/{name}", "w", encoding="ascii") as file:
        file.write(str(value))


def needs_network(player_says):
    """What a player said that left the network, or a reason to skip the test."""
    if player_says is None:
        raise Skip("no network namespace can be made here")
    return player_says
