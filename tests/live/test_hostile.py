#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever bytes processes put into names and arguments: what leaves is text, CSV cells that no
spreadsheet executes, and JSON that says what they were.
"""

import csv
import gzip
import io
import json
import os
import random
import re
import socket
import sys
import unicodedata

from actors import LIBC, UID, Child, cgroup2_root, known_program, spawn
from harness import (CONNTOP, ROOT, Conntop, check, cleanup, conntop, equal, fail, once_for_all,
                     run_tests, temp_dir, temp_path, test)

sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))

# pylint: disable=wrong-import-position
from rewrite import CGROUP, HEADER_LEN, HOST, PROCESS, USER, entries, put

DEMO = os.path.join(ROOT, "man", "demo.conntop")
CHARSETS = {"UTF-8": (), "ASCII": ("--ascii",)}
COLUMNS = "event,time,pid,pcomm,comm,cgroup,error,laddr,raddr,filename,args"
MARKS_MAX = 2  # on one character
FORMULA = re.compile("[=+\\-@\t\r\n\uff0b\uff0d\uff1d\uff20]")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")

# --- what is hostile ------------------------------------------------------------------------------

SEQUENCES = {
    "csi": b"\x1b[2J\x1b[31m\x1b[6n",
    "osc title": b"\x1b]0;owned\x07",
    "osc 52": b"\x1b]52;c;aGk=\x1b\\",
    "dcs": b"\x1bP+q544e\x1b\\",
    "other strings": b"\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\",
    "reset": b"\x1bc\x1b#8\x1b(0",
    "c1 bytes": b"\x9b31m\x9d0;x\x9c\x90q\x84\x85",
    "c1 as utf-8": "\x9b31m\x9d0;x\x9c\x85".encode(),
    "returns": b"a\rb\r\nc\nd\x0be\x0cf",
    "backspaces": b"abc\b\b\b\x7f\x7f",
    "shifts": b"\x0e\x0f\x05\x07\x18\x1a",
    "tabs": b"a\t\tb",
    "bidi": "\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c".encode(),
    "zero width": "a\u200b\u200c\u200d\u2060\ufeff\u00adb".encode(),
    "separators": "a\u2028b\u2029c".encode(),
    "combining flood": ("e" + "\u0301\u0336\u20dd" * 50).encode(),
    "lone marks": ("\u0301" * 9).encode(),
    "variations": "a\ufe0f\ufe0e\U000e0100b".encode(),
    "tags": "".join(chr(0xe0000 + ord(char)) for char in "hidden").encode(),
    "private use": "\ue000\U000f0000\U0010fffd".encode(),
    "noncharacters": "\ufdd0\uffff\U0001fffe".encode(),
    "stray bytes": b"\x80\xbf\xfe\xff a\xc3",
    "overlong": b"\xc0\xaf\xc1\x9b\xe0\x82\x9b\xf0\x80\x82\x9b\xc0\x80",
    "surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "beyond unicode": b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",
    "cut short": b"\xe4\xbd \xf0\x9f\x98 \xc3",
    "wide": "\u4f60\u597d\U0001f600".encode(),
    "escapes typed": b"\\x1b[31m \\u{202e} \\n",
    "quotes": b"\"',;\"\"\\\" a,b",
    "formula": b"=cmd|'/c calc'!A0",
    "formulas": b"+1+1 -1+1 @SUM(1)",
    "minus": b"-2+3+cmd",
    "at": b"@SUM(A1)",
    "tab formula": b"\t=1+1",
    "full width formula": "\uff1d1+1".encode(),
    "100 KiB": b"\x1b[31m\xff\n" * 12800,
}


def at_random():
    """Pieces of the above in any order, the same in every run."""
    chance = random.Random(6)
    pieces = [bytes([byte]) for byte in range(1, 256)]
    pieces += [data for data in SEQUENCES.values() if len(data) < 300]
    return [b"".join(chance.choices(pieces, k=40)) for _ in range(40)]


ARGUMENTS = [*SEQUENCES.values(), bytes(range(1, 256)), *at_random()]
# Of a file's name the kernel takes the first 15 bytes for comm.
NAMES = list(dict.fromkeys(data.replace(b"/", b"_")[:200] for data in
                           [*SEQUENCES.values(), *at_random()]))


def json_text(data):
    """As the manual says: itself, and of what is not UTF-8 each byte as \\xNN."""
    out = ""
    while data:
        try:
            return out + data.decode()
        except UnicodeDecodeError as error:
            out += data[:error.start].decode() + f"\\x{data[error.start]:02x}"
            data = data[error.start + 1:]
    return out


# --- what it must be like -------------------------------------------------------------------------


def acts(char):
    """Does something to a terminal, or to the order of a line, or is nothing that can be seen."""
    code = ord(char)
    return (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
            or code & 0xfffe == 0xfffe or 0xfdd0 <= code <= 0xfdef)


def check_lines(data, what):
    """Printable UTF-8 in whole lines; those."""
    check(data.endswith(b"\n"), f"{what}: the last line is not whole")
    text = data.decode("utf-8")
    bad = sorted({char for char in text.replace("\n", "") if acts(char)})
    equal(bad, [], f"{what}: characters that are not printable")
    return text.split("\n")[:-1]


def check_text(data, what, ascii_only=False):
    """And each character with few marks; the lines."""
    lines = check_lines(data, what)
    flood = [line for line in lines if any(map(is_flood, re.findall(r"[^\x00-\x7f]+", line)))]
    equal(flood, [], f"{what}: more than {MARKS_MAX} marks on a character")
    beyond = {char for char in data.decode() if ord(char) > 0x7e} if ascii_only else ()
    equal(sorted(beyond), [], f"{what}: beyond ASCII")
    return lines


def is_flood(run):
    marks = "".join("m" if unicodedata.category(char) in ("Mn", "Me") else "." for char in run)
    return "m" * (MARKS_MAX + 1) in marks


def check_csv(data, what, ascii_only=False):
    """RFC 4180, and nothing that a spreadsheet executes; the rows."""
    equal(data.count(b"\r\n"), data.count(b"\n"), f"{what}: ends of lines")
    check_text(data.replace(b"\r\n", b"\n"), what, ascii_only)
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    equal({len(row) for row in rows}, {len(rows[0])}, f"{what}: cells in a row")
    bad = [cell for row in rows for cell in row
           if FORMULA.match(cell) and not NUMBER.fullmatch(cell)]
    equal(bad, [], f"{what}: cells that a spreadsheet takes for a formula")
    return rows


def check_json(data, what):
    """Valid, UTF-8, and harmless where it is printed; the documents, a line each."""
    return [json.loads(line) for line in check_lines(data, what)]


# --- what is done, and seen -----------------------------------------------------------------------


def link_to(program, name):
    path = os.path.join(os.fsencode(temp_dir()), b"names", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.link(program, path)
    return path


def connect_as(name):
    """Both ends are of a process that is called so."""
    LIBC.prctl(15, name)  # PR_SET_NAME
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        server.accept()[0].close()


def act(program, paths):
    for data in ARGUMENTS:
        spawn(program, [data[:200].replace(b"\0", b""), b"<" + data + b">", data])
    for path in paths:
        spawn(path, [path])
    for name in NAMES:
        connect_as(name[:15])


def hostile_cgroup():
    """A control group with such a name, or None where there can be none."""
    root = cgroup2_root()
    if not root:
        return None
    path = os.path.join(os.fsencode(root), b"ct-%d-\x1b[31m\x9b=\xff" % os.getpid() +
                        "\u202e".encode())
    try:
        os.mkdir(path)
    except OSError:
        return None
    cleanup(lambda: os.rmdir(path))
    return path


def in_cgroup(path, func, *args):
    """As root until it is there."""
    if path:
        with open(os.path.join(path, b"cgroup.procs"), "wb") as procs:
            procs.write(b"%d" % os.getpid())
    os.setgroups([])
    os.setgid(UID)
    os.setuid(UID)
    func(*args)


HOSTNAME = b"\x1b]0;h\x07\r\xff=1+1"
RENAMED = """
import ctypes, os, socket, sys
if ctypes.CDLL(None).unshare(0x04000000) == 0:
    socket.sethostname(%r)
