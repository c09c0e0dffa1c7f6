#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections: what --stream connect,close says of connections that were really made."""

import errno
import fcntl
import os
import signal
import socket
import struct
import threading
import time

from actors import (CLIENT, GID, LIBC, UID, Child, client, connect_often, listener, outgoing,
                    receive, settled, timed_connect)
from harness import (Between, Conntop, Skip, Within, check, cleanup, equal, fail, in_order, ns_of,
                     once, once_for_all, run_tests, same_fields, same_rows, stream, test,
                     wait_until)

CONNECTS = 1000

EVENT_FIELDS = {"event", "time", "pid", "ppid", "uid", "gid", "loginuid", "comm", "cgroup",
                "direction", "ip", "proto", "laddr", "lport", "raddr", "rport", "netns", "ret",
                "error"}
CONNECT_FIELDS = EVENT_FIELDS | {"latency_us"}
CLOSE_FIELDS = EVENT_FIELDS | {"state", "tx_bytes", "rx_bytes", "rtt_us", "retrans", "duration_us"}


# --- a thousand in a loop -------------------------------------------------------------------------


def thousand(address):
    """The connects, and what two streams said: in JSON, in text."""
    server = listener(address)
    json_stream = stream("connect", "-u", UID)
    text_stream = Conntop("--stream", "connect", "-u", UID)
    child = client(connect_often, server, CONNECTS)
    wants = [settled(want) for want in child.result()]
    return wants, json_stream.stop_rows(), text_stream.stop(), child.pid


@once_for_all
def thousand_ipv4():
    return thousand("127.0.0.1")


@once_for_all
def thousand_ipv6():
    return thousand("::1")


def check_text(wants, result, pid):
    equal(result.err, "", "standard error")
    lines = result.out.decode().splitlines()
    equal(lines[0], "PID    COMM         IP SADDR            DADDR            DPORT", "header")
    ours = [line for line in lines if line.startswith(f"{pid} ")]
    want = wants[0]
    due = (f"{pid:<6} {CLIENT:<12} {want['ip']:<2} {want['laddr']:<16} {want['raddr']:<16} "
           f"{want['rport']}")
    equal(set(ours), {due}, "lines, which are all the same")
    equal(len(ours), len(wants), "number of lines")


@test
def stream_connect__1000_over_ipv4__each_once_with_every_field():
    wants, rows, _, pid = thousand_ipv4()
    equal({want["ret"] for want in wants}, {0}, "what the client got")
    same_rows(outgoing(rows, "connect", pid), wants, "lport")


@test
def stream_connect__1000_over_ipv6__each_once_with_every_field():
    wants, rows, _, pid = thousand_ipv6()
    equal({want["ret"] for want in wants}, {0}, "what the client got")
    same_rows(outgoing(rows, "connect", pid), wants, "lport")


@test
def stream_connect__1000_over_ipv4__in_order_of_time():
    wants, rows, _, pid = thousand_ipv4()
    in_order(rows)
    equal([row["lport"] for row in outgoing(rows, "connect", pid)],
          [want["lport"] for want in wants], "local ports in order")


@test
def stream_connect__1000_over_ipv6__in_order_of_time():
    wants, rows, _, pid = thousand_ipv6()
    in_order(rows)
    equal([row["lport"] for row in outgoing(rows, "connect", pid)],
          [want["lport"] for want in wants], "local ports in order")


@test
def stream_connect__rows__have_the_fields_named():
    rows = thousand_ipv4()[1]
    check(len(rows) >= CONNECTS, f"got {len(rows)} rows")
    check(all(CONNECT_FIELDS <= row.keys() for row in rows), f"fields are missing in {rows[0]}")


@test
def stream_connect__1000_over_ipv4_as_text__each_line_exact():
    wants, _, result, pid = thousand_ipv4()
    check_text(wants, result, pid)


@test
def stream_connect__1000_over_ipv6_as_text__each_line_exact():
    wants, _, result, pid = thousand_ipv6()
    check_text(wants, result, pid)


# --- single connects ------------------------------------------------------------------------------


def connect_once(family, address):
    with socket.socket(family) as sock:
        return timed_connect(sock, tuple(address))


def one_connect(func, *args):
    """The row of a connect by `func`, and what it must hold."""
    child = client(func, *args, poised=True)
    with_stream = stream("connect", "-p", child.pid)
    child.go()
    want = settled(child.result())
    rows = outgoing(with_stream.stop_rows(), "connect", child.pid)
    equal(len(rows), 1, "rows of the child")
    return rows[0], want


