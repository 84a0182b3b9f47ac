#!/usr/bin/env python3
"""jmrtd: a reader that others wrote judges verso-perso's documents in verso-sim.

usage: jmrtd.py OUT [--all] [--only WORD] [--details]

JMRTD opens, reads and authenticates; Bouncy Castle verifies what is signed (jmrtd/src).  OUT keeps what was compiled.
Exit status: 0 if every judgement is the expected one, 1 otherwise, 77 where Java, Maven or the libraries are missing.

--all       every suite with every group, mapping and chip authentication; otherwise every group and
            every suite, but not all pairs
--only      rows whose name contains the word
--details   what JMRTD says of each spoiled document
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'recipes'), str(HERE.parent / 'system')]  # both have a matrix: the recipes'

import house  # noqa: E402
from matrix import DH, DIGEST, EC, SUITES, bits  # noqa: E402

OUT = pathlib.Path(sys.argv[1]).resolve() / 'jmrtd'
COLUMNS = ['plain', 'bac', 'pace', 'cs', 'cam', 'read', 'pa', 'aa', 'ca', 'ta']
OTHER_MRZ = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<</L898902C36UTO7408135F3611203ZE184226B<<<<<16'
EASY = 'ecdsa-bp256'  # what most rows begin with: its keys are made at once


# --- the judge ----------------------------------------------------------------------------

def skip(why):
    shutil.rmtree(house.path())
    print('skipped: ' + why)
    sys.exit(77)


def class_path():
    """What Maven finds for jmrtd/pom.xml: at hand, or fetched the first time."""
    pom, kept = HERE / 'jmrtd' / 'pom.xml', OUT / 'classpath'
    if kept.exists() and kept.stat().st_mtime > pom.stat().st_mtime:
        if all(map(os.path.exists, kept.read_text().split(':'))):
            return kept.read_text()
    for how in (['-o'], []):
        done = subprocess.run(['mvn', '-q', '-B', *how, '-f', str(pom), 'dependency:build-classpath',
                               f'-Dmdep.outputFile={kept}'], capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return kept.read_text()
    skip('JMRTD and what it needs could not be resolved: ' + (done.stdout.strip().splitlines() or ['mvn failed'])[0])


def compiled():
    """The judge's class path, itself included."""
    for program in ('java', 'javac', 'mvn'):
        if not shutil.which(program):
            skip(program + ' is not installed')
    version = subprocess.run(['javac', '-version'], capture_output=True, text=True).stdout.split()[1]
    if int(version.split('.')[0]) < 17:
        skip(f'Java 17 is needed, this is {version}')
    OUT.mkdir(parents=True, exist_ok=True)
    libraries = class_path()
    subprocess.run(['javac', '-Werror', '-Xlint:all,-path,-classfile', '-cp', libraries, '-d', str(OUT / 'classes'),
                    *map(str, sorted((HERE / 'jmrtd' / 'src').glob('*.java')))], check=True)
    return f'{OUT / "classes"}:{libraries}'


class Judge(house.Program):
    """jmrtd/src/Judge.java at work."""

    def __init__(self):
        super().__init__(['java', '-XX:+UseSerialGC', '-Xshare:auto', '-cp', compiled(), 'Judge'],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.hear().removeprefix('port '))

    def hear(self):
        line = self.process.stdout.readline().decode()
        if not line:
            raise RuntimeError('the judge is gone: ' + self.log())
        return line.rstrip('\n')

    def ask(self, line):
        self.process.stdin.write(line.encode() + b'\n')
        self.process.stdin.flush()
        return self.hear()

    def judge(self, words):
        """{step: 'ok', 'error WHY' or '-'}"""
        answer = self.ask('judge\t' + '\t'.join(f'{k}={v}' for k, v in words.items()))
        return dict(a.split('=', 1) for a in answer.split('\t'))


# --- rows ---------------------------------------------------------------------------------
#
# A row is a document and what is expected of each step: 'pa' is right; 'pa!' must end in an error, in whose story
# the words of `why` stand.  Rows of the same document lie side by side, so that it is made once.

