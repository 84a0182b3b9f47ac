/*
 * word: OpenSSL's word on a certificate, in the words of verso-trust's own report.
 *
 * Nothing of the reader is used here: that is the point.
 */
#ifndef TESTS_TRUST_WORD_H
#define TESTS_TRUST_WORD_H

#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

/* Subject's countryName in upper case, or "-". */
void word_country(X509 *x, char *out);

/* "RSA SHA-256", "RSASSA-PSS SHA-256 salt 32". */
void word_algorithm(X509 *x, char *out, size_t cap);

/* "RSA-4096 e=3"; and for EC "brainpoolP256r1 explicit" besides, else an empty curve. */
void word_key(X509 *x, char *key, char *curve, size_t cap);

/* "self-signed", "link", ... of number i among n, by trying the keys of all. */
const char *word_link(X509 *const *all, uint32_t n, uint32_t i);

#endif