def closed_port(address):
    """A port that nobody listens at: taken, so that nobody will."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    cleanup(sock.close)
    sock.bind((address, 0))
    return sock.getsockname()[1]


def connect_bound(family, address):
    """From a local port that is known before: a connect that fails leaves none."""
    with socket.socket(family) as sock:
        sock.bind((address[0], 0))
        local = sock.getsockname()
        return timed_connect(sock, tuple(address)) | {"laddr": local[0], "lport": local[1]}


@test
def connect__refused_over_ipv4__tells_the_error():
    row, want = one_connect(connect_bound, socket.AF_INET, ("127.0.0.1", closed_port("127.0.0.1")))
    same_fields(row, want | {"ret": -111, "error": "ECONNREFUSED"})


@test
def connect__refused_over_ipv6__tells_the_error():
    listener("::1")  # skips the test where there is no IPv6
    row, want = one_connect(connect_bound, socket.AF_INET6, ("::1", closed_port("::1")))
    same_fields(row, want | {"ret": -111, "error": "ECONNREFUSED"})


@test
def connect__refused_from_any_port__local_end_is_told():
    row, want = one_connect(connect_once, socket.AF_INET, ("127.0.0.1", closed_port("127.0.0.1")))
    same_fields(row, want | {"laddr": "127.0.0.1", "lport": Between(1024, 65535)})


@test
def connect__refused__no_close_is_told():
    with_stream = stream("connect,accept,close", "-u", UID)
    child = client(connect_once, socket.AF_INET, ("127.0.0.1", closed_port("127.0.0.1")))
    child.result()
    rows = [row for row in with_stream.stop_rows() if row["pid"] == child.pid]
    equal([row["event"] for row in rows], ["connect"], "events")


@test
def connect__ipv4_mapped_on_an_ipv6_socket__is_ipv4():
    port = listener().getsockname()[1]
    row, want = one_connect(connect_once, socket.AF_INET6, ("::ffff:127.0.0.1", port))
    same_fields(row, want)
    same_fields(row, {"ip": 4, "laddr": "127.0.0.1", "raddr": "127.0.0.1", "rport": port})


def connect_and_wait(address):
    """A connect that is never answered."""
    with socket.socket() as sock:
        sock.connect(tuple(address))


def connect_unblocked(address):
    """A connect that gives up while the listener's queue is full."""
    with socket.socket() as sock:
        sock.setblocking(False)
        equal(sock.connect_ex(tuple(address)), errno.EINPROGRESS, "connect_ex")


def full_listener():
    """A listener that lets no further connection through."""
    server = listener(backlog=0)
    for _ in range(2):
        sock = socket.socket()
        cleanup(sock.close)
        sock.setblocking(False)
        sock.connect_ex(server.getsockname())
    return server


@test
def connect__given_up_by_the_client__is_told_as_canceled():
    address = full_listener().getsockname()
    with_stream = stream("connect", "-u", UID)
    child = client(connect_unblocked, address)
    child.result()
    rows = outgoing(with_stream.stop_rows(), "connect", child.pid)
    equal(len(rows), 1, "rows of the child")
    same_fields(rows[0], {"ret": -errno.ECANCELED, "error": "ECANCELED", "rport": address[1]})


@test
def connect__under_way_when_the_stream_ends__is_told_then():
    server = full_listener()
    child = client(connect_and_wait, server.getsockname(), poised=True)
    later = client(connect_once, socket.AF_INET, listener().getsockname(), poised=True)
    with_stream = stream("connect", "-u", UID)
    child.go()
    wait_until(lambda: syns_sent(server.getsockname()[1]) == 2, "the connect")
    later.go()
    later.result()
    wait_until(lambda: outgoing(with_stream.rows(), "connect", later.pid), "a later connect")
    early = outgoing(with_stream.rows(), "connect", child.pid)
    rows = outgoing(with_stream.stop_rows(), "connect", child.pid)
    equal(early, [], "rows while it was under way")
    equal(len(rows), 1, "rows at the end")
    same_fields(rows[0], {"ret": -errno.EINPROGRESS, "error": "EINPROGRESS", "latency_us": None,
                          "rport": server.getsockname()[1]})


def connect_delayed(server):
    """A connect whose first SYN finds no room: it waits for the second."""
    with socket.socket() as sock:
        accepting = Child(accept_after, server)
        want = timed_connect(sock, server.getsockname())
        accepting.result()
        return want


def accept_after(server):
    """Makes room once a connect is under way beside that of full_listener()."""
    wait_until(lambda: syns_sent(server.getsockname()[1]) == 2, "the connect")
    server.accept()[0].close()
    server.accept()[0].close()


