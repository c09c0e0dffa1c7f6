# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's application behind its web server: an order is a query."""

import http.server
import subprocess

QUERY = "select count(*), sum(abalance) from pgbench_accounts where bid = 1"


class Orders(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        done = subprocess.run(["/usr/bin/psql", "-Ath", "10.20.0.13", "-d", "shop", "-c", QUERY],
                              stdout=subprocess.PIPE, check=False)
        self.send_response(200 if done.returncode == 0 else 500)
        self.end_headers()
        self.wfile.write(done.stdout)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Orders).serve_forever()
