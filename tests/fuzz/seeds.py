#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seed corpora, tests/fuzz/corpus/TARGET/NAME: what the fuzz targets begin from.

Inputs are as the head of each target says. What the fuzzers found stands beside them, as
found-NAME, and is left alone. Run it after a change here, and commit what it wrote.
"""

import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"

# enum event_kind, enum recording_type
EXEC, EXIT, OPEN, CONNECT, ACCEPT, CLOSE, SAMPLE, LISTENER, PASS = range(9)
RAW, FILTER, SHOW, CLONE = range(9, 13)
(HOST, ASKED, EVENT, CLOCK, COUNTS, USER, CGROUP, PROCESS, END, ANCESTOR) = range(1, 11)

NASTY = {
    "csi": b"\x1b[31mred\x1b[0m",
    "osc52": b"\x1b]52;c;cm0gLXJmIC8=\x07",
    "dcs": b"\x1bP1$r0m\x1b\\",
    "c1": b"\xc2\x9b31m\xc2\x90q\xc2\x9c \x9b31m",
    "lines": b"a\rb\bc\nd\te\x7ff\x00g",
    "bidi": "a\u202eb\u2066c\u2069\u200f\u061cd".encode(),
    "invisible": "a\u200bb\u200dc\ufeffd\u00ade\u2028f".encode(),
    "marks": "e\u0301\u0302\u0303\u0304 \u0301x\ufe0f\u20dd".encode(),
    "wide": "\u6f22\u5b57 \U0001f600\uff21\u1100".encode(),
    "overlong": b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf\xc1\xbf",
    "broken": b"\xed\xa0\x80\xf4\x90\x80\x80\xf7\xbf\xbf\xbf\xfe\xff\x80\xe2\x82",
    "ends": "\U0010ffff\ufffe\ue000\U000e0041\U000e01ef".encode(),
    "formula": b"=HYPERLINK(\"http://x\")\t+1 -1 @A1",
    "flood": b"x" + b"\xcc\x81" * 200 + b"y" * 300,
}


def sanitize():
    for name, text in NASTY.items():
        yield name, bytes([40 << 2]) + text
    everything = b" ".join(NASTY.values())
    for how, name in enumerate(("utf8", "ascii", "c-utf8", "c-ascii")):
        yield f"all-{name}", bytes([how | 19 << 2]) + everything


# --- texts ----------------------------------------------------------------------------------------


def theme():
    folder = HERE.parent.parent / "themes"
    for name in ("default", "gruvbox", "monochrome"):
        text = (folder / f"{name}.theme").read_bytes()
        yield name, text
    yield "short", b"[roles]\ntext = #fff\n"
    yield "palette", (b"[theme]\ndescription = d\n[palette]\nink = #102030\nred = bright-red\n"
                      b"[roles]\ntext = bold ink on red\nsummary = on on\n")
    for n, line in enumerate((b"[s3cr]\ns3cr = 1", b"[roles]\ns3cr = red", b"[roles]\ntext = s3cr",
                              b"[palette]\ns3cr = s3cr", b"s3cr", b"[theme]\ns3cr = s3cr")):
        yield f"secret-{n}", line + b"\n"
    yield "controls", b"[theme]\ndescription = \x1b[31m\xff\n[\x1b]\nx=1\n"


def config():
    yield "all", (b"\x00# ours\n[options]\ndelay = 0.5\ntheme = nord\nnumeric = yes\n"
                  b"columns = pid,comm\nsort = -pid\nmax-rows = 100\n\n"
                  b"[columns]\nexecs = time,pid,args\nconnections = pid,\n  raddr,rport\n"
                  b"[sort]\nexecs = +pid\nremotes = -live\n"
                  b"[keys]\nquit = x q\nfilter-pid = F5 Alt-p\n"
                  b"[filters web]\nport = 80,443\nuid = root\nfollow = yes\n"
                  b"[filters db]\naddr = 10.0.0.0/8 !10.1.2.3\ncomm = post*\n")
    yield "bom", b"\x00\xef\xbb\xbf[options]\r\n  delay = 2 ; why\r\n"
    yield "unknown", b"\x01[colours]\na=b\n[options]\nshine = 1\n[keys]\nfly = f\n"
    yield "twice", b"\x00[options]\ndelay=1\ndelay=2\n[keys]\nquit = p\nfilter-pid = p\n"
    yield "lines", b"\x02[options\nno equals\n= value\n[filters ]\npid = 1\n" + b"x" * 1100
    yield "quotes", b"\x00[options]\ntheme = it's 'so'\ncolumns = a'b,\x1b[31m\n"
    for n, line in enumerate((
            b"[s3cr]\ns3cr = 1", b"[options]\ns3cr = 1", b"[options]\ncolor = s3cr's3cr",
            b"[options]\ndelay = s3cr", b"[options]\ncolumns = 's3cr',s3cr",
            b"[columns]\ns3cr = s3cr",
            b"[sort]\nexecs = s3cr", b"[keys]\ns3cr = x", b"[keys]\nquit = s3cr 's3cr", b"s3cr",
            b"[filters s3cr's]\npid = s3cr", b"[filters a]\ncomm = [s3cr",
            b"[filters \x1bs3cr]\nuid=1")):
        yield f"secret-{n:02}", b"\x00" + line + b"\n"
    yield "continued", b"\x00[filters a]\npid = 1,\n 2,\n\t3\n\n 4\n[options]\nascii\n"


def options():
    lines = (
        "-p 1,2 -u root -P 80-90 -a 10.0.0.0/8 -c nginx* -f -x",
        "--once --duration 2 --format json -o /tmp/x --force",
        "--stream exec,connect --columns time,pid,comm -n",
        "--replay f --speed 4 --pane remotes --sort -rx_rate",
        "--record f -d 0.5 --max-rows 100 --theme nord --color never --ascii",
        "--once --stream all", "--speed 1e3", "-4 -6 --delay=nan", "--du 5", "--co x",
        "-h", "-V", "-- x", "x", "-dq", "--max-rows 99999999999999999999", "--no-config",
        "--replay f --speed x",
        "--numeric=no --ascii=yes", "--once --replay f --speed 0", "-p \x1b[31m", "-\xff",
    )
    for n, line in enumerate(lines):
        yield f"line-{n:02}", b"".join(word.encode("latin-1") + b"\0" for word in line.split())


# --- filters --------------------------------------------------------------------------------------


def subject(how, comm, pid, uid, lport, rport, laddr=b"", raddr=b""):
    size = 16 if how & 4 else 4
    return (struct.pack("<B16sBBHH", how, comm, pid - 1, uid, lport, rport) +
            laddr.ljust(size, b"\0") + raddr.ljust(size, b"\0"))


def filters(*texts):
    return b"".join(text + b"\0" for text in texts)


def filter_():
    web = subject(2, b"nginx", 7, 0, 443, 50000, bytes([10, 1, 2, 3]), bytes([8, 8, 8, 8]))
    six = subject(6, b"a,b [c]", 9, 1, 22, 22, bytes([0x20, 1, 0xd, 0xb8]), b"\0" * 15 + b"\1")
    yield "all", filters(b"7,8,!9", b"root,!1", b"80,443-450,!444", b"10.0.0.0/8 !10.9.0.0/16",
                         b"ng*,!ba?", b"4,6") + web
    yield "none", filters(b"", b"", b"", b"", b"", b"") + six
    yield "six", filters(b"!1", b"1", b"22", b"2001:db8::/32,::1", b"a\\,b\\ \\[c]", b"6") + six
    yield "follow", filters(b"1 !7", b"", b"", b"", b"", b"") + subject(3, b"sh", 7, 1, 0, 0)
    yield "mapped", filters(b"", b"", b"", b"::ffff:10.0.0.0/104,::ffff:0:0/95", b"", b"4") + web
    globs = b"[a-m]*[!0-9][[:alpha:]],\\!x,?????,!*z*"
    yield "globs", filters(b"", b"", b"", b"", globs, b"") + web
    yield "bad", filters(b"0,4194305", b"nobody-here", b"90-80", b"1.2.3.4/33", b"[", b"5") + web
    yield "commas", filters(b"1,,2", b" , ", b"1,", b"!", b"\\", b"!4") + web
    yield "many", filters(b",".join(b"%d" % n for n in range(1, 200)), b"", b"0-65535", b"0/0",
                          b"*" * 20 + b"a*b*c*d*e*f", b"") + web
    for name in ("csi", "broken", "wide"):
        yield name, filters(*([NASTY[name]] * 6)) + subject(2, NASTY[name][:16], 1, 0, 1, 1)


# --- keys -----------------------------------------------------------------------------------------


def prompt():
    draw = b"\xf6\x00\x50\xf6\x01\x08"
    yield "typed", b"1,2,!3" + draw + b"\r" + b"root\t" + draw + b"\x15\x19\x19\x17\xf7\r"
    yield "moves", b"one two three\x01\x06\x02\x05\xf2b\xf2d\x0b\x19\xf2f\x04\x7f" + draw
    yield "history", b"1\r\x10\x0e\x10\x10\xf1\x00\xf1\x01" + b"2\r\x10" + draw
    yield "column", b"\xf5\x02ab\x08\t" + b"r\tp\t\t" + draw + b"\x1b"
    yield "flood", b"\xf4a\xf4b\xf4c\xf4d" + draw + b"\x01\xf4e\x0b\x19\x19\xf7" + draw
    for name in ("marks", "wide", "broken", "bidi", "lines"):
        text = NASTY[name][:200]
        sized = bytes([len(text)]) + text
        yield f"paste-{name}", (b"\xf3" + sized + draw + b"\x02\x02\x04\x7f\x17" + draw +
                                b"\xf5" + sized)
    yield "codes", b"\xf0\xff\xff\x10\xf0\x00\xd8\x00\xf0\x85\x00\x00\xf0\x0e\x20\x00" + draw


def input_():
    keys = b"\x1b[A\x1bOB\x1b[1;5D\x1b[3~\x1b[21~\x1b[[C\x1b\x1b[5~\x1bx\x1b\x7f\x1b"
    mouse = (b"\x1b[<0;10;20M\x1b[<0;10;20m\x1b[<64;1;1M\x1b[M !!\x1b[M#!!\x1b[<0;;m"
             b"\x1b[<9999999999;1;1m")
    paste = b"\x1b[200~a\rb\tc\x1b[A\xc3\xa9\xff\x1b[201~d\x1b[200~e\x03f\x1b[200~"
    strings = b"\x1b]11;rgb:0/0/0\x07\x1bP+r\x1b\\\x1b_x\x1b[?1;2c\x1b[12;\x01\x1bOz\x1b[Z\x1b[11^"
    text = "q\r\n\b\x7f\u00e9\u6f22\U0001f600".encode() + NASTY["broken"]
    for name, data in (("keys", keys), ("mouse", mouse), ("paste", paste), ("strings", strings),
                       ("text", text)):
        yield name, b"\x04" + data
        yield f"{name}-torn", b"\x13" + data
        yield f"{name}-c", b"\x25" + data
    for how_sent, name in ((0x08, "long"), (0xfa, "long-torn")):
        yield name, bytes([how_sent]) + b"\x1b[200~" + b"x" * 1800
    yield "endless", b"\x08\x1b]" + b"x" * 1800


# --- events ---------------------------------------------------------------------------------------


def head(ts_ns, pid, ppid=1, uid=1000, comm=b"curl", kind=0, start=0):
    return struct.pack("<QQQBBHIIIII16s", ts_ns, start, 77, kind, 0, 0, pid, ppid, uid, uid,
                       0xffffffff, comm)


def exec_(ts_ns, pid, filename, args, ret=0, flags=0, total=None, **more):
    body = (head(ts_ns, pid, **more) + struct.pack("<QQIIII16s", 0, 77, 0, 0, 0, 0, b"bash") +
            struct.pack("<iIIHH", ret, flags, len(args) if total is None else total,
                        len(filename), len(args)) + filename + args)
    return bytes([EXEC, len(filename), len(args)]) + body


def exit_(ts_ns, pid, code=0, signal=0):
    return bytes([EXIT]) + head(ts_ns, pid) + struct.pack("<ii", code, signal)


def conn(kind, ts_ns, pid, number, direction=0, ip=4, ret=0, closed=False, flags=0, tx=0):
    raddr = bytes([number % 4]).ljust(16, b"\0")
    body = head(ts_ns, pid) + struct.pack(
        "<QQQQQQ16s16sHHHBBBBHIiIII", number, 0, ts_ns - 500, 0 if ret else ts_ns - 100, tx, 2 * tx,
        bytes([127, 0, 0, 1]).ljust(16, b"\0"), raddr, 40000 + number, 443, 6, ip % 2 or ip - 3,
        direction, 7 if closed else 1, flags, 0, 4026531840, ret, 180, 3, 1)
    return bytes([kind]) + body


def listener(ts_ns, pid, number, accepts=5, ip=6):
    return bytes([LISTENER]) + head(ts_ns, pid) + struct.pack(
        "<QQQ16sHBBIII", number, 0, accepts, b"\0" * 16, 80, ip % 2, 0, 4026531840, 1, 128)


def show(sort=0, how=3, rows=24, cols=120, host=b"web-03"):
    return bytes([SHOW]) + host.ljust(64, b"\0") + bytes([sort, how, rows, cols])


def run(*steps, rows=8, wall=1795232718000000000):
    return bytes([rows - 1]) + struct.pack("<Qq", 9_000_000_000, wall) + b"".join(steps)


def filtering(dimension, text):
    return bytes([FILTER, dimension, len(text)]) + text


S = 1_000_000_000


def events():
    for form, name in enumerate(("text", "csv", "json")):
        yield f"stream-{name}", run(exec_(S, 2, b"/a\0", b"a\0"), conn(OPEN, S, 2, 1),
                                    conn(CONNECT, 2 * S, 2, 1), conn(OPEN, S, 2, 2),
                                    exit_(3 * S, 2), rows=8 + 12 * form)
    yield "execs", run(exec_(S, 2, b"/bin/sh\0", b"sh\0-c\0ls\0"),
                       exec_(S + 1, 3, b"/bin/ls\0", b"ls\0"), exit_(2 * S, 3), show(),
                       exit_(3 * S, 2, 0, 9), show(0x81, 2))
    yield "connection", run(conn(OPEN, S, 2, 1), conn(CONNECT, S + 9, 2, 1),
                            conn(SAMPLE, 2 * S, 2, 1, tx=500), conn(SAMPLE, 3 * S, 2, 1, tx=9500),
                            bytes([PASS]) + head(3 * S, 0), show(5),
                            conn(CLOSE, 4 * S, 2, 1, closed=True, tx=9999), show(0x8f, 7))
    yield "accepted", run(listener(S, 4, 3), conn(OPEN, 2 * S, 4, 2, 1, flags=6),
                          conn(ACCEPT, 2 * S + 5, 5, 2, 1), listener(3 * S, 4, 3, 9), show(3, 0x24))
    yield "failed", run(exec_(S, 2, b"/no\0", b"no\0", -2, 4),
                        conn(CONNECT, S, 2, 1, ret=-111), show(4))
    yield "filtered", run(exec_(S, 2, b"/a\0", b""), conn(OPEN, S, 2, 1),
                          filtering(0, b"2"), show(), filtering(2, b"80"),
                          conn(OPEN, 2 * S, 3, 4), filtering(0, b""), show())
    yield "full", run(*(conn(OPEN, S * n, n, n) for n in range(1, 9)), show(), rows=3)
    yield "lost", run(conn(OPEN, S, 2, 1), bytes([PASS]) + head(5 * S, 0), show(),
                      conn(SAMPLE, 6 * S, 2, 1), show(), bytes([CLONE]), show())
    yield "far", run(exec_(2**64 - 1, 2, b"/a\0", b"a\0"), show(), wall=-2**63)
    yield "raw", run(bytes([RAW, 72, 0]) + head(S, 2, kind=EXIT) + struct.pack("<ii", 300, -1),
                     bytes([RAW, 10, 0]) + b"0123456789", show())
    unended = bytearray(exec_(S, 2, b"no end", b"")[3:])
    unended[24] = EXEC
    yield "raw-unended", run(bytes([RAW]) + struct.pack("<H", len(unended)) + unended, show())
    yield "unended", run(exec_(S, 2, b"\0", b"no end", total=70000), show(0, 0, 9, 41))
    for name, text in NASTY.items():
        file = text[:100].replace(b"\0", b"?") + b"\0"
        yield name, run(exec_(S, 2, file, text[:200], comm=text[:16]),
                        show(0, 2, 11, 200, text[:64]), show(1, 3, 10, 90))


# --- recordings -----------------------------------------------------------------------------------


def how(form, pace=0):
    return bytes([form, pace, 0, 3, 24, 120])


def entry(kind, payload):
    return bytes([kind]) + struct.pack("<H", len(payload)) + payload


def strict(kind, payload):
    return struct.pack("<I", kind | len(payload) << 8) + payload


HOST_TEXT = b"web-03\x006.12.0\0no fexit\0"
ASKED_TEXT = b"\1\1" + b"2\0root\x00443\0\0cu*\x004\0"
CLOCK_BYTES = struct.pack("<Qq", S, 1795232718000000000)
COUNTS_BYTES = struct.pack("<27Q", *range(27)) + struct.pack("<Q", 3)
NAMES = (entry(USER, struct.pack("<I", 1000) + b"alice"),
         entry(CGROUP, struct.pack("<Q", 77) + b"/system.slice/x.service"),
         entry(PROCESS, struct.pack("<QII", 0, 2, 1) + b"curl\0-s\0"),
         entry(ANCESTOR, struct.pack("<QII16s", 0, 1, 0, b"systemd")))


def content():
    return (strict(HOST, HOST_TEXT) + strict(ASKED, ASKED_TEXT) + strict(CLOCK, CLOCK_BYTES) +
            strict(EVENT, head(S, 0, kind=PASS)) + strict(COUNTS, COUNTS_BYTES) + strict(END, b""))


def gzip(data):
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def recording():
    start = entry(HOST, HOST_TEXT) + entry(ASKED, ASKED_TEXT) + entry(CLOCK, CLOCK_BYTES)
    story = b"".join(bytes([EVENT]) + step for step in (
        exec_(S, 2, b"/usr/bin/curl\0", b"curl\0-s\0"), conn(OPEN, S + 5, 2, 1),
        conn(CONNECT, 2 * S, 2, 1), listener(2 * S, 4, 3), conn(SAMPLE, 3 * S, 2, 1, tx=700),
        bytes([PASS]) + head(3 * S, 0), conn(CLOSE, 4 * S, 2, 1, closed=True), exit_(5 * S, 2)))
    whole = start + b"".join(NAMES) + story + entry(COUNTS, COUNTS_BYTES)
    file = gzip(b"CONNTOP\n" + struct.pack("<II", 0x0a0b0c0d, 1) + content())
    yield "whole", how(3) + whole
    yield "cut", how(2) + whole
    for pace in (1, 2, 4, 6, 7, 8, 14):
        yield f"pace-{pace:02}", how(3, pace) + whole
    yield "content", how(1) + content()
    for name, step, ip_at in (("connection", conn(OPEN, S, 2, 1), 150),
                              ("listener", listener(S, 2, 3), 106)):
        body = bytearray(step[1:])
        body[24], body[ip_at] = step[0], 200  # its kind; no family
        yield f"no-family-{name}", (how(1, 2) + strict(ASKED, b"\0\0\0\0\0\0\x004\0") +
                                    strict(CLOCK, CLOCK_BYTES) + strict(EVENT, body))
    yield "longest", how(1, 16) + struct.pack("<I", USER | 65600 << 8) + b"x" * 99
    yield "too-long", how(1) + struct.pack("<I", EVENT | 0xffffff00)
    yield "file", how(0) + file
    yield "file-cut", how(0) + file[:-20]
    yield "file-damaged", how(0) + file[:60] + b"\xff" + file[61:]
    yield "file-newer", how(0) + gzip(b"CONNTOP\n" + struct.pack("<II", 0x0a0b0c0d, 2))
    yield "file-plain", how(0) + b"CONNTOP\n" + struct.pack("<II", 0x0a0b0c0d, 1) + content()
    yield "empty", how(0)
    for name in ("csi", "bidi", "broken"):
        text = NASTY[name]
        yield name, (how(3) + entry(HOST, text + b"\0" + text + b"\0" + text + b"\0") +
                     entry(ASKED, b"\0\0" + text + b"\0") + entry(CLOCK, CLOCK_BYTES) +
                     entry(USER, struct.pack("<I", 1000) + text) +
                     entry(CGROUP, struct.pack("<Q", 77) + text) + story)


TARGETS = {
    "config": config, "events": events, "filter": filter_, "input": input_, "options": options,
    "prompt": prompt, "recording": recording, "sanitize": sanitize, "theme": theme,
}


def main():
    for target, seeds in TARGETS.items():
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.name.startswith("found-"):
                old.unlink()
        for name, data in seeds():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
