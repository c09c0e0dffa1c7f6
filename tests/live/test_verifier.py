#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel has to look at before conntop's programs run: most of the time that it starts."""

from harness import Skip, check, fdinfo, once, run_tests, test

# Instructions, in all programs together: 23,000 on Linux 6.18. The filter alone took 8,700 in each
# of seven programs before its parts became functions of their own.
MOST = 40000


@test
def programs__verified__each_part_of_them_once():
    with_once = once()
    verified = [int(n) for n in fdinfo(with_once.pid, "verified_insns")]
    if not verified:
        raise Skip("before Linux 5.16 the kernel does not say what it verified")
    check(len(verified) >= 10, f"programs: expected 10 or more, got {len(verified)}")
    check(sum(verified) <= MOST, f"instructions: expected at most {MOST}, got {sum(verified)}",
          f"by program: {verified}")
    with_once.stop()


if __name__ == "__main__":
    run_tests()
