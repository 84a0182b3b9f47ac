#!/usr/bin/env python3
"""judge: is each recipe's document what it says?

usage: judge.py PROGRAM FOLDER [NAME...]     the recipes and cases of FOLDER, or those named; the name
                                             of a file of cases, or "recipes", is all of those

The judge is OpenSSL's command line and the DER reader below, which shares nothing with the tool.
  - Without patches every document verifies: CSCA on itself, DS by the CSCA, CRL by the CSCA, EF.SOD
    and EF.CardSecurity by the DS, messageDigest, the hashes of the data groups; public keys are
    those of the private keys beside them; CV certificates verify up to the trust points (and by
    OpenPACE's cvc-print, where it is installed); document.ini offers what EF.CardAccess lists.
  - With patches the named files differ from the document without them, and inside each of them
    nothing differs but the element named (and hashes and signatures made after the patch).
  - verso-sim, if VERSO_SIM names it, takes the document's chip as document.ini describes it.
Exit status 1 if any is not, 77 without openssl.
"""
import os, re, shutil, subprocess, sys, tempfile, pathlib

SOURCE = ''  # the recipe's text, bases first
PROGRAM, FOLDER, ONLY = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
DATE, NICK = '2026-10-01', {
    ('EF.SOD', 'signed'): '77/30/A0/30', ('EF.SOD', 'lds'): '77/30/A0/30/30/A0/04/30',
    ('EF.SOD', 'hashes'): '77/30/A0/30/30/A0/04/30/30[1]', ('EF.SOD', 'signer'): '77/30/A0/30/31[-1]/30',
    ('EF.SOD', 'attrs'): '77/30/A0/30/31[-1]/30/A0', ('cer', 'tbs'): '30/30', ('cer', 'ext'): '30/30/A3/30',
    ('EF.CardSecurity', 'signed'): '30/A0/30', ('EF.CardSecurity', 'infos'): '30/A0/30/30/A0/04/31',
    ('EF.CardSecurity', 'signer'): '30/A0/30/31[-1]/30', ('EF.CardSecurity', 'attrs'): '30/A0/30/31[-1]/30/A0',
    ('cvc', 'body'): '7F21/7F4E',
    ('DG2', 'face'): '75/7F61/7F60/5F2E', ('DG2', 'header'): '75/7F61/7F60/A1'}
HASHES = {'2a864886f70d0205': 'md5', '2b0e03021a': 'sha1', '608648016503040201': 'sha256',
          '608648016503040202': 'sha384', '608648016503040203': 'sha512', '608648016503040204': 'sha224'}
RSA = {4: 'md5', 5: 'sha1', 11: 'sha256', 12: 'sha384', 13: 'sha512', 14: 'sha224'}

class Wrong(Exception):
    pass

def need(condition, text):
    if not condition:
        raise Wrong(text)

# ---- DER, read leniently: (tag, head, body, end) ------------------------------------------------
def element(data, at):
    head, tag = at, data[at]
    at += 1
    if tag & 31 == 31:
        tag, at = tag << 8 | data[at], at + 1
    n, at = data[at], at + 1
    if n > 128:
        n, at = int.from_bytes(data[at:at + n - 128], 'big'), at + n - 128
    need(at + n <= len(data), 'length beyond the end')
    return tag, head, at, at + n

def children(data, body, end):
    out = []
    while body < end and any(data[body:end]):  # zeros behind the last: EF.CVCA's padding
        e = element(data, body)
        need(e[3] <= end, 'child beyond its parent')
        out.append(e)
        body = e[3]
    return out

def oid(dotted):
    a = [int(x) for x in dotted.split('.')]
    out = bytearray()
    for n in [40 * a[0] + a[1]] + a[2:]:
        part = [n & 127]
        while n := n >> 7:
            part.insert(0, n & 127 | 128)
        out += bytes(part)
    return bytes([6, len(out)]) + bytes(out)

def find(data, path):
    """the element a path names: independent of the tool's own search"""
    e = (0, 0, 0, len(data))
    for step in path.split('/'):
        tag, n, which = re.fullmatch(r'([0-9A-F]+|\*)(?:\[(-?\d+)\]|\{([\d.]+)\})?', step).groups()
        all_ = [c for c in children(data, e[2] + (e[0] == 3), e[3]) if tag == '*' or c[0] == int(tag, 16)]
        if which:
            all_ = [c for c in all_ if data[c[2]:c[3]].startswith(oid(which))]
        e = all_[int(n or 0)]
    return e

