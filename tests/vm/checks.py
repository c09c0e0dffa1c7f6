# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of one guest: what conntop sees there, and shows."""
import re
from datetime import datetime

from results import check, expect, expect_fields, one

START_LIMIT_S = 30
RECORD_ARGS = ["", 'a\ttab and "quotes"', "back\\slash", "new\nline", "ünïcode", "$HOME"]


@check
def boot__kernel_is_the_one_booted(r):
    expect(r.fact("boot", "release"), r.release, "release")
    return f"up after {r.fact('boot', 'uptime')} s, all done after {r.facts('boot').get('end')} s"


@check
def load__verifier_accepts_the_programs(r):
    expect(r.fact("load", "status"), "0", "\n".join(r.text("load", "err") + r.text("load", "debug"))
           + "\nstatus")
    expect(r.snapshot("load")["kernel"], r.release, "kernel in the snapshot")


@check
def start__until_attached_is_bounded(r):
    took = float(r.fact("exec_text", "attached")) - float(r.fact("exec_text", "began"))
    expect(r.fact("exec_text", "status"), "0", r.complaint("exec_text") + "\nstatus")
    assert took < START_LIMIT_S, f"expected less than {START_LIMIT_S} s, got {took:.2f} s"
    return f"{took:.2f} s from the start to attached"


@check
def start__no_tracefs_works_without(r):
    mounts = r.text("after", "mounts")
    assert mounts, "no mounts told"
    expect([line for line in mounts if "tracefs" in line or "debugfs" in line], [], "mounts")
    expect(r.fact("load", "status"), "0", "status")


@check
def exec_stream__line_is_right(r):
    pid, ppid = r.fact("exec_text", "pid", "record"), r.fact("exec_text", "ppid", "record")
    lines = r.text("exec_text", "out")
    expect(lines[:1], ["PCOMM            PID    PPID   RET ARGS"], r.complaint("exec_text"))
    wanted = f"{'init':16} {pid:6} {ppid:6} {0:3} /bin/guest record one two words"
    expect([line for line in lines if " /bin/guest " in line], [wanted], "the line of the exec")


@check
def connect_stream__line_is_right(r):
    pid = r.fact("connect_text", "pid", "talk")
    lines = r.text("connect_text", "out")
    expect(lines, ["PID    COMM         IP SADDR            DADDR            DPORT",
                   f"{pid:6} {'guest':12} 4  {'127.0.0.1':16} {'127.0.0.1':16} 7001"],
           r.complaint("connect_text"))


@check
def exec__json_fields_are_exact(r):
    row = one(r.events("json"), "exec", event="exec", pid=r.number("json", "record", "pid"))
    expect_fields(row, ppid=1, uid=0, gid=0, loginuid=None, comm="guest", pcomm="init", ret=0,
                  error=None, filename="/bin/guest", args_truncated=False,
                  args=["guest", "record"] + RECORD_ARGS)


def check_connection(r, kind, address, ip, tx, rx, rport):
    rows = r.events("json")
    lport = r.number("json", kind, "lport")
    known = {"pid": r.number("json", kind, "pid"), "ppid": 1, "uid": 0, "gid": 0, "comm": "guest",
             "direction": "out", "ip": ip, "proto": "tcp", "laddr": address, "raddr": address,
             "lport": lport, "rport": rport, "ret": 0, "error": None,
             "netns": int(re.sub(r"\D", "", r.fact("json", "netns")))}
    connect = one(rows, "connect", event="connect", lport=lport)
    close = one(rows, "close", event="close", lport=lport)
    expect_fields(connect, **known)
    expect_fields(close, state="CLOSED", tx_bytes=tx, rx_bytes=rx, retrans=0, **known)
    assert 0 < connect["latency_us"] < 60e6, f"latency_us: {connect['latency_us']}"
    assert 0 < close["rtt_us"] < 60e6, f"rtt_us: {close['rtt_us']}"
    assert connect["latency_us"] <= close["duration_us"], f"duration_us: {close['duration_us']}"


@check
def connection__ipv4_client_closes_figures_are_exact(r):
    check_connection(r, "talk4", "127.0.0.1", 4, 1000, 70000, 7004)


@check
def connection__ipv6_server_closes_figures_are_exact(r):
    check_connection(r, "talk6", "::1", 6, 3, 5, 7006)


