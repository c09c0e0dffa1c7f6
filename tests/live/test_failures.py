#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Connects that fail: each is told once, with its reason and the time that it took."""

import ctypes
import errno
import os
import select
import signal
import socket
import struct
import time

from actors import CLIENT, LIBC, UID, listener
from harness import (Between, check, cleanup, equal, once, run_tests, same_fields, stream,
                     test, wait_until)
from players import (Player, at_once, connected, ip, leave_network, needs_network, netns,
                     set_sysctl)

SILENT = "10.77.0.2"  # an address that never answers, in the namespaces that know it
NOWHERE = "10.88.0.1"  # one to which there is no route

# --- what can go wrong ----------------------------------------------------------------------------


def try_connect(address, sock=None):
    """One that should fail: what its row must hold."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with sock or socket.socket(family) as sock:
        begin = time.monotonic_ns()
        number = sock.connect_ex(tuple(address))
        took_us = (time.monotonic_ns() - begin) // 1000
    return {"event": "connect", "direction": "out", "pid": os.getpid(), "comm": CLIENT,
            "raddr": address[0], "rport": address[1], "ret": -number,
            "error": errno.errorcode.get(number), "netns": netns(), "took_us": took_us}


def elsewhere(func, *args):
    """In a network namespace with a route to SILENT and to nothing else but itself."""
    if leave_network() is None:
        yield None
    ip("link", "add", "v0", "type", "veth", "peer", "name", "v1")
    for name in ("v0", "v1"):
        ip("link", "set", name, "up")
    ip("address", "add", "10.77.0.1/24", "dev", "v0")
    # Nobody has this link-layer address: what is sent there is lost.
    ip("neighbour", "add", SILENT, "lladdr", "02:00:00:00:00:77", "dev", "v0", "nud", "permanent")
    ip("route", "add", "unreachable", "10.99.0.0/16")
    ip("route", "add", "prohibit", "10.98.0.0/16")
    yield netns()
    yield func(*args)


def acted(player, *args, kinds="all"):
    """The rows of a player's one scene, and what it says of it."""
    with_stream = stream(kinds, "-p", player.pid, *args)
    said = player.next()
    return with_stream.stop_rows(), said


def check_one(rows, want):
    """One row tells of the connect: no close, and nothing twice."""
    took_us = want.pop("took_us")
    equal([(row["event"], row["ret"]) for row in rows], [("connect", want["ret"])], "rows")
    same_fields(rows[0], want | {"latency_us": Between(0, took_us + 1)})
    check(took_us < 100_000 or rows[0]["latency_us"] > took_us / 2,
          f"it took {took_us} us, not {rows[0]['latency_us']}")


def scene(func, *args):
    yield func(*args)


def closed_port(address="127.0.0.1"):
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    cleanup(sock.close)
    sock.bind((address, 0))
    return sock.getsockname()[:2]


# --- refused --------------------------------------------------------------------------------------


@test
def refused__closed_port__once_with_or_without_x():
    for args in ([], ["-x"]):
        player = Player(scene, try_connect, closed_port(), uid=UID, comm=CLIENT)
        rows, want = acted(player, *args)
        equal(want["error"], "ECONNREFUSED", "what the client got")
        check_one(rows, want)


@test
def refused__in_a_snapshot__row_and_remote_tell():
    address = closed_port()
    player = Player(scene, try_connect, address, uid=UID, comm=CLIENT)
    with_once = once("-p", player.pid)
    player.next()
    snapshot = with_once.stop_snapshot()
    equal(len(snapshot["connections"]), 1, "connections")
    same_fields(snapshot["connections"][0], {"error": "ECONNREFUSED", "state": "CLOSED",
                                             "pid": player.pid, "rport": address[1]})
    same_fields(snapshot["remotes"][0], {"raddr": address[0], "rport": address[1], "conns": 1,
                                         "failed": 1, "live": 0, "latency_us": None})
    same_fields([row for row in snapshot["processes"] if row["pid"] == player.pid][0],
                {"conns": 1, "failed": 1, "live": 0, "comm": CLIENT})