def syns_sent(port):
    """Connects to a port that have begun: SYN-SENT in /proc/net/tcp."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        fields = [line.split() for line in file]
    return sum(one[2].endswith(f":{port:04X}") and one[3] == "02" for one in fields)


@test
def connect__second_syn_needed__latency_is_how_long_it_took():
    row, want = one_connect(connect_delayed, full_listener())
    same_fields(row, want)
    check(row["latency_us"] > 500_000, f"expected about a second, got {row['latency_us']} us")


def connect_in_a_thread(address):
    thread = threading.Thread(target=connect_once, args=(socket.AF_INET, address))
    thread.start()
    thread.join()
    return thread.native_id


@test
def connect__from_another_thread__pid_is_the_processs():
    child = client(connect_in_a_thread, listener().getsockname(), poised=True)
    with_stream = stream("connect", "-u", UID)
    child.go()
    check(child.result() != child.pid, "the thread is the leader")
    rows = [row for row in with_stream.stop_rows() if row["direction"] == "out"]
    equal([(row["pid"], row["ppid"]) for row in rows], [(child.pid, os.getpid())], "PIDs")


@test
def connect__udp_and_unix__are_none():
    def others():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(("127.0.0.1", 9))
        with socket.socketpair()[0]:
            pass

    with_stream = stream("connect,accept,close", "-u", UID)
    child = client(others)
    child.result()
    equal([row for row in with_stream.stop_rows() if row["pid"] == child.pid], [], "rows")


def connect_in_a_namespace():
    """In a new network namespace, whose loopback interface must first be set up."""
    if LIBC.unshare(0x40000000):  # CLONE_NEWNET
        return None
    with socket.socket() as sock:
        request = struct.pack("16sh14x", b"lo", 1)  # IFF_UP
        fcntl.ioctl(sock, 0x8914, request)  # SIOCSIFFLAGS
    with listener() as server, socket.socket() as sock:
        return timed_connect(sock, server.getsockname())


@test
def connect__in_another_network_namespace__netns_is_its_inode():
    child = Child(connect_in_a_namespace, comm=CLIENT, poised=True)
    with_stream = stream("connect", "-p", child.pid)
    child.go()
    want = child.result()
    if not want:
        raise Skip("no network namespace can be made here")
    rows = outgoing(with_stream.stop_rows(), "connect", child.pid)
    equal(len(rows), 1, "rows of the child")
    same_fields(rows[0], settled(want))
    check(rows[0]["netns"] != os.stat("/proc/self/ns/net").st_ino, "it is our own namespace")


# --- closes ---------------------------------------------------------------------------------------

SENT, RECEIVED = 12_345_678, 7


def serve(server, tx, rx, closes):
    """The other end: takes tx bytes, gives rx."""
    sock = server.accept()[0]
    with sock:
        receive(sock, tx)
        sock.sendall(b"r" * rx)
        if not closes:
            equal(sock.recv(1), b"", "after the last byte")


def transfer(server, tx, rx, closes_first):
    """Connects, sends tx bytes, receives rx, and lets both close; what the close must hold."""
    other = Child(serve, server, tx, rx, closes_first == "server")
    with socket.socket(server.family) as sock:
        want = timed_connect(sock, server.getsockname())
        connected = time.monotonic_ns()
        sock.sendall(b"s" * tx)
        receive(sock, rx)
        if closes_first == "server":
            equal(sock.recv(1), b"", "after the last byte")
        shortest = (time.monotonic_ns() - connected) // 1000
    other.result()
    del want["latency_us"]
    want["time"] = want["time"][1]
    return want | {"event": "close", "state": "CLOSED", "tx_bytes": tx, "rx_bytes": rx,
                   "duration_us": shortest}


def check_transfer(address, *args):
    server = listener(address)
    with_stream = stream("connect,close", "-u", UID)
    begin = time.monotonic_ns()
    child = client(transfer, server, *args)
    want = child.result()
    wait_until(lambda: outgoing(with_stream.rows(), "close", child.pid), "the close")
    longest = (time.monotonic_ns() - begin) // 1000
    want["time"] = Within(want["time"], time.time_ns())
    want["duration_us"] = Between(want["duration_us"], longest)
    rows = with_stream.stop_rows()
    equal([row["event"] for row in rows if row["pid"] == child.pid], ["connect", "close"], "events")
    row = outgoing(rows, "close", child.pid)[0]
    check(CLOSE_FIELDS <= row.keys(), f"missing: {CLOSE_FIELDS - row.keys()}")
    same_fields(row, want)
    check(row["rtt_us"] > 0, f"rtt_us is {row['rtt_us']}")
    check(row["retrans"] >= 0, f"retrans is {row['retrans']}")


@test
def close__12345678_sent_7_received_client_closes__exact():
    check_transfer("127.0.0.1", SENT, RECEIVED, "client")


@test
def close__12345678_sent_7_received_server_closes__exact():
    check_transfer("127.0.0.1", SENT, RECEIVED, "server")


@test
def close__12345678_sent_7_received_over_ipv6__exact():
    check_transfer("::1", SENT, RECEIVED, "client")


@test
def close__1_sent_12345678_received__exact():
    check_transfer("127.0.0.1", 1, SENT, "server")


@test
def close__no_byte_client_closes__zero():
    check_transfer("127.0.0.1", 0, 0, "client")


@test
def close__no_byte_server_closes__zero():
    check_transfer("127.0.0.1", 0, 0, "server")


@test
def close__only_received__tx_is_zero():
    check_transfer("127.0.0.1", 0, 1, "server")


def reset(server):
    """Sends 100 bytes that are read, then resets."""
    with socket.socket() as sock:
        sock.connect(server.getsockname())
        other = server.accept()[0]
        sock.sendall(b"s" * 100)
        receive(other, 100)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    other.close()


@test
def close__by_reset__figures_are_exact():
    server = listener()
    with_stream = stream("close", "-u", UID)
    child = client(reset, server)
    child.result()
    wait_until(lambda: outgoing(with_stream.rows(), "close", child.pid), "the close")
    rows = outgoing(with_stream.stop_rows(), "close", child.pid)
    equal(len(rows), 1, "closes")
    same_fields(rows[0], {"tx_bytes": 100, "rx_bytes": 0, "state": "CLOSED", "comm": CLIENT,
                          "rport": server.getsockname()[1]})


def connect_twice(server):
    """Uses one socket for two connections, the second with other figures."""
    with socket.socket() as sock:
        for n in (30, 4):
            sock.connect(server.getsockname())
            other = server.accept()[0]
            sock.sendall(b"s" * n)
            receive(other, n)
            # AF_UNSPEC dissolves the association.
            if LIBC.connect(sock.fileno(), struct.pack("H14x", socket.AF_UNSPEC), 16):
                fail("the socket cannot be disconnected")
            other.close()


@test
def close__socket_used_twice__two_connections():
    server = listener()
    with_stream = stream("connect,close", "-u", UID)
    child = client(connect_twice, server)
    child.result()
    wait_until(lambda: len(outgoing(with_stream.rows(), "close", child.pid)) == 2, "two closes")
    rows = [row for row in with_stream.stop_rows() if row["pid"] == child.pid]
    equal([row["event"] for row in rows], ["connect", "close"] * 2, "events")
    equal([row["tx_bytes"] for row in rows if row["event"] == "close"], [30, 4], "tx_bytes")


# --- in a snapshot --------------------------------------------------------------------------------


def live_and_closed(server, ready_w):
    """One connection that lives on, with 5000 bytes sent; one that is closed, with 30."""
    socks = socket.socket(), socket.socket()
    others = []
    for sock, n in zip(socks, (5000, 30)):
        timed_connect(sock, server.getsockname())
        others.append(server.accept()[0])
        sock.sendall(b"s" * n)
        receive(others[-1], n)
    socks[1].close()
    others[1].close()
    os.write(ready_w, b"r")
    signal.pause()


@test
def snapshot__a_live_and_a_closed_connection__both_with_figures():
    ready_r, ready_w = os.pipe()
    for fd in (ready_r, ready_w):
        cleanup(lambda fd=fd: os.close(fd))
    server = listener()
    with_once = once("-u", UID)
    child = client(live_and_closed, server, ready_w)
    os.read(ready_r, 1)
    rows = [row for row in with_once.stop_snapshot()["connections"] if row["direction"] == "out"]
    equal(len(rows), 2, "connections")
    live, closed = sorted(rows, key=lambda row: row["opened"])
    common = {"pid": child.pid, "uid": UID, "gid": GID, "comm": CLIENT, "direction": "out", "ip": 4,
              "rx_bytes": 0, "ret": 0, "error": None, "rport": server.getsockname()[1]}
    same_fields(live, common | {"state": "ESTAB", "tx_bytes": 5000, "closed": None}, "live")
    same_fields(closed, common | {"state": "CLOSED", "tx_bytes": 30, "tx_rate": 0}, "closed")
    check(ns_of(closed["closed"]) > ns_of(closed["opened"]), "closed before it was opened")


if __name__ == "__main__":
    run_tests()
