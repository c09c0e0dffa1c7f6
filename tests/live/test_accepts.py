#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who owns a connection that came in: the process that accepted it, and nobody in its place."""

import os

from actors import CLIENT, UID, UIDS, Child, listener, own_cgroup
from harness import (check, cleanup, equal, once, run_tests, same_fields, same_rows, stream, test,
                     wait_until)
from players import (Flag, Player, accept_stream, at_once, connect_in_turn, connected, ends,
                     flipped, netns, port_of, to_port, wait_queue_empty, wait_rows)

WORKERS = 4
WORKER = "known-worker"


# --- servers, and what they know of it ------------------------------------------------------------


def accept_until(server, flag):
    """Accepts until told to stop, then tells what, and when told again closes."""
    server.settimeout(0.05)
    held = []
    yield None
    while not flag:
        try:
            held.append(server.accept()[0])
        except TimeoutError:
            continue
    yield [ends(sock, event="accept", direction="in") for sock in held]
    for sock in held:
        sock.close()
    yield None


def connect_often(address, n):
    """Holds n connections until told to close them."""
    held = [connected(address) for _ in range(n)]
    yield [ends(sock, direction="out") for sock in held]
    for sock in held:
        sock.close()
    yield None


class Workers:
    """A server whose workers were forked after its listener was made: by us."""

    def __init__(self, n=WORKERS):
        self.server = listener(backlog=1024)
        self.flag = Flag()
        self.players = [Player(accept_until, self.server, self.flag, uid=UID, comm=WORKER)
                        for _ in range(n)]
        for player in self.players:
            player.next()

    def work(self):
        for player in self.players:
            player.tell()

    def rest(self):
        """What they have accepted, each row with the worker's PID."""
        self.flag.set()
        return [row | {"pid": player.pid, "ppid": os.getpid(), "comm": WORKER, "uid": UID}
                for player in self.players for row in player.answer()]

    def close(self):
        for player in self.players:
            player.next()


def shared_work(n):
    """n connections to four workers: the stream, the workers, the client, and the wants."""
    workers = Workers()
    with_stream = accept_stream(workers.server)
    workers.work()
    player = Player(connect_often, workers.server.getsockname(), n, uid=UIDS[1], comm=CLIENT)
    player.next()
    wait_queue_empty(workers.server)
    return with_stream, workers, player, workers.rest()


# --- forked before --------------------------------------------------------------------------------


@test
def prefork__4_workers__each_accept_has_the_workers_pid():
    with_stream, workers, _, wants = shared_work(200)
    equal(len(wants), 200, "connections accepted")
    wait_rows(with_stream, 200, port_of(workers.server), "accept")
    rows = to_port(with_stream.stop_rows(), port_of(workers.server), "accept")
    fields = {"netns": netns(), "ret": 0, "error": None, "latency_us": None,
              "cgroup": own_cgroup()}
    same_rows(rows, [want | fields for want in wants], "rport")


@test
def prefork__4_workers_snapshot__each_row_has_the_workers_pid():
    workers = Workers()
    with_once = once("-P", port_of(workers.server))
    workers.work()
    player = Player(connect_often, workers.server.getsockname(), 200, uid=UIDS[1], comm=CLIENT)
    player.next()
    wait_queue_empty(workers.server)
    wants = workers.rest()
    rows = to_port(with_once.stop_snapshot()["connections"], port_of(workers.server))
    for want in wants:
        del want["event"]
    same_rows(rows, [want | {"state": "ESTAB", "closed": None} for want in wants], "rport")