class Row:
    def __init__(self, name, steps, recipe=EASY, settings=(), why='', **words):
        self.name, self.recipe, self.settings, self.words = name, recipe, tuple(settings), words
        self.expected = {s.rstrip('!'): why if s.endswith('!') else None for s in steps.split(' ')}

    def document(self):
        return (self.recipe, *self.settings)


def ways(group, is_all):
    """Rows of one document that offers all that the group can do."""
    kind, curve = ('dh', DH[group]) if group in DH else ('ecdh', EC[group])
    kinds = [kind + '-gm'] + ([kind + '-im'] if group != 10 else []) + (['ecdh-cam'] if kind == 'ecdh' else [])
    offers = [f'{k}-{s}:{group}' for k in kinds for s in SUITES if (k, s) != ('ecdh-cam', '3des')]
    settings = ['document.access=bac+pace', 'lds.groups=1 2 14', 'pace.infos=' + ' '.join(offers),
                f'ca.key={"dh" if kind == "dh" else "ec"}:{curve}', 'ca.cipher=' + ' '.join(SUITES)]
    if kind == 'ecdh':
        settings += [f'aa.key=ec:{curve}', f'aa.digest={DIGEST[bits(curve)]}']
    for n, offer in enumerate(offers):
        if not is_all and n % 4 != group % 4 and '-cam-' not in offer or '-cam-' in offer and not is_all and n % 3 != group % 3:
            continue
        suite = next(s for s in SUITES if offer.endswith(f'{s}:{group}'))
        if '-im-aes-192' in offer:
            # JMRTD's own limit: its t is as long as s, but with AES-192 it is as long as the key, and s of whole blocks.
            yield Row(f'{offer} {curve}', 'pace!', settings=settings, pace=offer, password='can', why='SW = 0x6A80')
            continue
        steps = 'pace cs cam app read pa' if '-cam-' in offer else 'pace read pa aa ca' if kind == 'ecdh' else 'pace read pa ca'
        yield Row(f'{offer} {curve}', steps, settings=settings, pace=offer, password='can' if n % 2 else 'mrz', ca=suite)


def genuine(is_all):
    plain = ['document.access=plain']
    yield Row('plain', 'plain read pa', settings=plain)
    for recipe in ('utopia', 'td1', 'td2', 'lds-1.8', 'ecdsa-p384', 'rsa-pkcs1'):
        yield Row('BAC, ' + recipe, 'bac read pa', recipe)
    yield Row('BAC, short file identifiers', 'bac read pa', read='sfi')
    yield Row('BAC, extended length', 'bac read pa', read='extended')
    for group in (*DH, *EC):
        yield from ways(group, is_all)
    yield from proofs(is_all)
    yield from terminals()


def proofs(is_all):
    for group in (*DH, *EC):
        key = f'dh:{DH[group]}' if group in DH else f'ec:{EC[group]}'
        settings = ['lds.groups=1 2 14', f'ca.key={key}', 'ca.cipher=' + ' '.join(SUITES)]
        for n, suite in enumerate(SUITES):
            if is_all or n == (group + 1) % 4:
                yield Row(f'CA {suite} {key} behind BAC', 'bac read pa ca', settings=settings, ca=suite)
    for recipe in ('ca-dh-pkcs3', 'ca-ecdh'):
        yield Row(recipe, 'bac read pa ca', recipe, ca={'ca-ecdh': 'aes-256'}.get(recipe, 'aes-128'))
    yield Row('ca-early', 'bac read pa ca', 'ca-early')
    for digest in ('sha1', 'sha224', 'sha256', 'sha384', 'sha512'):
        for key in ('rsa-1024', 'rsa-2048'):
            yield Row(f'AA {key} {digest}', 'bac read pa aa', settings=[f'aa.key={key}', f'aa.digest={digest}'])
        yield Row(f'AA ec:brainpoolP256r1 {digest}', 'bac read pa aa',
                  settings=['aa.key=ec:brainpoolP256r1', f'aa.digest={digest}'])
    yield Row('AA RSA, n - s', 'bac read pa aa', settings=['aa.key=rsa-1024', 'aa.representative=b4'])
    yield Row('AA RSA, SHA-1 by 33CC', 'bac read pa aa',
              settings=['aa.key=rsa-1024', 'aa.digest=sha1', 'aa.trailer=33cc'])


