# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes of the tests' own that do known things: execute programs, make connections."""

import ctypes
import errno
import json
import os
import shutil
import signal
import socket
import struct
import time
import traceback

from harness import Between, Skip, Within, check, cleanup, fail, temp_dir

LIBC = ctypes.CDLL(None, use_errno=True)

# Users that nobody is: whatever runs as one of them was started by this run of the tests.
UIDS = range(1_000_000 + 16 * os.getpid(), 1_000_000 + 16 * os.getpid() + 16)
UID, GID = UIDS[0], UIDS[0] + 8
CLIENT = "known-client"  # the comm of those that connect

# --- children that do known things ----------------------------------------------------------------


def set_comm(name):
    """Of the calling thread."""
    LIBC.prctl(15, name.encode())  # PR_SET_NAME


def become(uid, gid, comm):
    """Of a child that was just forked: nobody's signals, its user and name, and no outliving."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if comm:
        set_comm(comm)
    if uid is not None:
        os.setgroups([])
        os.setgid(uid if gid is None else gid)
        os.setuid(uid)
    LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG; a change of user lifts it


class Child:
    """A forked process that runs `func`, as another user if asked; poised, it waits for go()."""

    def __init__(self, func, *args, uid=None, gid=None, comm=None, poised=False):
        result_r, result_w = os.pipe()
        self.go_r, self.go_w = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self.go_w)
            self.run(func, args, uid, gid, comm, result_w)
        os.close(result_w)
        os.close(self.go_r)
        self.results = os.fdopen(result_r, "rb")
        self.status = None
        cleanup(self.kill)
        if not poised:
            self.go()

    def run(self, func, args, uid, gid, comm, result_w):
        try:
            become(uid, gid, comm)
            result = {"value": func(*args)} if os.read(self.go_r, 1) else {}
        except BaseException:
            result = {"error": traceback.format_exc()}
        try:
            with os.fdopen(result_w, "wb") as file:
                file.write(json.dumps(result).encode())
        finally:
            os._exit(0)

    def go(self):
        os.write(self.go_w, b"g")
        os.close(self.go_w)
        self.go_w = -1

    def result(self):
        """Waits for its end: what `func` returned, None when it executed something else."""
        text = self.results.read()
        self.reap()
        result = json.loads(text) if text else {}
        if "error" in result:
            fail("a child failed:", *result["error"].splitlines())
        return result.get("value")

    def reap(self):
        if self.status is None:
            self.status = os.waitpid(self.pid, 0)[1]

    def kill(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.reap()
        if self.go_w >= 0:
            os.close(self.go_w)
            self.go_w = -1
        self.results.close()


def cgroup2_root():
    """Where the host's control groups (v2) are mounted, None where they are not."""
    with open("/proc/self/mounts", encoding="utf-8") as file:
        mounts = [line.split() for line in file]
    return next((mount[1] for mount in mounts if mount[2] == "cgroup2"), None)


def own_cgroup():
    """As conntop names it: its path, None where it has none to be seen."""
    with open("/proc/self/cgroup", encoding="utf-8") as file:
        paths = [line.rstrip("\n")[3:] for line in file if line.startswith("0::")]
    return paths[0] if paths and cgroup2_root() else None


def known_program(name="known-program"):
    """A copy of true(1) under a name of our own, which every user may execute."""
    path = os.path.join(temp_dir(), name)
    if not os.path.exists(path):
        shutil.copyfile("/bin/true", path)
        os.chmod(path, 0o755)
    return path


def spawn(path, argv):
    """Executes `path` in a child; its PID, and when (time.time_ns) it began and was over."""
    begin_ns = time.time_ns()
    pid = os.posix_spawn(path, argv, {})
    status = os.waitpid(pid, 0)[1]
    check(status == 0, f"{path} ended with status {status}")
    return pid, begin_ns, time.time_ns()


def listener(address="127.0.0.1", port=0, backlog=128):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family)
    cleanup(sock.close)
    try:
        sock.bind((address, port))
    except OSError as error:
        if family == socket.AF_INET6:
            raise Skip(f"no IPv6 on the loopback interface: {error.strerror}") from error
        raise
    sock.listen(backlog)
    return sock


# --- clients that know what they did --------------------------------------------------------------


def plain(address):
    """An address as conntop writes it: IPv4 in IPv6 is IPv4."""
    return address.removeprefix("::ffff:")


def timed_connect(sock, address):
    """Connects; what conntop must say of it. `time` and `latency_us` are [from, to]."""
    begin_ns, begin = time.time_ns(), time.monotonic_ns()
    error = sock.connect_ex(address)
    end, end_ns = time.monotonic_ns(), time.time_ns()
    local = sock.getsockname()
    remote = address if error else sock.getpeername()
    return {"event": "connect", "direction": "out", "proto": "tcp",
            "ip": 6 if ":" in plain(remote[0]) else 4, "pid": os.getpid(), "ppid": os.getppid(),
            "uid": os.getuid(), "gid": os.getgid(), "comm": CLIENT, "cgroup": own_cgroup(),
            "laddr": plain(local[0]), "lport": local[1],
            "raddr": plain(remote[0]), "rport": remote[1],
            "netns": os.stat("/proc/self/ns/net").st_ino, "ret": -error,
            "error": errno.errorcode[error] if error else None,
            "time": [begin_ns, end_ns], "latency_us": [0, (end - begin) // 1000 + 1]}


def settled(want):
    """With ranges in place of pairs, which come through a pipe."""
    return want | {"time": Within(*want["time"]), "latency_us": Between(*want["latency_us"])}


def client(func, *args, **kwargs):
    return Child(func, *args, uid=UID, gid=GID, comm=CLIENT, **kwargs)


def connect_often(server, n, reset=False):
    """Connects n times to a listening socket that it inherited, accepts and closes each time."""
    wants = []
    for _ in range(n):
        with socket.socket(server.family) as sock:
            if reset:  # closes at once and leaves no TIME-WAIT behind
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wants.append(timed_connect(sock, server.getsockname()))
            server.accept()[0].close()
    return wants


def outgoing(rows, event, pid):
    return [row for row in rows
            if row["event"] == event and row["pid"] == pid and row["direction"] == "out"]


def receive(sock, n):
    while n:
        got = len(sock.recv(min(n, 1 << 20)))
        check(got, f"{n} bytes are missing")
        n -= got
