#!/usr/bin/env python3
"""wycheproof: the rows of Wycheproof files, one test a line, fields parted by tabs.

usage: wycheproof.py FILE.json...

file  tcId  result  flags  comment  kind  key  hash  mgf-hash  salt  message  signature

kind is ECDSA, PLAIN (IEEE P1363), PSS, PKCS1 or CMAC; key is a SubjectPublicKeyInfo or a
CMAC key; salt is the tag's bits for CMAC.  Bytes are in hex.
"""
import json, pathlib, sys

KINDS = {
    'EcdsaVerify': 'ECDSA', 'EcdsaP1363Verify': 'PLAIN',
    'RsassaPssVerify': 'PSS', 'RsassaPssWithParametersVerify': 'PSS',
    'RsassaPkcs1Verify': 'PKCS1', 'MacTest': 'CMAC',
}

for name in sys.argv[1:]:
    for group in json.load(open(name))['testGroups']:
        kind = KINDS[group['type']]
        for t in group['tests']:
            print('\t'.join(str(x) for x in (
                pathlib.Path(name).stem, t['tcId'], t['result'], ','.join(t['flags']),
                t['comment'].replace('\t', ' ') or '-', kind,
                t['key'] if kind == 'CMAC' else group['publicKeyDer'],
                group.get('sha', ''), group.get('mgfSha', ''),
                group['tagSize'] if kind == 'CMAC' else group.get('sLen', 0),
                t['msg'], t['tag'] if kind == 'CMAC' else t['sig'])))
