#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Payload bytes: exact, at both ends, in closes and while the connection lives."""

import socket

from actors import CLIENT, UID, UIDS, listener, receive
from harness import Between, check, equal, once, run_tests, same_rows, stream, test, wait_until
from players import Player, at_once, connected, ends, flipped

SENT, RECEIVED = 12_345_678, 7
SERVER = "known-server"
FIN_WAIT1 = 4


def tcp_state(sock):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def exchange(make, direction, sends, takes, scenes):
    """One end: it sends and takes, tells, and obeys scenes: 'shut', 'send N', 'take N', 'close'."""
    sock = make()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sent = taken = 0
    for scene in [f"send {sends}", f"take {takes}", "tell", *scenes]:
        verb, _, number = scene.partition(" ")
        if verb == "send":
            sock.sendall(b"s" * int(number))
            sent += int(number)
        elif verb == "take":
            receive(sock, int(number))
            taken += int(number)
        elif verb == "shut":
            sock.shutdown(socket.SHUT_WR)
            wait_until(lambda: tcp_state(sock) != FIN_WAIT1, "the FIN to be acknowledged")
        elif verb == "tell":
            where = ends(sock, direction=direction)
            yield where | {"tx_bytes": sent, "rx_bytes": taken}
        elif verb == "close":
            sock.close()
    yield where | {"tx_bytes": sent, "rx_bytes": taken}


class Pair:
    """A client and a server that exchange bytes; who sends much begins."""

    def __init__(self, address, tx, rx, client_scenes=("close",), server_scenes=("close",)):
        self.server = listener(address)
        self.port = self.server.getsockname()[1]
        self.players = [
            Player(exchange, lambda: self.server.accept()[0], "in", rx, tx, server_scenes,
                   uid=UIDS[1], comm=SERVER),
            Player(exchange, lambda: connected(self.server.getsockname()), "out", tx, rx,
                   client_scenes, uid=UID, comm=CLIENT)]

    def act(self):
        """Both go on; what they say, in rows with their owners."""
        for player in self.players:
            player.tell()
        return [player.answer() | {"pid": player.pid} for player in self.players]


def both_closed(with_stream):
    return len([row for row in with_stream.rows() if row["event"] == "close"]) == 2


def check_closes(address, tx, rx, *scenes, longest_us=10**7):
    pair = Pair(address, tx, rx, *scenes)
    with_stream = stream("close", "-P", pair.port)
    pair.act()
    wants = pair.act()
    wait_until(lambda: both_closed(with_stream), "two closes")
    fields = {"event": "close", "state": "CLOSED", "duration_us": Between(1, longest_us)}
    same_rows(with_stream.stop_rows(), [want | fields for want in wants], "direction")
    return wants


@test
def close__12345678_sent_7_received__exact_on_both_sides():
    wants = check_closes("127.0.0.1", SENT, RECEIVED)
    equal([want["tx_bytes"] for want in wants], [RECEIVED, SENT], "what was sent")


@test
def close__12345678_sent_7_received_over_ipv6__exact_on_both_sides():
    check_closes("::1", SENT, RECEIVED)


@test
def close__7_sent_12345678_received__exact_on_both_sides():
    check_closes("127.0.0.1", RECEIVED, SENT)


@test
def close__small_sizes__exact_on_both_sides():
    for tx, rx in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2), (1447, 65537), (1 << 20, 3)):
        check_closes("127.0.0.1", tx, rx)


@test
def snapshot__12345678_sent_7_received_and_open__exact_on_both_sides():
    pair = Pair("127.0.0.1", SENT, RECEIVED)
    with_once = once("-P", pair.port)
    wants = pair.act()
    rows = with_once.stop_snapshot()["connections"]
    same_rows(rows, [want | {"state": "ESTAB", "closed": None, "rtt_us": Between(1, 10**6)}
                     for want in wants], "direction")


