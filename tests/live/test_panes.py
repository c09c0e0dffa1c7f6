#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Aggregates in snapshots: listeners, remotes, processes; control groups and namespaces of rows."""

import os
import socket

from actors import CLIENT, UID, UIDS, cgroup2_root, known_program, listener, spawn
from harness import (Between, Skip, check, cleanup, equal, once, run_tests, same_fields, same_rows,
                     test)
from players import Player, at_once, connected, ends, leave_network, needs_network

IPPROTO_MPTCP = 262
SERVER = "known-server"


def only(rows, **fields):
    """The one row with these fields."""
    found = [row for row in rows if all(row[key] == value for key, value in fields.items())]
    equal(len(found), 1, f"rows with {fields}")
    return found[0]


# --- listeners ------------------------------------------------------------------------------------


def listen_and_accept(address, backlog, n):
    """Accepts n of those that come; the others wait."""
    server = listener(address, backlog=backlog)
    yield server.getsockname()
    held = [server.accept()[0] for _ in range(n)]
    yield len(held)
    server.close()
    yield None


@test
def listener__4_of_7_accepted__counts_are_exact():
    player = Player(listen_and_accept, "127.0.0.1", 33, 4, uid=UID, comm=SERVER)
    with_once = once("-u", UID)
    address = player.next()
    socks = [connected(address) for _ in range(7)]
    equal(player.next(), 4, "accepted")
    rows = with_once.stop_snapshot()["listeners"]
    for sock in socks:
        sock.close()
    equal(len(rows), 1, "listeners")
    same_fields(rows[0], {"pid": player.pid, "uid": UID, "comm": SERVER, "laddr": address[0],
                          "lport": address[1], "ip": 4, "backlog": 3, "backlog_max": 33,
                          "accepts": 4, "netns": os.stat("/proc/self/ns/net").st_ino})
    check(rows[0]["opened"], "opened is not known")


@test
def listener__older_than_conntop__accepts_are_those_since():
    player = Player(listen_and_accept, "::1", 5, 3, uid=UID, comm=SERVER)
    address = player.next()[:2]
    socks = [connected(address) for _ in range(2)]
    with_once = once("-u", UID)
    socks += [connected(address) for _ in range(2)]
    equal(player.next(), 3, "accepted")
    rows = with_once.stop_snapshot()["listeners"]
    for sock in socks:
        sock.close()
    equal(len(rows), 1, "listeners")
    same_fields(rows[0], {"pid": player.pid, "laddr": "::1", "lport": address[1], "ip": 6,
                          "backlog": 1, "backlog_max": 5, "accepts": 3, "opened": None})


@test
def listener__closed__is_gone():
    player = Player(listen_and_accept, "127.0.0.1", 5, 0, uid=UID, comm=SERVER)
    player.next()
    with_once = once("-u", UID)
    player.next()
    player.next()
    equal(with_once.stop_snapshot()["listeners"], [], "listeners")


@test
def listener__1000_accepts__counted_exactly():
    server = listener(backlog=128)
    with_once = once("-P", server.getsockname()[1])
    for _ in range(1000):
        with connected(server.getsockname()):
            server.accept()[0].close()
    row = only(with_once.stop_snapshot()["listeners"], pid=os.getpid())
    same_fields(row, {"accepts": 1000, "backlog": 0, "lport": server.getsockname()[1]})


# --- remotes --------------------------------------------------------------------------------------


def connect_variously(first, second, closed):
    """Of five connections to the first two stay; one goes to the second; two fail."""
    held = [connected(first) for _ in range(5)]
    for sock in held:
        sock.sendall(b"s" * 100)
    for sock in held[2:]:
        at_once(sock).close()
    held.append(connected(second))
    for _ in range(2):
        with socket.socket() as sock:
            sock.connect_ex(tuple(closed))
    yield None


def closed_port():
    sock = socket.socket()
    cleanup(sock.close)
    sock.bind(("127.0.0.1", 0))
    return sock.getsockname()


