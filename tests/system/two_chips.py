"""two_chips: a passport and another card in the field: the passport is read, and it is said so."""
import itertools
import unittest

import house
from house import PASS, REFER

FOREIGN = '[chip]\nsw_select_app = 6A82\ntype = %s\nuid = %s\n'
PASSPORT = '[chip]\ntype = %s\nuid = %s\n'

PACE = {'pace__infos': 'ecdh-gm-aes-128:13 ecdh-im-aes-128:13', 'document__access': 'pace'}
# In the middle of the data groups the chip drops the session, once.
DROPPED = '[rule.dropped]\ncommand = 00B0*\nnth = 40\nreply = 6988\nsm = plain\nlose = yes\n'
# It does not take the PACE that it offers first.
REFUSED = '[rule.refused]\ncommand = 0022C1A4??800A04007F00070202040202*\nreply = 6A80\n'


class TwoChips(unittest.TestCase):
    def look(self, passport, beside):
        with house.Desk(passport, sim=('--beside', beside)) as desk:
            return desk.reader.inspect(house.mrz_lines(passport))

    def test_the_passport_is_found_among_others(self):
        for types in itertools.product('AB', repeat=2):
            for uids in (('08010203', '08040506'), ('08040506', '08010203')):
                with self.subTest(types=types, uids=uids):
                    mine = house.copy_of(house.genuine(), 'mine', PASSPORT % (types[0], uids[0]))
                    other = house.copy_of(house.genuine(), 'other', FOREIGN % (types[1], uids[1]))
                    status, report = self.look(mine, other)
                    self.assertEqual(status, PASS, report['grounds'])
                    self.assertIn(('TWO_CHIPS', 'chip'), house.notes_of(report))
                    self.assertEqual(report['facts']['chip.seen'], '2')

    def test_the_passport_is_opened_again_the_way_it_was_opened(self):
        other = house.copy_of(house.genuine(), 'other', FOREIGN % ('A', '08010203'))
        for first in (True, False):
            for name, base in (('BAC', house.genuine()), ('PACE', house.document('pace', **PACE))):
                for rule in (DROPPED, REFUSED):
                    with self.subTest(name, rule=rule, first=first):
                        mine = house.copy_of(base, 'mine', PASSPORT % ('A', '08040506') + rule)
                        cards = (mine, other) if first else (other, mine)
                        with house.Desk(cards[0], sim=('--beside', cards[1])) as desk:
                            status, report = desk.reader.inspect(house.mrz_lines(mine))
                        self.assertEqual(report['facts'].get('access.protocol'), name)
                        self.assertEqual(status, PASS, report['grounds'][:2])
                        notes = [n for n, _ in house.notes_of(report)]
                        self.assertEqual('SESSION_DROPPED' in notes, rule == DROPPED)
                        self.assertEqual('PACE_NEXT' in notes, rule == REFUSED and name == 'PACE')

    def test_alone_it_is_not_said(self):
        _, report = self.look_alone(house.genuine())
        self.assertNotIn('chip.seen', report['facts'])

    def look_alone(self, passport):
        with house.Desk(passport) as desk:
            return desk.reader.inspect(house.mrz_lines(passport))

    def test_no_travel_document_among_them(self):
        one = house.copy_of(house.genuine(), 'one', FOREIGN % ('A', '08010203'))
        two = house.copy_of(house.genuine(), 'two', FOREIGN % ('A', '08040506'))
        status, report = self.look(one, two)
        self.assertEqual(status, REFER)
        self.assertEqual(house.reason_of(report, 'ele.access'), 'NO_EMRTD')


if __name__ == '__main__':
    house.main()
