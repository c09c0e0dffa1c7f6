#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""A look at all sockets tells of each that lives, however many there are and come and go."""

import resource

from actors import Child, listener
from harness import cleanup, equal, is_sanitized, once, run_tests, test
from players import Player, at_once, come_and_go, connected, leave_network, needs_network

LIVING = 600  # connections
LOOKS = 5

# --- beside others that come and go ---------------------------------------------------------------


@test
def beside_others_that_come_and_go__none_is_passed_over():
    server = listener(backlog=1024)
    sockets = [at_once(connected(server.getsockname())) for _ in range(LIVING)]
    ports = sorted(sock.getsockname()[1] for sock in sockets)
    for sock in sockets:
        cleanup(sock.close)
    for _ in range(2):
        Child(come_and_go, listener())
    for look in range(LOOKS):
        snapshot = once("-P", server.getsockname()[1]).stop_snapshot()
        rows = [row for row in snapshot["connections"] if row["direction"] == "out"]
        equal(sorted(row["lport"] for row in rows), ports, f"ports that live, at look {look}")


# --- many -----------------------------------------------------------------------------------------

PAIRS = 6500  # three times as many sockets as there is room for samples


def hold(pairs):
    if leave_network() is None:
        yield None
    limit = max(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 2 * pairs + 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    server, held = listener(), []
    for _ in range(pairs):
        held += [at_once(connected(server.getsockname())), server.accept()[0]]
    yield sorted(sock.getsockname()[1] for sock in held[::2])
    yield len(held)


def seen_of(player, *args):
    """Local ports of what it connected, and remote ones of what it accepted, in a snapshot."""
    rows = once("-p", player.pid, *args).stop_snapshot()["connections"]
    return (sorted(row["lport"] for row in rows if row["direction"] == "out"),
            sorted(row["rport"] for row in rows if row["direction"] == "in"))


@test
def many__more_sockets_than_a_read_has_room_for__each_once():
    player = Player(hold, PAIRS // 10 if is_sanitized() else PAIRS)
    ports = needs_network(player.next())
    equal(seen_of(player), (ports, ports), "ports of both ends")


if __name__ == "__main__":
    run_tests()