# --- no way there ---------------------------------------------------------------------------------


def check_no_way(address, name):
    player = Player(elsewhere, try_connect, (address, 80), comm=CLIENT)
    needs_network(player.next())
    rows, want = acted(player, "-x")
    equal(want["error"], name, "what the client got")
    check_one(rows, want)


@test
def no_route__with_x__enetunreach():
    check_no_way(NOWHERE, "ENETUNREACH")


@test
def no_route_over_ipv6__with_x__enetunreach():
    check_no_way("2001:db8::1", "ENETUNREACH")


@test
def unreachable_route__with_x__ehostunreach():
    check_no_way("10.99.0.1", "EHOSTUNREACH")


@test
def prohibited_route__with_x__eacces():
    check_no_way("10.98.0.1", "EACCES")


@test
def no_route__without_x__is_not_told():
    player = Player(elsewhere, try_connect, (NOWHERE, 80), comm=CLIENT)
    needs_network(player.next())
    rows, want = acted(player)
    equal((want["error"], rows), ("ENETUNREACH", []), "what the client got, and rows")


@test
def no_route__in_a_snapshot__is_a_row_that_failed():
    player = Player(elsewhere, try_connect, (NOWHERE, 80), comm=CLIENT)
    needs_network(player.next())
    with_once = once("-x", "-p", player.pid)
    want = player.next()
    rows = with_once.stop_snapshot()["connections"]
    equal(len(rows), 1, "connections")
    same_fields(rows[0], {"raddr": NOWHERE, "rport": 80, "ret": want["ret"], "comm": CLIENT,
                          "error": "ENETUNREACH", "state": "CLOSED", "direction": "out"})


# --- no answer ------------------------------------------------------------------------------------


def time_out():
    set_sysctl("ipv4/tcp_syn_retries", 1)
    return try_connect((SILENT, 80))


@test
def silence__until_the_kernel_gives_up__etimedout_and_how_long():
    player = Player(elsewhere, time_out, comm=CLIENT)
    needs_network(player.next())
    rows, want = acted(player)
    equal(want["error"], "ETIMEDOUT", "what the client got")
    check_one(rows, want)
    check(rows[0]["latency_us"] > 900_000, f"about 2 s, not {rows[0]['latency_us']} us")


def full():
    """A listener that lets no further connection through."""
    server = listener(backlog=0)
    for _ in range(2):
        sock = socket.socket()
        cleanup(sock.close)
        sock.setblocking(False)
        sock.connect_ex(server.getsockname())
    return server.getsockname()


def sockaddr(address):
    return (struct.pack("=H", socket.AF_INET) + struct.pack("!H", address[1])
            + socket.inet_aton(address[0]) + bytes(8))


def interrupted(address):
    """A connect that a signal ends: Python's own would go on."""
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    with socket.socket() as sock:
        LIBC.connect(sock.fileno(), sockaddr(address), 16)
        return errno.errorcode[ctypes.get_errno()]


@test
def silence__interrupted_by_a_signal__eintr():
    player = Player(scene, interrupted, full(), uid=UID, comm=CLIENT)
    rows, said = acted(player)
    equal(said, "EINTR", "what the client got")
    equal([(row["event"], row["error"]) for row in rows], [("connect", "EINTR")], "rows")
    check(rows[0]["latency_us"] > 150_000, f"about 0.2 s, not {rows[0]['latency_us']} us")


def connect_forever(address):
    yield None
    connected(address)


@test
def silence__process_killed__is_told_once_as_failed():
    player = Player(connect_forever, full(), uid=UID, comm=CLIENT)
    player.next()
    with_stream = stream("connect,close", "-p", player.pid)
    player.tell()
    wait_until(lambda: wchan(player.pid) in ("wait_woken", "inet_wait_for_connect"), "the connect")
    player.kill()
    rows = with_stream.stop_rows()
    equal([row["event"] for row in rows], ["connect"], "events")
    check(rows[0]["error"] in ("EINTR", "ECANCELED"), f"error is {rows[0]['error']}")


