#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""--follow: what descends from the processes named, whenever it was forked, and nobody else."""

import ctypes
import os
import select
import signal
import struct
import threading

from actors import LIBC, UID, Child, known_program, listener, spawn
from harness import (Skip, check, cleanup, equal, once, run_tests, same_rows, stream, test)
from players import Flag, Player, connected, to_port

CHILDREN = 2000
SYS_CLONE3 = 435


def follow_stream(pid, kinds="exec"):
    return stream(kinds, "-p", pid, "--follow")


def execute(path, word):
    os.execve(path, ["argv0", word], {})


def in_child(func, *args):
    """Runs func in a forked child and waits for it; the child's PID."""
    pid = os.fork()
    if not pid:
        try:
            func(*args)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return pid


def follows(rows, pids, path):
    """The rows are those of the PIDs, which executed `path`."""
    same_rows([row for row in rows if row["event"] == "exec"],
              [{"pid": pid, "filename": path} for pid in pids], "pid")


# --- descendants ----------------------------------------------------------------------------------


def run_generations(path, depth):
    """A program in a child, in a grandchild, and so on; all PIDs, through a pipe."""
    read_fd, write_fd = os.pipe()

    def generation(n):
        os.write(write_fd, struct.pack("I", spawn(path, ["argv0", str(n)])[0]))
        if n > 1:
            in_child(generation, n - 1)

    generation(depth)
    os.close(write_fd)
    return list(struct.unpack(f"{depth}I", os.read(read_fd, 4 * depth)))


def scene(func, *args):
    yield func(*args)


@test
def follow__children_of_three_generations__all_of_them():
    path = known_program()
    player = Player(scene, run_generations, path, 4)
    with_stream = follow_stream(player.pid)
    pids = player.next()
    spawn(path, ["argv0", "a stranger"])
    follows(with_stream.stop_rows(), pids, path)


@test
def follow__not_asked_for__no_children():
    player = Player(scene, run_generations, known_program(), 3)
    with_stream = stream("exec", "-p", player.pid)
    player.next()
    equal(with_stream.stop_rows(), [], "rows")


def family(path, flag):
    """A child and a grandchild that wait, execute, and have a child that does."""
    read_fd, write_fd = os.pipe()

    def member(more):
        if more and not os.fork():
            member(more - 1)
        os.write(write_fd, struct.pack("I", os.getpid()))
        flag.wait()
        os.write(write_fd, struct.pack("I", spawn(path, ["argv0", "child"])[0]))
        execute(path, "itself")

    if not os.fork():
        member(2)
    yield list(struct.unpack("3I", read_whole(read_fd, 12)))
    flag.set()
    yield list(struct.unpack("3I", read_whole(read_fd, 12)))


def read_whole(fd, n):
    data = b""
    while len(data) < n:
        data += os.read(fd, n - len(data))
    return data


@test
def follow__descendants_that_already_ran__are_followed():
    path = known_program()
    player = Player(family, path, Flag())
    running = player.next()
    for pid in running:
        cleanup(lambda pid=pid: os.kill(pid, signal.SIGKILL))
    with_stream = follow_stream(player.pid)
    children = player.next()
    player.tell()
    rows = [row for row in with_stream.stop_rows() if row["args"][1:] == ["child"]]
    same_rows(rows, [{"pid": pid} for pid in children], "pid")
    equal({row["ppid"] for row in rows}, set(running), "parents")


def leave_orphan(path, flag):
    """A grandchild whose parent ends; it executes later."""
    read_fd, write_fd = os.pipe()

    def orphan():
        os.write(write_fd, struct.pack("I", os.getpid()))
        flag.wait()
        execute(path, "orphan")

    def parent():
        if not os.fork():
            orphan()

    in_child(parent)
    yield struct.unpack("I", read_whole(read_fd, 4))[0]


@test
def follow__parent_ended_since__is_followed_still():
    path, flag = known_program(), Flag()
    player = Player(leave_orphan, path, flag)
    with_stream = follow_stream(player.pid, "exec,exit")
    pid = player.next()
    flag.set()
    player.kill()
    wait_gone(pid)
    follows(with_stream.stop_rows(), [pid], path)


