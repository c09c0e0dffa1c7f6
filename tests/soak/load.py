# SPDX-License-Identifier: GPL-2.0-or-later
"""Full load: programs and connections, as many as this machine makes, until it is told to end.

Each generator is a process that counts what it did, and ends by itself at its time.
"""

import os
import socket
import struct
import time

from actors import Child

KINDS = ("exec", "exit", "open", "connect", "accept", "close")


def programs(path, until):
    """Executions one after the other; how many."""
    n = 0
    while time.monotonic() < until:
        os.waitpid(os.posix_spawn(path, [path, f"program-{n}", "argument"], {}), 0)
        n += 1
    return n


def connections(address, until):
    """Connections to itself that the client resets, to leave no TIME-WAIT; how many."""
    n = 0
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as server:
        while time.monotonic() < until:
            client = socket.socket(family)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.connect(server.getsockname())
            accepted = server.accept()[0]
            client.sendall(b"x" * 100)
            accepted.recv(100)
            accepted.close()
            client.close()
            n += 1
    return n


def slowly(func, argument, until, pause_s):
    """The same, in bursts of 50 ms."""
    n = 0
    while time.monotonic() < until:
        n += func(argument, min(until, time.monotonic() + 0.05))
        time.sleep(pause_s)
    return n


class Load:
    """What a user does for some seconds. addresses: those of this machine to connect to."""

    def __init__(self, uid, path, seconds, addresses=("127.0.0.1",), pause_s=0.0):
        until = time.monotonic() + seconds
        jobs = [(programs, path)] + [(connections, address) for address in addresses]
        self.children = [Child(slowly, func, argument, until, pause_s, uid=uid)
                         for func, argument in jobs]

    def happened(self):
        """Waits for the end: how often each kind of event happened. Both ends of a connection
        are opened and closed; the generators themselves exit, too."""
        execs, *connects = [child.result() for child in self.children]
        made = sum(connects)
        return dict(zip(KINDS, (execs, execs + len(self.children), 2 * made, made, made, 2 * made)))
