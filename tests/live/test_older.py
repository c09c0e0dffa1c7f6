#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets that were there before conntop, and those that come and go while it starts."""

import collections
import json
import socket
import time

from actors import CLIENT, GID, UID, UIDS, listener
from harness import (Witness, check, conntop, equal, once, run_tests, same_fields, same_rows,
                     stream, test, wait_until)
from players import (Flag, Player, connected, ends, flipped, leave_network, needs_network,
                     netns, to_port)

SERVER = "known-server"
KINDS = {"127.0.0.1": 170, "::1": 170, "::ffff:127.0.0.1": 160}  # 500 in all


def first_frame(*args):
    """What conntop shows when it has only just started."""
    result = conntop("--once", "--duration", "0.2", "--format", "json", *args)
    equal((result.status, result.err), (0, ""), "exit status and standard error")
    return json.loads(result.out)


# --- five hundred ---------------------------------------------------------------------------------


def hold_incoming(counts):
    """Listens at an address each, and accepts as many as come to it."""
    servers = []
    for address in counts:
        server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        server.bind(("::" if "ffff" in address else address, 0))
        server.listen(512)
        servers.append(server)
    yield [server.getsockname()[1] for server in servers]
    held = [server.accept()[0] for server, n in zip(servers, counts.values()) for _ in range(n)]
    yield [ends(sock, direction="in") for sock in held]
    yield len(held)


def hold_outgoing(counts, ports):
    held = [connected((address, port)) for (address, n), port in zip(counts.items(), ports)
            for _ in range(n)]
    yield [ends(sock, direction="out") for sock in held]
    yield len(held)


def five_hundred():
    """The two processes, and every row that they make together."""
    listener("::1")  # skips the test where there is no IPv6
    server = Player(hold_incoming, KINDS, uid=UID, gid=GID, comm=SERVER)
    ports = server.next()
    clients = Player(hold_outgoing, KINDS, ports, uid=UID, gid=GID, comm=CLIENT)
    outgoing, incoming = clients.next(), server.next()
    wants = [row | {"pid": clients.pid, "comm": CLIENT} for row in outgoing]
    wants += [row | {"pid": server.pid, "comm": SERVER} for row in incoming]
    older = {"uid": UID, "gid": GID, "state": "ESTAB", "netns": netns(), "opened": None,
             "closed": None, "latency_us": None, "duration_us": None, "tx_bytes": 0, "rx_bytes": 0,
             "error": None}
    return server, ports, [want | older for want in wants]


@test
def older__500_connections__each_once_in_the_first_frame():
    _, _, wants = five_hundred()
    equal(len(wants), 1000, "ends of connections")
    rows = first_frame("-u", UID)["connections"]
    same_rows(rows, wants, "direction", "lport", "rport")


@test
def older__filtered_by_pid__only_its_ends():
    server, _, wants = five_hundred()
    rows = first_frame("-p", server.pid)["connections"]
    same_rows(rows, [want for want in wants if want["pid"] == server.pid],
              "direction", "lport", "rport")


@test
def older__listeners__are_there_with_their_owner():
    server, ports, _ = five_hundred()
    rows = first_frame("-u", UID)["listeners"]
    wants = [{"pid": server.pid, "comm": SERVER, "uid": UID, "lport": port, "laddr": address,
              "opened": None, "backlog": 0, "backlog_max": 512}
             for port, address in zip(ports, ("127.0.0.1", "::1", "::"))]
    same_rows(rows, wants, "lport")


@test
def older__processes__have_their_names_and_arguments():
    server, _, wants = five_hundred()
    rows = {row["pid"]: row for row in first_frame("-u", UID)["processes"]}
    equal(rows.keys(), {want["pid"] for want in wants}, "PIDs")
    with open(f"/proc/{server.pid}/cmdline", encoding="utf-8") as file:
        args = file.read().rstrip("\0").split("\0")
    same_fields(rows[server.pid], {"comm": SERVER, "uid": UID, "args": args, "live": 500,
                                   "exit_code": None, "signal": None})


def use_later(address):
    """Connects, and much later sends."""
    sock = connected(address)
    yield ends(sock, direction="out")
    sock.sendall(b"s" * 1234)
    yield None
    sock.close()
    yield None


@test
def older__closed_later__figures_are_of_its_whole_life():
    server = listener()
    player = Player(use_later, server.getsockname(), uid=UID, comm=CLIENT)
    want = player.next()
    with_stream = stream("all", "-u", UID)
    player.next()
    server.accept()[0].close()
    player.next()
    wait_until(lambda: with_stream.rows(), "the close")
    rows = with_stream.stop_rows()
    equal([row["event"] for row in rows], ["close"], "events")
    same_fields(rows[0], want | {"pid": player.pid, "tx_bytes": 1234, "rx_bytes": 0,
                                 "duration_us": None, "comm": CLIENT})


# --- elsewhere ------------------------------------------------------------------------------------


def talk_elsewhere():
    """Both ends, in a network namespace of its own."""
    inode = leave_network()
    if inode is None:
        yield None
    with listener() as server, connected(server.getsockname()) as out, server.accept()[0] as into:
        yield [ends(out, direction="out", netns=inode), ends(into, direction="in", netns=inode)]
        yield None


