"""originality: what proves that a chip is no copy, and what must not count as a proof.

usage: originality.py
"""
import unittest

import house
from house import PASS, REFER, FAIL

MAPPING = {'pace__infos': 'ecdh-gm-aes-128:13 ecdh-cam-aes-128:13', 'document__access': 'pace'}
# MSE:Set AT that names id-PACE-ECDH-CAM-AES-CBC-CMAC-128
REFUSED = '[rule.refused]\ncommand = 0022C1A4??800A04007F00070202040602*\nreply = 6A80\n'
# In the middle of the data groups the chip drops the session, once.
DROPPED = '[rule.dropped]\ncommand = 00B0*\nnth = 40\nreply = 6988\nsm = plain\nlose = yes\n'


def spoiled_signature(folder, name):
    """The signature is the last of EF.SOD."""
    sod = bytearray(house.contents(folder, 'EF.SOD'))
    sod[-1] ^= 1
    return house.copy_of(folder, name, **{'EF.SOD': bytes(sod)})


class Originality(unittest.TestCase):
    def inspect(self, folder, *options, **desk):
        with house.Desk(folder, **desk) as d:
            return d.reader.inspect(house.mrz_lines(folder), *options)

    def test_a_mapping_that_the_chip_refuses_leaves_it_open_whether_it_is_a_copy(self):
        folder = house.copy_of(house.document('mapping', **MAPPING), 'mapping-refused', REFUSED)
        for profile, verdict in (('gate', REFER), ('desk', REFER), ('counter', PASS), ('conformance', REFER)):
            with self.subTest(profile):
                status, report = self.inspect(folder, '--profile', profile)
                self.assertEqual(house.checks_of(report)['ele.chipauth.cam'], ('undetermined', 'CHIPAUTH_REFUSED'))
                self.assertEqual(house.result_of(report, 'ele.chipauth'), 'undetermined')
                self.assertEqual(status, verdict)

    def test_a_key_that_nobody_signed_proves_nothing(self):
        for recipe, check in (('aa-rsa', 'ele.chipauth.aa'), ('aa-ecdsa', 'ele.chipauth.aa'),
                              ('ca-ecdh', 'ele.chipauth.ca')):
            with self.subTest(recipe):
                good = house.document(recipe, recipe)
                status, report = self.inspect(good)
                self.assertEqual((status, house.result_of(report, check)), (PASS, 'successful'))
                status, report = self.inspect(spoiled_signature(good, recipe + '-spoiled'))
                self.assertEqual(house.result_of(report, 'ele.sod.sig'), 'failed')
                self.assertEqual(house.checks_of(report)[check], ('undetermined', 'CHIPAUTH_UNPROVED'))
                self.assertEqual(house.result_of(report, 'ele.chipauth'), 'undetermined')
                self.assertEqual(status, FAIL)

    def test_a_mapping_proves_the_same_key_after_the_session_was_dropped(self):
        folder = house.copy_of(house.document('mapping', **MAPPING), 'mapping-dropped', DROPPED)
        status, report = self.inspect(folder)
        self.assertIn('SESSION_DROPPED', [n for n, _ in house.notes_of(report)])
        self.assertEqual(house.result_of(report, 'ele.chipauth.cam'), 'successful')
        self.assertEqual(status, PASS)


if __name__ == '__main__':
    house.main()
