"""terminal: what becomes of an inspection whose host cannot, or may not, prove a terminal's rights."""
import os
import shutil
import unittest

import house

RSA = {'ta__suite': 'pss-sha256', 'ta__key': 'rsa-2048'}


class Terminal(unittest.TestCase):
    def look(self, folder, terminal, *options):
        with house.Desk(folder) as desk:
            return desk.reader.inspect(house.mrz_lines(folder), '--terminal', terminal, *options)[1]

    def document(self):
        return house.document('terminal', 'eac', **RSA)

    def test_with_the_right_key_fingerprints_are_read(self):
        folder = self.document()
        report = self.look(folder, os.path.join(folder, 'terminal'))
        self.assertEqual(house.result_of(report, 'ele.access.ta'), 'successful')
        self.assertEqual(report['groups']['DG3'], 'identical')

    def test_a_wrong_key_of_the_host_is_no_fault_of_the_chip(self):
        folder, terminal = self.document(), house.path('wrong-key')
        shutil.copytree(os.path.join(folder, 'terminal'), terminal)
        house.must(['openssl', 'genrsa', '-out', os.path.join(terminal, 'is.key'), '2048'])
        report = self.look(folder, terminal)
        self.assertEqual(house.checks_of(report)['ele.access.ta'], ('undetermined', 'TA_SIGNATURE_WRONG'))
        self.assertEqual(report['groups']['DG1'], 'identical')
        self.assertEqual(report['groups']['DG3'], 'present')

    def test_a_profile_without_portraits_reads_no_fingerprints(self):
        folder = self.document()
        report = self.look(folder, os.path.join(folder, 'terminal'), '--profile', 'counter')
        self.assertEqual(house.checks_of(report)['ele.access.ta'], ('undetermined', 'TA_NOT_ASKED'))
        self.assertEqual(report['groups']['DG3'], 'present')


if __name__ == '__main__':
    house.main()
