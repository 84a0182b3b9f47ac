"""two_chips: a passport and another card in the field: the passport is read, and it is said so."""
import itertools
import unittest

import house
from house import PASS, REFER

FOREIGN = '[chip]\nsw_select_app = 6A82\ntype = %s\nuid = %s\n'
PASSPORT = '[chip]\ntype = %s\nuid = %s\n'


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
