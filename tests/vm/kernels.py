# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernels, taken by name with apt and kept."""
import glob
import os
import re
import shutil
import subprocess
import tempfile


class Unavailable(Exception):
    """Why something cannot be had here."""


def output_of(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise Unavailable(f"{command[0]}: {lines[-1]}")
    return done.stdout


def version_key(name):
    return [int(number) for number in re.findall(r"\d+", name)]


def name_of(series):
    """What the packages of a series are called: of 6.12, neither rt nor cloud; of 6.12-rt, rt."""
    number, _, flavour = series.partition("-")
    return re.compile(rf"linux-image-{re.escape(number)}\.\d+(-\d+|\+deb\d+)*"
                      + (f"-{re.escape(flavour)}" if flavour else "") + "-amd64")


def package_of(series):
    """The newest package of a series that apt knows."""
    names = output_of("apt-cache", "pkgnames", f"linux-image-{series.partition('-')[0]}.").split()
    names = sorted(filter(name_of(series).fullmatch, names), key=version_key)
    if not names:
        raise Unavailable(f"apt knows no linux-image of {series} for amd64 (apt-get update?)")
    return names[-1]


def kept_packages(series, folder):
    """The .debs of a series that are there already, the newest last."""
    files = [file for file in os.listdir(folder) if file.endswith(".deb")
             and name_of(series).fullmatch(file.partition("_")[0])]
    return [os.path.join(folder, file) for file in sorted(files, key=version_key)]


def package_file(series, folder):
    """Its .deb: just got, or else the newest that is already there."""
    try:
        package = package_of(series)
        # As root apt gets files as another user, who may not write here.
        sandbox = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
        output_of("apt-get", "-q", *sandbox, "download", package, cwd=folder)
    except (Unavailable, OSError) as error:
        if not kept_packages(series, folder):
            raise Unavailable(f"no kernel: {error}") from error
    return kept_packages(series, folder)[-1]


def kernel_of(series, folder):
    """Path of a kernel's image and its release; what was got for it is kept in the folder."""
    package = package_file(series, folder)
    unpacked = package[:-len(".deb")]
    if not glob.glob(os.path.join(unpacked, "boot", "vmlinuz-*")):
        shutil.rmtree(unpacked, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder) as whole:
            output_of("dpkg-deb", "-x", package, whole)
            os.makedirs(os.path.join(unpacked, "boot"))
            for image in glob.glob(os.path.join(whole, "boot", "vmlinuz-*")):
                shutil.move(image, os.path.join(unpacked, "boot"))
    image = glob.glob(os.path.join(unpacked, "boot", "vmlinuz-*"))[0]
    return image, os.path.basename(image)[len("vmlinuz-"):]