@test
def remotes__connects_live_failed_and_bytes__are_counted_exactly():
    first, second, closed = listener(), listener("::1"), closed_port()
    player = Player(connect_variously, first.getsockname(), second.getsockname()[:2], closed,
                    uid=UID, comm=CLIENT)
    with_once = once("-u", UID)
    player.next()
    snapshot = with_once.stop_snapshot()
    wants = [{"raddr": "127.0.0.1", "rport": first.getsockname()[1], "ip": 4, "conns": 5, "live": 2,
              "failed": 0, "tx_bytes": 500, "rx_bytes": 0, "latency_us": Between(1, 10**6)},
             {"raddr": "::1", "rport": second.getsockname()[1], "ip": 6, "conns": 1, "live": 1,
              "failed": 0, "tx_bytes": 0, "rx_bytes": 0, "latency_us": Between(1, 10**6)},
             {"raddr": "127.0.0.1", "rport": closed[1], "ip": 4, "conns": 2, "live": 0,
              "failed": 2, "tx_bytes": 0, "rx_bytes": 0, "latency_us": None}]
    same_rows(snapshot["remotes"], wants, "raddr", "rport")
    row = only(snapshot["processes"], pid=player.pid)
    same_fields(row, {"conns": 8, "live": 3, "failed": 2, "tx_bytes": 500, "rx_bytes": 0,
                      "comm": CLIENT, "uid": UID})


@test
def remotes__mean_latency__is_that_of_the_connections():
    server = listener()
    player = Player(connect_variously, server.getsockname(), server.getsockname(), closed_port(),
                    uid=UID, comm=CLIENT)
    with_once = once("-u", UID)
    player.next()
    snapshot = with_once.stop_snapshot()
    latencies = [row["latency_us"] for row in snapshot["connections"] if row["ret"] == 0]
    equal(len(latencies), 6, "connections")
    row = only(snapshot["remotes"], rport=server.getsockname()[1])
    mean = sum(latencies) / 6
    equal(row["latency_us"], Between(mean - 1, mean + 1), "mean latency")


# --- processes ------------------------------------------------------------------------------------


def run_and_talk(path, address):
    """Five programs by its children, and a connection."""
    pids = [spawn(path, ["argv0", str(i)])[0] for i in range(5)]
    with at_once(connected(address)) as sock:
        sock.sendall(b"s" * 77)
    yield pids


@test
def processes__execs_by_children_and_traffic__are_counted():
    server = listener()
    player = Player(run_and_talk, known_program(), server.getsockname(), uid=UID,
                    comm="known-parent")
    with_once = once("-u", UID)
    pids = player.next()
    player.tell()
    player.ended()
    rows = with_once.stop_snapshot()["processes"]
    wants = [{"pid": pid, "ppid": player.pid, "execs": 0, "conns": 0, "comm": "known-program",
              "args": ["argv0", str(i)], "exit_code": 0} for i, pid in enumerate(pids)]
    wants.append({"pid": player.pid, "ppid": os.getpid(), "execs": 5, "conns": 1, "live": 0,
                  "tx_bytes": 77, "comm": "known-parent", "exit_code": 0})
    same_rows(rows, wants, "pid")


@test
def processes__older_than_conntop__arguments_are_known():
    server = listener()
    reader = Player(use_later, server.getsockname(), uid=UIDS[1], comm=CLIENT)
    reader.next()
    with_once = once("-p", reader.pid)
    reader.next()
    row = only(with_once.stop_snapshot()["processes"], pid=reader.pid)
    with open(f"/proc/{os.getpid()}/cmdline", encoding="utf-8") as file:
        same_fields(row, {"args": file.read().rstrip("\0").split("\0"), "comm": CLIENT, "conns": 1,
                          "args_truncated": False, "exit_code": None})


def use_later(address):
    yield None
    with connected(address):
        yield None


# --- control groups -------------------------------------------------------------------------------


def join_and_act(folder, path, server):
    with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    spawn(path, ["argv0"])
    with connected(server.getsockname()), server.accept()[0], listener():
        yield None


