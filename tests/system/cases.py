"""cases: conformity cases over libnfc and a PN532, each a row of tests/recipes/*.cases.

    cases.py FILE...      names of case files, without .cases

A case says what the inspection shall find: successful is pass, failed is fail, undetermined is refer, either
is any verdict after which the reader goes on.  Judged by profile conformance.  Where the verdict is another,
tests/recipes/differ.txt must say so and why; a line there that no longer holds is an error, too.
"""
import glob
import os
import shutil
import sys
import unittest

import house

VERDICTS = {'successful': 'pass', 'failed': 'fail', 'undetermined': 'refer'}
FILES = sys.argv[1:] or ['pace', 'ca', 'aa', 'ta', 'security_infos', 'iso7816']


def case_file(name):
    return os.path.join(house.RECIPES, name + '.cases')


def cases_of(file):
    """(name, expected, title)"""
    listed = house.must([house.program('verso-perso'), '--list', case_file(file)])
    return [line.split('\t') for line in listed.splitlines() if line]


def differences():
    """case -> verdict, where profile conformance says otherwise"""
    with open(os.path.join(house.RECIPES, 'differ.txt')) as f:
        rows = [line.split(None, 3) for line in f if line.strip() and not line.startswith('#')]
    return {r[0]: r[2] for r in rows if r[1] == 'conformance'}


def inspect(desk, folder):
    terminal = os.path.join(folder, 'terminal')
    more = ['--terminal', terminal] if glob.glob(terminal + '/*.cvc') else []
    desk.put(folder)
    return desk.reader.inspect(house.mrz_lines(folder), '--profile', 'conformance', *more)[1]


def said(report):
    return '; '.join(g.get('check', g.get('note', '')) + ' ' + (g.get('reason') or g.get('place') or '')
                     for g in report['grounds'][:3])


class Cases(unittest.TestCase):
    maxDiff = None

    def verdict_of(self, desk, file, name):
        folder = house.make(house.path('cases', name), case_file(file), '--case', name,
                            '--keys', house.path('keys'))
        report = inspect(desk, folder)
        shutil.rmtree(folder)
        return report['verdict'], said(report)

    def run_file(self, desk, file):
        differ, wrong, n = differences(), [], 0
        for name, expected, title in cases_of(file):
            word = expected.split()[0]
            verdict, why = self.verdict_of(desk, file, name)
            right = differ.get(name, VERDICTS.get(word, verdict))
            stale = name in differ and verdict == VERDICTS.get(word)
            print('%-20s %-13s %-6s %-44s %s%s' % (name, word, verdict, why[:44], title[:60],
                                                   '' if verdict == right and not stale else '   <-- WRONG'))
            n += 1
            if verdict != right or stale:
                wrong.append((name, expected, verdict, why))
        print('%s: %d cases, %d as expected or explained' % (file, n, n - len(wrong)))
        return wrong

    def test_verdicts(self):
        wrong = []
        with house.Desk(house.genuine()) as desk:
            for file in FILES:
                with self.subTest(file):
                    wrong += self.run_file(desk, file)
        self.assertEqual(wrong, [])


if __name__ == '__main__':
    house.main(['cases.py'])
