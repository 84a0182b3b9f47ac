#!/usr/bin/env python3
"""sizes: how large the firmware is in each build, and where its stack goes.

usage: sizes.py [PRESET]...

For each optimised build in build/PRESET (all that are there, unless named): the sections of
versod, its file without symbols, and the largest stack frames of firmware/, crypto/, drivers/ and
board/, from the .su files that the compiler left (-fstack-usage).  Prints tables for
docs/measures.md.  Ends with 1 if a frame's size is not known when it is compiled.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

PRESETS = ('release', 'clang', 'mbedtls', 'arm64', 'armhf', 'armhf-mbedtls')
OURS = ('firmware', 'crypto', 'drivers', 'board')
FRAMES = 6
root = pathlib.Path(__file__).resolve().parents[2]


def cached(build, name):
    m = re.search(rf'^{name}:\w+=(.*)$', (build / 'CMakeCache.txt').read_text(), re.M)
    return m[1] if m else ''


def sections(build):
    """text, data, bss, bytes of the stripped file"""
    program, strip = build / 'bin' / 'versod', cached(build, 'CMAKE_STRIP')
    size = re.sub(r'strip$', 'size', strip)
    out = subprocess.run([size, program], check=True, capture_output=True, text=True).stdout
    with tempfile.NamedTemporaryFile() as f:
        subprocess.run([strip, '-o', f.name, program], check=True)
        return [int(n) for n in out.splitlines()[1].split()[:3]] + [pathlib.Path(f.name).stat().st_size]


def frames(build):
    """(bytes, function, file), the largest first, and those that grow at run time"""
    found, moving = {}, []
    for su in (s for folder in OURS for s in (build / folder).rglob('*.su')):
        if not su.with_suffix('.o').exists():
            continue  # of a file that is no more
        for line in su.read_text().splitlines():
            where, size, kind = line.split('\t')
            path, function = where.split(':')[0], where.split(':')[-1]
            path = pathlib.Path(path)
            path = path.relative_to(root) if path.is_absolute() else path
            found[function, str(path)] = int(size)
            if kind == 'dynamic':  # not 'dynamic,bounded': arguments pushed for a call
                moving.append(f'{build.name}: {function} in {path}: {kind}')
    return sorted(((n, *k) for k, n in found.items()), reverse=True), moving


def main():
    builds = [root / 'build' / p for p in sys.argv[1:] or PRESETS]
    builds = [b for b in builds if (b / 'bin' / 'versod').exists()]
    if not builds:
        sys.exit('sizes: no optimised build is there')
    rows, lists, bad = [], [], []
    for b in builds:
        found, moving = frames(b)
        if not found:
            sys.exit(f'sizes: {b.name} was built without -fstack-usage')
        bad += moving
        rows.append((b.name, cached(b, 'VERSO_CRYPTO'), *sections(b), found[0][0]))
        lists.append((b.name, found[:FRAMES]))
    print('| preset | crypto | text | data | bss | file, stripped | largest frame |')
    print('|---|---|---|---|---|---|---|')
    for name, crypto, *numbers in rows:
        print(f'| `{name}` | {crypto} | ' + ' | '.join(f'{n:,}'.replace(',', ' ') for n in numbers) + ' |')
    print('\n| preset | largest frames, bytes |\n|---|---|')
    for name, found in lists:
        print(f'| `{name}` | ' + ', '.join(f'`{function}` {n}' for n, function, _ in found) + ' |')
    print('\n'.join(bad))
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
