#!/usr/bin/env python3
"""matrix: ways into a chip x groups x suites x proofs of originality, as far as the standards allow.

usage: matrix.py [--every N] [AXIS=WORD...]

Prints a line for each cell: ACCESS GROUP SUITE PROOF, then KEY=VALUE words for verso-perso --set over
matrix.recipe, separated by tabs.  AXIS=WORD keeps those cells alone (access=pace-cam), --every N each Nth
of what is left, the first included.

A cell with PACE computes its chip authentication in the same group and suite where the kinds agree, otherwise
in brainpoolP256r1 or MODP 2048/256; without PACE the group and suite are those of chip authentication, and "-"
where there is none.  Left out, because the standards do:
  integrated mapping on P-224     its prime is 1 modulo 4 (Doc 9303-11, integrated mapping)
  chip authentication mapping     by DH, or with 3DES (Doc 9303-11, object identifiers of PACE)
  chip authentication             of a chip without access control: there is no session to renew
  terminal authentication         without chip authentication (TR-03110-1, advanced inspection)
--every N is best no multiple of 2 or 3: neighbours differ by proof, then by suite.
"""
import sys

EC = {8: 'secp192r1', 9: 'brainpoolP192r1', 10: 'secp224r1', 11: 'brainpoolP224r1', 12: 'secp256r1',
      13: 'brainpoolP256r1', 14: 'brainpoolP320r1', 15: 'secp384r1', 16: 'brainpoolP384r1', 17: 'brainpoolP512r1',
      18: 'secp521r1'}
DH = {0: 'dh_1024_160', 1: 'dh_2048_224', 2: 'dh_2048_256'}
SUITES = ['3des', 'aes-128', 'aes-192', 'aes-256']
PROOFS = ['none', 'aa-rsa', 'aa-ecdsa', 'ca-dh', 'ca-ecdh', 'ca-ta']
DIGEST = {192: 'sha224', 224: 'sha224', 256: 'sha256', 320: 'sha256', 384: 'sha384', 512: 'sha512', 521: 'sha512'}
HANDS = ['lds.groups=1 2 3 4 14', 'dg3.images=raw', 'dg4.images=raw', 'ta.suite=ecdsa-sha256']

def bits(curve):
    return next(n for n in DIGEST if str(n) in curve)

def proof_settings(proof, group, suite):
    curve, modp = EC.get(group, 'brainpoolP256r1'), DH.get(group, 'dh_2048_256')
    ca = lambda key: [f'ca.key={key}', f'ca.cipher={suite if suite != "-" else "aes-128"}']
    return {'none': [],
            'aa-rsa': ['aa.key=rsa-2048'],
            'aa-ecdsa': [f'aa.key=ec:{curve}', f'aa.digest={DIGEST[bits(curve)]}'],
            'ca-dh': ca('dh:' + modp),
            'ca-ecdh': ca('ec:' + curve),
            'ca-ta': ca('dh:' + modp if group in DH else 'ec:' + curve) + HANDS}[proof]

def infos(access, group, suite):
    kind = 'dh' if group in DH else 'ecdh'
    if access == 'pace-cam':
        return f'ecdh-gm-{suite}:{group} ecdh-cam-{suite}:{group}'
    return f'{kind}-{access[5:]}-{suite}:{group}'

def allowed(access, group, suite, proof):
    if access in ('plain', 'bac'):
        if not proof.startswith('ca-'):
            return group == suite == '-'
        kinds = {'ca-dh': DH, 'ca-ecdh': EC}.get(proof, {**DH, **EC})
        return access == 'bac' and group in kinds and suite != '-'
    if group == '-' or suite == '-':
        return False
    if access == 'pace-cam':
        return group in EC and suite != '3des'
    return access != 'pace-im' or group != 10

def cells():
    for access in ('plain', 'bac', 'pace-gm', 'pace-im', 'pace-cam'):
        for group in ['-', *DH, *EC]:
            for suite in ['-', *SUITES]:
                for proof in PROOFS:
                    if allowed(access, group, suite, proof):
                        words = [f'document.access={"pace" if "pace" in access else access}']
                        if 'pace' in access:
                            words.append(f'pace.infos={infos(access, group, suite)}')
                        yield (access, str(group), suite, proof), words + proof_settings(proof, group, suite)

def main():
    every, wanted = 1, {}
    arguments = iter(sys.argv[1:])
    for a in arguments:
        if a == '--every':
            every = int(next(arguments))
        else:
            axis, word = a.split('=')
            wanted[('access', 'group', 'suite', 'proof').index(axis)] = word
    chosen = [c for c in cells() if all(c[0][i] == w for i, w in wanted.items())]
    for names, words in chosen[::every]:
        print('\t'.join((*names, *words)))

if __name__ == '__main__':
    main()