def wait_gone(pid):
    """Until a process that is no child of ours has ended."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    select.select([fd], [], [], 10)
    os.close(fd)


def fork_in_a_thread(path):
    pids = []
    thread = threading.Thread(target=lambda: pids.append(spawn(path, ["argv0"])[0]))
    thread.start()
    thread.join()
    return pids


@test
def follow__child_of_a_thread__is_followed():
    path = known_program()
    player = Player(scene, fork_in_a_thread, path)
    with_stream = follow_stream(player.pid)
    pids = player.next()
    follows(with_stream.stop_rows(), pids, path)


def run_many(path, n):
    return [spawn(path, ["argv0", str(i)])[0] for i in range(n)]


@test
def follow__2000_short_lived_children__each_once():
    path = known_program()
    player = Player(scene, run_many, path, CHILDREN)
    stranger = Child(run_many, path, 100, uid=UID, poised=True)
    with_stream = follow_stream(player.pid, "exec,exit")
    stranger.go()
    pids = player.next()
    stranger.result()
    rows = with_stream.stop_rows()
    for event in ("exec", "exit"):
        same_rows([row for row in rows if row["event"] == event], [{"pid": pid} for pid in pids],
                  "pid")


def connect_in_child(address):
    return in_child(lambda: connected(address).close())


@test
def follow__connection_of_a_child__is_shown():
    server = listener()
    player = Player(scene, connect_in_child, server.getsockname())
    with_once = once("-p", player.pid, "-f")
    pid = player.next()
    server.accept()[0].close()
    snapshot = with_once.stop_snapshot()
    equal([(row["pid"], row["direction"]) for row in snapshot["connections"]], [(pid, "out")],
          "connections")
    equal(snapshot["filters"]["pid"], str(player.pid), "the filter told")
    equal(snapshot["filters"]["follow"], True, "follow told")


@test
def follow__excluded_child__is_not_shown():
    path, flag = known_program(), Flag()
    player = Player(leave_orphan, path, flag)
    pid = player.next()
    with_stream = stream("exec", "-p", f"{os.getpid()},!{pid}", "--follow")
    flag.set()
    wait_gone(pid)
    other = spawn(path, ["argv0"])[0]
    follows(with_stream.stop_rows(), [other], path)


# --- PIDs used again ------------------------------------------------------------------------------


def clone_as(pid, func):
    """Forks a child with a PID of our choice, which must be free; False where that is refused."""
    wanted = ctypes.c_int(pid)
    args = struct.pack("11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(wanted), 1, 0)
    got = LIBC.syscall(SYS_CLONE3, args, len(args))
    if not got:
        try:
            func()
        finally:
            os._exit(0)
    if got > 0:
        os.waitpid(got, 0)
    return got == pid


@test
def follow__pid_of_one_that_ended_used_again__is_a_stranger():
    path = known_program()
    player = Player(scene, run_many, path, 5)
    with_stream = follow_stream(player.pid)
    pids = player.next()
    if not clone_as(pids[2], lambda: execute(path, "a stranger")):
        raise Skip("no PID can be chosen here")
    follows(with_stream.stop_rows(), pids, path)


@test
def follow__nobody_named__everybody_is_seen():
    path = known_program()
    with_stream = stream("exec", "-f", "-u", UID)
    child = Child(execute, path, "one", uid=UID)
    child.result()
    follows(with_stream.stop_rows(), [child.pid], path)


@test
def follow__many_named__descendants_of_each():
    path = known_program()
    players = [Player(scene, run_many, path, 3) for _ in range(3)]
    with_stream = stream("exec", "-f", "-p", ",".join(str(one.pid) for one in players[:2]))
    pids = [player.next() for player in players]
    follows(with_stream.stop_rows(), pids[0] + pids[1], path)
    check(not set(pids[2]) & set(pids[0] + pids[1]), "PIDs were used again")


def accept_in_child(server):
    """A child that accepts, of a process that does not."""
    read_fd, write_fd = os.pipe()

    def accept():
        os.write(write_fd, struct.pack("I", os.getpid()))
        server.accept()[0].recv(1)

    if not os.fork():
        try:
            accept()
        finally:
            os._exit(0)
    yield struct.unpack("I", read_whole(read_fd, 4))[0]


@test
def follow__accept_of_a_child__is_shown():
    server = listener()
    player = Player(accept_in_child, server)
    with_stream = follow_stream(player.pid, "accept,close")
    pid = player.next()
    port = server.getsockname()[1]
    connected(server.getsockname()).close()
    wait_gone(pid)
    rows = to_port(with_stream.stop_rows(), port)
    equal([(row["event"], row["pid"]) for row in rows], [("accept", pid), ("close", pid)], "rows")


if __name__ == "__main__":
    run_tests()