@check
def accept__by_a_forked_worker_is_the_workers(r):
    rows = r.events("json")
    lport, pid = r.number("json", "talk4", "lport"), r.number("json", "talk4", "pid")
    accept = one(rows, "accept", event="accept", rport=lport)
    close = one(rows, "close", event="close", rport=lport)
    expect_fields(accept, direction="in", lport=7004, ppid=pid, comm="guest")
    assert accept["pid"] != pid, "the listener's owner, not the worker"
    expect_fields(close, direction="in", pid=accept["pid"], tx_bytes=70000, rx_bytes=1000)
    expect(r.complaint("json"), "", "standard error")


@check
def connect__refused_tells_the_error(r):
    row = one(r.events("json"), "connect", pid=r.number("json", "refused", "pid"), event="connect")
    expect_fields(row, raddr="127.0.0.1", rport=7009, ret=-111, error="ECONNREFUSED",
                  uid=0, comm="guest")


@check
def stream__times_never_go_back(r):
    times = [row["time"] for row in r.events("json")]
    assert len(times) >= 6, f"expected six events or more, got {len(times)}"
    expect(times, sorted(times), "times")
    datetime.strptime(times[0][:26], "%Y-%m-%dT%H:%M:%S.%f")


@check
def stream__while_it_runs_holds_no_privilege(r):
    status = dict(re.split(r":\s+", line, 1) for line in r.text("json", "proc") if ":\t" in line)
    none = "0" * 16
    expect_fields(status, NoNewPrivs="1", CapInh=none, CapPrm=none, CapEff=none, CapBnd=none,
                  CapAmb=none, Seccomp="2")


@check
def stream__under_sudo_runs_and_writes_as_the_user(r):
    status = dict(re.split(r":\s+", line, 1) for line in r.text("pid", "proc") if ":\t" in line)
    expect_fields(status, Uid="1000\t1000\t1000\t1000", Gid="1000\t1000\t1000\t1000",
                  CapEff="0" * 16)
    expect(r.fact("pid", "owner"), "1000:1000:600", "owner and mode of the file")


@check
def filter_pid__another_connects_is_not_sent(r):
    pid = r.number("pid", "wanted", "pid")
    assert r.number("pid", "other", "pid") != pid, "the other is the same"
    rows = r.events("pid", "json")
    expect({row["pid"] for row in rows}, {pid}, "pids")
    row = one(rows, "close", event="close")
    expect_fields(row, rport=7011, tx_bytes=11, rx_bytes=12)


@check
def filter_user__another_connects_is_not_sent(r):
    rows = r.events("user")
    expect({row["uid"] for row in rows}, {1000}, "uids")
    row = one(rows, "close", event="close", direction="out")
    expect_fields(row, pid=r.number("user", "wanted", "pid"), rport=7021, tx_bytes=21, rx_bytes=22,
                  gid=1000)
    one(rows, "exec", event="exec", filename="/bin/guest")


@check
def filter_port__range_with_exclusion_holds(r):
    r.number("port", "under", "lport")
    r.number("port", "excluded", "lport")
    expect([(row["event"], row["rport"], row["pid"]) for row in r.events("port")
            if row["direction"] == "out"],
           [(event, 7032, r.number("port", "wanted", "pid")) for event in ("connect", "close")],
           "events")


def outgoing(snapshot):
    return sorted(row["rport"] for row in snapshot["connections"] if row["direction"] == "out")


@check
def once__snapshot_has_rows_and_no_loss(r):
    expect((r.fact("once", "status"), r.text("once", "err")), ("0", []), "status and stderr")
    snapshot = r.snapshot("once")
    expect_fields(snapshot, kernel=r.release, filters={
        "pid": None, "uid": None, "port": "7040-7049", "addr": None, "comm": None, "ip": None,
        "follow": False})
    expect_fields(one(snapshot["connections"], "closed", rport=7040), state="CLOSED", tx_bytes=41,
                  rx_bytes=42, pid=r.number("once", "closed", "pid"))
    expect(outgoing(snapshot), [7040, 7041], "ports")
    expect_fields(one(snapshot["execs"], "exec", pid=r.number("once", "record", "pid")),
                  args=["guest", "record", "snapshot"])


@check
def once__counters_seen_filtered_and_none_lost(r):
    events = r.snapshot("once")["events"]
    expect({kind: events["seen"][kind] for kind in ("open", "connect", "close")},
           {"open": 2, "connect": 2, "close": 2}, "seen")
    expect({kind: events["filtered"][kind] for kind in ("open", "connect", "close")},
           {"open": 1, "connect": 1, "close": 2}, "filtered in the kernel")
    expect((set(events["lost"].values()), events["missed"]), ({0}, 0), "lost, missed")