@test
def cgroup__of_every_kind_of_row__is_its_path():
    root = cgroup2_root()
    if not root:
        raise Skip("no cgroup2 is mounted")
    name = f"/conntop-test-panes-{os.getpid()}"
    try:
        os.mkdir(root + name)
    except OSError as error:
        raise Skip(f"no control group can be made: {error}") from error
    cleanup(lambda: os.rmdir(root + name))
    player = Player(join_and_act, root + name, known_program(), listener(), comm=CLIENT)
    with_once = once("-p", player.pid, "-f")
    player.next()
    snapshot = with_once.stop_snapshot()
    for pane in ("execs", "connections", "processes", "listeners"):
        check(snapshot[pane], f"no row in {pane}")
        equal({row["cgroup"] for row in snapshot[pane]}, {name}, f"control groups in {pane}")


# --- namespaces -----------------------------------------------------------------------------------


def same_everywhere(port):
    """The same addresses and ports, in a network namespace of its own."""
    inode = leave_network()
    if inode is None:
        yield None
    with listener(port=port) as server, socket.socket() as out:
        out.bind(("127.0.0.1", port + 1))
        out.connect(server.getsockname())
        with server.accept()[0] as into:
            out.sendall(b"s" * (inode % 1000))
            yield [ends(out, direction="out", netns=inode, tx_bytes=inode % 1000),
                   ends(into, direction="in", netns=inode, tx_bytes=0)]


@test
def namespaces__equal_addresses_in_two__are_not_mixed():
    players = [Player(same_everywhere, 40100, comm=CLIENT) for _ in range(2)]
    with_once = once("-p", ",".join(str(player.pid) for player in players))
    wants = [want | {"pid": player.pid} for player in players
             for want in needs_network(player.next())]
    snapshot = with_once.stop_snapshot()
    same_rows(snapshot["connections"], wants, "netns", "direction")
    equal(len({want["netns"] for want in wants}), 2, "namespaces")
    same_rows(snapshot["listeners"], [{"netns": want["netns"], "pid": want["pid"], "lport": 40100}
                                      for want in wants if want["direction"] == "in"], "netns")


# --- families and protocols -----------------------------------------------------------------------


@test
def ipv4_on_ipv6_sockets__both_ends__are_ipv4():
    with socket.socket(socket.AF_INET6) as server, socket.socket(socket.AF_INET6) as out:
        server.bind(("::", 0))
        server.listen()
        port = server.getsockname()[1]
        with_once = once("-P", port)
        out.connect(("::ffff:127.0.0.1", port))
        with server.accept()[0]:
            snapshot = with_once.stop_snapshot()
    same_rows(snapshot["connections"], [
        {"direction": "out", "ip": 4, "laddr": "127.0.0.1", "raddr": "127.0.0.1", "rport": port},
        {"direction": "in", "ip": 4, "laddr": "127.0.0.1", "raddr": "127.0.0.1", "lport": port}],
              "direction")
    same_fields(only(snapshot["listeners"], lport=port), {"ip": 6, "laddr": "::"})


def talk_multipath():
    """Both ends of a connection by MPTCP; None where there is none."""
    try:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
        out = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
    except OSError:
        yield None
    server.bind(("127.0.0.1", 0))
    server.listen()
    yield server.getsockname()[1]
    out.connect(server.getsockname())
    into = server.accept()[0]
    out.sendall(b"s" * 1000)
    into.recv(1000)
    yield [ends(out, direction="out"), ends(into, direction="in")]


@test
def mptcp__one_subflow__is_one_connection_with_its_owner():
    player = Player(talk_multipath, uid=UID, comm=CLIENT)
    port = player.next()
    if port is None:
        raise Skip("this kernel has no MPTCP")
    with_once = once("-P", port)
    wants = player.next()
    rows = with_once.stop_snapshot()["connections"]
    same_rows(rows, wants, "direction", "lport", "rport")
    # What was accepted has no file of its own: it may be that nobody is known.
    same_fields(only(rows, direction="out"), {"pid": player.pid, "comm": CLIENT})
    check(only(rows, direction="in")["pid"] in (player.pid, None), "accepted by a stranger")


if __name__ == "__main__":
    run_tests()