def wchan(pid):
    with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
        return file.read()


# --- non-blocking ---------------------------------------------------------------------------------


def unblocked(address, gives_up):
    """Asks again and again, as programs do that wait; what connect(2) said at last."""
    with socket.socket() as sock:
        sock.setblocking(False)
        said = [sock.connect_ex(tuple(address))]
        if not gives_up:
            if said[0] == errno.EINPROGRESS:
                said.append(sock.connect_ex(tuple(address)))
            select.select([], [sock], [], 5)
            said.append(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            said.append(sock.connect_ex(tuple(address)))
        at_once(sock)
    return [errno.errorcode.get(number) for number in said]


def check_unblocked(address, gives_up, error):
    for args in ([], ["-x"]):
        player = Player(scene, unblocked, address, gives_up, uid=UID, comm=CLIENT)
        rows, said = acted(player, *args, kinds="connect")
        rows = [row for row in rows if row["ret"] not in (0, None) or not error]
        equal([row["error"] for row in rows], [error], f"errors, with {args}; client got {said}")


@test
def unblocked__accepted__is_one_connect():
    check_unblocked(listener().getsockname(), False, None)


@test
def unblocked__given_up__is_one_row_with_ecanceled():
    check_unblocked(full(), True, "ECANCELED")


def unblocked_refused(address):
    with socket.socket() as sock:
        sock.setblocking(False)
        said = sock.connect_ex(tuple(address))
        select.select([], [sock], [], 5)
        return [said, sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)]


@test
def unblocked__refused__is_one_row_with_econnrefused():
    for args in ([], ["-x"]):
        player = Player(scene, unblocked_refused, closed_port(), uid=UID, comm=CLIENT)
        rows, _ = acted(player, *args)
        equal([(row["event"], row["error"]) for row in rows], [("connect", "ECONNREFUSED")], "rows")


# --- no port left, and what is no connect ---------------------------------------------------------


def use_up_ports():
    set_sysctl("ipv4/ip_local_port_range", "40000 40001")
    with listener(port=50000) as server:
        address = server.getsockname()
        held = []
        while len(held) < 10:
            sock = socket.socket()
            held.append(sock)
            if sock.connect_ex(address):
                break
        return try_connect(address)


@test
def no_local_port__is_left__eaddrnotavail():
    for args in ([], ["-x"]):
        player = Player(elsewhere, use_up_ports, comm=CLIENT)
        needs_network(player.next())
        rows, want = acted(player, *args, kinds="connect")
        equal(want["error"], "EADDRNOTAVAIL", "what the client got")
        failed = [row for row in rows if row["ret"] and row["direction"] == "out"]
        equal({row["error"] for row in failed}, {"EADDRNOTAVAIL"}, "errors")
        equal(len(failed), 2, "failed connects")
        same_fields(failed[-1], {"raddr": want["raddr"], "rport": want["rport"]})


def other_failures():
    """Connects that fail and are not TCP's, or no connect at all."""
    said = []
    for family, kind, address in ((socket.AF_UNIX, socket.SOCK_STREAM, "/nowhere/at/all"),
                                  (socket.AF_UNIX, socket.SOCK_DGRAM, "/nowhere/at/all"),
                                  (socket.AF_INET, socket.SOCK_DGRAM, (NOWHERE, 0))):
        with socket.socket(family, kind) as sock:
            said.append(sock.connect_ex(address))
    said.append(LIBC.connect(-1, bytes(16), 16))
    with open("/dev/null", encoding="ascii") as file:
        said.append(LIBC.connect(file.fileno(), bytes(16), 16))
    return said


@test
def udp_unix_and_no_sockets__with_x__are_not_told():
    player = Player(elsewhere, other_failures, comm=CLIENT)
    needs_network(player.next())
    rows, said = acted(player, "-x", kinds="connect")
    check(all(said[:2]) and said[3] and said[4], f"they did not fail: {said}")
    equal(rows, [], "rows")


if __name__ == "__main__":
    run_tests()
