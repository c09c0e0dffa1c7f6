#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters on address, family and command; what they turn away never reaches the ring buffer.

The same cast acts under each: programs of four names run, and connections are made to four
addresses, by processes of four names.
"""

import os
import socket

from actors import UIDS, Child, known_program, listener
from harness import Skip, check, equal, once, once_for_all, run_tests, stream, test

USER = UIDS[3]

# Connections by the name of who makes them: from which address, to which.
CONNECTS = {"ab-one": ("127.0.0.1", "127.0.0.1"), "ab-two": ("127.0.0.2", "127.0.1.7"),
            "cd": ("::1", "::1"), "e[*]": ("::ffff:127.0.0.1", "::ffff:127.0.0.1")}
# Programs, by the name of their file: that is their command once they have been executed.
EXECS = ("ab-three", "ab-four", "cd-e", "x")


def connect_from(addresses, port):
    local, remote = addresses
    family = socket.AF_INET6 if ":" in local else socket.AF_INET
    with socket.socket(family) as sock:
        sock.bind((local, 0))
        sock.connect((remote, port))


@once_for_all
def ports():
    """Of a listener at all addresses of each family: they stay, whatever test it is."""
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError as error:
            raise Skip(f"no IPv6 on the loopback interface: {error.strerror}") from error
    servers = [socket.socket(family) for family in (socket.AF_INET, socket.AF_INET6)]
    servers[1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    for server, address in zip(servers, ("0.0.0.0", "::")):
        server.bind((address, 0))
        server.listen(1024)
    return servers


def port_to(remote):
    four = "." in remote
    return ports()[0 if four else 1].getsockname()[1]


def cast():
    """Who acts, poised."""
    children = {name: Child(os.execve, known_program(name), [name], {}, uid=USER, comm="poised",
                            poised=True) for name in EXECS}
    for name, addresses in CONNECTS.items():
        children[name] = Child(connect_from, addresses, port_to(addresses[1]), uid=USER, comm=name,
                               poised=True)
    return children


def act_under(*filters):
    """The cast acts under a filter: the names of those seen, and the snapshot."""
    ports()
    children = cast()
    with_once = once("-u", USER, *filters)
    for child in children.values():
        child.go()
        child.result()
    snapshot = with_once.stop_snapshot()
    names = {child.pid: name for name, child in children.items()}
    seen = [[names[row["pid"]] for row in snapshot[pane] if row["pid"] in names]
            for pane in ("execs", "connections")]
    return *map(sorted, seen), snapshot


def check_only(filters, execs, connects):
    """These are seen, and no other event of a connection or program reached the ring buffer."""
    seen_execs, seen_connects, snapshot = act_under(*filters)
    equal(seen_execs, sorted(execs), "execs shown")
    equal(seen_connects, sorted(connects), "connections shown")
    counts = snapshot["events"]
    equal(sum(counts["lost"].values()), 0, "events lost")
    for kind, got, happened in (("exec", execs, EXECS), ("connect", connects, CONNECTS)):
        equal(counts["seen"][kind], len(got), f"{kind} events that reached the ring buffer")
        least = len(happened) - len(got)
        check(counts["filtered"][kind] >= least, f"filtered: {counts['filtered'][kind]}")
    return snapshot


# --- addresses ------------------------------------------------------------------------------------


def check_addresses(text, connects):
    """Addresses say nothing of execs."""
    return check_only(["-a", text], EXECS, connects)


@test
def addr__remote__only_that():
    check_addresses("127.0.1.7", ["ab-two"])


@test
def addr__local__only_that():
    check_addresses("127.0.0.2", ["ab-two"])


@test
def addr__ipv6__only_that():
    check_addresses("::1", ["cd"])


@test
def addr__ipv4__ipv6_sockets_with_ipv4_peers_too():
    check_addresses("127.0.0.1", ["ab-one", "e[*]"])


@test
def addr__prefix__what_lies_in_it():
    check_addresses("127.0.1.0/24", ["ab-two"])
    check_addresses("127.0.0.0/8", ["ab-one", "ab-two", "e[*]"])
    check_addresses("127.0.0.1/31", ["ab-one", "e[*]"])


@test
def addr__prefix_of_no_bits__is_the_whole_family():
    check_addresses("0.0.0.0/0", ["ab-one", "ab-two", "e[*]"])
    check_addresses("::/0", ["cd"])


@test
def addr__ipv6_prefix__what_lies_in_it():
    check_addresses("::/127", ["cd"])
    check_addresses("fe80::/10", [])


@test
def addr__mapped__is_ipv4():
    snapshot = check_addresses("::ffff:127.0.1.7", ["ab-two"])
    equal(snapshot["filters"]["addr"], "127.0.1.7", "the filter told")


@test
def addr__list__any_of_them():
    check_addresses("127.0.1.7 ::1,10.0.0.0/8", ["ab-two", "cd"])


@test
def addr__excluded__all_others():
    check_addresses("!127.0.0.1", ["ab-two", "cd"])
    check_addresses("127.0.0.0/8,!127.0.1.0/24", ["ab-one", "e[*]"])


# --- families -------------------------------------------------------------------------------------


@test
def family__4__ipv4_whatever_the_socket():
    check_only(["-4"], EXECS, ["ab-one", "ab-two", "e[*]"])


@test
def family__6__only_that():
    check_only(["--ipv6"], EXECS, ["cd"])


@test
def family__both__all():
    check_only(["-4", "-6"], EXECS, CONNECTS)


# --- commands -------------------------------------------------------------------------------------


def check_commands(text, execs, connects):
    return check_only(["-c", text], execs, connects)


@test
def comm__name__only_that():
    check_commands("cd", [], ["cd"])


@test
def comm__star__all_that_begin_so():
    check_commands("ab-*", ["ab-three", "ab-four"], ["ab-one", "ab-two"])
    check_commands("*", EXECS, CONNECTS)


@test
def comm__question_mark_and_class__one_character():
    check_commands("ab-[f-t]?*e", ["ab-three"], ["ab-one"])
    check_commands("?", ["x"], [])


@test
def comm__escaped__is_itself():
    check_commands(r"e\[\*\]", [], ["e[*]"])


@test
def comm__list__any_of_them():
    check_commands("x,cd*", ["x", "cd-e"], ["cd"])


@test
def comm__excluded__all_others():
    check_commands("!ab-*", ["cd-e", "x"], ["cd", "e[*]"])


@test
def comm__of_an_exec__is_the_new_one():
    check_commands("poised", [], [])


# --- combined -------------------------------------------------------------------------------------


@test
def addr_family_and_comm__all_must_hold():
    snapshot = check_only(["-a", "127.0.0.0/8,::1", "-4", "-c", "ab-*"],
                          ["ab-three", "ab-four"], ["ab-one", "ab-two"])
    equal([snapshot["filters"][key] for key in ("addr", "comm", "ip", "uid", "pid")],
          ["127.0.0.0/8,::1", "ab-*", "4", str(USER), None], "filters told")


@test
def addr_and_port__both_must_hold():
    check_only(["-a", "127.0.0.0/8", "-P", f"!{port_to('::1')}", "-c", "!ab-one"],
               [name for name in EXECS if name != "ab-one"], ["ab-two", "e[*]"])


@test
def comm__samples_of_living_connections__obey_it_too():
    server = listener()

    def hold():
        with socket.create_connection(server.getsockname()):
            os.write(ready_w, b"r")
            os.read(end_r, 1)

    ready_r, ready_w = os.pipe()
    end_r, end_w = os.pipe()
    children = {name: Child(hold, uid=USER, comm=name) for name in ("ab-one", "cd")}
    os.read(ready_r, 1)
    os.read(ready_r, 1)
    rows = once("-c", "ab*", "-u", USER).stop_snapshot()["connections"]
    equal([row["pid"] for row in rows], [children["ab-one"].pid], "PIDs")
    for fd in (ready_r, ready_w, end_r, end_w):
        os.close(fd)


@test
def stream__filtered_by_addr_and_comm__prints_no_other():
    ports()
    children = cast()
    with_stream = stream("exec,connect", "-u", USER, "-a", "127.0.0.0/8", "-c", "*o*")
    for child in children.values():
        child.go()
        child.result()
    got = [(row["event"], row["comm"]) for row in with_stream.stop_rows()]
    equal(sorted(got), [("connect", "ab-one"), ("connect", "ab-two"), ("exec", "ab-four")], "rows")


if __name__ == "__main__":
    run_tests()
