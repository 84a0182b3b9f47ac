"""bsi: the BSI's reference documents (TR-03105-5), read over libnfc and a PN532."""
import glob
import os
import unittest

import house
from house import FAIL, REFER

DOCUMENTS = os.path.join(house.SHARED, 'data', 'chips')
LISTS = os.path.join(house.SHARED, 'data', 'masterlists')

# From data/chips/truth.tsv; DG3 and DG4 need terminal authentication, which nobody has here.
SET_2013 = {'DG1': 'identical', 'DG2': 'identical', 'DG3': 'present', 'DG4': 'present',
            'DG14': 'identical', 'DG15': 'non conformance'}
SET_2008 = {'DG1': 'identical', 'DG2': 'identical', 'DG3': 'present',
            'DG14': 'identical', 'DG15': 'non conformance'}

# The chip of the first: chip authentication with the private key that was published.
CHIP = '[ca]\nkeys = ecdh-3des:-:ca.key\n'


def public_bundle():
    roots = [a for f in sorted(glob.glob(LISTS + '/*ROOT*.cer')) for a in ('--root', f)]
    return house.bundle('public', inputs=[*roots, *sorted(glob.glob(LISTS + '/*.ml') + glob.glob(LISTS + '/*.mls') +
                                                          glob.glob(LISTS + '/*.pem'))])


@house.needs_shared('data', 'chips', 'bsi_tr03105_5')
class Bsi(unittest.TestCase):
    def look(self, name, *options, chip=CHIP):
        folder = house.copy_of(os.path.join(DOCUMENTS, name), name, chip)
        with house.Desk(folder, options=options) as desk:
            return desk.reader.inspect(house.mrz_lines(folder))

    def test_without_its_key_it_is_a_copy(self):
        status, report = self.look('bsi_tr03105_5', '--date', '2014-01-01', chip='')
        self.assertEqual(house.checks_of(report)['ele.chipauth'], ('failed', 'CHIPAUTH_REFUSED'))
        self.assertEqual(report['groups'], SET_2013)
        self.assertEqual(status, FAIL)

    def expect_2013(self, report):
        self.assertEqual(report['groups'], SET_2013)
        self.assertIn(('DG_NOT_SIGNED', 'DG15'), house.notes_of(report))
        for check in 'ele.access', 'ele.access.bac', 'ele.chipauth.ca', 'ele.sod', 'ele.sod.hash', 'ele.sod.sig', 'com.mrzdg1':
            self.assertEqual(house.checks_of(report)[check], ('successful', ''), check)
        self.assertEqual(house.result_of(report, 'ele.trust'), 'undetermined')
        self.assertEqual(report['facts']['sod.algorithm'], 'RSASSA-PSS SHA-256 salt 32')
        self.assertEqual(report['facts']['signer.key'], 'RSA-2048')

    def test_2013_without_a_bundle(self):
        for day in '2014-01-01', '2020-01-01':
            status, report = self.look('bsi_tr03105_5', '--date', day)
            self.expect_2013(report)
            self.assertEqual(house.checks_of(report)['ele.trust'], ('undetermined', 'NO_BUNDLE'))
            self.assertEqual(house.result_of(report, 'com.expiry'), 'successful')
            self.assertEqual(status, REFER)

    def test_2013_with_all_public_cscas(self):
        status, report = self.look('bsi_tr03105_5', '--date', '2014-01-01', *house.trust_of(public_bundle()))
        self.expect_2013(report)
        self.assertEqual(house.checks_of(report)['ele.ds.sig'], ('undetermined', 'CSCA_NOT_FOUND'))
        self.assertEqual(house.checks_of(report)['ele.trust'], ('undetermined', 'CSCA_NOT_FOUND'))
        self.assertEqual(status, REFER)

    def test_2013_when_its_signer_had_expired(self):
        """The signer's certificate ended on 2014-12-11, the document only on 2023-10-31."""
        status, report = self.look('bsi_tr03105_5', '--date', '2020-01-01', *house.trust_of(public_bundle()))
        self.assertEqual(report['groups'], SET_2013)
        self.assertEqual(house.checks_of(report)['ele.ds.validity'], ('failed', 'DS_EXPIRED'))
        self.assertEqual(house.checks_of(report)['com.expiry'], ('successful', ''))
        self.assertEqual(status, FAIL)

    def test_2013_today(self):
        status, report = self.look('bsi_tr03105_5')
        self.expect_2013(report)
        self.assertEqual(house.checks_of(report)['com.expiry'], ('failed', 'EXPIRED')) # 2023-10-31
        self.assertEqual(status, FAIL)

    def expect_2008(self, report):
        self.assertEqual(report['groups'], SET_2008)
        self.assertIn(('DG_NOT_SIGNED', 'DG15'), house.notes_of(report))
        self.assertEqual(house.checks_of(report)['ele.sod.sig'], ('successful', ''))
        self.assertEqual(report['facts']['signer.valid_until'], '2009-01-27')
        self.assertEqual(report['facts']['sod.algorithm'], 'ECDSA SHA-1')
        self.assertEqual(report['facts']['signer.key'], 'brainpoolP224r1')
        self.assertEqual(house.result_of(report, 'ele.trust'), 'undetermined')

    # The private key of this one was not published, so here it can only be a copy.
    def test_2008_without_a_bundle(self):
        status, report = self.look('bsi_tr03105_5_2008', '--date', '2008-06-01', chip='')
        self.expect_2008(report)
        self.assertEqual(house.checks_of(report)['ele.chipauth.ca'], ('failed', 'CHIPAUTH_REFUSED'))
        self.assertEqual(status, FAIL)

    def test_2008_with_all_public_cscas(self):
        status, report = self.look('bsi_tr03105_5_2008', '--date', '2008-06-01',
                                   *house.trust_of(public_bundle()), chip='')
        self.expect_2008(report)
        self.assertEqual(status, FAIL)

    def test_2008_today(self):
        status, report = self.look('bsi_tr03105_5_2008', chip='')
        self.expect_2008(report)
        self.assertEqual(house.checks_of(report)['com.expiry'], ('failed', 'EXPIRED')) # 2013-10-31
        self.assertEqual(status, FAIL)


if __name__ == '__main__':
    house.main()