@test
def prefork__closed_by_the_workers__closes_are_theirs():
    with_stream, workers, player, wants = shared_work(100)
    workers.close()
    player.next()
    wait_rows(with_stream, 100, port_of(workers.server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(workers.server))
    closes = [want | {"event": "close", "state": "CLOSED"} for want in wants]
    same_rows(rows, wants + closes, "rport", "event")


@test
def prefork__closed_by_the_client_first__closes_are_the_workers():
    with_stream, workers, player, wants = shared_work(100)
    player.next()
    workers.close()
    wait_rows(with_stream, 100, port_of(workers.server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(workers.server))
    same_rows(rows, wants + [want | {"event": "close"} for want in wants], "rport", "event")


@test
def prefork__worker_killed__closes_are_its():
    with_stream, workers, _, wants = shared_work(100)
    for player in workers.players:
        player.kill()
    wait_rows(with_stream, 100, port_of(workers.server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(workers.server), "close")
    same_rows(rows, [want | {"event": "close"} for want in wants], "rport")


def connect_and_reset(address, n):
    """Each connection lives for a moment and is reset."""
    for _ in range(n):
        at_once(connected(address)).close()
    return n


def check_resets(server, workers, with_stream):
    """Nobody but a worker may be named, and nothing twice."""
    Child(connect_and_reset, server.getsockname(), 300, uid=UIDS[1]).result()
    wait_queue_empty(server)
    wait_rows(with_stream, 300, port_of(server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(server))
    pids, owners = {one.pid for one in workers}, {row["pid"] for row in rows}
    check(owners <= pids | {None}, f"owners {owners}, workers {pids}, parent {os.getpid()}")
    for event in ("accept", "close"):
        ports = [row["rport"] for row in rows if row["event"] == event]
        equal(len(ports), len(set(ports)), f"lines of {event} and connections")
    equal(len([row for row in rows if row["event"] == "close"]), 300, "closes")


@test
def prefork__reset_by_the_client_at_once__owner_is_a_worker_or_nobody():
    workers = Workers()
    with_stream = accept_stream(workers.server)
    workers.work()
    check_resets(workers.server, workers.players, with_stream)


@test
def forked_later__reset_by_the_client_at_once__owner_is_a_worker_or_nobody():
    server = listener(backlog=1024)
    with_stream = accept_stream(server)
    workers = [Player(accept_until, server, Flag(), uid=UID, comm=WORKER) for _ in range(2)]
    for worker in workers:
        worker.next()
        worker.tell()
    check_resets(server, workers, with_stream)


def accept_and_close(server, n, sends):
    """Each is answered and closed at once; the ports of the clients."""
    ports = []
    for _ in range(n):
        sock, address = server.accept()
        with sock:
            if sends:
                sock.sendall(b"r")
        ports.append(address[1])
    return ports


@test
def accept__2000_short_connections__one_line_each():
    server = listener(backlog=1024)
    with_stream = accept_stream(server)
    workers = [Child(accept_and_close, server, 1000, True, uid=UID, comm=WORKER) for _ in range(2)]
    Child(connect_in_turn, server.getsockname(), 2000, uid=UIDS[1]).result()
    wants = [{"rport": port, "pid": worker.pid, "event": event} for worker in workers
             for port in worker.result() for event in ("accept", "close")]
    wait_rows(with_stream, 2000, port_of(server), "close")
    same_rows(to_port(with_stream.stop_rows(), port_of(server)), wants, "rport", "event")


@test
def accept__short_connections__told_before_their_close():
    server = listener(backlog=1024)
    with_stream = accept_stream(server)
    worker = Child(accept_and_close, server, 50, True, uid=UID)
    Child(connect_in_turn, server.getsockname(), 50, uid=UIDS[1]).result()
    worker.result()
    wait_rows(with_stream, 50, port_of(server), "close")
    rows = to_port(with_stream.stop_rows(), port_of(server))
    for port in {row["rport"] for row in rows}:
        equal([row["event"] for row in rows if row["rport"] == port], ["accept", "close"], "events")


# --- the passes over open files -------------------------------------------------------------------


def connect_to_itself(server, n):
    for _ in range(n):
        with at_once(connected(server.getsockname())):
            server.accept()[0].close()
    return n


@test
def passes_over_open_files__while_connections_close__make_nobody_their_owner():
    """A pass holds each file for a moment, and may be the last to let it go."""
    server = listener(backlog=1024)
    streams = [stream("connect,accept,close", "-P", port_of(server)) for _ in range(3)]
    worker = Child(connect_to_itself, server, 10_000, uid=UID)
    worker.result()
    for one in streams:
        equal({row["pid"] for row in one.stop_rows()} - {None}, {worker.pid}, "owners")


# --- nobody's -------------------------------------------------------------------------------------


@test
def backlog__never_accepted__no_accept_is_told():
    server = listener()
    port = port_of(server)
    with_stream = stream("connect,accept,close", "-P", port)
    sock = connected(server.getsockname())
    server.close()
    sock.close()
    wait_until(lambda: any(row["event"] == "close" and row["direction"] == "out"
                           for row in with_stream.rows()), "the close")
    equal(to_port(with_stream.stop_rows(), port, "accept"), [], "accepts")


def leave_unsent(address):
    """Closes a connection whose peer takes nothing: much is left to be sent."""
    sock = connected(address)
    sock.setblocking(False)
    try:
        while True:
            sock.send(bytes(1 << 16))
    except BlockingIOError:
        pass
    want = ends(sock, direction="out")
    sock.close()
    yield want


@test
def orphan__its_process_ended__has_no_wrong_owner():
    server = listener()
    player = Player(leave_unsent, server.getsockname(), uid=UID, comm=CLIENT)
    with_once = once("-P", port_of(server))
    want = player.next()
    held = server.accept()[0]
    cleanup(held.close)
    player.tell()
    player.ended()
    rows = [row for row in with_once.stop_snapshot()["connections"] if row["direction"] == "out"]
    equal(len(rows), 1, "rows")
    same_fields(rows[0], want | {"state": "FIN-WAIT-1", "closed": None})
    check(rows[0]["pid"] in (player.pid, None), f"PID {rows[0]['pid']} is not {player.pid}")


@test
def orphan__older_than_conntop__gets_no_owner():
    server = listener()
    player = Player(leave_unsent, server.getsockname(), uid=UID, comm=CLIENT)
    want = player.next()
    held = server.accept()[0]
    cleanup(held.close)
    player.tell()
    player.ended()
    with_once = once("-P", port_of(server))
    rows = [row for row in with_once.stop_snapshot()["connections"]
            if row["rport"] == want["rport"]]
    for row in rows:
        same_fields(row, want | {"pid": None, "uid": None, "comm": None, "cgroup": None})


@test
def connection__between_two_processes__each_end_has_its_own():
    server = listener()
    with_once = once("-P", port_of(server))
    taker = Player(accept_until, server, Flag(), uid=UID, comm=WORKER)
    taker.next()
    taker.tell()
    maker = Player(connect_often, server.getsockname(), 1, uid=UIDS[1], comm=CLIENT)
    want = maker.next()[0]
    wait_queue_empty(server)
    rows = with_once.stop_snapshot()["connections"]
    same_rows(rows, [want | {"pid": maker.pid, "uid": UIDS[1], "comm": CLIENT},
                     flipped(want) | {"pid": taker.pid, "uid": UID, "comm": WORKER,
                                      "direction": "in"}], "lport", "rport")


if __name__ == "__main__":
    run_tests()
