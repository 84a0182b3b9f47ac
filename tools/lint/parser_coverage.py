#!/usr/bin/env python3
"""parser_coverage: how much of each parser its fuzz corpus reaches.

usage: parser_coverage.py [TARGET]...

tests/fuzz/parsers.txt names, for each fuzz target, the source files it is about.  Every
target's corpus is replayed on a build with gcc's coverage (preset coverage), and each file
must come to 95 % of its lines.  A file that cannot has its reason beside it there, and the
lines that were not reached are printed either way.
"""
import gzip
import json
import pathlib
import subprocess
import sys

WANTED = 0.95
root = pathlib.Path(__file__).resolve().parents[2]
build = root / 'build' / 'coverage'


def run(*command, **kwargs):
    return subprocess.run([str(c) for c in command], check=True, cwd=root, **kwargs)


def read_table():
    """target -> [(file, reason or '')]"""
    table = {}
    for n, line in enumerate((root / 'tests/fuzz/parsers.txt').read_text().split('\n'), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        target, colon, rest = line.partition(':')
        if not colon:
            sys.exit(f'tests/fuzz/parsers.txt:{n}: no "target: file"')
        path, _, reason = rest.strip().partition(' ')
        if not (root / path).exists():
            sys.exit(f'tests/fuzz/parsers.txt:{n}: there is no {path}')
        table.setdefault(target, []).append((path, reason.strip()))
    return table


def lines_reached(path):
    """line -> was it run, for one source file, from the .gcda that its object left."""
    reached = {}
    for gcda in build.rglob(f'{pathlib.Path(path).name}.gcda'):
        out = run('gcov', '--json-format', '--stdout', gcda, capture_output=True).stdout
        data = json.loads(gzip.decompress(out) if out[:2] == b'\x1f\x8b' else out)
        for f in data['files']:
            if pathlib.Path(f['file']).resolve() == (root / path).resolve():
                for line in f['lines']:
                    n = line['line_number']
                    reached[n] = reached.get(n, False) or line['count'] > 0
    return reached


def main():
    table = read_table()
    targets = sys.argv[1:] or sorted(table)
    run('cmake', '--preset', 'coverage', stdout=subprocess.DEVNULL)
    run('cmake', '--build', '--preset', 'coverage', '-j2', stdout=subprocess.DEVNULL)
    known = {p.stem[:-len('_fuzz')] for p in (root / 'tests/fuzz').glob('*_fuzz.c')}
    bad = [f'{t}: a fuzz target that parsers.txt does not name' for t in sorted(known - set(table))]
    for target in targets:
        for gcda in build.rglob('*.gcda'):
            gcda.unlink()
        run(build / 'bin' / f'{target}_replay', root / 'tests/fuzz/corpus' / target,
            stdout=subprocess.DEVNULL)
        for path, reason in table[target]:
            reached = lines_reached(path)
            share = sum(reached.values()) / len(reached) if reached else 0.0
            missed = [n for n, hit in sorted(reached.items()) if not hit]
            print(f'{share:7.1%}  {target:22} {path}' + (f'  ({reason})' if reason else ''))
            if missed:
                print('           not reached: ' + ' '.join(map(str, missed)))
            if share < WANTED and not reason:
                bad.append(f'{target}: {path} reaches {share:.1%} of its lines')
    print('\n'.join(bad))
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
