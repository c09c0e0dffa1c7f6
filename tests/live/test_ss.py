#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets as ss(8) sees them: the same ones, in the same states, with the same figures."""

import re
import shutil
import socket
import subprocess

from actors import CLIENT, UID, listener, receive
from harness import (Skip, check, equal, once, once_for_all, run_tests, same_rows, test,
                     wait_until)
from players import Player, connected

SERVER = "known-server"
# What the pairs of each address do: "s" the client sends, "r" it receives, "f" it shuts down its
# half, "F" the server its own.
PLAYS = ["", "s", "r", "sr", "ssr", "f", "sf", "rsf", "F", "rF", "srF"]
STATES = {"CLOSE-WAIT", "ESTAB", "FIN-WAIT-2"}


def play(make, us, sends, takes):
    """One end of a connection."""
    sock = make()
    for number, verb in enumerate(us, 1):
        if verb == sends:
            sock.sendall(b"x" * (1000 * number + 1))
        elif verb == takes:
            receive(sock, 1000 * number + 1)
        elif verb == {"s": "f", "r": "F"}[sends]:
            sock.shutdown(socket.SHUT_WR)
    return sock


def clients(ports):
    """Three pairs of each play at each address."""
    held = [play(lambda: connected((address, port)), us, "s", "r")  # pylint: disable=W0640
            for address, port in ports.items() for us in PLAYS * 3]
    yield len(held)


def servers(listeners):
    held = [play(lambda: server.accept()[0], us, "r", "s")  # pylint: disable=W0640
            for server in listeners.values() for us in PLAYS * 3]
    yield len(held)


# --- what ss says ---------------------------------------------------------------------------------


def ss(option, *which):
    """Its lines, of sockets that have a process: as dictionaries in conntop's words."""
    if not shutil.which("ss"):
        raise Skip("ss is not installed")
    done = subprocess.run(["ss", option, *which], stdout=subprocess.PIPE, text=True, check=True)
    return [row_of(line) for line in done.stdout.splitlines() if line.strip()]


def end_of(text):
    address, _, port = text.rpartition(":")
    address = address.strip("[]").removeprefix("::ffff:")
    return address, 0 if port == "*" else int(port)


def row_of(line):
    state, waiting, limit, local, remote, *rest = line.split(None, 5)
    info = rest[0] if rest else ""

    def number(name):
        found = re.search(rf"\b{name}:(\d+)", info)
        return int(found[1]) if found else 0

    (laddr, lport), (raddr, rport) = end_of(local), end_of(remote)
    row = {"state": state, "laddr": laddr, "lport": lport}
    if state == "LISTEN":
        return row | {"backlog": int(waiting), "backlog_max": int(limit)}
    # The kernel counts a FIN that it received as a byte.
    fin = state in ("CLOSE-WAIT", "LAST-ACK", "CLOSING", "TIME-WAIT")
    received = number("bytes_received")
    return row | {"raddr": raddr, "rport": rport,
                  "tx_bytes": number("bytes_sent") - number("bytes_retrans"),
                  "rx_bytes": received - (fin and received > 0)}


def settled(ports):
    """What ss says of these ports, once nothing changes any more."""
    which = "( " + " or ".join(f"sport = :{port} or dport = :{port}" for port in ports) + " )"
    seen = []

    def same_again():
        seen.append(ss("-tinHO", which))
        return len(seen) > 1 and seen[-1] == seen[-2] and {
            row["state"] for row in seen[-1]} == STATES

    wait_until(same_again, "sockets that have settled")
    return seen[-1]


@once_for_all
def both():
    """The stage with its sockets: what ss saw; what a conntop that was there before and one that
    came after saw."""
    listeners = {address: listener(address, backlog=200) for address in ("127.0.0.1", "::1")}
    listeners["::ffff:127.0.0.1"] = mapped = socket.socket(socket.AF_INET6)
    mapped.bind(("::", 0))
    mapped.listen(77)
    ports = {address: server.getsockname()[1] for address, server in listeners.items()}
    text = ",".join(map(str, ports.values()))
    before = once("-P", text)
    players = [Player(clients, ports, uid=UID, comm=CLIENT),
               Player(servers, listeners, uid=UID, comm=SERVER)]
    for player in players:
        player.tell()
    equal([player.answer() for player in players], [3 * len(PLAYS) * 3] * 2, "sockets")
    # Two that nobody accepts.
    waiting = [connected(listeners["::1"].getsockname()[:2]) for _ in range(2)]
    wants, listening = settled(ports.values()), ss("-tlnHO", "( " + " or ".join(
        f"sport = :{port}" for port in ports.values()) + " )")
    after = once("-P", text)
    ends = {(ports["::1"], sock.getsockname()[1]) for sock in waiting}
    snapshots = [one.stop_snapshot() for one in (before, after)]
    for sock in waiting + [mapped]:
        sock.close()
    return wants, listening, snapshots, ends


def check_connections(snapshot, wants):
    check(len(wants) >= 202, f"ss saw {len(wants)} sockets")
    same_rows([row for row in snapshot["connections"] if row["closed"] is None], wants,
              "laddr", "lport", "raddr", "rport")


def without(row, key):
    return {name: value for name, value in row.items() if name != key}


def check_listeners(snapshot):
    _, wants, _, _ = both()
    equal(len(wants), 3, "listeners that ss saw")
    same_rows(snapshot["listeners"], [without(want, "state") | {
        "laddr": want["laddr"].replace("*", "::")} for want in wants], "lport")


@test
def ss__connections_made_under_conntop__same_states_and_bytes():
    wants, _, snapshots, _ = both()
    check_connections(snapshots[0], wants)


@test
def ss__connections_older_than_conntop__same_states_and_bytes():
    wants, _, snapshots, _ = both()
    check_connections(snapshots[1], wants)


@test
def ss__waiting_to_be_accepted__are_nobodys_yet():
    wants, _, snapshots, ends = both()
    waiting = [want for want in wants if (want["lport"], want["rport"]) in ends]
    equal(len(waiting), 2, "sockets that nobody accepted")
    rows = [row for row in snapshots[1]["connections"] if (row["lport"], row["rport"]) in ends]
    same_rows(rows, [want | {"pid": None, "direction": "in"} for want in waiting], "rport")


@test
def ss__listeners__same_queues_and_limits():
    for snapshot in both()[2]:
        check_listeners(snapshot)


if __name__ == "__main__":
    run_tests()
