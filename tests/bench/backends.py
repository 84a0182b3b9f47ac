#!/usr/bin/env python3
"""backends: what the crypto backends cost side by side, measured in one run.

usage: backends.py [BUILD-OF-OPENSSL BUILD-OF-MBEDTLS [MILLISECONDS per figure]]

Runs primitive_bench and crypto_bench of both builds in turn (build/clang and build/mbedtls,
100) and prints a table: microseconds of CPU a call on this machine, and sizes in bytes.
"""
import pathlib, re, subprocess, sys

BUILDS = [pathlib.Path(p) for p in (sys.argv[1:3] or ('build/clang', 'build/mbedtls'))]
MILLISECONDS = sys.argv[3] if len(sys.argv) > 3 else '100'


def lines(build, program):
    return subprocess.run([build / 'bin' / program, MILLISECONDS], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.splitlines()


def primitives(build):
    rows = (line.split('\t') for line in lines(build, 'primitive_bench') if '\t' in line)
    return {name: float(ours) for name, ours, _ in rows}


def signatures(build):
    found = (re.match(r'(.{26}) +([\d.]+)(?: +[\d.]+){5}$', line)
             for line in lines(build, 'crypto_bench'))
    return {m[1].strip() + ' verify': float(m[2]) for m in found if m}


def size(path):
    text, data, bss = subprocess.run(['size', path], check=True, text=True,
                                     stdout=subprocess.PIPE).stdout.splitlines()[1].split()[:3]
    return int(text) + int(data) + int(bss)


def library(build):
    """The crypto library that versod of this build loads."""
    out = subprocess.run(['ldd', build / 'bin/versod'], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    return re.search(r'lib(?:mbed)?crypto\.so\S* => (\S+)', out)[1]


def row(name, a, b, form):
    print(f'| {name} | {form(a)} | {form(b)} | {b / a:.1f} |')


print('| | OpenSSL | mbedTLS | ratio |\n|---|---|---|---|')
for measure in primitives, signatures:
    ours, theirs = (measure(build) for build in BUILDS)
    assert ours and ours.keys() == theirs.keys()
    for name in ours:
        row(name, ours[name], theirs[name], '{:.1f}'.format)
row('versod, bytes', *(size(build / 'bin/versod') for build in BUILDS), str)
row('its crypto library, bytes', *(size(library(build)) for build in BUILDS), str)
