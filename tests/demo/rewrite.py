# SPDX-License-Identifier: GPL-2.0-or-later
"""Entries of a recording (include/recording.h), and what of them must not leave this machine."""

import gzip
import struct

HEADER_LEN = 16
HOST, ASKED, EVENT, CLOCK, COUNTS, USER, CGROUP, PROCESS, END = range(1, 10)
KINDS = ("exec", "exit", "open", "connect", "accept", "close", "sample", "listener", "pass")

# Where in an event's head and in an exec's parent these are.
PID, PPID = 28, 32
PARENT_PPID = 64 + 16

STAND_IN = b"systemd"  # the comm of what stands for init in the demo


def entries(data):
    """(type, payload) of each entry, of an unpacked recording."""
    at = HEADER_LEN
    while at < len(data):
        word, = struct.unpack_from("<I", data, at)
        yield word & 0xff, data[at + 4:at + 4 + (word >> 8)]
        at += 4 + (word >> 8)


def put(entry_type, payload):
    return struct.pack("<I", entry_type | len(payload) << 8) + payload


def number(text):
    """A kernel's release without what its maker added."""
    return text.split(b"-")[0]


def kind_of(payload):
    return KINDS[payload[24]]


def comm_at(payload, at):
    return payload[at:at + 16].rstrip(b"\0")


def find_init(data):
    """The PID of the stand-in for init: the parent with its name."""
    for entry_type, payload in entries(data):
        if entry_type == EVENT and kind_of(payload) == "exec" and \
                comm_at(payload, 64 + 32) == STAND_IN:
            return struct.unpack_from("<I", payload, PPID)[0]
    return None


def event_of(payload, init):
    """An event whose ancestor, the stand-in, is PID 1."""
    payload = bytearray(payload)
    fields = [PID, PPID] + ([PARENT_PPID] if kind_of(payload) == "exec" else [])
    for at in fields:
        if struct.unpack_from("<I", payload, at)[0] == init:
            struct.pack_into("<I", payload, at, 1)
    if kind_of(payload) == "exec" and comm_at(payload, 64 + 32) == STAND_IN:
        struct.pack_into("<I", payload, PARENT_PPID, 0)
    return bytes(payload)


def process_of(payload, init):
    start, pid, _ = struct.unpack_from("<QII", payload)
    if pid != init:
        return payload
    return struct.pack("<QII", start, 1, 0) + b"/sbin/init\0"


def counts_of(payload):
    """Nothing turned away: what others did at the time is nobody's business."""
    out = bytearray(payload)
    for at in range(8, len(payload) - 8, 24):
        struct.pack_into("<Q", out, at, 0)
    return bytes(out)


def rewritten(entry_type, payload, init, cgroup_prefix):
    if entry_type == HOST:
        name, release = payload.split(b"\0")[:2]
        return name + b"\0" + number(release) + b"\0\0"
    if entry_type == ASKED:  # what the filter kept out is not part of the demo
        return payload[:2] + b"\0" * payload[2:].count(b"\0")
    if entry_type == EVENT:
        return event_of(payload, init)
    if entry_type == COUNTS:
        return counts_of(payload)
    if entry_type == CGROUP and cgroup_prefix:
        return payload[:8] + (payload[8:].replace(cgroup_prefix.encode(), b"", 1)
                              if payload[8:].startswith(cgroup_prefix.encode()) else payload[8:])
    if entry_type == PROCESS:
        return process_of(payload, init)
    return payload


def rewrite(path, out, cgroup_prefix):
    """The recording at `path` as it may be given to others, packed as small as can be."""
    with gzip.open(path) as file:
        data = file.read()
    init = find_init(data)
    parts = [data[:HEADER_LEN]]
    parts += [put(entry_type, rewritten(entry_type, payload, init, cgroup_prefix))
              for entry_type, payload in entries(data)]
    with open(out, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(b"".join(parts))
