/*
 * bare: the library operations that a protocol cannot do without, straight from OpenSSL.
 *
 * Contexts, algorithms and groups are ready, as they are for the reader; numbers and points come
 * and go as octets, as they do on the wire.  Secret exponents and scalars are computed with in
 * constant time, public ones not.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <openssl/ec.h>
#include <openssl/evp.h>

/* How often each. */
struct bare_work {
    unsigned base;                      /* curve: scalar times generator               */
    unsigned multiply;                  /* curve: scalar times a point that has come   */
    unsigned add;                       /* curve: sum of two points                    */
    unsigned field_exp, field_multiply; /* field of the curve: secret to a public power; product */
    unsigned secret_exp, public_exp, cofactor_exp; /* integers: to a secret number as long as q,
                                                      to q, to (p-1)/q */
    unsigned rsa, ecdsa;                           /* verifications */
    unsigned hash, cipher, mac;
    size_t   mac_len; /* octets under each MAC: whole blocks */
};

struct bare {
    bool             aes; /* else 3DES */
    size_t           key_len, exponent_len;
    EC_GROUP        *ec;
    BN_CTX          *ctx;
    BIGNUM          *p, *q, *cofactor, *x, *y, *r;
    EC_POINT        *a, *b;
    EVP_PKEY        *rsa;
    EC_KEY          *ec_key;
    ECDSA_SIG       *sig;
    EVP_MD          *md;
    EVP_MD_CTX      *md_ctx;
    EVP_CIPHER      *cipher, *des;
    EVP_CIPHER_CTX  *cipher_ctx;
    EVP_MAC         *mac;
    EVP_MAC_CTX     *mac_ctx;
    struct bare_work work;
    uint8_t          octets[600], number[600], digest[64];
    size_t           len, number_len;
};

/* group: OpenSSL's name ("prime256v1", "dh_2048_256"), "" for none; aes: bytes of the key, 0 for
 * 3DES; exponent_len: of a private DH number; 0: as long as q. */
void bare_begin(struct bare *b, const char *group, size_t aes, size_t exponent_len,
                struct bare_work work);
void bare_end(struct bare *b);

/* A key to verify a signature of, RSA or EC; made ready. */
void bare_verify(struct bare *b, EVP_PKEY *key);

/* Do the work once. */
void bare_run(struct bare *b);

#endif
