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

Each is answered by a line. Connections stay open across exec.
"""

import ast
import os
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
    for connection in connections.values():
        connection.set_inheritable(True)
    held = [str(connection.fileno()) for connection in connections.values()]
    os.execv(name, [name, "-I", "-S", os.path.abspath(__file__), *held])


def connect(connections, host, port, lport=0):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    connection = socket.socket(family)
    if lport:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind((host, lport))
    connection.connect((host, port))
    number = connection.getsockname()[1]
    connections[number] = connection
    return number


def run(words):
    pid = os.posix_spawn(words[0], words, os.environ)
    os.waitpid(pid, 0)
    return pid


def obey(line, connections):
    verb, *words = line.split(" ")
    if verb == "exec":
        become(words[0], connections)
    if verb == "connect":
        return connect(connections, words[0], *map(int, words[1:]))
    if verb == "send":
        connections[int(words[0])].sendall(b"x" * int(words[1]))
    elif verb == "close":
        connections.pop(int(words[0])).close()
    elif verb == "comm":
        with open("/proc/self/comm", "wb") as comm:
            comm.write(ast.literal_eval(line.split(" ", 1)[1]))
    elif verb == "run":
        return run(ast.literal_eval(line.split(" ", 1)[1]))
    return "done"


def main():
    connections = {}
    for number in map(int, sys.argv[1:]):
        connection = socket.socket(fileno=number)
        connections[connection.getsockname()[1]] = connection
    answer("ready")
    while True:
        try:
            answer(obey(read_line(), connections))
        except OSError as error:
            answer(f"failed: {error}")


main()
