"""matrix: every way into a chip with every proof that it is genuine, over libnfc and a PN532.

    matrix.py            a sample in which every value of every column occurs; for every run
    matrix.py --all      all of it; prints the table

The cells are those of tests/recipes/matrix.py.  One is green if the verdict is pass, the way in and the
suite are the ones that were asked for, and the proof is successful.
"""
import importlib.util
import os
import shutil
import sys
import unittest

import house

_spec = importlib.util.spec_from_file_location('recipes_matrix', os.path.join(house.RECIPES, 'matrix.py'))
recipes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(recipes)

MODP = {0: 'DH-1024', 1: 'DH-2048', 2: 'DH-2048'}
CHECKS = {'none': [], 'aa-rsa': ['ele.chipauth.aa'], 'aa-ecdsa': ['ele.chipauth.aa'],
          'ca-dh': ['ele.chipauth.ca'], 'ca-ecdh': ['ele.chipauth.ca'],
          'ca-ta': ['ele.chipauth.ca', 'ele.access.ta']}


def sample(every_cell):
    """Each group and each suite with each way in, each proof with each way in: no pair is left out."""
    seen, some = set(), []
    for cell, words in every_cell:
        access, group, suite, proof = cell
        news = {(access, group), (access, suite), (access, proof), (suite, proof)} - seen
        if (access, group) in news or len(news) > 1:
            seen |= news
            some.append((cell, words))
    return some


def name_of(cell):
    return '_'.join(cell)


def make(cell, words):
    settings = [a for w in words for a in ('--set', w)]
    return house.make(house.path('cells', name_of(cell)), 'matrix', *settings, '--keys', house.path('keys'))


def wanted_facts(cell):
    access, group, suite, _ = cell
    if 'pace' not in access:
        return {'access.protocol': {'plain': 'none', 'bac': 'BAC'}[access]}
    domain = {**{str(k): v for k, v in {**MODP, **recipes.EC}.items()}}[group]
    mapping = access[len('pace-'):].upper()
    return {'access.protocol': 'PACE', 'access.suite': '%s %s %s' % (mapping, suite.upper(), domain)}


def wrong(cell, status, report):
    """What is not as it must be; empty if the cell is green."""
    access, _, _, proof = cell
    bad = [] if status == house.PASS else ['verdict %s: %s' % (report['verdict'], report['grounds'][:2])]
    for key, value in wanted_facts(cell).items():
        if report['facts'].get(key) != value:
            bad.append('%s is %s' % (key, report['facts'].get(key)))
    for check in CHECKS[proof] + (['ele.chipauth.cam', 'ele.cardsecurity'] if access == 'pace-cam' else []):
        if house.result_of(report, check) != 'successful':
            bad.append('%s %s' % (check, house.checks_of(report)[check]))
    for group in ('DG3', 'DG4') if proof == 'ca-ta' else ():
        if report['groups'].get(group) != 'identical':
            bad.append('%s %s' % (group, report['groups'].get(group)))
    return '; '.join(bad)


def inspect(desk, cell, folder):
    terminal = ['--terminal', os.path.join(folder, 'terminal')] if cell[3] == 'ca-ta' else []
    desk.put(folder)
    return wrong(cell, *desk.reader.inspect(house.mrz_lines(folder), *terminal))


def run(some):
    """cell -> what is wrong with it"""
    first, result = make(*some[0]), {}
    trust = house.bundle('matrix', inputs=[os.path.join(first, f) for f in ('csca.cer', 'csca.crl')])
    with house.Desk(first, options=house.trust_of(trust)) as desk:
        for n, (cell, words) in enumerate(some):
            if sys.stderr.isatty():
                print('\r%d of %d %-50s' % (n + 1, len(some), name_of(cell)), end='', file=sys.stderr)
            folder = make(cell, words)
            result[cell] = inspect(desk, cell, folder)
            if folder != first:
                shutil.rmtree(folder)
    return result


def table(result):
    """A line for each way in, a column for each proof: ok, RED, or nothing where there is no such cell."""
    ways = dict.fromkeys(c[:3] for c in result)
    lines = ['%-36s' % 'way in' + ' '.join('%-8s' % p for p in recipes.PROOFS)]
    for way in ways:
        access, group, suite = way
        domain = {**{str(k): v for k, v in {**recipes.DH, **recipes.EC}.items()}}.get(group, '')
        marks = [{None: '', '': 'ok'}.get(result.get((*way, p)), 'RED') for p in recipes.PROOFS]
        lines.append('%-36s' % ('%-9s %-16s %s' % (access, domain, suite)) + ' '.join('%-8s' % m for m in marks))
    return '\n'.join(lines)


class Matrix(unittest.TestCase):
    maxDiff = None

    def test_every_cell_is_green(self):
        every = list(recipes.cells())
        result = run(every if '--all' in sys.argv else sample(every))
        print('\n=== table: ways into a chip, and proofs that it is genuine\n' + table(result))
        print('%d of %d cells, %d green' % (len(result), len(every), sum(not w for w in result.values())))
        print('=== end of table')
        self.assertEqual({name_of(c): w for c, w in result.items() if w}, {})


if __name__ == '__main__':
    house.main(['matrix.py'])