def at(data, path):
    e = find(data, path)
    return data[e[1]:e[3]]

def value(data, path):
    e = find(data, path)
    return data[e[2]:e[3]]

# ---- signatures, by OpenSSL ---------------------------------------------------------------------
class Dir:
    def __init__(self, path):
        self.path = pathlib.Path(path)
    def __getitem__(self, name):
        return (self.path / name).read_bytes()
    def has(self, name):
        return (self.path / name).exists()
    def names(self):
        """the document's files, without keys and without what is for issuing again"""
        return sorted(str(f.relative_to(self.path)) for f in self.path.rglob('*')
                      if f.is_file() and f.suffix != '.key' and f.parent.name != 'issuer')

def openssl(*args, data=b''):
    p = subprocess.run(['openssl', *args], input=data, capture_output=True)
    return p.returncode == 0, p.stdout

def tlv(tag, body):
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([128 + (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, 'big')
    return bytes([tag]) + size + body

def integer(b):
    b = b.lstrip(b'\0') or b'\0'
    return tlv(2, (b'\0' if b[0] & 128 else b'') + b)

def verify(spki, algorithm, signed, signature, where, digest=None):
    o, options = value(algorithm, '30/06').hex(), []
    if o == '2a864886f70d01010a':
        hash_ = mgf = 'sha1'
        salt = 20
        for tag, _, body, end in children(algorithm, *find(algorithm, '30/30')[2:]):
            inner = algorithm[body:end]
            if tag == 0xA0: hash_ = HASHES[value(inner, '30/06').hex()]
            if tag == 0xA1: mgf = HASHES[value(inner, '30/30/06').hex()]
            if tag == 0xA2: salt = int.from_bytes(value(inner, '02'), 'big')
        for option in ('rsa_padding_mode:pss', f'rsa_pss_saltlen:{salt}', f'rsa_mgf1_md:{mgf}'):
            options += ['-sigopt', option]
    elif o == '2a864886f70d010101':
        hash_ = digest
    elif o.startswith('2a864886f70d0101'):
        hash_ = RSA[int(o[-2:], 16)]
    elif o.startswith('04007f00070101040'):  # BSI plain: r and s side by side
        hash_ = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'][int(o[-2:], 16) - 1]
        half = len(signature) // 2
        signature = tlv(0x30, integer(signature[:half]) + integer(signature[half:]))
    else:
        hash_ = {'2a8648ce3d0401': 'sha1', '2a8648ce3d040301': 'sha224', '2a8648ce3d040302': 'sha256',
                 '2a8648ce3d040303': 'sha384', '2a8648ce3d040304': 'sha512', '2a8648ce380403': 'sha1',
                 '608648016503040301': 'sha224', '608648016503040302': 'sha256'}[o]
    check_signature(spki, (hash_, options), signed, signature, where)
    return hash_

def check_signature(spki, how, signed, signature, where):
    with tempfile.TemporaryDirectory() as t:
        for name, b in (('key', spki), ('sig', signature), ('signed', signed)):
            open(f'{t}/{name}', 'wb').write(b)
        good, _ = openssl('dgst', '-' + how[0], *how[1], '-keyform', 'DER', '-verify', f'{t}/key', '-signature',
                          f'{t}/sig', f'{t}/signed')
    need(good, f'{where}: the signature is not right')

def spki(cer):
    return at(cer, '30/30/30[4]')

def verify_sealed(spki_, data, where):
    verify(spki_, at(data, '30/30[1]'), at(data, '30/30[0]'), value(data, '30/03')[1:], where)

def hash_of(name, data):
    good, out = openssl('dgst', '-' + name, '-binary', data=data)
    return out

def cms_content(doc, name='EF.SOD.bin', signer='ds.cer'):
    """the whole CMS as OpenSSL reads it, BER or DER; None if it refuses"""
    with tempfile.TemporaryDirectory() as t:
        open(f'{t}/cms', 'wb').write(value(doc[name], '77') if 'SOD' in name else doc[name])
        open(f'{t}/ds', 'wb').write(openssl('x509', '-inform', 'DER', data=doc[signer])[1])
        good, out = openssl('cms', '-verify', '-inform', 'DER', '-in', f'{t}/cms', '-noverify', '-binary',
                            '-certfile', f'{t}/ds')
    return out if good else None

def verify_signed(doc, name, cer, signed):
    """a CMS with attributes by one signer; its content"""
    file, signer = doc[name], signed + '/31[-1]/30'
    content = value(file, signed + '/30/A0/04')
    attrs = at(file, signer + '/A0')
    digest = HASHES[value(file, signer + '/30[-2]/06').hex()]
    need(value(file, signer + '/A0/30{1.2.840.113549.1.9.4}/31/04') == hash_of(digest, content),
         f'{name}: messageDigest is not the content\'s')
    used = verify(spki(doc[cer]), at(file, signer + '/30[-1]'), b'\x31' + attrs[1:], value(file, signer + '/04'), name, digest)
    if len(children(file, *find(file, signed)[2:])) > 4:
        need(value(file, signed + '/A0').startswith(doc[cer]), f'{name} carries another {cer}')
    # OpenSSL's own CMS refuses two hashes in one SignerInfo, and does not know BSI's identifiers
    if used == digest and not value(at(file, signer + '/30[-1]'), '30/06').hex().startswith('04007f'):
        need(cms_content(doc, name, cer) == content, f'{name}: openssl cms -verify refuses it')
    return content

def verify_document(doc, csca):
    verify_sealed(spki(csca), csca, 'csca.cer')
    for cer in ('ds.cer', 'cs.cer'):
        if doc.has(cer):
            verify_sealed(spki(csca), doc[cer], cer)
            need(openssl('x509', '-inform', 'DER', '-noout', data=doc[cer])[0], f'{cer}: OpenSSL cannot read it')
    if doc.has('csca.crl'):
        verify_sealed(spki(csca), doc['csca.crl'], 'csca.crl')
        need(openssl('crl', '-inform', 'DER', '-noout', data=doc['csca.crl'])[0], 'csca.crl: unreadable')
    for name in ('csca-link.cer', 'csca-old.cer'):
        if doc.has(name):
            verify_sealed(spki(doc['csca-old.cer']), doc[name], name)
    content = verify_signed(doc, 'EF.SOD.bin', 'ds.cer', '77/30/A0/30')
    hash_ = HASHES[value(content, '30/30[0]/06').hex()]
    for _, head, body, end in children(content, *find(content, '30/30[1]')[2:]):
        entry = content[head:end]
        number = value(entry, '30/02')[0]
        need(value(entry, '30/04') == hash_of(hash_, doc[f'DG{number}.bin']), f'DG{number}: hash')
    verify_infos(doc)
    verify_terminal(doc)

# ---- SecurityInfos, and the chip's keys -----------------------------------------------------------
PACE, CA_KEY = oid('0.4.0.127.0.7.2.2.4')[2:], oid('0.4.0.127.0.7.2.2.1')[2:]
MAPPINGS = {1: 'dh-gm', 2: 'ecdh-gm', 3: 'dh-im', 4: 'ecdh-im', 6: 'ecdh-cam'}
CIPHERS = {1: '3des', 2: 'aes-128', 3: 'aes-192', 4: 'aes-256'}

def infos_of(data, path):
    """(object identifier, whole) of each info of a SET, which must be in DER's order"""
    e = find(data, path)
    all_ = [data[c[1]:c[3]] for c in children(data, *e[2:])]
    need(all_ == sorted(all_), 'a SET OF SecurityInfo is not in order')
    return [(value(i, '30/06'), i) for i in all_]

def public_bits(spki_):
    """what stands in the BIT STRING; OpenSSL must read the whole, but for BSI's numbered groups"""
    if value(spki_, '30/30/06') != oid('0.4.0.127.0.7.1.2')[2:]:
        need(openssl('pkey', '-pubin', '-inform', 'DER', '-noout', data=spki_)[0], 'OpenSSL cannot read a public key')
    return value(spki_, '30/03')

def bits_of_private(doc, name):
    good, out = openssl('pkey', '-inform', 'DER', '-pubout', '-outform', 'DER', data=doc[name])
    need(good, f'{name}: OpenSSL cannot read it')
    return value(out, '30/03')

def ini_line(doc, section, key):
    m = re.search(rf'^\[{section}\]\n(?:(?!\[).*\n)*?{key} = (.*)$', doc['document.ini'].decode(), re.M)
    return m.group(1).split() if m else []

def check_keys(infos, doc, names, where):
    bits = sorted(public_bits(at(i, '30/30')) for o, i in infos if o.startswith(CA_KEY))
    mine = sorted(bits_of_private(doc, n) for n in names if doc.has(n))
    need(bits == mine, f'{where}: public keys are not those of {names}')

def check_offers(infos, doc):
    told = set()
    for o, i in infos:
        n = len(children(i, *find(i, '30')[2:]))
        if o.startswith(PACE) and len(o) == len(PACE) + 2 and o[-2] in MAPPINGS and n == 3:
            told.add((f'{MAPPINGS[o[-2]]}-{CIPHERS[o[-1]]}', int.from_bytes(value(i, '30/02[1]'), 'big')))
    for offer in ini_line(doc, 'pace', 'offers'):
        name, group = offer.rsplit(':', 1)
        need(any(t[0] == name and (t[1] == int(group) or t[1] > 31) for t in told), f'{offer}: not in EF.CardAccess')

def verify_infos(doc):
    if doc.has('DG14.bin'):
        check_keys(infos_of(doc['DG14.bin'], '6E/31'), doc, ['ca.key', 'ca-2.key', 'ca-3.key'], 'DG14')
    if doc.has('DG15.bin'):
        need(public_bits(value(doc['DG15.bin'], '6F')) == bits_of_private(doc, 'aa.key'), 'DG15: not the key of aa.key')
    if doc.has('EF.CardAccess.bin') and not re.search(r'pace\.offers', SOURCE):
        check_offers(infos_of(doc['EF.CardAccess.bin'], '31'), doc)
    if doc.has('EF.CardSecurity.bin'):
        content = verify_signed(doc, 'EF.CardSecurity.bin', 'cs.cer' if doc.has('cs.cer') else 'ds.cer', '30/A0/30')
        check_keys(infos_of(content, '31'), doc, ['cam.key'], 'EF.CardSecurity')
    for name, tag, magic in (('DG3.bin', '63', b'FIR\x00010\x00'), ('DG4.bin', '76', b'IIR\x00010\x00')):
        if doc.has(name) and value(doc[name], tag + '/7F61/02') != b'\0':
            one = find(doc[name], tag + '/7F61')
            all_ = [c for c in children(doc[name], *one[2:]) if c[0] == 0x7F60]
            need(len(all_) == value(doc[name], tag + '/7F61/02')[0], f'{name}: number of instances')
            for c in all_:
                record = value(doc[name][c[1]:c[3]], '7F60/5F2E')
                length = record[8:14] if tag == '63' else record[8:12]
                need(record.startswith(magic) and int.from_bytes(length, 'big') == len(record), f'{name}: record')

# ---- card verifiable certificates -------------------------------------------------------------
SUITES = {1: {1: ('sha1', 0), 2: ('sha256', 0), 3: ('sha1', 1), 4: ('sha256', 1), 5: ('sha512', 0), 6: ('sha512', 1)},
          2: {1: 'sha1', 2: 'sha224', 3: 'sha256', 4: 'sha384', 5: 'sha512'}}
BODY = '7F21/7F4E'

def cvc_spki(cvc, parameters):
    """the key as a SubjectPublicKeyInfo; EC: with the parameters of this earlier certificate"""
    key = lambda tag, from_=cvc: value(from_, f'{BODY}/7F49/{tag}')
    if key('06')[-2] == 1:
        null = bytes.fromhex('300d06092a864886f70d0101010500')
        return tlv(0x30, null + tlv(3, b'\0' + tlv(0x30, integer(key('81')) + integer(key('82')))))
    field = len(key('81', parameters))
    number = lambda tag: key(tag, parameters).rjust(field, b'\0')
    curve = tlv(0x30, integer(b'\1') + tlv(0x30, oid('1.2.840.10045.1.1') + integer(key('81', parameters))) +
                tlv(0x30, tlv(4, number('82')) + tlv(4, number('83'))) + tlv(4, key('84', parameters)) +
                integer(key('85', parameters)) + integer(key('87', parameters)))
    return tlv(0x30, tlv(0x30, oid('1.2.840.10045.2.1') + curve) + tlv(3, b'\0' + key('86')))

def verify_cvc(cvc, by, parameters, where):
    kind, row = value(by, BODY + '/7F49/06')[-2:]
    signature, options = value(cvc, '7F21/5F37'), []
    if kind == 2:
        hash_, half = SUITES[2][row], len(signature) // 2
        signature = tlv(0x30, integer(signature[:half]) + integer(signature[half:]))
    else:
        hash_, pss = SUITES[1][row]
        for option in ('rsa_padding_mode:pss', 'rsa_pss_saltlen:digest', f'rsa_mgf1_md:{hash_}') * pss:
            options += ['-sigopt', option]
    check_signature(cvc_spki(by, parameters), (hash_, options), at(cvc, BODY), signature, where)
    need(value(cvc, BODY + '/42') == value(by, BODY + '/5F20'), f'{where}: CAR is not its issuer\'s CHR')
    need(value(cvc, BODY + '/5F25') < value(cvc, BODY + '/5F24'), f'{where}: dates')

def verify_terminal(doc):
    cvcas = [doc[f'cvca-{i}.cvc'] for i in range(1, 4) if doc.has(f'cvca-{i}.cvc')]
    if not cvcas:
        return
    for i, c in enumerate(cvcas):
        verify_cvc(c, c, c, f'cvca-{i + 1}.cvc')
    known = {value(c, BODY + '/5F20'): (c, c) for c in cvcas}
    for name in sorted(n for n in doc.names() if re.match(r'terminal/.*cvc', n)):
        cvc = doc[name]
        by, parameters = known.get(value(cvc, BODY + '/42'), (None, None))
        if by is None:
            need('terminal =' in SOURCE, f'{name}: issuer not there')
            continue
        verify_cvc(cvc, by, parameters, name)
        known.setdefault(value(cvc, BODY + '/5F20'), (cvc, parameters))
        last = cvc_spki(cvc, parameters)
        if name.endswith('is.cvc'):
            need(value(last, '30/03') == bits_of_private(doc, 'terminal/is.key'), 'is.key: not the key of is.cvc')
    if not re.search(r'ef_cvca|cars', SOURCE):
        names = [value(doc[n], BODY + '/5F20') for n in ini_line(doc, 'ta', 'trust')]
        need(doc['EF.CVCA.bin'] == b''.join(tlv(0x42, n) for n in names).ljust(36, b'\0'), 'EF.CVCA: not what the chip trusts')

def print_cvcs(doc):
    """OpenPACE looks an issuer up by its name in a folder, and at its clock for the dates"""
    cvcs = [doc[n] for n in doc.names() if n.endswith('.cvc')]
    with tempfile.TemporaryDirectory() as t:
        for i, cvc in enumerate(cvcs):
            # of a link certificate and a CVCA's own, with one name, the CVCA's own is the first
            name = f'{t}/{value(cvc, BODY + "/5F20").decode()}'
            if not os.path.exists(name):
                open(name, 'wb').write(cvc)
            open(f'{t}/{i}', 'wb').write(cvc)
        for i, cvc in enumerate(cvcs):
            p = subprocess.run(['cvc-print', f'--cvc={t}/{i}', f'--cvc-dir={t}'], capture_output=True)
            need(p.stdout.endswith(b'certificate verified\n'),
                 f'{value(cvc, BODY + "/5F20").decode()}: cvc-print refuses it')

# ---- what a patch may change --------------------------------------------------------------------
def leaves(data, body, end, depth=0):
    """(offset, tag, bytes) of what holds no further element; strings that hold TLV are entered"""
    out = []
    for tag, head, b, e in children(data, body, end):
        first = tag >> 8 if tag > 255 else tag
        inner = None
        if first & 0x20 or (tag == 4 and e - b > 2):
            try:
                inner = leaves(data, b, e, depth + 1)
            except (Wrong, IndexError):
                inner = None
        out += [(head, tag, data[b:e])] if inner is None else inner
    return out

SEALED = ('cer', 'crl', 'cvc', 'SOD', 'Security')
MESSAGE_DIGEST = bytes.fromhex('2a864886f70d010904')

def masked(name, all_):
    """(tag, bytes) of each leaf; None for what is computed over a patch: the signature, which is the
    last of all, and EF.SOD's messageDigest"""
    out = [(tag, data) for _, tag, data in all_]
    if name.endswith(SEALED):
        out[-1] = (out[-1][0], None)
    for i in range(1, len(out)):
        if out[i - 1][1] == MESSAGE_DIGEST and out[i][0] == 4:
            out[i] = (4, None)
    return out

def check_sod(bad, good, named):
    """EF.SOD is not patched itself, but what it hashes or carries is: only that may differ"""
    def parts(doc):
        sod = doc['EF.SOD.bin']
        drop = [find(sod, '77/30/A0/30/31[-1]/30/30[0]')]  # the signer's name
        if len(children(sod, *find(sod, '77/30/A0/30')[2:])) > 4:
            drop.append(find(sod, '77/30/A0/30/A0'))
            need(value(sod, '77/30/A0/30/A0').startswith(doc['ds.cer']), 'EF.SOD carries another ds.cer')
        out = [l for l in leaves(sod, 0, len(sod)) if not any(d[1] <= l[0] < d[3] for d in drop)]
        hashes = {hash_of('sha256', doc[n + '.bin']) for n in named if n.startswith('DG')}
        return [(t, 'a hash' if d in hashes else d) for t, d in masked('EF.SOD', out)]
    need(parts(bad) == parts(good), 'EF.SOD: changed beyond what follows from the patches')

def check_place(name, before, after, patches):
    start, stop = len(before), 0
    raw = not name.endswith(SEALED) or all(p[1] == 'after-sign' for p in patches)
    for _, _, path, change in patches:
        for (file, nick), full in NICK.items():
            if re.match(nick + r'(?=[/\[{]|$)', path) and (name == file or name.endswith('.' + file)):
                path = full + path[len(nick):]
        word = change.split()[0]
        try:
            e = find(before, path)
        except (IndexError, Wrong):
            continue  # an element that an earlier patch of this list made
        where = {'before': (e[1], e[1]), 'after': (e[3], e[3]), 'tag': (e[1], e[2]), 'length': (e[1], e[2]),
                 'append': (e[3], e[3]), 'prepend': (e[2], e[2])}.get(word, (e[1], e[3]))
        start, stop = min(start, where[0]), max(stop, where[1])
    need(start <= stop, 'no place of the patches is in the file')
    need(before != after, f'{name}: not changed')
    if len(before) == len(after) and raw:  # byte by byte
        differ = [i for i in range(len(before)) if before[i] != after[i]]
        need(start <= differ[0] and differ[-1] < stop, f'{name}: changed outside the place')
        return
    if any(p[3] == 'indefinite' for p in patches):
        return  # BER says the same otherwise: judged by OpenSSL
    old, new = leaves(before, 0, len(before)), leaves(after, 0, len(after))
    kind = 'raw' if raw else name  # nothing is computed over a patch after the signature
    now, was = masked(kind, new), masked(kind, old)
    head = [w for w, l in zip(was, old) if l[0] + 2 + len(l[2]) <= start + 1]
    tail = [w for w, l in zip(was, old) if l[0] >= stop]
    need(now[:len(head)] == head, f'{name}: changed before the place')
    need(not tail or now[-len(tail):] == tail, f'{name}: changed behind the place')

def check_signed(bad, good):
    """the fault is signed: with the algorithm and the key of the document without it"""
    signer, old, new = '77/30/A0/30/31[-1]/30', good['EF.SOD.bin'], bad['EF.SOD.bin']
    digest = HASHES[value(old, signer + '/30[-2]/06').hex()]
    verify(spki(good['ds.cer']), at(old, signer + '/30[-1]'), b'\x31' + at(new, signer + '/A0')[1:],
           value(new, signer + '/04'), 'EF.SOD with its fault', digest)

def follows(patches):
    """files that may differ: those patched, and what is hashed or signed over them"""
    named = {p[0] for p in patches}
    may = set(named)
    if any(f.startswith('DG') and s == 'before-hash' for f, s, *_ in patches) or 'ds.cer' in named:
        may.add('EF.SOD')
    if named & {'ds.cer', 'cs.cer'}:
        may.add('EF.CardSecurity')
    if 'csca.cer' in named:
        may |= {'ds.cer', 'cs.cer', 'csca.crl', 'EF.SOD', 'EF.CardSecurity', 'csca-link.cer'}
    return named, may

def plain(name):
    """as a patch names it: DG1.bin is DG1, terminal/02-dv.cvc is dv.cvc"""
    return re.sub(r'^terminal/\d\d-', '', name[:-4] if name.endswith('.bin') else name)

def make(work, name, arguments):
    p = subprocess.run([PROGRAM, '--out', f'{work}/{name}', '--keys', f'{work}/keys', '--seed', '1', *arguments],
                       capture_output=True, text=True)
    need(p.returncode == 0, f'exit {p.returncode}: {p.stderr.strip()}')
    return Dir(f'{work}/{name}')

def lay_into_field(doc, work):
    sim = os.environ.get('VERSO_SIM')
    if sim:
        p = subprocess.run([sim, '--document', doc.path, '--pn532', f'unix:{work}/wire', '--control'], input='quit\n',
                           capture_output=True, text=True, timeout=60)
        need(p.returncode == 0 and p.stdout.startswith('ready'), f'verso-sim: {p.stderr.strip()}')

def judge(work, arguments, patches):
    made = []
    for name, extra in (('with', []), ('without', ['--no-patches'])):
        made.append(make(work, name, ['--date', DATE, *extra, *arguments]))
        if not patches:
            made.append(made[0])
            break
    bad, good = made
    lay_into_field(bad, work)
    verify_document(good, (good.path / 'issuer/csca.cer').read_bytes())
    if good.has('cvca-1.cvc') and shutil.which('cvc-print') and not re.search(r'terminal =|_to = -', SOURCE):
        print_cvcs(make(work, 'today', ['--no-patches', *arguments]))
    if not patches:
        return
    named, may = follows(patches)
    if any(p[3] == 'indefinite' for p in patches):
        need(cms_content(good) is not None and cms_content(bad) == cms_content(good), 'EF.SOD: BER that OpenSSL reads otherwise')
    if 'EF.SOD' in may - named:
        check_sod(bad, good, named)
    if 'EF.SOD' in may and not any(p[:2] == ('EF.SOD', 'after-sign') for p in patches):
        check_signed(bad, good)
    if 'csca.cer' in named:  # everything below it is made again, and must hold
        verify_document(bad, bad['csca.cer'])
    for name in bad.names():
        same = bad[name] == good[name]
        need(same or plain(name) in may, f'{name}: changed, and not named')
        if plain(name) in named:
            check_place(plain(name), good[name], bad[name], [p for p in patches if p[0] == plain(name)])

def patches_of(text):
    return [tuple(m.group(1).split(None, 3)) for m in re.finditer(r'^patch\s*=\s*(.+)$', text, re.M)]

def with_bases(file, text):
    """a recipe's text behind those of its bases"""
    m = re.search(r'^base\s*=\s*(\S+)', text, re.M)
    base = file.parent / m.group(1) if m else None
    return (with_bases(base, base.read_text()) if base else '') + text

def everything():
    for f in sorted(FOLDER.glob('*.recipe')):
        text = with_bases(f, f.read_text())
        yield {f.stem, 'recipes'}, f.stem, [str(f)], text
    for f in sorted(FOLDER.glob('*.cases')):
        common, *parts = re.split(r'^\[case ', f.read_text(), flags=re.M)
        for part in parts:
            name, text = part.split(']', 1)
            yield {name, f.name}, name, ['--case', name, str(f)], with_bases(f, common) + with_bases(f, text)

def main():
    if not shutil.which('openssl'):
        print('judge: openssl is not there')
        return 77
    global SOURCE
    count = bad = patched = 0
    with tempfile.TemporaryDirectory() as work:
        for names, name, arguments, SOURCE in everything():
            if ONLY and not names & set(ONLY):
                continue
            patches = patches_of(SOURCE)
            count, patched = count + 1, patched + bool(patches)
            try:
                judge(work, arguments, patches)
            except (Wrong, IndexError, KeyError, FileNotFoundError) as e:
                bad += 1
                print(f'{name}: {type(e).__name__} {e}')
    print(f'judge: {count} documents, {patched} with patches, {bad} not as they say')
    return bool(bad or not count)

sys.exit(main())