@check
def once__living_connection_is_sampled(r):
    row = one(r.snapshot("once")["connections"], "living", rport=7041)
    expect_fields(row, state="ESTAB", tx_bytes=100000, rx_bytes=200000, ip=6, closed=None,
                  pid=r.number("once", "living", "pid"), lport=r.number("once", "living", "lport"))


@check
def once__text_has_names_from_passwd(r):
    expect((r.fact("names", "status"), r.text("names", "err")), ("0", []), "status and stderr")
    lines = r.text("names", "out")
    for kind, user in (("known", "tester"), ("unknown", "4242")):
        pid = r.fact("names", "pid", kind)
        found = [line.split()[1:3] for line in lines if f" {pid} " in line]
        expect(found, [[pid, user]], "PID and USER of the row")


@check
def static__unknown_user_loads_no_library(r):
    expect((r.fact("no_user", "status"), r.text("no_user", "err")[:1]),
           ("2", ["conntop: unknown user 'nobody-of-that-name'"]), "status and stderr")
    expect(r.fact("names", "trap"), "unsprung", "library of nsswitch.conf")


@check
def screen__port_filter_is_set_without_privilege(r):
    before = r.snapshot("screen", "wide")
    expect(outgoing(before), [7100, 7500], "ports before")
    narrowed = r.snapshot("screen", "narrowed")
    expect(narrowed["filters"]["port"], "7300", "filter")
    row = one(narrowed["connections"], "narrowed", direction="out")
    expect_fields(row, rport=7300, tx_bytes=71, rx_bytes=72,
                  pid=r.number("screen", "wanted", "pid"))
    r.number("screen", "other", "lport")
    expect({kind: narrowed["events"]["filtered"][kind] for kind in ("open", "connect", "close")},
           {"open": 1, "connect": 1, "close": 2}, "filtered in the kernel")
    expect(set(narrowed["events"]["lost"].values()), {0}, "lost")


@check
def screen__user_filter_is_set_without_privilege(r):
    snapshot = r.snapshot("screen", "user")
    expect((snapshot["filters"]["uid"], snapshot["filters"]["port"]), ("tester", None), "filters")
    row = one(snapshot["connections"], "the user's", direction="out")
    expect_fields(row, rport=7601, uid=1000, tx_bytes=81, rx_bytes=82,
                  pid=r.number("screen", "users", "pid"))
    r.number("screen", "stranger", "lport")


@check
def screen__filter_lifted_living_connection_is_back(r):
    lifted = r.snapshot("screen", "lifted")
    expect(lifted["filters"]["port"], None, "filter")
    expect_fields(one(lifted["connections"], "living", rport=7500), state="ESTAB", tx_bytes=51,
                  rx_bytes=52, pid=r.number("screen", "living", "pid"))


@check
def screen__failures_watched_without_privilege__failed_exec_is_there(r):
    failed = [row for row in r.snapshot("screen", "failed")["execs"]
              if row["filename"] == "/bin/no-such-program"]
    assert failed, "no row"
    expect_fields(failed[0], ret=-2, error="ENOENT", args=["/bin/no-such-program", "one", "two"],
                  args_truncated=False)


@check
def older__connection_opened_before_start__both_ends_are_owned(r):
    snapshot = r.snapshot("older")
    known = {"state": "ESTAB", "opened": None, "comm": "guest"}
    pid = r.number("older", "living", "pid")
    out = one(snapshot["connections"], "client", direction="out")
    expect_fields(out, rport=7060, pid=pid, tx_bytes=61, rx_bytes=62, **known)
    into = one(snapshot["connections"], "server", direction="in")
    expect_fields(into, lport=7060, ppid=pid, tx_bytes=62, rx_bytes=61, **known)


@check
def screen__quit_ends_well(r):
    expect(r.fact("screen", "status"), "0", "status")
    assert int(r.fact("screen", "title")) > 0, "the name was never on the screen"


@check
def screen__unknown_terminal_is_one_sentence(r):
    expect(r.fact("terminal", "status"), "1", "status")
    lines = r.text("terminal", "log")
    assert len(lines) == 1 and re.search(r"^conntop: .*nosuch", lines[0]), f"got: {lines!r}"