def terminals():
    for suite in ('pkcs1-sha1', 'pkcs1-sha256', 'pss-sha1', 'pss-sha256', 'pkcs1-sha512', 'pss-sha512', 'ecdsa-sha1',
                  'ecdsa-sha224', 'ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'):
        key = ['ta.key=rsa-' + ('2048' if '512' in suite else '1024')] if suite.startswith('p') else []
        yield Row('TA ' + suite, 'bac read pa ca ta', settings=[*HANDS, 'ta.suite=' + suite, *key], ca='aes-128')
    yield Row('TA of a renewed CVCA', 'bac read pa ca ta', settings=[*HANDS, 'ta.suite=ecdsa-sha256', 'ta.links=1'], ca='aes-128')
    yield Row('eac', 'bac read pa ca ta', 'eac', ca='3des')
    yield Row('eac-pace', 'pace read pa ca ta', 'eac-pace', ca='3des', pace='ecdh-gm-3des:13', password='mrz')


HANDS = ['lds.groups=1 2 3 4 14', 'dg3.images=wsq', 'dg4.images=raw', 'ca.key=ec:brainpoolP256r1', 'ca.cipher=aes-128']


def spoiled():
    """What is wrong, and how JMRTD must stumble over it."""
    yield from spoiled_files()
    yield from spoiled_pace()
    yield from spoiled_proofs()


def spoiled_files():
    def patched(name, steps, patch, why):
        return Row(name, steps, settings=['patch=' + patch], why=why)

    yield patched('DG2 altered', 'bac read pa!', 'DG2 after-hash face xor -100 01', 'DG2 has another hash')
    yield patched('DG1 altered', 'bac read!', 'DG1 after-hash 61/5F1F put 60 "9"', 'DG1 says otherwise than the page')
    yield patched('DG14 altered', 'bac read pa!', 'DG14 after-hash 6E/31 xor -1 01', 'DG14 has another hash')
    yield patched('EF.SOD, signature altered', 'bac read pa!', 'EF.SOD after-sign signer/04 xor -1 01', 'wrong signature')
    yield patched('EF.SOD, hash altered', 'bac read pa!', 'EF.SOD after-sign hashes/30[1]/04 xor -1 01',
                  'message-digest attribute value does not match')
    yield patched('signer, signature altered', 'bac read pa!', 'ds.cer after-sign 30/03 xor -1 01', 'the signer is not signed by')
    yield patched('csca.crl, signature altered', 'bac read pa!', 'csca.crl after-sign 30/03 xor -1 01',
                  'csca.crl is not signed by')
    yield Row('signer revoked', 'bac read pa!', 'revoked', why='the signer is revoked')
    yield Row('signer expired', 'bac read pa!', settings=['ds.to=-1d'], why='certificate expired')
    yield Row('BAC, wrong key', 'bac!', mrz=OTHER_MRZ, why='BAC failed in MUTUAL AUTH')


