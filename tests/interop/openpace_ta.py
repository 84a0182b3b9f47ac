#!/usr/bin/env python3
"""openpace_ta: OpenPACE judges EF.CardAccess and the certificates of verso-perso, and the reader's terminal authentication.

usage: openpace_ta.py PROGRAM     PROGRAM: what openpace_ta_test.c became

A document for each suite; spoiled certificates must be refused.  cvc-print, OpenPACE's own tool, judges the
CVCA's certificate too, where it is installed.
"""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'system'))

import house  # noqa: E402

PARTS = 'ca.key=ec:brainpoolP256r1', 'ca.cipher=aes-128', 'lds.groups=1 2 14', 'pace.infos=ecdh-gm-aes-128:13'
SUITES = ('pkcs1-sha1', 'pkcs1-sha256', 'pkcs1-sha512', 'pss-sha1', 'pss-sha256', 'pss-sha512', 'ecdsa-sha1', 'ecdsa-sha224',
          'ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512')


def key_of(suite):
    return 'ec:brainpoolP256r1' if suite.startswith('e') else 'rsa-2048' if '512' in suite else 'rsa-1024'


# name, what is set, the certificate that must be refused
ROWS = [(s, [f'ta.suite={s}', f'ta.key={key_of(s)}'], None) for s in SUITES]
ROWS += [(curve, ['ta.suite=ecdsa-sha256', f'ta.key=ec:{curve}'], None)
         for curve in ('secp224r1', 'secp256r1', 'secp384r1', 'secp521r1', 'brainpoolP224r1', 'brainpoolP384r1', 'brainpoolP512r1')]
ROWS += [
    ('one link', ['ta.suite=ecdsa-sha256', 'ta.links=1'], None),
    ('two links, another suite', ['ta.suite=pkcs1-sha256', 'ta.key=rsa-1024', 'ta.links=2', 'ta.new_suite=pss-sha256'], None),
    ('DV altered', ['ta.suite=ecdsa-sha256', 'patch=dv.cvc after-sign 7F21/5F37 xor -1 01'], 'dv.cvc'),
    ('IS altered', ['ta.suite=pss-sha256', 'ta.key=rsa-1024', 'patch=is.cvc after-sign 7F21/5F37 xor -1 01'], 'is.cvc'),
    ('IS, rights altered', ['ta.suite=ecdsa-sha256', 'patch=is.cvc after-sign body/7F4C/53 xor 0 80'], 'is.cvc'),
    ('link altered', ['ta.suite=ecdsa-sha256', 'ta.links=1', 'patch=link-2.cvc after-sign 7F21/5F37 xor -1 01'], 'link-2.cvc'),
    ('IS expired', ['ta.suite=ecdsa-sha256', 'ta.is_from=-9d', 'ta.is_to=-2d'], 'is.cvc'),
]


def document(number, settings):
    folder = house.path('documents', str(number))
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    options = [o for s in (*PARTS, *settings) for o in ('--set', s)]
    status, out, err = house.run([house.program('verso-perso'), '--out', folder, '--keys', house.path('keys'), *options,
                                  os.path.join(house.RECIPES, 'ecdsa-bp256.recipe')])
    if status != 0:
        raise RuntimeError(f'{settings}: verso-perso: {status}\n{out}{err}')
    return folder


def printed(folder):
    """cvc-print finds the CVCA's certificate signed by itself; None: no cvc-print."""
    if not shutil.which('cvc-print'):
        return None
    trusted = os.path.join(folder, 'trusted')
    os.mkdir(trusted)
    shutil.copy(os.path.join(folder, 'cvca-1.cvc'), os.path.join(trusted, 'UTCVCA00001'))
    status, out, err = house.run(['cvc-print', '--cvc-dir', trusted, '--cvc', os.path.join(folder, 'cvca-1.cvc')])
    return status == 0 and 'certificate verified' in out and 'CHR: UTCVCA00001' in out, out + err


def main():
    bad = 0
    for number, (name, settings, refused) in enumerate(ROWS):
        folder = document(number, settings)
        status, out, err = house.run([sys.argv[1], folder, *([refused] if refused else [])])
        tool = printed(folder)
        good = status == 0 and (tool is None or tool[0])
        bad += not good
        print(f'{name:<28}{refused + " refused" if refused else "certificates, reader":<24}'
              f'{"cvc-print " if tool else "":<10}{"ok" if good else "FAILED"}')
        if not good:
            print(out, err, tool[1] if tool else '')
    shutil.rmtree(house.path())
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
