/*
 * ca: certificates and CRLs made with OpenSSL while the test runs, so that what the reader
 * finds is judged by keys that somebody else's library drew.
 */
#ifndef TESTS_TRUST_CA_H
#define TESTS_TRUST_CA_H

#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/date.h"

/* C= and CN=; utf8 writes UTF8String where else PrintableString stands.  No C if c is NULL. */
struct ca_name {
    const char *c, *cn;
    bool        utf8;
};

struct ca_cert {
    struct ca_name subject, issuer;
    EVP_PKEY      *key, *signer;
    const char    *ski, *aki;   /* text taken as octets, or NULL */
    int            from, until; /* years, 1 January */
    long           serial;      /* 1 if 0 */
    bool           ca;
    bool           silent; /* neither basicConstraints nor keyUsage */
    const char    *eku;    /* extendedKeyUsage as OpenSSL writes it, or NULL */
};

struct ca_crl {
    struct ca_name issuer;
    EVP_PKEY      *signer;
    int            from, until; /* years; no nextUpdate if until is 0 */
    long           serial[4];   /* up to the first 0 */
};

/* "RSA" (2048 bits), or a curve.  One and the same for the same number, for the whole run. */
EVP_PKEY *ca_key(const char *kind, unsigned number);

/* Whole DER, kept until the program ends. */
struct view ca_make(const struct ca_cert *c);
struct view ca_make_crl(const struct ca_crl *c);

/* The same with a critical extension of that OID, whatever it holds. */
struct view ca_make_critical_crl(const struct ca_crl *c, const char *oid);

/* 1 January of a year. */
struct moment ca_year(int year);

#endif
