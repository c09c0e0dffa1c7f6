# SPDX-License-Identifier: GPL-2.0-or-later
"""accept(2) by io_uring(7), with nothing but system calls. Layouts: <linux/io_uring.h>."""

import ctypes
import mmap
import struct

from actors import LIBC
from harness import check

SETUP, ENTER = 425, 426
GETEVENTS = 1
OP_ACCEPT = 13
OFF_CQ_RING, OFF_SQES = 0x8000000, 0x10000000
# Where in struct io_uring_params the offsets of the two rings are.
SQ_OFF, CQ_OFF = 40, 80


class Ring:
    """One that takes one request at a time."""

    def __init__(self):
        params = ctypes.create_string_buffer(120)
        self.fd = LIBC.syscall(SETUP, 4, params)
        if self.fd < 0:
            return
        self.sq_off = struct.unpack_from("10I", params.raw, SQ_OFF)
        self.cq_off = struct.unpack_from("10I", params.raw, CQ_OFF)
        self.sq = mmap.mmap(self.fd, 4096, offset=0)
        self.cq = mmap.mmap(self.fd, 4096, offset=OFF_CQ_RING)
        self.sqes = mmap.mmap(self.fd, 4096, offset=OFF_SQES)

    def accept(self, fd):
        """Waits for a connection: its descriptor."""
        _, tail, mask, _, _, _, array, *_ = self.sq_off
        at = struct.unpack_from("I", self.sq, tail)[0]
        slot = at & struct.unpack_from("I", self.sq, mask)[0]
        struct.pack_into("BBHi56x", self.sqes, slot * 64, OP_ACCEPT, 0, 0, fd)
        struct.pack_into("I", self.sq, array + 4 * slot, slot)
        struct.pack_into("I", self.sq, tail, at + 1)
        check(LIBC.syscall(ENTER, self.fd, 1, 1, GETEVENTS, None, 0) == 1, "io_uring_enter failed")
        return self.take()

    def take(self):
        """The result of what is completed."""
        head, _, mask, _, _, entries, *_ = self.cq_off
        at = struct.unpack_from("I", self.cq, head)[0]
        slot = at & struct.unpack_from("I", self.cq, mask)[0]
        result = struct.unpack_from("i", self.cq, entries + 16 * slot + 8)[0]
        struct.pack_into("I", self.cq, head, at + 1)
        return result