@test
def snapshot__older_than_conntop__exact_on_both_sides():
    pair = Pair("::1", SENT, RECEIVED)
    wants = pair.act()
    with_once = once("-P", pair.port)
    rows = with_once.stop_snapshot()["connections"]
    same_rows(rows, [want | {"state": "ESTAB", "opened": None} for want in wants], "direction")


@test
def snapshot__half_closed__neither_counts_the_fin():
    pair = Pair("127.0.0.1", 30, 4, ("shut", "tell"), ("tell",))
    with_once = once("-P", pair.port)
    pair.act()
    server, client = pair.act()
    rows = with_once.stop_snapshot()["connections"]
    same_rows(rows, [client | {"state": "FIN-WAIT-2"}, server | {"state": "CLOSE-WAIT"}],
              "direction")


@test
def close__sent_after_half_a_close__exact_on_both_sides():
    wants = check_closes("127.0.0.1", 30, 4, ("shut", "take 100000", "close"),
                         ("send 100000", "close"))
    equal([want["tx_bytes"] for want in wants], [100004, 30], "what was sent")


def in_a_moment(address, flip):
    """Connects to itself, sends, receives and closes, all within about two milliseconds."""
    server = listener(address)
    yield server.getsockname()
    with connected(server.getsockname()) as out:
        into = server.accept()[0]
        where = ends(out, direction="out")
        out.sendall(b"s" * 54321)
        receive(into, 54321)
        into.sendall(b"r" * 7)
        receive(out, 7)
        (into if flip else out).close()
    into.close()
    yield where | {"tx_bytes": 54321, "rx_bytes": 7}


@test
def close__lasted_2_ms__exact_on_both_sides():
    for flip in (False, True):
        player = Player(in_a_moment, "127.0.0.1", flip, uid=UID, comm=CLIENT)
        with_stream = stream("close", "-P", player.next()[1])
        want = player.next()
        wait_until(lambda one=with_stream: both_closed(one), "two closes")
        rows = with_stream.stop_rows()
        incoming = flipped(want) | {"direction": "in", "tx_bytes": 7, "rx_bytes": 54321}
        fields = {"pid": player.pid, "duration_us": Between(1, 500_000)}
        same_rows(rows, [want | fields, incoming | fields], "direction")


@test
def snapshot__lasted_2_ms__its_row_is_complete():
    player = Player(in_a_moment, "127.0.0.1", False, uid=UID, comm=CLIENT)
    with_once = once("-P", player.next()[1])
    want = player.next()
    rows = with_once.stop_snapshot()["connections"]
    incoming = flipped(want) | {"direction": "in", "tx_bytes": 7, "rx_bytes": 54321}
    fields = {"pid": player.pid, "state": "CLOSED", "tx_rate": 0, "rx_rate": 0}
    same_rows(rows, [want | fields, incoming | fields], "direction")


def unread(address):
    """A close with data unread is a reset: those bytes were received, if never read."""
    server = listener(address)
    yield server.getsockname()
    with at_once(connected(server.getsockname())) as out, server.accept()[0] as into:
        where = ends(out, direction="out")
        out.sendall(b"s" * 100)
        receive(into, 40)
    yield where


@test
def close__data_left_unread__counts_what_arrived():
    player = Player(unread, "127.0.0.1", uid=UID, comm=CLIENT)
    with_stream = stream("close", "-P", player.next()[1])
    want = player.next()
    wait_until(lambda: both_closed(with_stream), "two closes")
    rows = with_stream.stop_rows()
    by_direction = {row["direction"]: row for row in rows}
    check(by_direction["out"]["tx_bytes"] == 100, f"sent 100: {by_direction['out']}")
    check(by_direction["in"]["rx_bytes"] == 100, f"arrived 100: {by_direction['in']}")
    same_rows(rows, [want, flipped(want) | {"direction": "in"}], "direction")


if __name__ == "__main__":
    run_tests()
