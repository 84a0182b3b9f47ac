#!/usr/bin/env python3
"""judge: is each recipe's document what it says?

usage: judge.py PROGRAM FOLDER [NAME...]     the recipes and cases of FOLDER, or those named

The judge is OpenSSL's command line and the DER reader below, which shares nothing with the tool.
  - Without patches every document verifies: CSCA on itself, DS by the CSCA, CRL by the CSCA, EF.SOD
    by the DS, messageDigest, the hashes of the data groups.
  - With patches the named files differ from the document without them, and inside each of them
    nothing differs but the element named (and hashes and signatures made after the patch).
Exit status 1 if any is not, 77 without openssl.
"""
import os, re, shutil, subprocess, sys, tempfile, pathlib

PROGRAM, FOLDER, ONLY = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
DATE, NICK = '2026-10-01', {
    ('EF.SOD', 'signed'): '77/30/A0/30', ('EF.SOD', 'lds'): '77/30/A0/30/30/A0/04/30',
    ('EF.SOD', 'hashes'): '77/30/A0/30/30/A0/04/30/30[1]', ('EF.SOD', 'signer'): '77/30/A0/30/31[-1]/30',
    ('EF.SOD', 'attrs'): '77/30/A0/30/31[-1]/30/A0', ('cer', 'tbs'): '30/30', ('cer', 'ext'): '30/30/A3/30',
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
    while body < end:
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
    with tempfile.TemporaryDirectory() as t:
        for name, b in (('key', spki), ('sig', signature), ('signed', signed)):
            open(f'{t}/{name}', 'wb').write(b)
        good, _ = openssl('dgst', '-' + hash_, *options, '-keyform', 'DER', '-verify', f'{t}/key', '-signature',
                          f'{t}/sig', f'{t}/signed')
    need(good, f'{where}: the signature is not right')
    return hash_

def spki(cer):
    return at(cer, '30/30/30[4]')

def verify_sealed(spki_, data, where):
    verify(spki_, at(data, '30/30[1]'), at(data, '30/30[0]'), value(data, '30/03')[1:], where)

def hash_of(name, data):
    good, out = openssl('dgst', '-' + name, '-binary', data=data)
    return out

def cms_content(doc):
    """the whole CMS as OpenSSL reads it, BER or DER; None if it refuses"""
    with tempfile.TemporaryDirectory() as t:
        open(f'{t}/sod', 'wb').write(value(doc['EF.SOD.bin'], '77'))
        open(f'{t}/ds', 'wb').write(openssl('x509', '-inform', 'DER', data=doc['ds.cer'])[1])
        good, out = openssl('cms', '-verify', '-inform', 'DER', '-in', f'{t}/sod', '-noverify', '-binary',
                            '-certfile', f'{t}/ds')
    return out if good else None

def verify_document(doc, csca):
    ds, sod = doc['ds.cer'], doc['EF.SOD.bin']
    verify_sealed(spki(csca), csca, 'csca.cer')
    verify_sealed(spki(csca), ds, 'ds.cer')
    need(openssl('x509', '-inform', 'DER', '-noout', data=ds)[0], 'ds.cer: OpenSSL cannot read it')
    if (doc.path / 'csca.crl').exists():
        verify_sealed(spki(csca), doc['csca.crl'], 'csca.crl')
        need(openssl('crl', '-inform', 'DER', '-noout', data=doc['csca.crl'])[0], 'csca.crl: unreadable')
    for name in ('csca-link.cer', 'csca-old.cer'):
        if (doc.path / name).exists():
            verify_sealed(spki(doc['csca-old.cer']), doc[name], name)
    signer, signed = '77/30/A0/30/31[-1]/30', '77/30/A0/30'
    content = value(sod, signed + '/30/A0/04')
    attrs = at(sod, signer + '/A0')
    digest = HASHES[value(sod, signer + '/30[-2]/06').hex()]
    need(value(sod, signer + '/A0/30{1.2.840.113549.1.9.4}/31/04') == hash_of(digest, content),
         'messageDigest is not the content\'s')
    used = verify(spki(ds), at(sod, signer + '/30[-1]'), b'\x31' + attrs[1:], value(sod, signer + '/04'), 'EF.SOD', digest)
    if len(children(sod, *find(sod, signed)[2:])) > 4:
        need(value(sod, signed + '/A0').startswith(ds), 'EF.SOD carries another ds.cer')
    hash_ = HASHES[value(content, '30/30[0]/06').hex()]
    for _, head, body, end in children(content, *find(content, '30/30[1]')[2:]):
        entry = content[head:end]
        number = value(entry, '30/02')[0]
        need(value(entry, '30/04') == hash_of(hash_, doc[f'DG{number}.bin']), f'DG{number}: hash')
    # OpenSSL's own CMS refuses two hashes in one SignerInfo, and does not know BSI's identifiers
    if used == digest and not value(at(sod, signer + '/30[-1]'), '30/06').hex().startswith('04007f'):
        need(cms_content(doc) == content, 'EF.SOD: openssl cms -verify refuses it')

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

MESSAGE_DIGEST = bytes.fromhex('2a864886f70d010904')

def masked(name, all_):
    """(tag, bytes) of each leaf; None for what is computed over a patch: the signature, which is the
    last of all, and EF.SOD's messageDigest"""
    out = [(tag, data) for _, tag, data in all_]
    if name.endswith(('cer', 'crl', 'SOD')):
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
    raw = not name.endswith(('cer', 'crl', 'SOD')) or all(p[1] == 'after-sign' for p in patches)
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
    if 'csca.cer' in named:
        may |= {'ds.cer', 'csca.crl', 'EF.SOD', 'csca-link.cer'}
    return named, may

def plain(name):
    return name[:-4] if name.endswith('.bin') else name

def judge(work, arguments, patches):
    made = []
    for name, extra in (('with', []), ('without', ['--no-patches'])):
        p = subprocess.run([PROGRAM, '--out', f'{work}/{name}', '--keys', f'{work}/keys', '--seed', '1', '--date', DATE,
                            *extra, *arguments], capture_output=True, text=True)
        need(p.returncode == 0, f'exit {p.returncode}: {p.stderr.strip()}')
        made.append(Dir(f'{work}/{name}'))
        if not patches:
            made.append(made[0])
            break
    bad, good = made
    verify_document(good, (good.path / 'issuer/csca.cer').read_bytes())
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
    for f in sorted(x for x in bad.path.iterdir() if x.is_file() and x.suffix != '.key' and x.name != 'document.ini'):
        same = f.read_bytes() == good[f.name]
        need(same or plain(f.name) in may, f'{f.name}: changed, and not named')
        if plain(f.name) in named:
            check_place(plain(f.name), good[f.name], f.read_bytes(), [p for p in patches if p[0] == plain(f.name)])

def patches_of(text):
    return [tuple(m.group(1).split(None, 3)) for m in re.finditer(r'^patch\s*=\s*(.+)$', text, re.M)]

def everything():
    for f in sorted(FOLDER.glob('*.recipe')):
        yield f.stem, [str(f)], patches_of(f.read_text())
    for f in sorted(FOLDER.glob('*.cases')):
        for part in re.split(r'^\[case ', f.read_text(), flags=re.M)[1:]:
            name, text = part.split(']', 1)
            yield name, ['--case', name, str(f)], patches_of(text)

def main():
    if not shutil.which('openssl'):
        print('judge: openssl is not there')
        return 77
    count = bad = patched = 0
    with tempfile.TemporaryDirectory() as work:
        for name, arguments, patches in everything():
            if ONLY and name not in ONLY:
                continue
            count, patched = count + 1, patched + bool(patches)
            try:
                judge(work, arguments, patches)
            except (Wrong, IndexError, KeyError, FileNotFoundError) as e:
                bad += 1
                print(f'{name}: {type(e).__name__} {e}')
    print(f'judge: {count} documents, {patched} with patches, {bad} not as they say')
    return bool(bad or not count)

sys.exit(main())