def spoiled_pace():
    gm = {'recipe': 'pace-gm', 'pace': 'ecdh-gm-aes-128:13', 'password': 'mrz'}
    refuses = 'Sending general authenticate failed (SW = 0x6300'  # the chip, as the tokens differ
    yield Row('PACE, wrong MRZ', 'pace!', **{**gm, 'mrz': OTHER_MRZ}, why=refuses)
    yield Row('PACE, wrong CAN', 'pace!', **{**gm, 'password': 'can', 'can': '501291'}, why=refuses)
    missing = 'Wrapped data is null'
    for fault, why in (('wrong-nonce', refuses), ('nonce-missing', missing), ('wrong-mapping-point', refuses),
                       ('mapping-off-curve', 'Point not on curve'), ('mapping-missing', missing), ('mapping-echo', refuses),
                       ('mapping-identity', 'Expected encoded ECPoint'), ('wrong-ephemeral-key', refuses),
                       ('ephemeral-off-curve', 'Point not on curve'), ('ephemeral-missing', missing),
                       ('ephemeral-echo', "PCD's public key and PICC's public key are the same"),
                       ('ephemeral-identity', 'Expected encoded ECPoint'), ('wrong-token', 'token mismatch'),
                       ('token-truncated', 'token mismatch'), ('plain-answers', 'transmission of wrapped APDU')):
        yield Row('PACE, ' + fault, 'pace!', settings=['pace.fault=' + fault], why=why, **gm)
    for fault, why in (('wrong-nonce', refuses), ('wrong-token', 'token mismatch'), ('wrong-ephemeral-key', refuses),
                       ('dh-one', 'Invalid DH PublicKey'), ('dh-zero', 'Invalid DH PublicKey'),
                       ('dh-minus-one', 'Invalid DH PublicKey')):
        yield Row('PACE by DH, ' + fault, 'pace!', 'pace-im-dh', ['pace.fault=' + fault], pace='dh-im-aes-256:1',
                  password='mrz', why=why)
    cam = {'recipe': 'pace-cam', 'pace': 'ecdh-cam-aes-128:13', 'password': 'mrz'}
    not_its_key = 'the chip does not have the key of EF.CardSecurity'
    for fault, why in (('cam-wrong', not_its_key), ('cam-zero', not_its_key), ('cam-bad-cipher', ''), ('cam-truncated', 'Block')):
        yield Row('CAM, ' + fault, 'pace cs cam!', settings=['pace.fault=' + fault], why=why, **cam)
    yield Row('CAM, cam-missing', 'pace!', settings=['pace.fault=cam-missing'], why='Null input buffer', **cam)
    yield Row('EF.CardSecurity, signature altered', 'pace cs!', settings=['patch=EF.CardSecurity after-sign signer/04 xor -1 01'],
              why='wrong signature', **cam)


def spoiled_proofs():
    for recipe, suite in (('ca-ecdh', 'aes-256'), ('ca-dh', '3des')):
        for fault in ('wrong-shared-secret', 'old-keys-kept', 'session-lost'):
            yield Row(f'{recipe}, {fault}', 'bac read pa ca!', recipe, ['ca.fault=' + fault], ca=suite)
    for fault in ('wrong-signature', 'wrong-challenge', 'wrong-hash', 'wrong-trailer', 'wrong-header', 'other-key', 'short', 'long'):
        yield Row('AA by RSA, ' + fault, 'bac read pa aa!', settings=['aa.key=rsa-1024', 'aa.fault=' + fault],
                  why='a signature of' if fault in ('short', 'long') else 'wrong signature')
    for fault in ('wrong-signature', 'wrong-challenge', 'wrong-hash', 'other-key', 'short', 'long'):
        yield Row('AA by ECDSA, ' + fault, 'bac read pa aa!', settings=['aa.key=ec:brainpoolP256r1', 'aa.fault=' + fault],
                  why='error decoding signature bytes' if fault in ('short', 'long') else 'wrong signature')
    wrong, denied = 'Sending PSO failed (SW = 0x6300', 'SW = 0x6982'
    for name, setting, why in (('refuses-good-signature', 'ta.fault=refuses-good-signature', 'External Authenticate failed. (SW = 0x6300'),
                               ('other-id', 'ta.fault=other-id', 'External Authenticate failed. (SW = 0x6300'),
                               ('forgets-rights', 'ta.fault=forgets-rights', denied), ('no rights', 'ta.is_rights=00', denied),
                               ('terminal expired', 'ta.is_to=-2m', 'Sending PSO failed (SW = 0x6985'),
                               ('is.cvc, signature altered', 'patch=is.cvc after-sign 7F21/5F37 xor -1 01', wrong),
                               ('dv.cvc, signature altered', 'patch=dv.cvc after-sign 7F21/5F37 xor -1 01', wrong)):
        yield Row('TA, ' + name, 'bac read pa ca ta!', settings=[*HANDS, 'ta.suite=ecdsa-sha256', setting], ca='aes-128', why=why)


def unnoticed():
    """What is wrong, and JMRTD does not look: kept, so that nobody takes its silence for a judgement."""
    yield Row('not noticed: PACE, token-missing', 'pace', 'pace-gm', ['pace.fault=token-missing'], pace='ecdh-gm-aes-128:13',
              password='mrz')
    yield Row('not noticed: TA, a challenge of 7 bytes', 'bac read pa ca ta',
              settings=[*HANDS, 'ta.suite=ecdsa-sha256', 'ta.fault=challenge-7'], ca='aes-128')