os.execv(sys.argv[1], sys.argv[1:])
""" % HOSTNAME

VIEWS = {
    "stream json": ("--stream", "all", "--format", "json"),
    "stream csv": ("--stream", "all", "--format", "csv"),
    "stream text": ("--stream", "all", "--columns", COLUMNS),
    "stream exec": ("--stream", "exec"),
    "once csv": ("--once", "--duration", 1000, "--format", "csv"),
    "once text": ("--once", "--duration", 1000),
}


@once_for_all
def world():
    """What each view said of the same hostile deeds, and the control group of who did them."""
    program = known_program()
    paths = [link_to(program, name) for name in NAMES]
    cgroup, recording = hostile_cgroup(), temp_path("recording")
    views = {f"{name}, {charset}": Conntop(*args, "-u", UID, *option)
             for name, args in VIEWS.items() for charset, option in CHARSETS.items()}
    views["once json"] = Conntop("--once", "--duration", 1000, "--format", "json", "-u", UID,
                                 "--record", recording,
                                 command=(sys.executable, "-c", RENAMED, CONNTOP))
    Child(in_cgroup, cgroup, act, program, paths).result()
    said = {name: view.stop() for name, view in views.items()}
    wrong = {name: result.err for name, result in said.items() if "lost" in result.err}
    equal(wrong, {}, "losses")
    return {name: result.out for name, result in said.items()}, recording, cgroup, paths


# --- live -----------------------------------------------------------------------------------------


@test
def json__hostile__is_valid_and_says_what_it_was():
    said, _, cgroup, paths = world()
    rows = check_json(said["stream json, UTF-8"], "the stream")
    execs = [row for row in rows if row["event"] == "exec"]
    equal(len(execs), len(ARGUMENTS) + len(paths), "execs")
    for data, row in zip(ARGUMENTS, execs):
        want = [data[:200], b"<" + data + b">", data]
        if len(data) < 2000:
            equal(row["args"], [json_text(arg) for arg in want], "args")
        else:
            equal(row["args_truncated"], True, "args_truncated")
            equal(row["args"][0], json_text(want[0]), "the first argument of many")
            check(json_text(want[1]).startswith(row["args"][1][:2000]), "its beginning")
    for path, row in zip(paths, execs[len(ARGUMENTS):]):
        equal(row["filename"], json_text(path), "filename")
        equal(row["comm"], json_text(os.path.basename(path)[:15]), "comm")
    connects = [row for row in rows if row["event"] == "connect"]
    equal([row["comm"] for row in connects], [json_text(name[:15]) for name in NAMES], "comm")
    if cgroup:
        equal({row["cgroup"] for row in rows}, {"/" + json_text(os.path.basename(cgroup))},
              "cgroup")


@test
def json__hostile_snapshot__is_valid_and_says_what_it_was():
    said, _, _, paths = world()
    data = said["once json"]
    check_lines(data, "the snapshot")
    snapshot = json.loads(data)
    if snapshot["host"] != socket.gethostname():  # it could be changed
        equal(snapshot["host"], json_text(HOSTNAME), "host")
    equal(sorted(row["filename"] for row in snapshot["execs"][:len(paths)]),
          sorted(map(json_text, paths)), "filename")
    equal(len(snapshot["execs"]), len(ARGUMENTS) + len(paths), "execs")


def of_view(said, view):
    return {name: data for name, data in said.items() if name.startswith(view)}.items()


@test
def text__hostile__is_printable_and_a_line_an_event():
    said, _, _, paths = world()
    happened = len(said["stream json, UTF-8"].splitlines())
    for view, want in (("stream text", happened), ("stream exec", len(ARGUMENTS) + len(paths)),
                       ("once text", None)):
        for name, data in of_view(said, view):
            lines = check_text(data, name, ascii_only=name.endswith("ASCII"))
            equal(len(lines), want + 1 if want else len(lines), f"{name}: lines with a title")


@test
def csv__hostile__is_printable_and_no_formula():
    said, _, _, _ = world()
    happened = len(said["stream json, UTF-8"].splitlines())
    for name, data in of_view(said, "stream csv"):
        equal(len(check_csv(data, name, ascii_only=name.endswith("ASCII"))), happened + 1,
              f"{name}: rows with a title")
    for name, data in of_view(said, "once csv"):
        check_csv(data, name, ascii_only=name.endswith("ASCII"))


# --- recorded -------------------------------------------------------------------------------------


def check_replays(recording):
    """All that is made of a recording; how many events it has."""
    def replay(*args):
        result = conntop("--replay", recording, "--speed", 0, *args)
        equal(result.status, 0, f"exit status of {args}, which says {result.err}")
        check_text(result.err.encode() + b"\n", f"standard error of {args}", ascii_only=True)
        return result.out

    rows = check_json(replay("--stream", "all", "--format", "json"), "the stream")
    json.loads("".join(check_lines(replay("--once", "--format", "json"), "the snapshot")))
    for option in CHARSETS.values():
        ascii_only = bool(option)
        check_text(replay("--once", *option), "the snapshot", ascii_only)
        check_text(replay("--stream", "all", "--columns", COLUMNS, *option), "the stream",
                   ascii_only)
        folder = temp_path("panes") + "/"
        replay("--once", "--format", "csv", "--output", folder, *option)
        for pane in os.listdir(folder):
            with open(os.path.join(folder, pane), "rb") as file:
                check_csv(file.read(), pane, ascii_only)
        equal(len(check_csv(replay("--stream", "all", "--format", "csv", *option), "the stream",
                            ascii_only)), len(rows) + 1, "rows with a title")
    return len(rows)


@test
def replay__of_hostile_events__is_the_same_and_printable():
    said, recording, _, _ = world()
    equal(check_replays(recording), len(said["stream json, UTF-8"].splitlines()), "events")
    again = conntop("--replay", recording, "--once", "--format", "json")
    check(again.out == said["once json"], "the replay differs from what was seen live")


def with_names(data):
    """The demo, all of whose names of hosts, users, groups and processes are these bytes."""
    with gzip.open(DEMO) as file:
        old = file.read()
    text = data.replace(b"\0", b"")[:200]
    out = [old[:HEADER_LEN]]
    for kind, payload in entries(old):
        if kind == HOST:
            payload = text[:64] + b"\0" + text[:64] + b"\0\0"
        elif kind == USER:
            payload = payload[:4] + text[:31] + b"\0"
        elif kind == CGROUP:
            payload = payload[:8] + b"/" + text + b"\0"
        elif kind == PROCESS:
            payload = payload[:16] + text + b"\0"
        out.append(put(kind, payload))
    path = temp_path("recording")
    with gzip.open(path, "wb", 1) as file:
        file.write(b"".join(out))
    return path


@test
def replay__of_hostile_names__is_printable():
    for what in ("csi", "c1 bytes", "returns", "bidi", "combining flood", "stray bytes",
                 "formula", "tab formula"):
        try:
            check_replays(with_names(SEQUENCES[what]))
        except Exception as error:
            fail(f"names with {what}:", *map(str, error.args))


if __name__ == "__main__":
    run_tests()
