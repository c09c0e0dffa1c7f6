# SPDX-License-Identifier: GPL-2.0-or-later
"""The far network of the demo: carries packets between two namespaces, as late as they would be."""

import fcntl
import heapq
import os
import select
import struct
import time

from world import enter_net

TUNSETIFF = 0x400454ca
IFF_TUN, IFF_NO_PI = 1, 0x1000

# Seconds one way by the last byte of the far address; others take DELAY.
DELAYS = {7: 0.009, 0x21: 0.004, 21: 0.006, 22: 0.013, 23: 0.021, 24: 0.038, 25: 0.071}
DELAY = 0.016
LOST = {24: 40, 0x23: 60}  # of the far address, one packet of so many
BLACKHOLE = bytes((203, 0, 113, 99))


def open_end(namespace):
    enter_net(namespace)
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"wan0", IFF_TUN | IFF_NO_PI))
    return fd


def far_address(packet, outgoing):
    """The address at the other end, seen from web-03."""
    if packet[0] >> 4 == 4:
        return packet[16:20] if outgoing else packet[12:16]
    return packet[24:40] if outgoing else packet[8:24]


class Wan:
    def __init__(self):
        self.ends = [open_end("web"), open_end("out")]
        self.waiting = []
        self.n = 0

    def take(self, end):
        """All that is there to be read."""
        while True:
            try:
                packet = os.read(self.ends[end], 65536)
            except BlockingIOError:
                return
            self.n += 1
            far = far_address(packet, end == 0)
            if far == BLACKHOLE or self.n % LOST.get(far[-1], self.n + 1) == 0:
                continue
            due = time.monotonic() + DELAYS.get(far[-1], DELAY)
            heapq.heappush(self.waiting, (due, self.n, 1 - end, packet))

    def give(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(self.waiting)
            try:
                os.write(self.ends[end], packet)
            except OSError:
                pass  # not up yet: lost, as elsewhere

    def run(self):
        while True:
            wait = max(0, self.waiting[0][0] - time.monotonic()) if self.waiting else None
            for fd in select.select(self.ends, [], [], wait)[0]:
                self.take(self.ends.index(fd))
            self.give()


Wan().run()