# --- the work -----------------------------------------------------------------------------

def make(row, number):
    folder = house.path('documents', str(number))
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    options = [o for s in row.settings for o in ('--set', s)]
    status, out, err = house.run([house.program('verso-perso'), '--out', folder, '--keys', house.path('keys'), *options,
                                  os.path.join(house.RECIPES, row.recipe + '.recipe')])
    if status != 0:
        raise RuntimeError(f'{row.name}: verso-perso: {status}\n{out}{err}')
    return folder


def made(rows):
    """Each row and its document's folder; the next one is made while this one is judged."""
    firsts = [r for n, r in enumerate(rows) if n == 0 or r.document() != rows[n - 1].document()]
    with concurrent.futures.ThreadPoolExecutor(1) as maker:
        folders = [maker.submit(make, r, n) for n, r in enumerate(firsts)]
        at = -1
        try:
            for n, row in enumerate(rows):
                at += n == 0 or row.document() != rows[n - 1].document()
                yield row, folders[at].result()
        finally:
            maker.shutdown(cancel_futures=True)


def ini(folder, key):
    with open(os.path.join(folder, 'document.ini')) as f:
        return next((line.split('=', 1)[1].strip() for line in f if line.split('=')[0].strip() == key), '')


def outcomes_of(judge, row, folder):
    """What the judge says.  One time in 256 JMRTD sends a DH key for chip authentication without its leading zero,
    which the chip refuses (it is as long as the prime, TR-03110-3): then it goes again."""
    words = {'do': ' '.join(row.expected), 'folder': folder, 'mrz': '/'.join(house.mrz_lines(folder)),
             'can': ini(folder, 'can'), **row.words}
    for _ in range(3):
        outcomes = judge.judge(words)
        if row.expected.get('ca', '') is not None or '6A80' not in outcomes['ca'] or 'dh-' not in ini(folder, 'keys'):
            break
    return outcomes


def verdict(row, outcomes):
    """[cell for each column], True if all is as expected"""
    cells, right = dict.fromkeys(COLUMNS, '.'), True
    for step, why in row.expected.items():
        got = outcomes.get(step, 'not judged')
        fits = got == 'ok' if why is None else got.startswith('error') and why in got
        right = right and fits
        if step in cells:
            cells[step] = 'ok' if got == 'ok' else 'refused' if got.startswith('error') else got
            cells[step] += '' if fits else ' !!!'
    return list(cells.values()), right


def line(cells):
    return f'{cells[0]:<44}' + ''.join(f'{c:<9}' for c in cells[1:]).rstrip()


def main():
    wanted = sys.argv[sys.argv.index('--only') + 1] if '--only' in sys.argv else ''
    chosen = [r for r in (*genuine('--all' in sys.argv), *spoiled(), *unnoticed()) if wanted in r.name]
    began, bad, last, number = time.monotonic(), [], None, 0
    print('\n=== table: what JMRTD says of the simulated chip')
    print(line(['document', *COLUMNS]))
    with Judge() as judge:
        sim = None
        for row, folder in made(chosen):
            if folder != last:
                if sim:
                    sim.stop()
                number, last = number + 1, folder
                sim = house.Sim(folder, '--vpcd', f'127.0.0.1:{judge.port}')
                judge.ask('card')
            outcomes = outcomes_of(judge, row, folder)
            cells, right = verdict(row, outcomes)
            print(line([row.name, *cells]), flush=True)
            if not right:
                bad.append(row.name)
            if not right or '--details' in sys.argv:
                print(*(f'    {step}: {got}' for step, got in outcomes.items() if got != 'ok'), sep='\n')
        if sim:
            sim.stop()
    print(f'{len(chosen)} visits to {number} documents in {time.monotonic() - began:.0f} s, {len(bad)} judged otherwise than expected')
    print('=== end of table')
    shutil.rmtree(house.path())
    sys.exit(1 if bad or not chosen else 0)


if __name__ == '__main__':
    main()
