# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines around web-03 in the demo: a mirror that serves files, and clients of its web server."""

import http.client
import http.server
import random
import socket
import sys
import threading
import time

BLOCK = b"0123456789abcdef" * 4096


class Mirror(http.server.BaseHTTPRequestHandler):
    """GET /N gives N KiB; PUT takes anything."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        size = int(self.path.split("/")[1].split(".")[0] or 1) * 1024
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        while size > 0:
            size -= self.wfile.write(BLOCK[:min(size, len(BLOCK))])

    def do_PUT(self):
        left = int(self.headers["Content-Length"])
        while left > 0:
            left -= len(self.rfile.read(min(left, len(BLOCK))))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Mirror)

    def handle_error(self, *_):
        pass


def mirror():
    servers = [Server(address) for address in (("198.51.100.7", 80), ("2001:db8:30::7", 80))]
    for server in servers:
        threading.Thread(target=server.serve_forever).start()


def visit(number, rng):
    """A browser: a page and what belongs to it on one connection, then leaves or waits."""
    if number % 3 == 2:
        local, host = f"2001:db8:40::{0x21 + number % 8:x}", "2001:db8:13::13"
    else:
        local, host = f"203.0.113.{21 + number % 12}", "192.0.2.13"
    paths = ["/", "/style.css", "/logo.png"]
    kind = rng.random()
    if kind < 0.3:
        paths.append("/orders")
    elif kind < 0.36:
        paths.append("/release.iso")
    elif kind < 0.42:
        paths = ["/wp-login.php"]
    client = http.client.HTTPConnection(host, 80, timeout=60, source_address=(local, 0))
    try:
        for path in paths:
            client.request("GET", path)
            answer = client.getresponse()
            while answer.read(1 << 16):
                time.sleep(0.004)
        time.sleep(rng.choice((0, 0, 0.5, 4, 12)))
    except OSError:
        pass
    finally:
        client.close()


def clients():
    rng = random.Random(3)
    number = 0
    while True:
        threading.Thread(target=visit, args=(number, rng), daemon=True).start()
        number += 1
        time.sleep(rng.expovariate(1.6))


{"mirror": mirror, "clients": clients}[sys.argv[1]]()
