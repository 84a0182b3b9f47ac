#!/usr/bin/env python3
"""wycheproof: the rows of Wycheproof files, one test a line, fields parted by tabs.

usage: wycheproof.py FILE.json...

file  tcId  result  flags  comment  kind  key  hash  mgf-hash  salt  message  signature

kind is ECDSA, PLAIN (IEEE P1363), PSS, PKCS1, CMAC or ECDH; key is a SubjectPublicKeyInfo or
a CMAC key; salt is the tag's bits for CMAC; for ECDH message is the private key, hash the
curve and signature the shared secret.  Bytes are in hex.
"""
import json, pathlib, sys

KINDS = {
    'EcdsaVerify': 'ECDSA', 'EcdsaP1363Verify': 'PLAIN',
    'RsassaPssVerify': 'PSS', 'RsassaPssWithParametersVerify': 'PSS',
    'RsassaPkcs1Verify': 'PKCS1', 'MacTest': 'CMAC', 'EcdhTest': 'ECDH',
}


def signature(group, t):
    return (group['publicKeyDer'], group['sha'], group.get('mgfSha', ''), group.get('sLen', 0),
            t['msg'], t['sig'])


def mac(group, t):
    return t['key'], '', '', group['tagSize'], t['msg'], t['tag']


def agreement(group, t):
    return t['public'], group['curve'], '', 0, t['private'], t['shared']


COLUMNS = {'CMAC': mac, 'ECDH': agreement}

for name in sys.argv[1:]:
    for group in json.load(open(name))['testGroups']:
        kind = KINDS[group['type']]
        for t in group['tests']:
            print('\t'.join(str(x) for x in (
                pathlib.Path(name).stem, t['tcId'], t['result'], ','.join(t['flags']),
                t['comment'].replace('\t', ' ') or '-', kind,
                *COLUMNS.get(kind, signature)(group, t))))
