#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Listeners and connections that pass from one process to another: who has them in the end."""

import os
import socket
import time

from actors import UID, UIDS, Child, listener
from harness import (Skip, check, once, run_tests, same_rows, stream, test)
from players import (Player, accept_stream, connect_in_turn, connected, ends, port_of, to_port,
                     wait_queue_empty, wait_rows)
from uring import Ring

WORKER = "known-worker"

# --- listeners ------------------------------------------------------------------------------------


def make_listener(pipe, keeps):
    """Passes its listener on, through a socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.send_fds(pipe, [b"x"], [server.fileno()])
        if keeps:
            yield server.getsockname()
    yield None


def take_listener(pipe):
    server = socket.socket(fileno=socket.recv_fds(pipe, 1, 1)[1][0])
    yield server.getsockname()
    with server.accept()[0] as sock:
        yield ends(sock, event="accept", direction="in")


def check_passed_listener(keeps):
    one, other = socket.socketpair()
    maker = Player(make_listener, one, keeps, uid=UIDS[1])
    maker.next()
    taker = Player(take_listener, other, uid=UID, comm=WORKER)
    address = taker.next()
    with_stream = stream("accept", "-P", address[1])
    with connected(address):
        want = taker.next()
        wait_rows(with_stream, 1, address[1])
        rows = to_port(with_stream.stop_rows(), address[1])
    same_rows(rows, [want | {"pid": taker.pid, "uid": UID, "comm": WORKER}], "rport")


@test
def listener__passed_on_and_closed__who_accepts_is_the_owner():
    check_passed_listener(keeps=False)


@test
def listener__passed_on_and_kept__who_accepts_is_the_owner():
    check_passed_listener(keeps=True)


def answer_and_end(sock, alone_r):
    """In the child, once it is the only one that has the connection."""
    try:
        os.read(alone_r, 1)
        with sock:
            sock.sendall(b"r")
    finally:
        os._exit(0)


def fork_for_each(server, n):
    """Accepts, forks a child that answers and closes, and closes its own descriptor."""
    pairs = []
    alone_r, alone_w = os.pipe()
    for _ in range(n):
        sock, address = server.accept()
        pid = os.fork()
        if not pid:
            answer_and_end(sock, alone_r)
        sock.close()
        os.write(alone_w, b"a")
        pairs.append([address[1], pid])
    for _, pid in pairs:
        os.waitpid(pid, 0)
    return pairs


@test
def fork_for_each__accept_and_close__are_the_parents_or_childs():
    server = listener()
    with_stream = accept_stream(server)
    parent = Child(fork_for_each, server, 50, uid=UID)
    Child(connect_in_turn, server.getsockname(), 50, uid=UIDS[1]).result()
    children = dict(parent.result())
    wait_rows(with_stream, 50, port_of(server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(server))
    same_rows(rows, [{"rport": port, "event": event} for port in children
                     for event in ("accept", "close")], "rport", "event")
    for row in rows:
        due = {children[row["rport"]], parent.pid}
        check(row["pid"] in due, f"{row['event']}: PID {row['pid']} is none of {due}")


def hand_over(server, pipe):
    with server.accept()[0] as sock:
        yield ends(sock, direction="in")
        socket.send_fds(pipe, [b"x"], [sock.fileno()])
    yield None


def take_over(pipe):
    sock = socket.socket(fileno=socket.recv_fds(pipe, 1, 1)[1][0])
    yield ends(sock, direction="in")
    sock.close()
    yield None


@test
def connection__handed_over__its_new_process_becomes_the_owner():
    """It is noticed in the passes over open files: some seconds later."""
    server = listener()
    one, other = socket.socketpair()
    giver = Player(hand_over, server, one, uid=UID)
    taker = Player(take_over, other, uid=UIDS[1], comm="known-taker")
    with_once = once("-P", port_of(server))
    with connected(server.getsockname()):
        want = giver.next()
        giver.next()
        taker.next()
        time.sleep(11)
        rows = to_port(with_once.stop_snapshot()["connections"], port_of(server))
    same_rows(rows, [want | {"pid": taker.pid, "uid": UIDS[1], "comm": "known-taker"}], "rport")


@test
def connection__handed_over_and_closed__close_is_the_new_processs():
    server = listener()
    one, other = socket.socketpair()
    giver = Player(hand_over, server, one, uid=UID)
    taker = Player(take_over, other, uid=UIDS[1], comm="known-taker")
    with_stream = stream("close", "-P", port_of(server))
    with connected(server.getsockname()):
        want = giver.next()
        giver.next()
        taker.next()
        taker.next()
    wait_rows(with_stream, 1, port_of(server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(server), "close")
    same_rows(rows, [want | {"pid": taker.pid, "uid": UIDS[1], "comm": "known-taker"}], "rport")


def accept_by_ring(server):
    """By io_uring: one that waits already, one that comes later."""
    ring = Ring()
    yield ring.fd >= 0
    held = [socket.socket(fileno=ring.accept(server.fileno())) for _ in range(2)]
    yield [ends(sock, event="accept", direction="in") for sock in held]


@test
def io_uring__accepts__owner_is_who_asked():
    server = listener()
    player = Player(accept_by_ring, server, uid=UID, comm=WORKER)
    if not player.next():
        raise Skip("io_uring is not allowed here")
    with_stream = stream("accept", "-P", port_of(server))
    with connected(server.getsockname()):
        player.tell()
        wait_queue_empty(server)
        with connected(server.getsockname()):
            wants = player.answer()
            wait_rows(with_stream, 2, port_of(server))
            rows = to_port(with_stream.stop_rows(), port_of(server))
    same_rows(rows, [want | {"pid": player.pid, "uid": UID} for want in wants], "rport")


if __name__ == "__main__":
    run_tests()
