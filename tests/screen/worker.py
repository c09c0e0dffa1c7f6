#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
A process that does what it is told on standard input, a line at a time: actors.py starts it.

    exec FILE           becomes FILE, a name of the interpreter, under the same PID
    connect HOST PORT [LPORT]   answers the local port
    send LPORT N        sends N bytes over that connection
    close LPORT
    comm TEXT           renames itself; TEXT as Python writes bytes
    run FILE [ARG ...]  runs a program and waits for it; each word as Python writes bytes
    listen HOST         answers the port
    fork PORT           forks a process that accepts a connection and holds it; answers its PID

Each is answered by a line. Connections stay open across exec.
"""

import ast
import os
import signal
import socket
import sys


def read_line():
    """By single bytes: what follows the line belongs to the next image."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            sys.exit(0)
        line += byte
    return line.decode().rstrip("\n")


def answer(text):
    os.write(1, (str(text) + "\n").encode())


def become(name, connections):
    held = sum(connections.values(), [])
    for connection in held:
        connection.set_inheritable(True)
    held = [str(connection.fileno()) for connection in held]
    os.execv(name, [name, "-I", "-S", os.path.abspath(__file__), *held])


def hold(connections, connection):
    """By local port, which one of IPv4 and one of IPv6 may share."""
    connections.setdefault(connection.getsockname()[1], []).append(connection)


def connect(connections, host, port, lport=0):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    connection = socket.socket(family)
    if lport:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind((host, lport))
    connection.connect((host, port))
    number = connection.getsockname()[1]
    hold(connections, connection)
    return number


def run(words):
    pid = os.posix_spawn(words[0], words, os.environ)
    os.waitpid(pid, 0)
    return pid


def listen(listeners, host):
    listener = socket.create_server((host, 0), backlog=64)
    port = listener.getsockname()[1]
    listeners[port] = listener
    return port


def fork_to_accept(listener):
    """The child ends with us, whose end of the pipe it waits for, or when nobody comes."""
    gate, ours = os.pipe()
    pid = os.fork()
    if pid:
        os.close(gate)
        return pid
    os.close(ours)
    signal.alarm(30)
    connection, _ = listener.accept()
    signal.alarm(0)
    os.read(gate, 1)
    connection.close()
    os._exit(0)


def obey(line, connections, listeners):
    verb, *words = line.split(" ")
    if verb == "exec":
        become(words[0], connections)
    if verb == "connect":
        return connect(connections, words[0], *map(int, words[1:]))
    if verb == "send":
        connections[int(words[0])][0].sendall(b"x" * int(words[1]))
    elif verb == "close":
        connections[int(words[0])].pop(0).close()
    elif verb == "comm":
        with open("/proc/self/comm", "wb") as comm:
            comm.write(ast.literal_eval(line.split(" ", 1)[1]))
    elif verb == "run":
        return run(ast.literal_eval(line.split(" ", 1)[1]))
    elif verb == "listen":
        return listen(listeners, words[0])
    elif verb == "fork":
        return fork_to_accept(listeners[int(words[0])])
    return "done"


def main():
    connections, listeners = {}, {}
    for number in map(int, sys.argv[1:]):
        hold(connections, socket.socket(fileno=number))
    answer("ready")
    while True:
        try:
            answer(obey(read_line(), connections, listeners))
        except OSError as error:
            answer(f"failed: {error}")


main()