@test
def older__in_another_network_namespace__is_there():
    player = Player(talk_elsewhere, comm=CLIENT)
    wants = needs_network(player.next())
    rows = first_frame("-p", player.pid)["connections"]
    same_rows(rows, [want | {"pid": player.pid, "comm": CLIENT, "opened": None} for want in wants],
              "direction", "lport", "rport")
    check(wants[0]["netns"] != netns(), "it is our own namespace")


# --- while it starts ------------------------------------------------------------------------------


def come_and_go(address, flag, most=9000):
    """Connects until told to stop; keeps every tenth. The ports of all, in order, and of those."""
    kept, every = [], []
    yield None
    while not flag and len(every) < most:
        sock = connected(address)
        every.append(sock.getsockname()[1])
        if len(every) % 10:
            sock.recv(1)  # until the server has closed
            sock.close()
        else:
            kept.append(sock)
        time.sleep(0.0002)
    yield {"every": every, "kept": [sock.getsockname()[1] for sock in kept]}
    yield None


def let_come_and_go(server, flag):
    """The other end: closes all but every tenth."""
    server.settimeout(0.1)
    kept, n = [], 0
    yield None
    while True:
        try:
            sock = server.accept()[0]
        except TimeoutError:
            if flag:
                break
            continue
        n += 1
        if n % 10:
            sock.close()
        else:
            kept.append(sock)
    yield len(kept)
    yield None


class Busy:
    """A client and a server between whom connections open and close all the time."""

    def __init__(self):
        self.flags = Flag(), Flag()
        server = listener()
        self.port = server.getsockname()[1]
        self.server = Player(let_come_and_go, server, self.flags[1], uid=UIDS[1], comm=SERVER)
        self.client = Player(come_and_go, server.getsockname(), self.flags[0], uid=UIDS[2],
                             comm=CLIENT)
        for player in (self.server, self.client):
            player.next()
            player.tell()

    def rest(self):
        """Both stop after a while, with some connections open: the client's ports."""
        time.sleep(0.1)
        self.flags[0].set()
        said = self.client.answer()
        self.flags[1].set()
        equal(self.server.answer(), len(said["kept"]), "connections kept by both")
        check(len(said["kept"]) > 20, f"the client was too slow: {len(said['every'])} connects")
        return said


def client_ports(rows):
    return [row["lport" if row["direction"] == "out" else "rport"] for row in rows]


def not_in(some, others):
    """What there is more of among some than among others: a port may be used again."""
    return dict(collections.Counter(some) - collections.Counter(others))


@test
def start__while_connections_come_and_go__all_that_live_are_there_once():
    busy = Busy()
    with_once = [once("-P", busy.port) for _ in range(4)]
    said = busy.rest()
    for snapshot in [one.stop_snapshot() for one in with_once]:
        for direction, player in (("out", busy.client), ("in", busy.server)):
            rows = [row for row in snapshot["connections"] if row["direction"] == direction]
            doubled = not_in(client_ports(rows), said["every"])
            check(not doubled, f"more rows of {direction} than connections: {doubled}",
                  *[row for row in rows if client_ports([row])[0] in doubled][:4])
            living = [row for row in rows if row["closed"] is None]
            equal(sorted(client_ports(living)), sorted(said["kept"]), f"living ones of {direction}")
            equal({row["pid"] for row in living}, {player.pid}, f"owners of {direction}")


@test
def start__while_connections_come_and_go__from_one_on_every_event_once():
    with Witness() as witness:
        busy = Busy()
        with_stream = stream("connect,accept,close", "-P", busy.port)
        said = busy.rest()
        last = said["every"][-1]
        wait_until(lambda: last in client_ports(to_port(with_stream.rows(), busy.port, "accept")),
                   "the last one")
        rows = with_stream.stop_rows()
    for event, direction in (("connect", "out"), ("close", "out"), ("accept", "in"),
                             ("close", "in")):
        ports = client_ports([row for row in rows if row["event"] == event
                              and row["direction"] == direction])
        # It is not known where the stream began; but soon after its first line all must be there.
        begin = 10 + max(i for i, port in enumerate(said["every"]) if port == ports[0])
        due = said["every"][begin:]
        if event == "close":
            due = [port for port in due if port not in said["kept"]]
        check(len(due) > 100, f"{event} {direction}: {len(due)} seen from the beginning on")
        missing = not_in(due, ports)
        check(len(missing) <= witness.of(event), f"{event} {direction}: missing {missing}")
        equal(not_in(ports, said["every"]), {}, f"{event} {direction}: doubled")


def ends_of_direction(rows, direction):
    return [row for row in rows if row["direction"] == direction]


@test
def older__seen_from_both_ends__directions_are_opposite():
    _, ports, wants = five_hundred()
    rows = first_frame("-P", ",".join(map(str, ports)))["connections"]
    outgoing = ends_of_direction(rows, "out")
    equal(len(outgoing), len(wants) // 2, "outgoing")
    same_rows(ends_of_direction(rows, "in"),
              [flipped({key: row[key] for key in ("laddr", "lport", "raddr", "rport")})
               for row in outgoing], "lport", "rport")


if __name__ == "__main__":
    run_tests()
