"""matrix: every way into a chip with every proof that it is genuine, over libnfc and a PN532.

    matrix.py            a sample in which every value of every column occurs; for every run
    matrix.py --all      all of it; prints the table

A cell is green if the verdict is pass, the way in and the suite are the ones that were asked for, and
the proof is successful.  What the standard does not allow is not there: CAM is ECDH and AES only, IM
cannot map onto P-224, BAC is 3DES.
"""
import itertools
import os
import shutil
import sys
import unittest

import house

DH_GROUPS = {0: 'DH-1024', 1: 'DH-2048', 2: 'DH-2048'}
EC_GROUPS = {8: 'secp192r1', 9: 'brainpoolP192r1', 10: 'secp224r1', 11: 'brainpoolP224r1', 12: 'secp256r1',
             13: 'brainpoolP256r1', 14: 'brainpoolP320r1', 15: 'secp384r1', 16: 'brainpoolP384r1',
             17: 'brainpoolP512r1', 18: 'secp521r1'}
SUITES = {'3des': '3DES', 'aes-128': 'AES-128', 'aes-192': 'AES-192', 'aes-256': 'AES-256'}

# proof: what the document gets for it, and the checks that must be successful
PROOFS = {
    'none': ({}, []),
    'AA-RSA': ({'aa.key': 'rsa-2048'}, ['ele.chipauth.aa']),
    'AA-ECDSA': ({'aa.key': 'ec:brainpoolP256r1'}, ['ele.chipauth.aa']),
    'CA-DH': ({'ca.key': 'dh:dh_2048_256'}, ['ele.chipauth.ca']),
    'CA-ECDH': ({'ca.key': 'ec:brainpoolP256r1'}, ['ele.chipauth.ca']),
    'CA+TA': ({}, ['ele.chipauth.ca', 'ele.access.ta']),
}


def ways():
    """(way, parameter id, suite): all that the standard allows"""
    yield 'plain', None, None
    yield 'BAC', None, '3des'
    for suite in SUITES:
        for mapping, groups in (('GM', {**DH_GROUPS, **EC_GROUPS}), ('IM', {**DH_GROUPS, **EC_GROUPS}),
                                ('CAM', EC_GROUPS)):
            for group in groups:
                if not (mapping == 'CAM' and suite == '3des') and not (mapping == 'IM' and group == 10):
                    yield mapping, group, suite


def cells():
    return list(itertools.product(ways(), PROOFS))


def sample():
    """Every way in with some proof, every proof with some way in: each value of each column."""
    seen, some = set(), []
    proofs = itertools.cycle(PROOFS)
    for way in ways():
        mapping, group, suite = way
        news = {(mapping, group), (mapping, suite)} - seen
        if news:
            seen |= news
            some.append((way, next(proofs)))
    return some


def name_of(cell):
    (way, group, suite), proof = cell
    return '-'.join(str(x) for x in (way, group, suite, proof) if x is not None).replace('+', '')


def settings_of(cell):
    (way, group, suite), proof = cell
    family = 'dh' if group in DH_GROUPS else 'ecdh'
    more = dict(PROOFS[proof][0])
    more['document.access'] = {'plain': 'plain', 'BAC': 'bac'}.get(way, 'pace')
    if group is not None:
        more['pace.infos'] = '%s-%s-%s:%d' % (family, way.lower(), suite, group)
    if 'CA' in proof and suite:
        more['ca.cipher'] = suite
    return more


def make(cell):
    recipe = 'eac' if cell[1] == 'CA+TA' else 'utopia'
    folder = house.path('cells', name_of(cell))
    arguments = [a for k, v in settings_of(cell).items() for a in ('--set', k + '=' + v)]
    house.make(folder, recipe, *arguments, '--keys', house.path('keys'))
    return folder


def wrong(cell, folder, status, report):
    """What is not as it must be; empty if the cell is green."""
    (way, group, suite), proof = cell
    facts, bad = report['facts'], []
    if status != house.PASS:
        bad.append('verdict %s: %s' % (report['verdict'], report['grounds'][:2]))
    want = {'plain': 'none', 'BAC': 'BAC'}.get(way, 'PACE')
    if facts.get('access.protocol') != want:
        bad.append('way in %s' % facts.get('access.protocol'))
    if group is not None:
        suite_wanted = '%s %s %s' % (way, SUITES[suite], {**DH_GROUPS, **EC_GROUPS}[group])
        if facts.get('access.suite') != suite_wanted:
            bad.append('suite %s' % facts.get('access.suite'))
    for check in PROOFS[proof][1] + (['ele.chipauth.cam'] if way == 'CAM' else []):
        if house.result_of(report, check) != 'successful':
            bad.append('%s %s' % (check, house.checks_of(report)[check]))
    if proof == 'CA+TA' and report['groups'].get('DG3') != 'identical':
        bad.append('DG3 %s' % report['groups'].get('DG3'))
    return '; '.join(bad)


def inspect(desk, cell, folder):
    terminal = ['--terminal', os.path.join(folder, 'terminal')] if cell[1] == 'CA+TA' else []
    desk.put(folder)
    status, report = desk.reader.inspect(house.mrz_lines(folder), *terminal)
    return wrong(cell, folder, status, report)


def run(some):
    """cell -> what is wrong with it"""
    first, result = make(some[0]), {}
    with house.Desk(first) as desk:
        for n, cell in enumerate(some):
            if sys.stderr.isatty():
                print('\r%d of %d %-50s' % (n + 1, len(some), name_of(cell)), end='', file=sys.stderr)
            folder = make(cell)
            result[cell] = inspect(desk, cell, folder)
            if folder != first:
                shutil.rmtree(folder)
    return result


def table(result):
    """One line per way in, one column per proof: '.' green, 'X' not, ' ' not tried."""
    lines = ['%-32s' % 'way in' + ' '.join('%-8s' % p for p in PROOFS)]
    for way in ways():
        mapping, group, suite = way
        name = ' '.join(x for x in (mapping, {None: '', **DH_GROUPS, **EC_GROUPS}[group] + ('/%d' % group if group is not None else ''),
                                    SUITES.get(suite, '')) if x)
        marks = [{None: ' ', '': 'ok'}.get(result.get((way, p)), 'RED') for p in PROOFS]
        if any(m != ' ' for m in marks):
            lines.append('%-32s' % name + ' '.join('%-8s' % m for m in marks))
    return '\n'.join(lines)


class Matrix(unittest.TestCase):
    def test_every_cell_is_green(self):
        result = run(cells() if '--all' in sys.argv else sample())
        print(table(result))
        print('%d cells, %d green' % (len(result), sum(not w for w in result.values())))
        red = {name_of(c): w for c, w in result.items() if w}
        self.assertEqual(red, {})


if __name__ == '__main__':
    house.main(['matrix.py'])
